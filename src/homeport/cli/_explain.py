"""``homeport explain``: may an app go there, and which rule says so; no connection is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from homeport._text import one_line
from homeport.cli._options import door_options, gather
from homeport.engine import AddressReason, Explanation
from homeport.errors import UserError

if TYPE_CHECKING:
    from homeport.manifest import Manifest

_LOOK_UP = "dns.resolve"
_WITH_PORTS = ("tcp.connect", "udp.send", "udp.bind", "tcpServer.listen")
OPERATIONS = (*_WITH_PORTS, "udp.multicastMembership", _LOOK_UP)


class _Permissions(NamedTuple):
    """What a manifest lets an app do: what its ``sockets`` key says, and look names up."""

    manifest: Manifest

    def check(self, operation: str, host: str, port: int) -> object | None:
        """What allows it, if anything does."""
        if operation == _LOOK_UP:
            return 'permission "dns"' if self.manifest.has_permission("dns") else None
        sockets = self.manifest.sockets
        return None if sockets is None else sockets.check(operation, host, port)


def split_target(target: str, operation: str = "tcp.connect") -> tuple[str, int]:
    """Host and port of ``host:port`` or ``[::1]:port``; of ``host`` alone where no port matters."""
    if operation not in _WITH_PORTS and not target.startswith("[") and target.count(":") != 1:
        return target, 0
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
@door_options
def explain(app: str, target: str, operation: str, as_json: bool, **options: Any) -> None:
    """Say whether APP may reach HOST:PORT and which rule decides. Exit status 1 when it may not.

    To join a group, or to look a name up, is asked for HOST alone. Shown are the manifest's entry, the
    never-list, the policy's rule, and each address that the host means, with the one that decided marked by
    ">". Nothing is connected to; a name is looked up.

    \b
    Examples:
      homeport explain ./my-app printer.local:9100
      homeport explain ./my-app 0.0.0.0:8080 --operation tcpServer.listen
      homeport explain ./my-app 239.255.255.250 --operation udp.multicastMembership
    """
    from homeport.appfiles import open_app
    from homeport.engine import run
    from homeport.launch import make_engine

    host, port = split_target(target, operation)
    manifest = open_app(app).manifest
    permissions = _Permissions(manifest)
    engine_options_ = gather(options)

    async def decide() -> tuple[Explanation, list[str]]:
        """The explanation, and what else is allowed there when this is not."""
        engine = make_engine(engine_options_)
        try:
            found = await engine.reasons(permissions, operation, host, port)
            others = _WITH_PORTS if not found.decision.allowed else ()
            reasons = {other: await engine.reasons(permissions, other, host, port) for other in others}
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
    _line("manifest", _manifest_line(found, operation))
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


def _manifest_line(found: Explanation, operation: str) -> str:
    if operation == _LOOK_UP:
        return found.entry or 'no permission "dns"'
    if found.entry is None:
        return f"nothing in sockets.{operation} allows it"
    return f'"{found.entry}"'


def _line(name: str, text: str) -> None:
    click.echo(f"  {name:9} {one_line(text)}")
