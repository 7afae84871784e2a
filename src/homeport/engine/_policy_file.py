"""Reading a policy from its file, and again whenever the file changes.

A changed file is checked before it applies. One that is broken changes nothing: the policy before it stays,
and the log says which line is wrong.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, TypeVar

from ._address import IpNetwork, canonical_host
from ._policy import OPERATIONS, STRICT_UDP, Policy, PolicyError, Rule, UdpLimits

_T = TypeVar("_T")

_log = logging.getLogger("homeport.policy")

#: A policy is written by hand; anything larger is a mistake.
_MAX_SIZE: Final = 1 << 20
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_LINE: Final = re.compile(r"at line (\d+)")
_PORTS: Final = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_LIMITS: Final = {
    "broadcast": bool,
    "multicast": bool,
    "packets-per-second": int,
    "bytes-per-second": int,
}


class _BadValueError(Exception):
    """A value is wrong; at ``key`` of the table that is being read."""

    def __init__(self, key: str | None, message: str) -> None:
        super().__init__(message)
        self.key = key


def read_policy(path: Path) -> Policy:
    """Read a policy file. Raises :class:`PolicyError`."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_SIZE + 1)
        if len(data) > _MAX_SIZE:
            raise PolicyError(f"larger than {_MAX_SIZE} bytes", path=path)
        return parse_policy(data.decode("utf-8-sig"), path=path)
    except OSError as error:
        raise PolicyError(f"cannot be read: {error.strerror}", path=path) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PolicyError("not UTF-8", path=path, line=line) from None


def parse_policy(text: str, *, path: Path | None = None) -> Policy:
    """Read the text of a policy. Raises :class:`PolicyError`."""
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise PolicyError(str(error), path=path, line=line) from None
    except RecursionError:
        raise PolicyError("nested too deeply", path=path) from None
    reader = _Reader(text, path)
    return reader.policy(tables)


class _Reader:
    """Turns tables into a policy, and knows the line of everything that may be wrong."""

    def __init__(self, text: str, path: Path | None) -> None:
        self._lines = text.splitlines()
        self._path = path
        self._headers = [i for i, line in enumerate(self._lines, 1) if line.lstrip().startswith("[")]
        self._rules = [i for i in self._headers if re.match(r"\s*\[\[\s*rule\s*\]\]", self._lines[i - 1])]

    def policy(self, tables: Mapping[str, object]) -> Policy:
        try:
            _known(tables, {"profile", "default", "rule", "udp"})
            profile = _choice(tables, "profile", ("default", "strict"), "default")
            otherwise = _choice(tables, "default", ("allow", "deny"), "allow")
            rules = tables.get("rule", [])
            if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
                raise _BadValueError("rule", "rules are tables, each beginning with [[rule]]")
            limits = tables.get("udp", {})
            if not isinstance(limits, dict):
                raise _BadValueError("udp", "udp is a table, beginning with [udp]")
        except _BadValueError as wrong:
            raise self._error(wrong, 0) from None
        return Policy(
            profile="strict" if profile == "strict" else "default",
            otherwise="deny" if otherwise == "deny" else "allow",
            rules=tuple(self._rule(rule, index) for index, rule in enumerate(rules)),
            udp=self._udp(limits, STRICT_UDP if profile == "strict" else UdpLimits()),
        )

    def _rule(self, table: Mapping[str, object], index: int) -> Rule:
        line = self._rules[index] if index < len(self._rules) else None
        try:
            _known(table, {"action", "operations", "hosts", "networks", "ports", "reason"})
            if "action" not in table:
                raise _BadValueError(None, 'a rule needs an action: "allow" or "deny"')
            action = _choice(table, "action", ("allow", "deny"), "")
            return Rule(
                action="allow" if action == "allow" else "deny",
                operations=_frozen(_each(table, "operations", _operation)),
                hosts=_each(table, "hosts", _host),
                networks=_each(table, "networks", _network),
                ports=_each(table, "ports", _ports),
                reason=_text(table, "reason"),
                line=line,
            )
        except _BadValueError as wrong:
            raise self._error(wrong, line or 0) from None

    def _udp(self, table: Mapping[str, object], limits: UdpLimits) -> UdpLimits:
        try:
            _known(table, set(_LIMITS))
            values = {key.replace("-", "_"): _limit(table, key) for key in table}
        except _BadValueError as wrong:
            start = next((i for i in self._headers if "udp" in self._lines[i - 1]), 0)
            raise self._error(wrong, start) from None
        return UdpLimits(**{**{name: getattr(limits, name) for name in UdpLimits._fields}, **values})

    def _error(self, wrong: _BadValueError, start: int) -> PolicyError:
        """The error at the line of its key in the table that starts at line ``start``."""
        key = wrong.key
        if key is not None:
            pattern = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
            for number in range(start + 1, len(self._lines) + 1):
                if pattern.match(self._lines[number - 1]):
                    return PolicyError(str(wrong), path=self._path, line=number)
                if start and number in self._headers:
                    break
        return PolicyError(str(wrong), path=self._path, line=start or None)


