"""How many received bytes may be under way to a face, per socket and per session.

A socket is charged for what it read, and repaid when the face has consumed it. One that finds no room stops
reading: the kernel's buffer fills, and its peer feels TCP's back-pressure. When the session's credit is used
up, the sockets that want to read stand in line, and each gets a share when its turn comes, so that a busy
peer cannot keep the others waiting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ._interfaces import Credit

#: What a socket gets when its turn comes. Reading less is not worth a system call.
_SHARE: Final = 64 << 10


class Holder(Protocol):
    """A socket that reads on credit."""

    #: Bytes charged and not yet repaid. Only the account changes it.
    owed: int

    def credit_back(self) -> None:
        """There is room again, after :meth:`CreditAccount.room` said 0: start reading."""


class CreditAccount:
    """One session's credit."""

    __slots__ = (
        "_closed",
        "_full",
        "_limit",
        "_line",
        "_owed",
        "_own_resume",
        "_own_share",
        "_share",
        "_socket_limit",
        "_turns",
    )

    def __init__(self, credit: Credit) -> None:
        self._limit = credit.session
        self._socket_limit = credit.socket
        self._share = max(1, min(_SHARE, credit.session // 4))
        self._own_share = max(1, min(_SHARE, credit.socket // 4))
        #: Once a socket has used up its own, it waits for so much: large reads cost less.
        self._own_resume = max(1, credit.socket // 4)
        self._owed = 0
        #: Who used up its own credit; who waits for the session's, in order; whose turn it is.
        self._full: dict[Holder, None] = {}
        self._line: dict[Holder, None] = {}
        self._turns: dict[Holder, None] = {}
        #: What is owed of sockets that are gone.
        self._closed: dict[tuple[str, int], int] = {}

    @property
    def owed(self) -> int:
        """Bytes of the whole session that were charged and not yet repaid."""
        return self._owed

    def room(self, holder: Holder) -> int:
        """How many bytes ``holder`` may read now. 0: none before it hears by ``credit_back``."""
        own = self._socket_limit - holder.owed
        if own < self._own_share:
            self.unpark(holder)
            self._full[holder] = None
            return 0
        shared = self._limit - self._owed
        if self._line or self._turns:
            if holder not in self._turns:
                self._line[holder] = None
                self._next()  # its turn may come at once
            if self._turns.pop(holder, 0) is None:
                return min(own, self._share if self._line or self._turns else max(self._share, shared))
            return 0
        if shared < self._share:
            self._line[holder] = None
            return 0
        return own if own < shared else shared

    def charge(self, holder: Holder, size: int) -> None:
        """``holder`` has read ``size`` bytes."""
        holder.owed += size
        self._owed += size

    def repay(self, holder: Holder, size: int) -> None:
        """The face consumed ``size`` bytes of ``holder``; more than it owes counts for nothing."""
        owed = holder.owed
        if size > owed:
            size = owed
        if size > 0:
            holder.owed = owed - size
            self._owed -= size
            if holder in self._full and self._socket_limit - holder.owed >= self._own_resume:
                del self._full[holder]
                self._line[holder] = None
            if self._line:
                self._next()

    def repay_closed(self, namespace: str, socket_id: int, size: int) -> None:
        """As :meth:`repay`, for a socket that is gone."""
        key = (namespace, socket_id)
        owed = self._closed.get(key, 0)
        size = max(0, min(size, owed))
        self._owed -= size
        if size < owed:
            self._closed[key] = owed - size
        else:
            self._closed.pop(key, None)
        self._next()

    def close(self, namespace: str, socket_id: int, holder: Holder) -> None:
        """``holder`` is gone. What is under way to the face still counts until it comes back."""
        self.unpark(holder)
        if holder.owed:
            self._closed[(namespace, socket_id)] = holder.owed
            holder.owed = 0

    def reset(self, holders: Iterable[Holder]) -> None:
        """The face is a new one: nothing is under way to it, and nobody waits."""
        for holder in holders:
            holder.owed = 0
        self._owed = 0
        for waiting in (self._full, self._line, self._turns):
            waiting.clear()
        self._closed.clear()

    def pass_on(self) -> None:
        """Who had a turn found nothing to read: what it did not use is the next one's."""
        if self._line:
            self._next()

    def unpark(self, holder: Holder) -> None:
        """``holder`` no longer waits for room; what it had or was to have is the next one's."""
        for waiting in (self._full, self._line, self._turns):
            waiting.pop(holder, None)
        self.pass_on()

    def _next(self) -> None:
        """Give turns, as far as there is room."""
        room = self._limit - self._owed - self._share * len(self._turns)
        while self._line and room >= self._share:
            holder = next(iter(self._line))
            del self._line[holder]
            self._turns[holder] = None
            room -= self._share
            holder.credit_back()
