"""``homeport storage``: what an app keeps in ``chrome.storage``, out to JSON and in from it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from homeport import runs
from homeport._text import one_line, size
from homeport.errors import UserError
from homeport.storage import AREAS, QuotaError, SerializeError, Storage, default_folder, limits_of

if TYPE_CHECKING:
    from homeport.manifest import Manifest

_Result = TypeVar("_Result")

_area = click.option(
    "--area",
    type=click.Choice(AREAS),
    default="local",
    show_default=True,
    help="Which of the app's areas; it can only read what is in `managed`.",
)


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
    """Give APP the values in FILE, one JSON object; ``-`` is standard input.

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
    _warn(manifest)


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
