"""``homeport explain``: may an app go there, and which rule says so; no connection is made."""

from __future__ import annotations

import json
from typing import Any

import click

from homeport.cli._options import engine_options, gather
from homeport.errors import UserError

OPERATIONS = ("tcp.connect", "udp.send", "udp.bind", "tcpServer.listen", "udp.multicastMembership")


def split_target(target: str) -> tuple[str, int]:
    """Host and port of ``host:port`` or ``[::1]:port``."""
    host, colon, port = target.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535 or (":" in host and not host.startswith("[")):
        raise UserError(f"{target!r} is not HOST:PORT, such as printer.local:9100 or [::1]:80.")
    return host.removeprefix("[").removesuffix("]"), int(port)


@click.command()
@click.argument("app", type=click.Path())
@click.argument("target", metavar="HOST:PORT")
@click.option("--operation", type=click.Choice(OPERATIONS), default="tcp.connect", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@engine_options
def explain(app: str, target: str, operation: str, as_json: bool, **options: Any) -> None:
    """Say whether APP may reach HOST:PORT and which rule decides. Exit status 1 when it may not.

    \b
    Examples:
      homeport explain ./my-app printer.local:9100
      homeport explain ./my-app 0.0.0.0:8080 --operation tcpServer.listen
    """
    from homeport.appfiles import open_app
    from homeport.engine import run
    from homeport.launch import make_engine

    host, port = split_target(target)
    manifest = open_app(app).manifest
    engine_options_ = gather(options)

    async def decide() -> Any:
        engine = make_engine(engine_options_)
        try:
            return await engine.explain(manifest.sockets, operation, host, port)
        finally:
            await engine.aclose()

    decision = run(decide())
    addresses = [address.host for address in decision.addresses]
    if as_json:
        answer = {"allowed": decision.allowed, "rule": decision.rule, "addresses": addresses}
        click.echo(json.dumps({"app": manifest.name, "operation": operation, "target": target, **answer}))
    else:
        click.secho(
            "allowed" if decision.allowed else "refused", fg="green" if decision.allowed else "red", nl=False
        )
        click.echo(f"  {operation} {target}")
        click.echo(f"         {decision.rule}")
        if addresses:
            click.echo(f"         {host} is {', '.join(addresses)}")
    if not decision.allowed:
        raise click.exceptions.Exit(1)
