"""A second look at sockets that were just read, on event loops over libuv.

When data and a reset come together, libuv calls once, with an error, and then forgets the socket: what the
first read left, and the reset itself, would never be seen. So a socket that gave data, and then has been
silent for a moment, is read once more without waiting. Busy and idle sockets pay nothing for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ._network import Network

#: Seconds of silence before the second look, at most twice that.
DELAY: Final = 0.05

#: A socket's news: none since the last look; some before the last; some since; or it is never looked at.
NONE, OLD, FRESH, NEVER = range(4)


class Readable(Protocol):
    """What can be looked at again."""

    news: int

    def look_again(self) -> None:
        """Read, if it is still to be read."""


class SecondLook:
    """Those that gave data and have not been silent for long enough."""

    __slots__ = ("_network", "_noted", "_waiting")

    def __init__(self, network: Network) -> None:
        self._network = network
        self._noted: list[Readable] = []
        self._waiting = False

    def note(self, sock: Readable) -> None:
        """``sock`` gave data, and its news are not fresh already."""
        if sock.news == NONE:
            self._noted.append(sock)
        sock.news = FRESH
        if not self._waiting:
            self._waiting = True
            self._network.call_later(DELAY, self._look)

    def _look(self) -> None:
        noted, self._noted = self._noted, []
        for sock in noted:
            if sock.news == FRESH:
                sock.news = OLD
                self._noted.append(sock)
            else:
                sock.news = NONE
                sock.look_again()
        self._waiting = bool(self._noted)
        if self._waiting:
            self._network.call_later(DELAY, self._look)
