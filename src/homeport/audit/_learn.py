"""Learning the policy that an app's use needs.

What is learned goes into a policy file as rules whose reason is ``learned``; what the file says beside them
stays, ahead of them. Each run adds what it used. The policy is strict and denies what no rule allows.

Rules stay few: many ports of one host become all its ports, many addresses of one network that network, many
names of one domain that domain.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from homeport.engine import Policy, PolicyError, Rule, UdpLimits, canonical_host, format_policy, read_policy
from homeport.errors import UserError

if TYPE_CHECKING:
    from homeport.engine import Decision, Session, Sink

__all__ = ["Learner"]

_REASON: Final = "learned"
_SAVE_AFTER: Final = 2.0
_MANY_PORTS: Final = 8
_MANY_ADDRESSES: Final = 16
_MANY_NAMES: Final = 64
#: So that the file stays one that can be read.
_MOST_TARGETS: Final = 4096
_HEADER: Final = """\
# What Homeport learned that the app needs; each run with --learn adds to it. Use it with --policy.
# Rules without reason = "learned" are yours and stay. Comments do not.

"""

#: A host as a rule has it, or a network in CIDR form.
Target: TypeAlias = str
#: Port ranges; ``None``: all.
Ports: TypeAlias = "frozenset[tuple[int, int]] | None"
_NONE: Final[frozenset[tuple[int, int]]] = frozenset()


class Learner:
    """An observer that keeps a policy file. Close it to write the last.

    Args:
        path: the file; there may be none yet.
        on_trouble: told once when the file cannot be written.

    Raises:
        UserError: there is a file, but it is no policy.
    """

    def __init__(self, path: Path, *, on_trouble: Callable[[str], None] = lambda _: None) -> None:
        self.path = path
        self._on_trouble: Callable[[str], None] | None = on_trouble
        self._timer: asyncio.TimerHandle | None = None
        self._changed = False
        base = read_policy(path) if path.exists() else None
        if base is None:
            base = Policy("strict", "deny", udp=UdpLimits(broadcast=False, multicast=False))
            self._changed = True
        learned = [rule for rule in base.rules if _is_learned(rule)]
        self._base = base._replace(rules=tuple(rule for rule in base.rules if rule not in learned))
        self._uses = _uses_of(learned)
        if not os.access(path.parent, os.W_OK):
            raise UserError(f"--learn: {path.parent} cannot be written.")

    @property
    def policy(self) -> Policy:
        """The policy as learned by now."""
        return self._base._replace(rules=(*self._base.rules, *_rules(_summed(self._uses))))

    # engine.Observer

    def watch(self, session: Session, sink: Sink) -> Sink:
        """Nothing is to be learned from events."""
        return sink

    def decided(self, session: object, operation: str, host: str, port: int, decision: Decision) -> None:
        """Learn from what was allowed."""
        if not decision.allowed:
            return
        groups = [a for a in decision.addresses if _is_group(a.host)]
        if operation == "udp.broadcast":
            self._grant(broadcast=True)
            return
        if operation == "udp.multicastMembership" or (operation == "udp.send" and groups):
            self._grant(multicast=True)
        name = canonical_host(host)
        if name is not None:
            self._add(operation, name.removesuffix("."), port)

    def failed(self, session: Session, operation: str, host: str, port: int, code: int) -> None:
        """It was learned when it was allowed: the app needs it all the same."""

    def policy_changed(self, outcome: Policy | PolicyError) -> None:
        """What is in force meanwhile is another file's."""

    def _grant(self, **grants: bool) -> None:
        limits = self._base.udp._replace(**grants)
        if limits != self._base.udp:
            self._base = self._base._replace(udp=limits)
            self._dirty()

    def _add(self, operation: str, target: Target, port: int) -> None:
        ports = self._uses[operation].get(target, _NONE)
        if ports is None or any(low <= port <= high for low, high in ports):
            return
        if not ports and len(self._uses[operation]) >= _MOST_TARGETS:
            self._trouble(f"{self.path} names {_MOST_TARGETS} targets; no more are learned")
            return
        self._uses[operation][target] = _all_ports(ports, frozenset({(port, port)}))
        self._dirty()

    # The file.

    def _dirty(self) -> None:
        self._changed = True
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SAVE_AFTER, self.save)

    def save(self) -> None:
        """Write the file if there is something new; whole or not at all."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._changed:
            return
        try:
            _write(self.path, _HEADER + format_policy(self.policy))
            self._changed = False
        except OSError as error:
            self._trouble(f"what was learned cannot be written to {self.path}: {error.strerror}")

    def _trouble(self, text: str) -> None:
        tell, self._on_trouble = self._on_trouble, None
        if tell is not None:
            tell(text)


def _write(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


_Uses: TypeAlias = dict[str, dict[Target, Ports]]


def _is_learned(rule: Rule) -> bool:
    """Whether a rule is one of ours, and as we write them."""
    one_sort = (rule.hosts is None) != (rule.networks is None)
    return rule.action == "allow" and rule.reason == _REASON and rule.operations is not None and one_sort


def _uses_of(rules: Iterable[Rule]) -> _Uses:
    """What learned rules allow, by operation and target."""
    uses: _Uses = defaultdict(dict)
    for rule in rules:
        targets = [*(rule.hosts or ()), *map(str, rule.networks or ())]
        for operation in rule.operations or ():
            for target in targets:
                ports = uses[operation].get(target, _NONE)
                wider = None if rule.ports is None or ports is None else ports | set(rule.ports)
                uses[operation][target] = wider
    return uses


def _summed(uses: _Uses) -> _Uses:
    """The same uses, and what is many of a kind as its kind."""
    summed: _Uses = {}
    for operation, targets in uses.items():
        kinds: dict[Target, list[Target]] = defaultdict(list)
        for target in targets:
            kinds[_kind_of(target)].append(target)
        found: dict[Target, Ports] = {}
        for kind, members in kinds.items():
            many = _MANY_ADDRESSES if "/" in kind else _MANY_NAMES
            for target in members:
                summed_up = kind and (len(members) > many or kind in members)
                key = kind if summed_up else target
                found[key] = _all_ports(found.get(key, _NONE), targets[target])
        summed[operation] = found
    return summed


def _all_ports(one: Ports, other: Ports) -> Ports:
    if one is None or other is None:
        return None
    both = one | other
    return None if len(both) > _MANY_PORTS else both


def _kind_of(target: Target) -> Target:
    """The network or domain that a target may stand for together with its like; empty: none."""
    if "/" in target or target.startswith("*"):
        return target
    try:
        address = ip_address(target)
    except ValueError:
        parent = target.partition(".")[2]
        return f"*.{parent}" if "." in parent else ""
    if address.is_unspecified or address.is_loopback:
        return ""
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))


def _rules(uses: _Uses) -> list[Rule]:
    """Rules for uses: targets with the same ports share one."""
    rules = []
    for operation, targets in sorted(uses.items()):
        shared: dict[tuple[tuple[int, int], ...] | None, list[Target]] = defaultdict(list)
        for target, ports in targets.items():
            shared[None if ports is None else tuple(sorted(ports))].append(target)
        for ports_, members in sorted(shared.items(), key=lambda item: str(item[0])):
            hosts = tuple(sorted(target for target in members if "/" not in target))
            networks = tuple(ip_network(target) for target in sorted(members) if "/" in target)
            rule = Rule("allow", frozenset({operation}), ports=ports_, reason=_REASON)
            if hosts:
                rules.append(rule._replace(hosts=hosts))
            if networks:
                rules.append(rule._replace(networks=networks))
    return rules


def _is_group(host: str) -> bool:
    address = ip_address(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_multicast)
