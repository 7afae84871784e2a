"""A way to a child process, which is there before the engine is: no event loop, no network."""

from __future__ import annotations

import socket as _socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._network import RawSocket


def local_pair() -> tuple[RawSocket, RawSocket]:
    """Two sockets connected to each other: ours, which never blocks, and a child process's."""
    ours, theirs = _socket.socketpair()
    ours.setblocking(False)
    return ours, theirs
