"""Which user is at the other end of a connection on this machine, where the system tells."""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from pathlib import Path

__all__ = ["is_other_user", "peer_uid"]

_ESTABLISHED = "01"


def is_other_user(peer: tuple[str, int], own: tuple[str, int]) -> bool:
    """Whether the connection is certainly another user's. Root may do anything; root's daemon serves all."""
    if not sys.platform.startswith("linux") or os.geteuid() == 0:
        return False
    uid = peer_uid(peer, own)
    return uid is not None and uid not in (0, os.geteuid())


def peer_uid(peer: tuple[str, int], own: tuple[str, int], proc: Path = Path("/proc/net")) -> int | None:
    """The user id of the process that connected from ``peer`` to ``own``; ``None`` if that cannot be told."""
    wanted = [_hex(*peer), _hex(*own), _ESTABLISHED]
    table = proc / ("tcp6" if ip_address(peer[0]).version == 6 else "tcp")
    try:
        with table.open(encoding="ascii") as lines:
            for line in lines:
                fields = line.split()
                if fields[1:4] == wanted:
                    return int(fields[7])
    except (OSError, ValueError, IndexError):
        return None
    return None


def _hex(address: str, port: int) -> str:
    """An address as ``/proc/net/tcp`` has it: 32-bit words in the machine's order."""
    packed = ip_address(address).packed
    words = (packed[at : at + 4] for at in range(0, len(packed), 4))
    return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words) + f":{port:04X}"
