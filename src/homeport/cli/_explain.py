"""``homeport explain``: may an app go there, and which rule says so; no connection is made."""

from __future__ import annotations

import json
from typing import Any

import click

from homeport._text import one_line
from homeport.cli._options import engine_options, gather
from homeport.engine import AddressReason, Explanation
from homeport.errors import UserError

OPERATIONS = ("tcp.connect", "udp.send", "udp.bind", "tcpServer.listen", "udp.multicastMembership")


def split_target(target: str) -> tuple[str, int]:
    """Host and port of ``host:port`` or ``[::1]:port``."""
    host, colon, port = target.rpartition(":")
    digits = port.isascii() and port.isdigit() and len(port) <= 5
    if not colon or not digits or int(port) > 65535 or (":" in host and not host.startswith("[")):
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

    Shown are the manifest's entry, the never-list, the policy's rule, and each address that the host means,
    with the one that decided marked by ``>``. Nothing is connected to; a name is looked up.

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

    async def decide() -> tuple[Explanation, list[str]]:
        """The explanation, and what else is allowed there when this is not."""
        engine = make_engine(engine_options_)
        try:
            found = await engine.reasons(manifest.sockets, operation, host, port)
            others = OPERATIONS if not found.decision.allowed else ()
            reasons = {other: await engine.reasons(manifest.sockets, other, host, port) for other in others}
            return found, [other for other, found in reasons.items() if found.decision.allowed]
        finally:
            await engine.aclose()

    found, others = run(decide())
    if as_json:
        question = {"app": manifest.name, "app_id": manifest.app_id, "operation": operation, "target": target}
        click.echo(json.dumps(question | as_object(found), indent=1))
    else:
        _show(found, operation, target)
        if others:
            verb = "is" if len(others) == 1 else "are"
            _line("but", f"{', '.join(others)} {verb} allowed there; --operation {others[0]} says why")
    if not found.decision.allowed:
        raise click.exceptions.Exit(1)


def as_object(found: Explanation) -> dict[str, object]:
    """The explanation as JSON has it."""
    decision = found.decision
    deciding = _deciding(found)
    return {
        "allowed": decision.allowed,
        "decided_by": decision.authority,
        "rule": decision.rule,
        "manifest": found.entry,
        "never": found.never,
        "policy": found.policy,
        "address": deciding.host if deciding else None,
        "addresses": [
            {"address": a.host, "allowed": a.allowed, "never": a.never, "policy": a.policy}
            for a in found.addresses
        ],
        "unresolved": found.unresolved,
    }


def _deciding(found: Explanation) -> AddressReason | None:
    """The address that decided: the first that may be reached, or the first that stands in the way."""
    return next((a for a in found.addresses if a.allowed == found.decision.allowed), None)


def _show(found: Explanation, operation: str, target: str) -> None:
    decision = found.decision
    word, colour = ("allowed", "green") if decision.allowed else ("refused", "red")
    click.secho(word, fg=colour, nl=False)
    click.echo(f"  {operation} {one_line(target)}")
    entry = f'"{found.entry}"' if found.entry else f"nothing in sockets.{operation} allows it"
    _line("manifest", entry)
    _line("never", (found.never or "nothing against it").removeprefix("never: "))
    silent = "its address would decide" if found.unresolved else "no rule is about it"
    _line("policy", (found.policy or silent).removeprefix("policy: "))
    deciding = _deciding(found)
    for address in found.addresses:
        mark = ">" if address is deciding else " "
        verdict = "allowed" if address.allowed else f"refused: {address.never or address.policy}"
        _line("address", f"{mark} {address.host}  {verdict}")
    if found.unresolved:
        _line("address", f"none: {found.unresolved}")
    elif not found.addresses:
        _line("address", "not looked up")


def _line(name: str, text: str) -> None:
    click.echo(f"  {name:9} {one_line(text)}")
