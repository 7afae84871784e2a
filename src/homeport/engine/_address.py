"""IP addresses and host names in all the spellings that Chromium takes, and their one normal form.

An IPv4 literal is what the URL standard calls one: one to four parts, each decimal, octal (``0177``) or
hexadecimal (``0x7f``, even ``0x``), the last one filling what is left, and at most one dot at the end. An
IPv6 literal has no brackets and no zone; its last four bytes may be written as an IPv4 literal of four parts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, TypeAlias
from urllib.parse import unquote_to_bytes

from ._network import AF_INET, AF_INET6, Address

IpAddress: TypeAlias = "IPv4Address | IPv6Address"
IpNetwork: TypeAlias = "IPv4Network | IPv6Network"

_DIGITS: Final = (
    (re.compile(r"0[xX][0-9a-fA-F]*"), 16),
    (re.compile(r"0[0-7]*"), 8),
    (re.compile(r"[1-9][0-9]*"), 10),
)
#: What a URL takes for a number, even where no digit may be such as in `08`.
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_GROUP: Final = re.compile(r"[0-9a-fA-F]{1,4}")
#: Its last part begins with a letter or digit.
_NAME: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9][a-z0-9_-]{0,62}\.?")

#: What IPv6 addresses carry an IPv4 address in, and by how many bits it stands from the right.
_EMBEDDING: Final = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (IPv6Network("::/96"), 0),  # compatible
    (IPv6Network("::ffff:0:0:0/96"), 0),  # translated
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("64:ff9b:1::/48"), 0),  # NAT64 of a network's own
    (IPv6Network("2002::/16"), 80),  # 6to4
)

#: Everything that is not of the public internet: this host, private, shared, link-local, multicast, reserved.
_PRIVATE: Final[tuple[IpNetwork, ...]] = (
    *map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    ),
    *map(IPv6Network, ("::/127", "64:ff9b:1::/48", "fc00::/7", "fe80::/9", "ff00::/8")),
)


#: What nearly every IPv4 literal looks like; it is its own normal form.
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PLAIN = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")


def _part(text: str) -> int | None:
    for shape, base in _DIGITS:
        if shape.fullmatch(text):
            # The length bounds the work; no number of more digits than that is below 2**32.
            digits = text[2:] if base == 16 else text
            digits = digits.lstrip("0") or "0"
            return int(digits, base) if len(digits) <= 11 else None
    return None


def parse_ipv4(text: str) -> str | None:
    """The normal form of an IPv4 literal in any of its spellings, else ``None``."""
    if _PLAIN.fullmatch(text):
        return text
    if not text.isascii():
        return None
    parts = text.removesuffix(".").split(".")
    if len(parts) > 4 or not parts[-1][:1].isdecimal():  # most names
        return None
    numbers = [_part(part) for part in parts]
    value = 0
    for number in numbers[:-1]:
        if number is None or number > 255:
            return None
        value = value << 8 | number
    last, room = numbers[-1], 8 * (5 - len(parts))
    if last is None or last >> room:
        return None
    value = value << room | last
    return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"


def _groups(text: str) -> list[int] | None:
    """The 16-bit groups of one side of a ``::``."""
    if not text:
        return []
    groups: list[int] = []
    pieces = text.split(":")
    for index, piece in enumerate(pieces):
        if _GROUP.fullmatch(piece):
            groups.append(int(piece, 16))
        elif index == len(pieces) - 1 and piece.count(".") == 3 and (four := parse_ipv4(piece)):
            if piece.endswith("."):
                return None
            number = int(IPv4Address(four))
            groups += [number >> 16, number & 0xFFFF]
        else:
            return None
    return groups


def parse_ipv6(text: str) -> str | None:
    """The normal form of an IPv6 literal, else ``None``."""
    if ":" not in text or text.count("::") > 1 or not text.isascii():
        return None
    left_text, gap, right_text = text.partition("::")
    if gap and "." in left_text:
        return None
    left, right = _groups(left_text), _groups(right_text)
    if left is None or right is None:
        return None
    missing = 8 - len(left) - len(right)
    if missing < 1 if gap else missing:
        return None
    return _text(left + [0] * missing + right)


def _text(groups: list[int]) -> str:
    """Eight groups, the longest run of two zeros or more (the first of them) as ``::``."""
    best, length, start = 0, 1, 0
    for index in range(9):
        if index == 8 or groups[index]:
            if index - start > length:
                best, length = start, index - start
            start = index + 1
    words = [f"{group:x}" for group in groups]
    if length == 1:
        return ":".join(words)
    return ":".join(words[:best]) + "::" + ":".join(words[best + length :])


def parse_literal(text: str, port: int = 0) -> Address | None:
    """The address that an IP literal means, else ``None``."""
    if ":" in text:
        host, family = parse_ipv6(text), AF_INET6
    else:
        host, family = parse_ipv4(text), AF_INET
    return None if host is None else Address(family, host, port)


def normal_ip(host: str) -> str:
    """The normal form of an address that the system gave: without zone, IPv6 in groups throughout."""
    if ":" not in host:
        return host
    host = host.partition("%")[0]
    # The system writes some addresses with an IPv4 tail, all others in normal form.
    return (parse_ipv6(host) or host) if "." in host else host


def canonical_host(text: str) -> str | None:
    """A host as the resolver sees it: an IP literal's normal form, or a name in lower-case ASCII.

    Percent escapes are decoded and Unicode is mapped, as in a URL; both may turn into an IPv4 literal.
    ``None``: no name can be written like this.
    """
    if _PLAIN.fullmatch(text):
        return text
    if ":" in text:
        return parse_ipv6(text)
    name = url_host(text)
    if name is None or not _NAME.fullmatch(name) or len(name.removesuffix(".")) > 253:
        return None
    if (address := parse_ipv4(name)) is not None:
        return address
    # Chromium asks the resolver for a name such as `a.1` as it was written, but finds it in no URL.
    as_written = text.isascii() and "%" not in text
    return name if as_written or not ends_in_number(name) else None


def url_host(text: str) -> str | None:
    """The text with percent escapes decoded and Unicode mapped to lower-case ASCII, or ``None``.

    Whether it may be in a host, and whether it is a name or an address, is not looked at.
    """
    name = text
    if "%" in name:
        try:
            name = unquote_to_bytes(name).decode()
        except UnicodeError:  # what it holds may not even be characters
            return None
    if not name.isascii():
        from ._unicode_host import to_ascii  # seldom needed

        try:
            name = to_ascii(name)
        except UnicodeError:
            return None
    return name.lower()


def ends_in_number(name: str) -> bool:
    """Whether a URL's host of this text would have to be an IPv4 literal."""
    last = name.removesuffix(".").rpartition(".")[2]
    return _NUMBER.fullmatch(last) is not None


