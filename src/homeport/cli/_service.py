"""``homeport service``: an app that starts with the machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from homeport import service as services
from homeport.cli._progress import progress
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
    """Install an app as a service that starts at boot."""


@service.command()
@click.argument("app", type=click.Path())
@_scope_option
@click.option("--name", help="The service's name.  [from the app's name]")
@click.option("--no-start", is_flag=True, help="Write the files, start nothing.")
@click.option(
    "--option",
    "options",
    multiple=True,
    help="A further option for `homeport run`, as --option=--NAME=VALUE.",
)
def install(app: str, system: bool, name: str | None, no_start: bool, options: tuple[str, ...]) -> None:
    """Write the service for APP, and start it now and at every boot.

    \b
    Examples:
      homeport service install ./my-app
      sudo homeport service install ./my-app --system
      homeport service install ./my-app --option=--map-host=printer=192.168.1.9
    """
    with progress(f"Installing {app}"):
        plan = _plan(app, _scope(system), name, options)
        done = services.install(plan, start=not no_start)
    for path in done.files:
        click.echo(f"Wrote {path}")
    click.echo(done.todo or f"{plan.name} runs. Its log: {_log_command(plan)}")


def _log_command(plan: ServicePlan) -> str:
    return f"journalctl {'--user ' if plan.scope is Scope.USER else ''}-u {plan.name}"


def _plan(app: str, scope: Scope, name: str | None, options: tuple[str, ...]) -> ServicePlan:
    from homeport.appfiles import open_app
    from homeport.launch import early_addresses

    files = open_app(app)
    streams, datagrams = early_addresses(files.manifest)
    path = files.root.resolve()
    if scope is Scope.SYSTEM and sys.platform == "linux":
        services.check_reach(path, Path(sys.executable), Path(services.__file__))
    return ServicePlan(
        name=services.service_name(name or files.manifest.name),
        title=files.manifest.name,
        app=path,
        command=services.run_command(path, options),
        streams=streams,
        datagrams=datagrams,
        scope=scope,
    )


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
