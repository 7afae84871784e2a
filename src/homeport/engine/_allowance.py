"""How many sockets there may be: of one session, and of all sessions together.

An open socket costs a descriptor and memory of the system; a closed one that the app still knows, a little of
ours. An operation that would open one too many fails as it does when the system has no descriptor left.
"""

from __future__ import annotations

from typing import Final, NamedTuple

#: An app may give each socket a name, which we keep for it; characters beyond these are not kept.
LONGEST_NAME: Final = 4096


class SocketLimits(NamedTuple):
    """The most sockets that may be open at once, and the most that an app may know of, open or not.

    As many calls of a session as it may have sockets may wait for names to be looked up.
    """

    session: int = 8192
    total: int = 16384
    known: int = 1 << 18


class Allowance:
    """Open sockets, counted. A session's allowance is part of the engine's."""

    __slots__ = ("_limit", "_whole", "used")

    def __init__(self, limit: int, whole: Allowance | None = None) -> None:
        self._limit = limit
        self._whole = whole
        self.used = 0

    @property
    def spent(self) -> bool:
        """Whether no other socket may be opened."""
        return self.used >= self._limit or (self._whole is not None and self._whole.spent)

    def take(self) -> None:
        """A socket is opened."""
        self.used += 1
        if self._whole is not None:
            self._whole.take()

    def give(self) -> None:
        """A socket is closed."""
        self.used -= 1
        if self._whole is not None:
            self._whole.give()
