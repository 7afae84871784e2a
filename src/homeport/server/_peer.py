"""Which user is at the other end of a connection on this machine, where the system tells."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from homeport.engine import connection_owner

__all__ = ["is_other_user", "peer_uid"]

_LISTENING = "0A"


def is_other_user(peer: tuple[str, int], own: tuple[str, int]) -> bool:
    """Whether the connection is another user's. Root may do anything; root's daemon serves all.

    Where the system lists its connections, one that is not listed counts as another user's.
    """
    if not sys.platform.startswith("linux") or os.geteuid() == 0:
        return False
    try:
        uid = peer_uid(peer, own)
    except OSError:
        return False  # The system does not tell.
    return uid is None or uid not in (0, os.geteuid())


def peer_uid(peer: tuple[str, int], own: tuple[str, int], proc: Path = Path("/proc/net")) -> int | None:
    """The user id of the process that connected from ``peer`` to ``own``; ``None`` if it is not listed.

    Raises:
        OSError: there is no list.
    """
    with suppress(OSError):  # Not every system has it.
        uid = connection_owner(peer, own)
        if uid is not None:
            return uid
    return _listed_uid(peer, own, proc)


def _listed_uid(peer: tuple[str, int], own: tuple[str, int], proc: Path) -> int | None:
    tables = [_table(proc / name, needed=name == "tcp") for name in ("tcp", "tcp6")]
    for from_, to in _spellings(peer, own):
        for table in tables:
            for state, uid in _rows(table, f" {from_} {to} "):
                if state != _LISTENING:
                    return uid
    return None


def _table(path: Path, *, needed: bool) -> str:
    try:
        return path.read_text("ascii", "replace")
    except FileNotFoundError:
        if needed:
            raise
        return ""  # No IPv6 here.


def _rows(table: str, ends: str) -> Iterator[tuple[str, int]]:
    """State and user of each connection between these ends. Only their lines are taken apart: of the others
    there may be thousands, and each connection asks.
    """
    at = table.find(ends)
    while at >= 0:
        fields = table[at : table.find("\n", at)].split()
        # What its process has closed has no inode, and no user that could be told.
        if len(fields) > 8 and fields[6].isdecimal() and fields[8] != "0":
            yield fields[2], int(fields[6])
        at = table.find(ends, at + 1)


def _spellings(peer: tuple[str, int], own: tuple[str, int]) -> Iterator[tuple[str, str]]:
    """Both ends as the tables may have them: a client may reach an IPv4 address by an IPv6 socket."""
    one, other = ip_address(peer[0]), ip_address(own[0])
    yield _hex(one, peer[1]), _hex(other, own[1])
    if isinstance(one, IPv4Address) and isinstance(other, IPv4Address):
        yield _hex(_mapped(one), peer[1]), _hex(_mapped(other), own[1])


def _mapped(address: IPv4Address) -> IPv6Address:
    return IPv6Address(f"::ffff:{address}")


def _hex(address: IPv4Address | IPv6Address, port: int) -> str:
    """An address as ``/proc/net/tcp`` has it: 32-bit words in the machine's order."""
    packed = address.packed
    words = (packed[at : at + 4] for at in range(0, len(packed), 4))
    return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words) + f":{port:04X}"
