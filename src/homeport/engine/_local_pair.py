"""A way to a child process, which is there before the engine is: no event loop, no network."""

from __future__ import annotations

import contextlib
import socket as _socket
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ._network import RawSocket


#: Bytes that the system holds for the other side, so that neither waits for the other to be awake: as much as
#: the credit of a socket. Systems have their own limit, as ``net.core.wmem_max``.
_BUFFER: Final = 2 << 20


def local_pair() -> tuple[RawSocket, RawSocket]:
    """Two sockets connected to each other: ours, which never blocks, and a child process's."""
    ours, theirs = _socket.socketpair()
    for end in (ours, theirs):
        with contextlib.suppress(OSError):  # More than the system allows: then it stays as it is.
            end.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, _BUFFER)
    ours.setblocking(False)
    return ours, theirs
