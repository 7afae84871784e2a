"""The operator's policy: what no app may do on this machine, whatever its manifest says.

One TOML file, see :mod:`._policy_file`, read from top to bottom. The first rule that fits decides, and
``default`` decides the rest::

    profile = "default"         # "strict": private addresses only where a rule names them
    default = "allow"           # "deny": only what a rule allows

    [[rule]]
    action = "deny"             # or "allow"
    operations = ["tcp.connect", "udp.send"]
    hosts = ["*.example.com", "printer"]     # what the app asks for
    networks = ["10.0.0.0/8"]                # where that is
    ports = [9100, "8000-8099"]
    reason = "shown with the decision"

    [udp]
    broadcast = true            # may apps send to everybody?
    multicast = true            # may apps join groups, and send to them?
    packets-per-second = 50000  # an app's budget; loopback is free; 0 is no bound
    bytes-per-second = 125000000

A policy only takes away: the app's manifest must allow an operation too.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from homeport.errors import UserError

from ._address import (
    IpAddress,
    IpNetwork,
    destination,
    ip,
    is_multicast,
    is_private,
    parse_literal,
    spellings,
)

Operation: TypeAlias = Literal[
    "tcp.connect", "tcpServer.listen", "udp.bind", "udp.send", "udp.multicastMembership", "dns.resolve"
]
Action: TypeAlias = Literal["allow", "deny"]
Profile: TypeAlias = Literal["default", "strict"]

OPERATIONS: Final = frozenset(get_args(Operation))
#: The operations that are about another machine; the others take something of this one.
OUTWARD: Final = frozenset({"tcp.connect", "udp.send", "dns.resolve"})


class PolicyError(UserError):
    """A policy cannot be used. ``line`` counts from 1; ``None`` where no single line is to blame."""

    def __init__(self, message: str, *, path: Path | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        place = str(self.path or "policy")
        return f"{place}:{self.line}: {self.message}" if self.line else f"{place}: {self.message}"


class Verdict(NamedTuple):
    """May it be? And which rule says so, in one line."""

    allowed: bool
    rule: str


_DEFAULT_DENY: Final = Verdict(False, "policy: no rule allows it, and the default is deny")


class Rule(NamedTuple):
    """One rule. A condition that is ``None`` fits everything."""

    action: Action
    operations: frozenset[str] | None = None
    hosts: tuple[str, ...] | None = None
    networks: tuple[IpNetwork, ...] | None = None
    ports: tuple[tuple[int, int], ...] | None = None
    reason: str = ""
    line: int | None = None

    @property
    def names_its_targets(self) -> bool:
        """Whether it says where to, so that private addresses may be meant."""
        return self.networks is not None or (self.hosts is not None and "*" not in self.hosts)

    def fits_request(self, operation: str, host: str, port: int) -> bool:
        """Whether it is about this operation, host as asked for (in normal form) and port."""
        return self.fits_operation(operation, port) and self.fits_host(host)

    def fits_operation(self, operation: str, port: int) -> bool:
        """Whether it is about this operation and port, whatever the host."""
        return (self.operations is None or operation in self.operations) and (
            self.ports is None or any(low <= port <= high for low, high in self.ports)
        )

    def fits_host(self, host: str) -> bool:
        """Whether it is about this host, as it was asked for, in normal form."""
        return self.hosts is None or any(_host_fits(pattern, host) for pattern in self.hosts)

    def denies_host(self, address: IpAddress, reached: IpAddress) -> bool:
        """Whether a host that it denies is the address: then by whatever name that is asked for."""
        if self.action != "deny" or self.hosts is None:
            return False
        places = {reached, *spellings(address)}
        return any(not places.isdisjoint(_numbers(host)) for host in self.hosts)

    def fits_address(self, address: IpAddress, reached: IpAddress) -> bool:
        """Whether the address, or where packets to it really go, is in its networks.

        A denial also fits when the address only carries one of its networks' addresses, as in 64:ff9b::/96.
        """
        if self.networks is None:
            return True
        places = (address, reached) if self.action == "allow" else (reached, *spellings(address))
        return any(
            place.version == network.version and place in network
            for place in places
            for network in self.networks
        )

    def __str__(self) -> str:
        words: list[str] = [self.action, *sorted(self.operations or ())]
        words += self.hosts or ()
        words += map(str, self.networks or ())
        words += [f":{low}" if low == high else f":{low}-{high}" for low, high in self.ports or ()]
        place = f" (line {self.line})" if self.line else ""
        return " ".join(words) + place + (f": {self.reason}" if self.reason else "")


@lru_cache(maxsize=1024)
def _numbers(host: str) -> tuple[IpAddress, ...]:
    """The address that a rule's host is, and what it carries; none for a name."""
    literal = parse_literal(host)
    return () if literal is None else spellings(ip(literal.host))


