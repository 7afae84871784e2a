"""The ``host:port`` patterns of the ``sockets`` key, and the question they answer: may this go there?

The grammar is Chromium's, which takes more than its documentation says::

    pattern := "" | host | ":" port | host ":" port
    host    := "" | "*"            any host
             | "*." name | "." name    a domain: the name itself and everything below it
             | name                    one host, as text: no punycode, no other spelling of an address
    port    := "" | "*"            any port
             | 1 to 65535, leading zeros and one "+" allowed

One extension: an IPv6 address in brackets is a host, ``[::1]:80``. Chromium refuses every such pattern (it
splits at each colon), so nothing that Chromium accepts means something else here.
"""

from __future__ import annotations

import ipaddress
import re
import string
from enum import StrEnum
from typing import NamedTuple

__all__ = ["Entry", "Kind", "PatternError", "parse_pattern"]

# What Chromium trims: ASCII white space with the vertical tab.
_SPACE = " \t\n\v\f\r"
_PORT = re.compile(r"\+?0*([0-9]{1,5})")
_BRACKETED = re.compile(r"(\[[^\[\]]*\])(?::([^:]*))?")
_NOT_A_URL = "Write a host and a port, not a URL."
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_IPV4_PART = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


class Kind(StrEnum):
    """What an app may be allowed to do. The first five are the slots of the ``sockets`` key."""

    UDP_BIND = "udp.bind"
    UDP_SEND = "udp.send"
    UDP_MULTICAST_MEMBERSHIP = "udp.multicastMembership"
    TCP_CONNECT = "tcp.connect"
    TCP_LISTEN = "tcpServer.listen"
    # Only in the old `socket` permission, for chrome.socket.
    RESOLVE_HOST = "resolveHost"
    RESOLVE_PROXY = "resolveProxy"
    NETWORK_STATE = "networkState"

    @property
    def has_address(self) -> bool:
        """Whether entries of this kind name hosts and ports; the others are all or nothing."""
        return self in _WITH_ADDRESS


_WITH_ADDRESS = frozenset({Kind.UDP_BIND, Kind.UDP_SEND, Kind.TCP_CONNECT, Kind.TCP_LISTEN})


class PatternError(ValueError):
    """Not a pattern. The text is Chromium's; ``hint`` says what is wrong with it."""

    def __init__(self, pattern: str, hint: str) -> None:
        super().__init__(f"Invalid host:port pattern '{pattern}'")
        self.pattern = pattern
        self.hint = hint


class Entry(NamedTuple):
    """One thing that is allowed.

    ``host`` is in lower case, empty for any host. With ``subdomains`` it is itself and all names below it.
    ``port`` is 0 for any port. The order of entries is Chromium's. ``str()`` is the canonical text.
    """

    kind: Kind
    host: str = ""
    subdomains: bool = False
    port: int = 0

    def __str__(self) -> str:
        if not self.kind.has_address:
            return ""
        return f"{self.host_text}:{self.port or '*'}"

    @property
    def host_text(self) -> str:
        """The host as it is written in a pattern: ``*``, ``*.example.com``, ``[::1]``."""
        if ":" in self.host:
            return f"[{self.host}]"
        if not self.host:
            return "*"
        return f"*.{self.host}" if self.subdomains else self.host

    def allows(self, host: str, port: int) -> bool:
        """Whether this entry lets its operation go to ``host`` and ``port``, both as given to the API."""
        if not self.kind.has_address:
            return True
        return (not self.port or self.port == port) and self._allows_host(_lower(host))

    def _allows_host(self, host: str) -> bool:
        if not self.host or host == self.host:
            return True
        if ":" in self.host:
            return _ipv6(host.removeprefix("[").removesuffix("]")) == self.host
        if not self.subdomains or _is_address(host):
            return False
        return len(host) > len(self.host) + 1 and host.endswith("." + self.host)


def parse_pattern(kind: Kind, pattern: str) -> Entry:
    """Reads one pattern; raises :class:`PatternError`."""
    if not kind.has_address:
        if pattern:
            raise PatternError(pattern, 'The only value here is "", which allows it.')
        return Entry(kind)
    if bracketed := _BRACKETED.fullmatch(pattern):
        address = _ipv6(bracketed[1][1:-1])
        if address is not None and "%" not in bracketed[1]:
            return Entry(kind, address, port=_parse_port(pattern, bracketed[2] or ""))
    parts = pattern.split(":")
    if len(parts) > 2:
        raise PatternError(pattern, _too_many_colons(pattern))
    host, subdomains = _parse_host(pattern, parts[0])
    return Entry(kind, host, subdomains, _parse_port(pattern, parts[1] if len(parts) == 2 else ""))


def _parse_host(pattern: str, text: str) -> tuple[str, bool]:
    if text.strip(_SPACE) != text:
        raise PatternError(pattern, "Remove the white space around the host.")
    if not text:
        return "", False
    labels = [label.strip(_SPACE) for label in _lower(text).split(".")]
    if labels[0] not in ("", "*"):
        return ".".join(labels), False
    rest = ".".join(labels[1:])
    return rest, bool(rest)


def _parse_port(pattern: str, text: str) -> int:
    if text in ("", "*"):
        return 0
    number = _PORT.fullmatch(text)
    if number is None or not 1 <= int(number[1]) <= 65535:
        port = "A port is a number from 1 to 65535, or * for any."
        raise PatternError(pattern, _NOT_A_URL if text.startswith("//") else port)
    return int(number[1])


def _too_many_colons(pattern: str) -> str:
    if "//" in pattern:
        return _NOT_A_URL
    if _ipv6(pattern) is not None:
        return f"Write an IPv6 address in brackets: [{pattern}]."
    return "There is one colon at most, between host and port."


def _lower(text: str) -> str:
    """Lower case in ASCII only, as Chromium does it: Ü stays Ü."""
    return text.translate(_LOWER)


def _ipv6(text: str) -> str | None:
    """The one spelling of an IPv6 address, without its zone; None for anything else."""
    try:
        return str(ipaddress.IPv6Address(text.partition("%")[0]))
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    """Whether a URL would take this host for an address: also ``127.1`` and ``0x7f.1``, IPv6 in brackets."""
    if host.startswith("[") and host.endswith("]"):
        return _ipv6(host[1:-1]) is not None
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4 or not all(_IPV4_PART.fullmatch(part) for part in parts):
        return False
    numbers = [_ipv4_number(part) for part in parts]
    if None in numbers:
        return False
    *high, last = (number or 0 for number in numbers)
    return all(number < 256 for number in high) and last < 256 ** (5 - len(parts))


def _ipv4_number(text: str) -> int | None:
    if len(text) > 64:
        return None
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    try:
        return int(text, 8 if text.startswith("0") else 10)
    except ValueError:
        return None
