"""Sends that the page has answered itself, as Chromium does when they fit between it and the network.

The page may promise up to ``MAX_PROMISED`` bytes a socket. They are sent like any others, and even when it is
closed right behind them; the page hears of them only in large steps, and when they could not be sent.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from homeport.engine import ABANDONED, Outcome
from homeport.wire import KEPT_STEP, MAX_PROMISED, ProtocolError

if TYPE_CHECKING:
    from homeport.wire import DaemonStream

__all__ = ["Promises"]

_FEW = 64


class Promises:
    """One session's promises, by socket."""

    def __init__(self, stream: DaemonStream) -> None:
        self._stream = stream
        #: Bytes that are still to be sent, and bytes that are and of which the page has not been told.
        self._open: dict[int, int] = {}
        self._kept: dict[int, int] = {}
        self._many = _FEW

    def __len__(self) -> int:
        """How many sockets are accounted for."""
        return len(self._open.keys() | self._kept.keys())

    def make(self, socket_id: int, size: int) -> None:
        """The page promises ``size`` bytes more.

        Raises:
            ProtocolError: they are more than it may promise.
        """
        promised = self._open.get(socket_id, 0) + size
        if promised > MAX_PROMISED:
            raise ProtocolError("a page promises more than it may")
        self._open[socket_id] = promised

    def settle(self, socket_id: int, size: int, outcome: Outcome, alive: Container[int]) -> bool:
        """``size`` bytes were sent or not. Whether the page has to be told something.

        ``alive``: the sockets that there are.
        """
        left = self._open[socket_id] - size
        if left:
            self._open[socket_id] = left
        else:
            del self._open[socket_id]
        if outcome is ABANDONED:
            return False
        if outcome.error is not None:
            self._stream.broken(socket_id)
            return True
        return self.keep(socket_id, size, alive)

    def keep(self, socket_id: int, size: int, alive: Container[int]) -> bool:
        """``size`` bytes were sent that were promised just now. Whether the page has to be told something."""
        kept = self._kept.get(socket_id)
        if kept is None:
            kept = 0
            if len(self._kept) > self._many:
                self._kept = {each: count for each, count in self._kept.items() if each in alive}
                self._many = _FEW + 2 * len(self._kept)
        kept += size
        if kept < KEPT_STEP:
            self._kept[socket_id] = kept
            return False
        self._kept.pop(socket_id, None)
        self._stream.kept(socket_id, kept)
        return True
