"""Closing a connection without losing what was sent on it.

A system that closes a connection while bytes of the peer are unread, or to which more bytes come afterwards,
resets it, and a reset can destroy sent bytes before the peer has read them. So a connection with sent bytes
that the peer has not acknowledged is half-closed, and what still comes is read and thrown away, until the
peer has everything, or closes too, or a few seconds have gone by. The same holds for bytes that the
system has not taken, but that the app was promised would go out.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from ._network import SHUT_WR

if TYPE_CHECKING:
    from ._network import Network, RawSocket, Timer

#: Seconds that a peer has to take what was sent.
PATIENCE: Final = 5.0
#: Seconds that the end of the engine waits for all such peers.
LAST_PATIENCE: Final = 1.0
_FIRST_LOOK: Final = 0.02
_MOST: Final = 512

_waste = bytearray(64 << 10)


class Closer:
    """Closes the connections of an engine, some of them a little later."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._leaving: dict[RawSocket, _Leaving] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._leaving)

    def close(self, raw: RawSocket, *, flush: bool, rest: bytes = b"") -> None:
        """Close a socket that nobody watches any more.

        ``flush``: what was sent on it shall arrive, and ``rest`` behind it.
        """
        if flush and len(self._leaving) < _MOST and (rest or self._unsent(raw)):
            try:
                if not rest:
                    raw.shutdown(SHUT_WR)
            except OSError:
                raw.close()
                return
            self._leaving[raw] = _Leaving(self, self._network, raw, rest)
            self._empty.clear()
        else:
            raw.close()

    def _unsent(self, raw: RawSocket) -> bool:
        try:
            return self._network.unsent(raw) != 0
        except OSError:
            return False

    def look(self, raw: RawSocket) -> bool:
        """Whether ``raw`` has to stay open."""
        if self._unsent(raw):
            return True
        self.finish(raw)
        return False

    def finish(self, raw: RawSocket) -> None:
        """Close it now."""
        self._leaving.pop(raw).stop()
        raw.close()
        if not self._leaving:
            self._empty.set()

    async def aclose(self) -> None:
        """Wait for the last ones, a moment; then close them."""
        try:
            async with asyncio.timeout(LAST_PATIENCE):
                await self._empty.wait()
        except TimeoutError:
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        """Close the last ones now."""
        for raw in list(self._leaving):
            self.finish(raw)


class _Leaving:
    """One connection that is half-closed and reads to throw away."""

    __slots__ = ("_closer", "_deadline", "_delay", "_network", "_raw", "_rest", "_timer")

    def __init__(self, closer: Closer, network: Network, raw: RawSocket, rest: bytes) -> None:
        self._closer = closer
        self._network = network
        self._raw = raw
        self._rest = memoryview(rest)
        self._delay = _FIRST_LOOK
        self._deadline = network.time() + PATIENCE
        self._timer: Timer = network.call_later(self._delay, self._look)
        network.add_reader(raw, self._readable)
        if rest:
            network.add_writer(raw, self._writable)

    def stop(self) -> None:
        self._timer.cancel()
        self._network.remove_reader(self._raw)
        if self._rest:
            self._network.remove_writer(self._raw)

    def _look(self) -> None:
        if self._network.time() >= self._deadline:
            self._closer.finish(self._raw)
        elif self._rest or self._closer.look(self._raw):
            self._delay = min(0.5, 2 * self._delay)
            self._timer = self._network.call_later(self._delay, self._look)

    def _writable(self) -> None:
        try:
            self._rest = self._rest[self._raw.send(self._rest) :]
            if self._rest:
                return
            self._network.remove_writer(self._raw)
            self._raw.shutdown(SHUT_WR)
        except BlockingIOError:
            return
        except OSError:
            self._closer.finish(self._raw)

    def _readable(self) -> None:
        try:
            size = self._raw.recv_into(_waste)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if not size:
            self._closer.finish(self._raw)
