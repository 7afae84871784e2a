"""Which user is at the other end of a connection on this machine, where the system tells."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

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
    rows = [row for name in ("tcp", "tcp6") for row in _rows(proc / name, needed=name == "tcp")]
    for from_, to in _spellings(peer, own):
        for local, remote, state, uid in rows:
            if local == from_ and remote == to and state != _LISTENING:
                return uid
    return None


def _rows(table: Path, *, needed: bool) -> Iterator[tuple[str, str, str, int]]:
    """Local address, remote address, state and user of each connection."""
    try:
        lines = table.read_text("ascii", "replace").splitlines()[1:]
    except FileNotFoundError:
        if needed:
            raise
        return  # No IPv6 here.
    for line in lines:
        fields = line.split()
        # What its process has closed has no inode, and no user that could be told.
        if len(fields) > 9 and fields[7].isdecimal() and fields[9] != "0":
            yield fields[1], fields[2], fields[3], int(fields[7])


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
