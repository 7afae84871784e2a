"""Connecting to one of several addresses: happy eyeballs, as in RFC 8305.

The addresses are tried in order, the families taking turns; the next attempt begins when the one before it
failed, or is a quarter of a second old. The first connection wins and the others are dropped. When all fail,
the code of the last in order is the one that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from errno import EINPROGRESS
from functools import partial
from typing import TYPE_CHECKING, Final

from homeport.net_errors import NetErrorCode, from_errno

from ._network import (
    IPPROTO_TCP,
    SO_ERROR,
    SO_KEEPALIVE,
    SOCK_STREAM,
    SOL_SOCKET,
    TCP_KEEPIDLE,
    TCP_KEEPINTVL,
    TCP_NODELAY,
    Address,
    Network,
    RawSocket,
)

if TYPE_CHECKING:
    from ._network import Timer

#: Seconds before the next address is tried beside the one under way.
STAGGER: Final = 0.25
#: Seconds of silence before a client's connection is probed.
KEEP_ALIVE: Final = 45


def in_turns(addresses: Sequence[Address]) -> list[Address]:
    """The same addresses, the families taking turns, beginning with the first's."""
    if not addresses:
        return []
    first = [a for a in addresses if a.family == addresses[0].family]
    other = [a for a in addresses if a.family != addresses[0].family]
    shared = min(len(first), len(other))
    turns = [a for pair in zip(first, other, strict=False) for a in pair]
    return turns + first[shared:] + other[shared:]


class Dialer:
    """One attempt to connect, until it calls ``connected``, with a socket and the address it is connected to,
    or ``failed``, with a code. Cancelled, it calls neither and leaves no socket open.
    """

    __slots__ = ("_attempts", "_code", "_connected", "_failed", "_last", "_network", "_timer", "_waiting")

    def __init__(
        self,
        network: Network,
        addresses: Sequence[Address],
        connected: Callable[[RawSocket, Address], object],
        failed: Callable[[int], object],
    ) -> None:
        self._network = network
        self._connected = connected
        self._failed = failed
        self._waiting = in_turns(addresses)[::-1] if len(addresses) > 1 else list(addresses)
        self._last = self._waiting[0] if self._waiting else None
        #: The sockets under way, and where they go.
        self._attempts: dict[RawSocket, Address] = {}
        self._code: int = NetErrorCode.NAME_NOT_RESOLVED
        self._timer: Timer | None = None

    @property
    def attempts(self) -> list[RawSocket]:
        """The sockets under way."""
        return list(self._attempts)

    def start(self) -> None:
        """Begin. What comes of it may be told at once."""
        self._stop_timer()
        while self._waiting:
            address = self._waiting.pop()
            if self._begin(address):
                if self._waiting:
                    self._timer = self._network.call_later(STAGGER, self.start)
                return
        if not self._attempts:
            self._failed(self._code)

    def cancel(self) -> None:
        """Stop all of it."""
        self._waiting.clear()
        self._stop_timer()
        for sock in self._attempts:
            self._network.remove_writer(sock)
            sock.close()
        self._attempts.clear()

    def _begin(self, address: Address) -> bool:
        """Start to connect; ``False`` when that failed at once."""
        try:
            sock = self._network.socket(address.family, SOCK_STREAM)
        except OSError as error:
            self._note(address, error.errno)
            return False
        try:
            set_client_options(sock)
            result = sock.connect_ex(address.sockaddr)
        except OSError as error:
            sock.close()
            self._note(address, error.errno)
            return False
        if result and result != EINPROGRESS and from_errno(result) != NetErrorCode.IO_PENDING:
            sock.close()
            self._note(address, result)
            return False
        self._attempts[sock] = address
        # To this machine itself it is decided by now, though never told so.
        self._network.call_soon(self._look, sock)
        return True

    def _look(self, sock: RawSocket) -> None:
        if sock not in self._attempts:
            return
        try:
            sock.getpeername()
        except OSError:
            self._network.add_writer(sock, partial(self._decided, sock))
        else:
            self._succeed(sock)

    def _decided(self, sock: RawSocket) -> None:
        self._network.remove_writer(sock)
        try:
            result = sock.getsockopt(SOL_SOCKET, SO_ERROR)
        except OSError as error:
            result = error.errno or -1
        if result:
            address = self._attempts.pop(sock)
            sock.close()
            self._note(address, result)
            self.start()
        else:
            self._succeed(sock)

    def _succeed(self, sock: RawSocket) -> None:
        address = self._attempts.pop(sock)
        self.cancel()
        self._connected(sock, address)

    def _note(self, address: Address, errno: int | None) -> None:
        """An attempt failed."""
        if address is not self._last:
            return
        self._code = from_errno(errno, "connect")
        if self._code == NetErrorCode.ADDRESS_UNREACHABLE and self._network.offline():
            self._code = NetErrorCode.INTERNET_DISCONNECTED

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def set_client_options(sock: RawSocket) -> None:
    """No delay for small sends, and keep-alive, as Chromium gives its own connections."""
    try:
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        set_keep_alive(sock, True, KEEP_ALIVE)
    except OSError:  # It serves without.
        pass


def set_keep_alive(sock: RawSocket, enable: bool, delay: int) -> None:
    """Probe a silent connection after ``delay`` seconds, or when the system does. Raises :class:`OSError`."""
    sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, int(enable))
    if enable and delay:
        for option in (TCP_KEEPIDLE, TCP_KEEPINTVL):
            if option is not None:
                sock.setsockopt(IPPROTO_TCP, option, delay)
