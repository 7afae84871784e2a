"""Why an app may go somewhere, or not: each of the three that decide, and each address, on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from homeport.net_errors import error_text

from ._address import ip, parse_literal
from ._authorize import entry_for, rule_name
from ._policy import OUTWARD

if TYPE_CHECKING:
    from ._address import IpAddress
    from ._authorize import Decision, Door, Permissions
    from ._network import Address
    from ._resolve import Resolver


class AddressReason(NamedTuple):
    """One address that the host means: what the never-list and the policy say of it."""

    host: str
    allowed: bool
    never: str | None
    policy: str


class Explanation(NamedTuple):
    """A decision and what led to it.

    Attributes:
        decision: as it would be made now.
        entry: the entry of the manifest that allows the request; ``None``: none does.
        never: what the never-list has against the request or its first refused address, if anything.
        policy: what the policy says: of the request, else of the address that decided.
        addresses: what the host means, where that was looked up.
        unresolved: why it could not be looked up.
    """

    decision: Decision
    entry: str | None
    never: str | None
    policy: str | None
    addresses: tuple[AddressReason, ...] = ()
    unresolved: str | None = None


class Explainer:
    """Asks the door everything, even where the first answer would do. It connects to nobody."""

    def __init__(self, door: Door, resolver: Resolver) -> None:
        self._door = door
        self._resolver = resolver

    async def explain(
        self, permissions: Permissions | None, operation: str, host: str, port: int, decision: Decision
    ) -> Explanation:
        """Explain ``decision``, which the engine has made."""
        entry = entry_for(permissions, operation, host, port)
        name = rule_name(host)
        # Names are looked up whatever they are; what counts is what they mean.
        never = None if operation == "dns.resolve" else self._door.never.refuse_request(operation, name)
        verdict = self._door.policy.decide_request(operation, name, port)
        policy = None if verdict is None else verdict.rule
        reasons: tuple[AddressReason, ...] = ()
        unresolved = None
        asked = entry is not None or operation not in OUTWARD
        if never is None and (asked or parse_literal(name) is not None):
            # A name that no entry allows is not looked up: to ask would tell others of it.
            found = await self._resolver.resolve(host, port)
            if isinstance(found, int):
                unresolved = error_text(found)
            else:
                reasons = tuple(self._reason(operation, name, address) for address in found)
                reasons = tuple(reason for reason in reasons if asked or not reason.allowed)
        deciding = next((r for r in reasons if r.allowed == decision.allowed), None)
        if deciding is not None:
            never, policy = never or deciding.never, policy or deciding.policy
        return Explanation(
            decision, None if entry is None else str(entry), never, policy, reasons, unresolved
        )

    def _reason(self, operation: str, name: str, address: Address) -> AddressReason:
        number: IpAddress = ip(address.host)
        never = self._door.never.refuse(operation, address, number)
        verdict = self._door.policy.decide(operation, name, address.port, number)
        return AddressReason(address.host, never is None and verdict.allowed, never, verdict.rule)