def _known(table: Mapping[str, object], known: set[str]) -> None:
    for key in table:
        if key not in known:
            raise _BadValueError(key, f'unknown key "{key}"; there are {", ".join(sorted(known))}')


def _choice(table: Mapping[str, object], key: str, choices: tuple[str, ...], default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or value not in choices:
        raise _BadValueError(key, f"{key} is " + " or ".join(f'"{choice}"' for choice in choices))
    return value


def _text(table: Mapping[str, object], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or not value.isprintable():
        raise _BadValueError(key, f"{key} is a text of one line")
    return value


def _limit(table: Mapping[str, object], key: str) -> bool | int:
    value = table[key]
    if _LIMITS[key] is bool and isinstance(value, bool):
        return value
    if _LIMITS[key] is int and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise _BadValueError(
        key, f"{key} is " + ("true or false" if _LIMITS[key] is bool else "a number, 0 or more")
    )


def _each(table: Mapping[str, object], key: str, read: Callable[[object], _T]) -> tuple[_T, ...] | None:
    if key not in table:
        return None
    values = table[key]
    if not isinstance(values, list):
        values = [values]
    if not values:
        raise _BadValueError(key, f"{key} is empty, so the rule would never fit; leave it out to fit all")
    try:
        return tuple(read(value) for value in values)
    except ValueError as error:
        raise _BadValueError(key, str(error)) from None


def _frozen(values: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def _operation(value: object) -> str:
    if not isinstance(value, str) or value not in OPERATIONS:
        raise ValueError(f"no operation {value!r}; there are {', '.join(sorted(OPERATIONS))}")
    return value


def _host(value: object) -> str:
    if isinstance(value, str):
        if value == "*":
            return value
        wild = value.startswith("*.")
        host = canonical_host(value[2:] if wild else value)
        if host is not None:
            return "*." * wild + host.removesuffix(".")
    raise ValueError(f"{value!r} is no host: write a name, an address, *.domain or *")


def _network(value: object) -> IpNetwork:
    try:
        network = ip_network(str(value) if isinstance(value, str) else "")
        if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
            # Packets to those go to IPv4, and are looked at as such.
            return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - 96))
        return network
    except ValueError as error:
        raise ValueError(f"{value!r} is no network such as 10.0.0.0/8: {error}") from None


def _ports(value: object) -> tuple[int, int]:
    found = _PORTS.fullmatch(str(value)) if isinstance(value, int | str) and value is not True else None
    if found:
        low, high = int(found[1]), int(found[2] or found[1])
        if low <= high <= 65535:
            return low, high
    raise ValueError(f'{value!r} is no port such as 80 or "8000-8099"')


class PolicyFile:
    """A policy that follows its file."""

    def __init__(self, path: Path) -> None:
        """Read the file; a broken one raises :class:`PolicyError`."""
        self.path = path
        self._stamp = self._seen = self._look()
        self.policy = read_policy(path)
        #: Why the file as it is now is not in force; ``None`` when it is.
        self.error: PolicyError | None = None

    def _look(self) -> tuple[int, ...] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size, status.st_ino)

    def settled(self) -> bool:
        """Whether the file is as it was when this was asked last.

        One that is just being written may be a good policy already, with half of its rules, or with none.
        """
        before, self._seen = self._seen, self._look()
        return self._seen == before

    def refresh(self) -> bool:
        """Read the file if it changed since; ``True`` when another policy is in force now."""
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            policy = read_policy(self.path)
        except PolicyError as error:
            self.error = error
            _log.error("%s; the policy before it stays in force", error)
            return False
        changed, mended = policy != self.policy, self.error is not None
        self.policy, self.error = policy, None
        if changed or mended:
            _log.info("%s: in force (rules: %d)", self.path, len(policy.rules))
        return changed
