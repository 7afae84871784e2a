"""``homeport service``: apps that start with the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

import click

from homeport import service as services
from homeport.cli._progress import progress
from homeport.errors import UserError
from homeport.service import Scope, ServicePlan


def _scope_option(command: click.decorators.FC) -> click.decorators.FC:
    flag = click.option(
        "--system/--user", "system", default=False, help="For the machine, or for you.  [user]"
    )
    return flag(command)


def _scope(system: bool) -> Scope:
    return Scope.SYSTEM if system else Scope.USER


@click.group(name="service")
def service() -> None:
    """Install apps as a service that starts at boot."""


@service.command()
@click.argument("apps", metavar="APP...", nargs=-1, required=True, type=click.Path())
@_scope_option
@click.option("--name", help="The service's name; several apps need one.  [from the app's name]")
@click.option("--kiosk", is_flag=True, help="Show APP on your screen, and nothing else; not with --system.")
@click.option("--no-start", is_flag=True, help="Write the files, start nothing.")
@click.option(
    "--option",
    "options",
    multiple=True,
    help="A further option for `homeport run`, as --option=--NAME=VALUE.",
)
def install(
    apps: tuple[str, ...],
    system: bool,
    name: str | None,
    kiosk: bool,
    no_start: bool,
    options: tuple[str, ...],
) -> None:
    """Write the service for APP, and start it now and at every boot. Several apps are one service.

    \b
    Examples:
      homeport service install ./my-app
      sudo homeport service install ./my-app --system
      homeport service install ./my-app --option=--map-host=printer=192.168.1.9
      homeport service install ./scale ./printer --name till
      homeport service install ./my-sign --kiosk
    """
    if kiosk and (system or len(apps) > 1):
        raise click.UsageError(
            "--kiosk shows one APP on your screen; it is neither for several nor for --system."
        )
    with progress(f"Installing {', '.join(apps)}"):
        plan = _plan(apps, _scope(system), name, options, kiosk=kiosk)
        done = services.install(plan, start=not no_start)
    for path in done.files:
        click.echo(f"Wrote {path}")
    for title in () if kiosk else _titles_with_windows(apps):
        click.echo(
            f"{title} opens windows. A service runs without a browser: nobody will see them without --kiosk."
        )
    click.echo(done.todo or f"{plan.name} runs. Its log: {_log_command(plan)}")
    if done.failed:
        raise click.exceptions.Exit(1)


def _titles_with_windows(apps: Sequence[str]) -> list[str]:
    from homeport.appfiles import open_app
    from homeport.launch import opens_windows

    return [app.manifest.name for app in map(open_app, apps) if opens_windows(app)]


def _log_command(plan: ServicePlan) -> str:
    return f"journalctl {'--user ' if plan.scope is Scope.USER else ''}-u {plan.name}"


def _plan(
    apps: Sequence[str], scope: Scope, name: str | None, options: tuple[str, ...], *, kiosk: bool
) -> ServicePlan:
    from homeport.appfiles import open_app
    from homeport.launch import early_addresses

    opened = {app.id: app for app in map(open_app, apps)}.values()
    if name is None and len(opened) > 1:
        raise UserError("A service of several apps needs a name: say --name NAME.")
    titles = [app.manifest.name for app in opened]
    paths = [app.place for app in opened]
    settings = _settings(options)
    if scope is Scope.SYSTEM and sys.platform == "linux":
        services.check_reach(*paths, *settings.read, Path(sys.executable), Path(services.__file__))
    streams, datagrams = zip(*(early_addresses(app.manifest) for app in opened), strict=True)
    return ServicePlan(
        name=services.service_name(name or titles[0]),
        title=", ".join(titles),
        command=services.run_command(paths, settings.words, kiosk=kiosk),
        streams=tuple(dict.fromkeys(chain.from_iterable(streams))),
        datagrams=tuple(dict.fromkeys(chain.from_iterable(datagrams))),
        scope=scope,
        kiosk=kiosk,
    )


class _Settings(NamedTuple):
    """Options for ``homeport run`` as a service has them, and the files that it will read."""

    words: tuple[str, ...]
    read: tuple[Path, ...]


def _settings(options: Sequence[str]) -> _Settings:
    """Check the options of ``--option``, and tell their files by whole paths: a service starts elsewhere.

    Raises:
        click.UsageError: `homeport run` would not take them.
    """
    from homeport.cli._run import run

    try:
        given = run.make_context("run", ["APP", *options]).params
    except click.UsageError as error:
        raise click.UsageError(f"--option: {error.format_message()}") from error
    if given["apps"] != ("APP",):
        raise click.UsageError(f"--option: {given['apps'][-1]!r} is no option; write --option=--NAME=VALUE.")
    files = {name for option in run.params if isinstance(option.type, click.Path) for name in option.opts}
    words: list[str] = []
    for before, word in pairwise(("", *options)):
        name, equals, value = word.partition("=")
        if before in files:
            words.append(os.path.abspath(word))
        else:
            words.append(f"{name}={os.path.abspath(value)}" if equals and name in files else word)
    read = (given["policy"], *given["ca_files"])
    return _Settings(tuple(words), tuple(path.absolute() for path in read if path is not None))


@service.command()
@click.argument("name")
@_scope_option
def remove(name: str, system: bool) -> None:
    """Stop the service NAME and delete its files."""
    with progress(f"Removing {name}"):
        done = services.remove(services.service_name(name), _scope(system))
    for path in done.files:
        click.echo(f"Deleted {path}")
    if done.todo:
        click.echo(done.todo)


@service.command(name="list")
@_scope_option
def list_(system: bool) -> None:
    """List the services that were installed."""
    names = services.installed(_scope(system))
    click.echo("\n".join(names) or "No service is installed.")
