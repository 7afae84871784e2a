"""Connecting to one of several addresses: happy eyeballs, as in RFC 8305.

The addresses are tried in order, the families taking turns; the next attempt begins when the one before it
failed, or is a quarter of a second old. The first connection wins and the others are dropped. When all fail,
the code of the last in order is the one that is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
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


class DialError(Exception):
    """No address could be connected to; ``code`` says why the last could not."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def dial(network: Network, addresses: Sequence[Address]) -> tuple[RawSocket, Address]:
    """A connected socket and the address it is connected to. Raises :class:`DialError`.

    Cancelled, it leaves no socket open.
    """
    return await _Dialer(network, in_turns(addresses)).run()


def in_turns(addresses: Sequence[Address]) -> list[Address]:
    """The same addresses, the families taking turns, beginning with the first's."""
    if not addresses:
        return []
    first = [a for a in addresses if a.family == addresses[0].family]
    other = [a for a in addresses if a.family != addresses[0].family]
    shared = min(len(first), len(other))
    turns = [a for pair in zip(first, other, strict=False) for a in pair]
    return turns + first[shared:] + other[shared:]


class _Dialer:
    def __init__(self, network: Network, addresses: list[Address]) -> None:
        self._network = network
        self._waiting = addresses[::-1]
        self._attempts: dict[RawSocket, Address] = {}
        self._last = addresses[-1] if addresses else None
        self._code: int = NetErrorCode.NAME_NOT_RESOLVED
        self._timer: Timer | None = None
        self._won: asyncio.Future[tuple[RawSocket, Address]] = asyncio.get_running_loop().create_future()

    async def run(self) -> tuple[RawSocket, Address]:
        try:
            self._next()
            return await self._won
        except asyncio.CancelledError:
            if self._won.done() and not self._won.cancelled() and self._won.exception() is None:
                self._won.result()[0].close()
            raise
        finally:
            self._stop_timer()
            for sock in list(self._attempts):
                self._forget(sock).close()

    def _next(self) -> None:
        """Begin the next attempt, or give up when none is left or under way."""
        self._stop_timer()
        while self._waiting and not self._won.done():
            address = self._waiting.pop()
            if self._begin(address):
                if self._waiting:
                    self._timer = self._network.call_later(STAGGER, self._next)
                return
        if not self._attempts and not self._won.done():
            self._won.set_exception(DialError(self._code))

    def _begin(self, address: Address) -> bool:
        """Start to connect; ``False`` when that failed at once."""
        try:
            sock = self._network.socket(address.family, SOCK_STREAM)
        except OSError as error:
            self._failed(address, error.errno)
            return False
        try:
            set_client_options(sock)
            result = sock.connect_ex(address.sockaddr)
        except OSError as error:
            sock.close()
            self._failed(address, error.errno)
            return False
        if from_errno(result) == NetErrorCode.IO_PENDING:
            self._attempts[sock] = address
            self._network.add_writer(sock, lambda: self._decided(sock))
            return True
        if result:
            sock.close()
            self._failed(address, result)
            return False
        self._won.set_result((sock, address))
        return True

    def _decided(self, sock: RawSocket) -> None:
        address = self._attempts[sock]
        self._forget(sock)
        try:
            result = sock.getsockopt(SOL_SOCKET, SO_ERROR)
        except OSError as error:
            result = error.errno or -1
        if result or self._won.done():
            sock.close()
            self._failed(address, result)
            self._next()
        else:
            self._won.set_result((sock, address))

    def _failed(self, address: Address, errno: int | None) -> None:
        if address is not self._last:
            return
        self._code = from_errno(errno, "connect")
        if self._code == NetErrorCode.ADDRESS_UNREACHABLE and self._network.offline():
            self._code = NetErrorCode.INTERNET_DISCONNECTED

    def _forget(self, sock: RawSocket) -> RawSocket:
        del self._attempts[sock]
        self._network.remove_writer(sock)
        return sock

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def set_client_options(sock: RawSocket) -> None:
    """No delay for small sends, and keep-alive, as Chromium gives its own connections."""
    with suppress(OSError):
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        set_keep_alive(sock, True, KEEP_ALIVE)


def set_keep_alive(sock: RawSocket, enable: bool, delay: int) -> None:
    """Probe a silent connection after ``delay`` seconds, or when the system does. Raises :class:`OSError`."""
    sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, int(enable))
    if enable and delay:
        for option in (TCP_KEEPIDLE, TCP_KEEPINTVL):
            if option is not None:
                sock.setsockopt(IPPROTO_TCP, option, delay)