@lru_cache(maxsize=1024)
def ip(host: str) -> IpAddress:
    """The number behind an address in normal form."""
    return IPv6Address(host) if ":" in host else IPv4Address(host)


def spellings(address: IpAddress) -> tuple[IpAddress, ...]:
    """The address, and the IPv4 address that it carries, if any: what a rule has to look at."""
    if isinstance(address, IPv6Address):
        for network, shift in _EMBEDDING:
            if address in network:
                return (address, IPv4Address(int(address) >> shift & 0xFFFFFFFF))
    return (address,)


def destination(address: IpAddress) -> IpAddress:
    """Where packets to the address go: a mapped one to IPv4, an unspecified one to this machine."""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_unspecified:
        return ip("127.0.0.1" if address.version == 4 else "::1")
    return address


def is_private(address: IpAddress) -> bool:
    """Whether any spelling of the address lies outside the public internet."""
    return any(
        spelling in network
        for spelling in spellings(address)
        for network in _PRIVATE
        if spelling.version == network.version
    )


def is_loopback(address: IpAddress) -> bool:
    """Whether packets to the address stay in this machine by its number alone."""
    return any(spelling.is_loopback or spelling.is_unspecified for spelling in spellings(address))


def is_multicast(address: IpAddress) -> bool:
    """Whether the address is a group's."""
    return any(spelling.is_multicast for spelling in spellings(address))
