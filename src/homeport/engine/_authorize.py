"""The one door: may this app do this, there?

Asked inside every connect, send, bind, listen and joinGroup. First the request as the app made it, before
any name is resolved: its manifest, the never-list, the operator's policy. Then each address that will be
used. The first that says no decides, and its rule is told in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, TypeAlias

from homeport._text import one_line

from ._address import canonical_host, ip, parse_literal
from ._budget import Budgets
from ._never import NeverList
from ._policy import Policy, PolicyError
from ._policy_file import PolicyFile

if TYPE_CHECKING:
    from ._network import Address, Network, Timer

Authority: TypeAlias = Literal["manifest", "never", "policy"]

#: No host is near this long, however it is written; beyond it a look costs time. Chromium has no bound.
LONGEST_HOST: Final = 131_072
#: So many decisions are remembered for each session, of hosts that are not longer than nearly all are.
_MOST_GRANTED: Final = 256
_LONGEST_GRANTED: Final = 64
#: Seconds between two looks at the policy's file.
_REFRESH: float = 1.0


class Permissions(Protocol):
    """What a manifest grants: the part of ``homeport.manifest.SocketPermissions`` that is needed here.

    One object always says the same; other grants are another object.
    """

    def check(self, kind: str, host: str, port: int, /) -> object | None:
        """The entry that allows this, or ``None``."""


class Decision(NamedTuple):
    """May it be? Which rule says so, in one line, and whose rule that is. ``addresses``: where it may go."""

    allowed: bool
    rule: str
    authority: Authority = "manifest"
    addresses: tuple[Address, ...] = ()


class Granted:
    """What one session was granted of literal addresses, since apps come to the same ones again and again.

    Only as long as nothing changed that decides, and nothing for which more counts than that.
    """

    __slots__ = ("_decisions", "_door", "_generation", "_permissions")

    def __init__(self, door: Door) -> None:
        self._door = door
        self._permissions: Permissions | None = None
        self._generation = -1
        self._decisions: dict[tuple[str, str, int], Decision] = {}

    def authorize(self, permissions: Permissions | None, operation: str, host: str, port: int) -> Decision:
        """As :meth:`Door.authorize`."""
        door = self._door
        if self._permissions is not permissions or self._generation != door.generation:
            self._permissions = permissions
            self._generation = door.generation
            self._decisions.clear()
        request = (operation, host, port)
        decision = self._decisions.get(request)
        if decision is None:
            decision = door.authorize(permissions, operation, host, port)
            lasts = decision.addresses and not door.never.concerns(port)
            if lasts and len(host) <= _LONGEST_GRANTED:
                if len(self._decisions) >= _MOST_GRANTED:
                    self._decisions.clear()
                self._decisions[request] = decision
        return decision


class Door:
    """Everything that decides, in one place. One door for the whole engine."""

    def __init__(
        self,
        network: Network,
        policy: Policy | PolicyFile | None = None,
        on_change: Callable[[Policy | PolicyError], None] | None = None,
    ) -> None:
        self._network = network
        self._on_change = on_change
        self._file = policy if isinstance(policy, PolicyFile) else None
        self._timer: Timer | None = None
        #: The policy in force.
        self.policy = policy.policy if isinstance(policy, PolicyFile) else policy or Policy.default()
        self.never = NeverList(network, self._outdate)
        self.budgets = Budgets(self.policy.udp, network.time)
        #: Another number whenever a remembered decision may be wrong.
        self.generation = 0
        if self._file is not None:
            self._watch()

    def _watch(self) -> None:
        self._timer = self._network.call_later(_REFRESH, self._look)

    def _look(self) -> None:
        if self._file is not None and self._file.settled():
            self.refresh()
        self._watch()

    def refresh(self) -> None:
        """Take the policy from its file, if that changed."""
        if self._file is None:
            return
        before = self._file.error
        changed = self._file.refresh()
        if changed:
            self.replace_policy(self._file.policy)
        if self._on_change is None:
            return
        if changed:
            self._on_change(self._file.policy)
        elif self._file.error is not None and self._file.error is not before:
            self._on_change(self._file.error)

    def replace_policy(self, policy: Policy) -> None:
        """Decide by ``policy`` from now on."""
        self.policy = policy
        self.budgets.limit(policy.udp)
        self._outdate()

    def _outdate(self) -> None:
        self.generation += 1

    def close(self) -> None:
        """Look at no file any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def authorize(self, permissions: Permissions | None, operation: str, host: str, port: int) -> Decision:
        """Decide about a request, before its name is resolved.

        ``host`` is what the app wrote; for a group's membership, the group. For an IP literal the decision is
        final, and :attr:`Decision.addresses` has the address.
        """
        if (refused := _refuse_length(host)) is not None:
            return refused
        entry = entry_for(permissions, operation, host, port)
        if entry is None:
            wanted = "" if operation == "udp.multicastMembership" else f" {one_line(host)}:{port}"
            return Decision(False, f"manifest: nothing in sockets.{operation} allows{wanted or ' it'}")
        name = rule_name(host)
        if rule := self.never.refuse_request(operation, name):
            return Decision(False, rule, "never")
        verdict = self.policy.decide_request(operation, name, port)
        if verdict is not None:
            return Decision(False, verdict.rule, "policy")
        granted = f'manifest: sockets.{operation} "{entry}"'
        if (address := parse_literal(name, port)) is None:
            return Decision(True, granted)
        decision = self._authorize_address(operation, host, name, address)
        if not decision.allowed:
            return decision
        return Decision(True, f"{granted}; {decision.rule}", decision.authority, decision.addresses)

    def authorize_look_up(self, host: str) -> Decision:
        """Decide whether an app may ask what ``host`` means; its manifest grants that for all names."""
        if (refused := _refuse_length(host)) is not None:
            return refused
        verdict = self.policy.decide_request("dns.resolve", rule_name(host), 0)
        if verdict is not None:
            return Decision(False, verdict.rule, "policy")
        return Decision(True, 'manifest: permission "dns"')

    def authorize_broadcast(self) -> Decision:
        """Decide whether a socket may send to everybody on a network. The manifest has no word for it."""
        allowed = self.policy.udp.broadcast
        return Decision(allowed, f"policy: udp.broadcast is {'' if allowed else 'not '}granted", "policy")

    def authorize_address(self, operation: str, host: str, address: Address) -> Decision:
        """Decide about an address that ``host`` means, after :meth:`authorize` allowed to ask for it."""
        return self._authorize_address(operation, host, rule_name(host), address)

    def _authorize_address(self, operation: str, host: str, name: str, address: Address) -> Decision:
        number = ip(address.host)
        meaning = "" if name == address.host else f" ({one_line(host)} is {address.host})"
        if rule := self.never.refuse(operation, address, number):
            return Decision(False, rule + meaning, "never")
        verdict = self.policy.decide(operation, name, address.port, number)
        if not verdict.allowed:
            return Decision(False, verdict.rule + meaning, "policy")
        return Decision(True, verdict.rule, "policy", (address,))

    def authorize_all(self, operation: str, host: str, addresses: Sequence[Address]) -> Decision:
        """Decide about all that a name resolved to; the allowed ones are in the decision."""
        decisions = [self.authorize_address(operation, host, address) for address in addresses]
        allowed = tuple(address for decision in decisions for address in decision.addresses)
        if not decisions:
            return Decision(False, f"{one_line(host)} has no address", "policy")
        first = next((decision for decision in decisions if decision.allowed == bool(allowed)), decisions[0])
        return Decision(bool(allowed), first.rule, first.authority, allowed)


def rule_name(host: str) -> str:
    """A host as the operator's rules see it."""
    return canonical_host(host) or host.lower()


def _refuse_length(host: str) -> Decision | None:
    """Why ``host`` is not even looked at, if it is too long."""
    if len(host) <= LONGEST_HOST:
        return None
    return Decision(False, f"manifest: nothing allows a host of {len(host)} characters")


def granted_by(permissions: Permissions | None, operation: str) -> bool:
    """Whether the manifest alone grants an operation that has no target."""
    return entry_for(permissions, operation, "*", 0) is not None


def entry_for(permissions: Permissions | None, operation: str, host: str, port: int) -> object | None:
    """The manifest's entry that allows a request, or ``None``."""
    if permissions is None:
        return None
    if operation == "udp.multicastMembership":
        # A manifest grants all groups or none.
        return permissions.check(operation, "*", 0)
    return permissions.check(operation, host, port)
