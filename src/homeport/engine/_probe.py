"""What this machine lets a socket do: for what is said of it, no app goes through here."""

from __future__ import annotations

import struct
import sys
from contextlib import suppress
from pathlib import Path

from ._network import AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM, OsSocket

if sys.platform != "win32":
    from fcntl import ioctl as _ioctl

#: Where a system tells the flags of an interface: the request, and two flags that all have in common.
_SIOCGIFFLAGS = {"linux": 0x8913, "darwin": 0xC0206911}.get(sys.platform)
_IFF_LOOPBACK, _IFF_RUNNING = 0x8, 0x40


def first_unprivileged_port() -> int:
    """The first port that any user may bind; Linux says which that is, and Windows has no others."""
    if sys.platform == "win32":
        return 0
    try:
        return int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text("ascii"))
    except (OSError, ValueError):
        return 1024


def can_bind(host: str, port: int = 0) -> bool:
    """Whether a TCP socket can be bound to ``host`` and ``port`` here and now."""
    family = AF_INET6 if ":" in host else AF_INET
    try:
        with OsSocket(family, SOCK_STREAM) as probe:
            probe.bind((host, port))
    except OSError:
        return False
    return True


def is_connected(interface: str) -> bool:
    """Whether an interface is up, has a carrier and leads out of this machine; Windows does not say."""
    if sys.platform != "win32" and _SIOCGIFFLAGS is not None:
        with suppress(OSError), OsSocket(AF_INET, SOCK_DGRAM) as probe:
            answer = _ioctl(probe.fileno(), _SIOCGIFFLAGS, struct.pack("@16s24x", interface.encode()[:15]))
            (flags,) = struct.unpack_from("@16xh", answer)
            return bool(flags & _IFF_RUNNING) and not flags & _IFF_LOOPBACK
    return True
