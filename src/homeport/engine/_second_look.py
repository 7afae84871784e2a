"""A second look at sockets that were just read, on event loops over libuv.

When data and a reset come together, libuv calls once, with an error, and then forgets the socket: what the
first read left, and the reset itself, would never be seen. So every socket that gave data is read once more
a moment later. Readiness alone would need no more than that on a busy connection, and nothing on an idle one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ._network import Network

#: Seconds after a read, at most twice that.
DELAY: Final = 0.05


class Readable(Protocol):
    """What can be looked at again."""

    def look_again(self) -> None:
        """Read, if it is still to be read."""


class SecondLook:
    """Those that were read since the last look."""

    __slots__ = ("_network", "_read", "_waiting")

    def __init__(self, network: Network) -> None:
        self._network = network
        self._read: list[Readable] = []
        self._waiting = False

    def note(self, sock: Readable) -> None:
        """``sock`` gave data. Once until it is looked at."""
        self._read.append(sock)
        if not self._waiting:
            self._waiting = True
            self._network.call_later(DELAY, self._look)

    def _look(self) -> None:
        self._waiting = False
        read, self._read = self._read, []
        for sock in read:
            sock.look_again()
