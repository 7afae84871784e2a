"""The table that every namespace keeps its sockets in."""

from __future__ import annotations

from typing import Generic, TypeVar

S = TypeVar("S")


class SocketTable(Generic[S]):
    """The sockets of one namespace of one session. Ids count from 1 and are never used again."""

    __slots__ = ("_last", "sockets")

    def __init__(self) -> None:
        self._last = 0
        #: By id, in order of creation.
        self.sockets: dict[int, S] = {}

    def next_id(self) -> int:
        """An id that no socket of this table ever had."""
        self._last += 1
        return self._last

    def get(self, socket_id: int) -> S | None:
        """The socket, or ``None`` when there is none: answer ``NOT_FOUND``."""
        return self.sockets.get(socket_id)
