"""``homeport storage``: what an app keeps in ``chrome.storage``, out to JSON and in from it."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from homeport import runs
from homeport._text import one_line, size
from homeport.errors import UserError
from homeport.storage import (
    AREAS,
    ChromeProfileError,
    QuotaError,
    SerializeError,
    Storage,
    StorageError,
    apps_in,
    browser_folders,
    default_folder,
    is_app_id,
    limits_of,
    profiles_in,
    read_profile,
)

if TYPE_CHECKING:
    from homeport.manifest import Manifest

_Result = TypeVar("_Result")

#: What reads Chrome's profiles: the extra `chrome` of `pyproject.toml`.
_READER = "chromium-reader"
#: So many ids are shown.
_SHOWN = 5

_area = click.option(
    "--area",
    type=click.Choice(AREAS),
    default="local",
    show_default=True,
    help="Which of the app's areas; it can only read what is in `managed`.",
)


def check_id(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The id of an app, if there is one."""
    if value is not None and not is_app_id(value):
        raise click.BadParameter("an app's id has 32 letters from a to p.")
    return value


@click.group()
def storage() -> None:
    """Copy what an app keeps in chrome.storage, and put values there."""


@storage.command("export")
@click.argument("app", type=click.Path())
@_area
def export(app: str, area: str) -> None:
    """Print what APP keeps, as one JSON object: each key with its value.

    \b
    Example:
      homeport storage export ./my-app > settings.json
    """
    manifest = _manifest(app)
    kept = _with_storage(lambda storage: storage.get(manifest.app_id, area, None))
    click.echo(json.dumps(kept, indent=1))


@storage.command("import")
@click.argument("app", type=click.Path())
@click.argument("file", type=click.Path(allow_dash=True))
@_area
@click.option("--replace", is_flag=True, help="Remove what APP has beside that.")
def import_(app: str, file: str, area: str, replace: bool) -> None:
    """Give APP the values in FILE, one JSON object; "-" is standard input.

    All of them are set, or none. So do an app's settings come here from Chrome, from another machine, or
    for `managed` from whoever administers it.

    \b
    Examples:
      homeport storage import ./my-app settings.json
      homeport storage import ./my-app policy.json --area managed --replace
    """
    manifest = _manifest(app)
    with click.open_file(file, "rb") as opened:
        name = "standard input" if file == "-" else file
        items = read_items(opened.read(), name)
    _put(manifest, area, items, name, replace)
    _warn(manifest)


@storage.command("from-chrome")
@click.argument("app", type=click.Path())
@click.option(
    "--profile",
    type=click.Path(exists=True, file_okay=False),
    help="The profile's folder (`chrome://version` shows it), or the folder of all of them."
    "  [default: wherever the app has something on this machine]",
)
@click.option(
    "--id",
    "app_id",
    metavar="ID",
    callback=check_id,
    help="What Chrome calls APP, if it was loaded from another folder.",
)
@click.option("--replace", is_flag=True, help="Remove what APP has beside that.")
def from_chrome(app: str, profile: str | None, app_id: str | None, replace: bool) -> None:
    """Give APP what it kept in Chrome, Chromium or Edge on this machine: in `local` and in `sync`.

    Chrome's own files stay as they are. It may run, and need not be able to run apps any more.

    \b
    Examples:
      homeport storage from-chrome ./my-app
      homeport storage from-chrome ./my-app --profile ~/.config/google-chrome/Default
    """
    manifest = _manifest(app)
    app_id = app_id or manifest.app_id
    found = find_profile(app_id, None if profile is None else Path(profile), one_line(manifest.name))
    try:
        areas = read_profile(found, app_id)
    except ChromeProfileError as error:
        raise UserError(f"{error}.") from None
    except ImportError:
        raise UserError(f"This needs one more package: {sys.executable} -m pip install {_READER}") from None
    for area, items in areas.items():
        _put(manifest, area, items, one_line(str(found)), replace)
    _warn(manifest)


def find_profile(app_id: str, folder: Path | None, name: str) -> Path:
    """The one profile in which an app has something: in ``folder``, or anywhere on this machine.

    Raises:
        UserError: there is none, or more than one.
    """
    folders = browser_folders() if folder is None else [folder]
    profiles = [profile for each in folders for profile in profiles_in(each)]
    fitting = [profile for profile in profiles if app_id in apps_in(profile)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UserError(
            f"{name} has something in several profiles; --profile takes one: {', '.join(map(str, fitting))}"
        )
    where = ", ".join(map(str, folders)) or "any of the usual places"
    others = sorted({each for profile in profiles for each in apps_in(profile)})
    hint = f" There is something of {', '.join(others[:_SHOWN])}; --id takes one." if others else ""
    raise UserError(f"Chrome has nothing of {name} ({app_id}) in {where}.{hint}")


def _put(manifest: Manifest, area: str, items: dict[str, object], name: str, replace: bool) -> None:
    unlimited = manifest.has_permission("unlimitedStorage")
    try:
        _with_storage(
            lambda storage: storage.put(manifest.app_id, area, items, unlimited=unlimited, replace=replace)
        )
    except QuotaError:
        raise UserError(f"{_bounds(area)} Nothing was changed.") from None
    except SerializeError:
        raise UserError(f"{name}: has numbers that JSON has not. Nothing was changed.") from None
    values = "1 value" if len(items) == 1 else f"{len(items)} values"
    click.echo(f"{one_line(manifest.name)} has {values} of {name} in chrome.storage.{area}.")


def read_items(text: bytes, name: str) -> dict[str, object]:
    """The values by key.

    Raises:
        UserError: it is not one JSON object.
    """
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{name}: is no JSON ({error}).") from None
    if not isinstance(items, dict):
        raise UserError(f"{name}: has to be one JSON object, which has a value for each key.")
    return items


def _manifest(app: str) -> Manifest:
    from homeport.appfiles import open_app

    return open_app(app).manifest


def _with_storage(work: Callable[[Storage], Awaitable[_Result]]) -> _Result:
    from homeport.engine import run

    async def do() -> _Result:
        storage = Storage(default_folder())
        try:
            return await work(storage)
        except StorageError as error:
            hint = f"It is in {storage.folder}; $HOMEPORT_DATA_DIR may name another folder."
            raise UserError(f"{error} {hint}") from error
        finally:
            await storage.aclose()

    return run(do())


def _bounds(area: str) -> str:
    limits = limits_of(area)
    each = "" if limits.items is None else f" in {limits.items} items"
    most = "" if limits.item_bytes is None else f" of {size(limits.item_bytes)} at most"
    return f"That is more than chrome.storage.{area} may hold: {size(limits.total_bytes or 0)}{each}{most}."


def _warn(manifest: Manifest) -> None:
    """What keeps the app from seeing the values."""
    if not manifest.has_permission("storage"):
        click.echo(
            'Its manifest has no permission "storage", without which it has no chrome.storage.', err=True
        )
    for run in runs.running():
        if run.app_id == manifest.app_id:
            click.echo(f"It runs (process {run.pid}) and is told of no change: start it anew.", err=True)