def _host_fits(pattern: str, host: str) -> bool:
    host = host.removesuffix(".")
    if pattern.startswith("*."):
        # The bare domain too, as in a manifest.
        return host == pattern[2:] or host.endswith(pattern[1:])
    return pattern in ("*", host)


class UdpLimits(NamedTuple):
    """What apps may do by UDP beyond their manifest. A rate of 0 is no bound."""

    broadcast: bool = True
    multicast: bool = True
    packets_per_second: int = 50_000
    bytes_per_second: int = 125_000_000


#: In the strict profile, unless the file says otherwise.
STRICT_UDP: Final = UdpLimits(
    broadcast=False, multicast=False, packets_per_second=5_000, bytes_per_second=12_500_000
)


class Policy(NamedTuple):
    """What the operator allows. Immutable; a changed file makes another."""

    profile: Profile = "default"
    otherwise: Action = "allow"
    rules: tuple[Rule, ...] = ()
    udp: UdpLimits = UdpLimits()

    @classmethod
    def default(cls) -> Policy:
        """The manifest decides."""
        return cls()

    @classmethod
    def strict(cls, *rules: Rule) -> Policy:
        """Private addresses only where one of ``rules`` names them; no broadcast, no multicast."""
        return cls(profile="strict", rules=rules, udp=STRICT_UDP)

    def with_rules(self, *rules: Rule) -> Policy:
        """The same policy with ``rules`` ahead of its own."""
        return self._replace(rules=(*rules, *self.rules))

    def decide_request(self, operation: str, host: str, port: int) -> Verdict | None:
        """Decide from what was asked for alone; ``None``: the address must be known.

        Only a denial is final: what a rule allows here is looked at again with its address.
        """
        for rule in self.rules:
            if rule.fits_request(operation, host, port):
                if rule.networks is None and rule.action == "deny":
                    return Verdict(False, f"policy: {rule}")
                return None
        return _DEFAULT_DENY if self.otherwise == "deny" else None

    def decide(self, operation: str, host: str, port: int, address: IpAddress) -> Verdict:
        """Decide about ``address``, which is what ``host`` (in normal form) means."""
        group = operation != "udp.bind" and operation.startswith("udp.") and is_multicast(address)
        if group and not self.udp.multicast:
            return Verdict(False, f"policy: udp.multicast is not granted, and {address} is a group")
        guarded = self.profile == "strict" and operation in OUTWARD and not group and is_private(address)
        reached = destination(address) if operation in OUTWARD else address
        for rule in self.rules:
            fits = rule.fits_operation(operation, port) and rule.fits_address(address, reached)
            if fits and (rule.fits_host(host) or rule.denies_host(address, reached)):
                if rule.action == "deny":
                    return Verdict(False, f"policy: {rule}")
                if rule.names_its_targets or not guarded:
                    return Verdict(True, f"policy: {rule}")
        if guarded:
            return Verdict(False, f"policy: strict, and no rule names {host}, which is {address}")
        if self.otherwise == "deny":
            return _DEFAULT_DENY
        return Verdict(True, f"policy: {self.profile} profile")
