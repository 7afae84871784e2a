"""What systemd and a service say to each other: readiness out, listening sockets in.

The protocols are public: ``sd_notify(3)`` (one datagram to ``$NOTIFY_SOCKET``) and ``sd_listen_fds(3)``
(descriptors from 3 on, counted by ``$LISTEN_FDS``, meant for ``$LISTEN_PID``).
"""

from __future__ import annotations

import os
import socket
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from ._network import OsNetwork, OsSocket

_FIRST = 3


def notify(**state: str | int) -> bool:
    """Tell the service manager, as in ``notify(READY=1, STATUS="…")``; ``False`` where there is none."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return False
    address = "\0" + where[1:] if where[0] == "@" else where
    text = "\n".join(f"{key}={str(value).replace(chr(10), ' ')}" for key, value in state.items())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        try:
            out.sendto(text.encode(), address)
        except OSError:
            return False  # The manager went away; a service goes on without it.
    return True


def inherited_sockets() -> list[socket.socket]:
    """The sockets that the service manager opened for this process; they are handed out once."""
    meant_for, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if meant_for != str(os.getpid()) or not (count.isascii() and count.isdigit()):
        return []
    sockets = []
    for descriptor in range(_FIRST, _FIRST + int(count)):
        try:
            os.set_inheritable(descriptor, False)
        except OSError:
            break  # there are not so many
        with suppress(OSError):  # a file or a pipe is not for us
            sock = socket.socket(fileno=descriptor)
            sock.setblocking(False)
            sockets.append(sock)
    return sockets


class _Inherited:
    """A socket of the service manager's, and who has taken it over, if anybody."""

    __slots__ = ("_holder", "socket")

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self._holder: Callable[[], socket.socket | None] = lambda: None

    @property
    def is_free(self) -> bool:
        holder = self._holder()
        return holder is None or holder.fileno() < 0

    def lend(self, holder: socket.socket) -> None:
        """Make ``holder`` this very socket. It stays open beside: who closes its own may bind again."""
        os.dup2(self.socket.fileno(), holder.fileno(), inheritable=False)
        self._holder = weakref.ref(holder)


class _Adopting(socket.socket):
    """Becomes the inherited socket when it is bound to that socket's address, unless another one has it."""

    inherited: Sequence[_Inherited] = ()

    def bind(self, address: Any, /) -> None:
        for each in self.inherited:
            sock = each.socket
            if each.is_free and sock.type == self.type and sock.getsockname()[:2] == address[:2]:
                each.lend(self)
                return
        super().bind(address)


class InheritingNetwork(OsNetwork):
    """The operating system's network, with the sockets that the service manager opened before."""

    __slots__ = ("_inherited",)

    def __init__(self, inherited: Sequence[socket.socket]) -> None:
        super().__init__()
        self._inherited = [_Inherited(sock) for sock in inherited]

    def socket(self, family: int, kind: int) -> OsSocket:
        """A new socket, which takes the place of an inherited one if it is bound to the same address."""
        sock = _Adopting(family, kind)
        sock.inherited = self._inherited
        sock.setblocking(False)
        return sock


def network_of_this_process() -> OsNetwork | None:
    """A network for the engine if a service manager handed sockets over, else ``None``."""
    inherited = inherited_sockets()
    return InheritingNetwork(inherited) if inherited else None
