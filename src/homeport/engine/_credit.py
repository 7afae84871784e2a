"""How many received bytes may be under way to a face, per socket and per session.

A socket is charged for what it read, and repaid when the face has consumed it. One that finds no room is
parked: it stops reading, the kernel's buffer fills, and its peer feels TCP's back-pressure. Parked sockets
come back first in, first out, and while any wait, nobody reads more than a small share at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from ._interfaces import Credit

#: Reading less than this is not worth a system call: wait until so much may be read.
_SHARE: Final = 64 << 10


class Holder(Protocol):
    """A socket that reads on credit."""

    #: Bytes charged and not yet repaid. Only the account changes it.
    owed: int

    def credit_back(self) -> None:
        """There is room again, after :meth:`CreditAccount.room` said 0: start reading."""


class CreditAccount:
    """One session's credit."""

    __slots__ = ("_closed", "_limit", "_owed", "_parked", "_session_share", "_socket_limit", "_socket_share")

    def __init__(self, credit: Credit) -> None:
        self._limit = credit.session
        self._socket_limit = credit.socket
        self._session_share = max(1, min(_SHARE, credit.session // 4))
        self._socket_share = max(1, min(_SHARE, credit.socket // 4))
        self._owed = 0
        self._parked: dict[Holder, None] = {}
        self._closed: dict[tuple[str, int], int] = {}

    @property
    def owed(self) -> int:
        """Bytes of the whole session that were charged and not yet repaid."""
        return self._owed

    def room(self, holder: Holder) -> int:
        """How many bytes ``holder`` may read now. 0: it is parked, and will hear by ``credit_back``."""
        own = self._socket_limit - holder.owed
        shared = self._limit - self._owed
        if own < self._socket_share or shared < self._session_share:
            self._parked[holder] = None
            return 0
        if self._parked:
            shared = self._session_share
        return own if own < shared else shared

    def charge(self, holder: Holder, size: int) -> None:
        """``holder`` has read ``size`` bytes."""
        holder.owed += size
        self._owed += size

    def repay(self, holder: Holder, size: int) -> None:
        """The face consumed ``size`` bytes of ``holder``; more than it owes counts for nothing."""
        size = max(0, min(size, holder.owed))
        holder.owed -= size
        self._owed -= size
        self._wake()

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
        self._wake()

    def close(self, namespace: str, socket_id: int, holder: Holder) -> None:
        """``holder`` is gone. What is under way to the face still counts until it comes back."""
        self._parked.pop(holder, None)
        if holder.owed:
            self._closed[(namespace, socket_id)] = holder.owed
            holder.owed = 0

    def reset(self, holders: Iterable[Holder]) -> None:
        """The face is a new one: nothing is under way to it, and nobody waits."""
        for holder in holders:
            holder.owed = 0
        self._owed = 0
        self._parked.clear()
        self._closed.clear()

    def unpark(self, holder: Holder) -> None:
        """``holder`` no longer waits for room."""
        self._parked.pop(holder, None)

    def _wake(self) -> None:
        if not self._parked:
            return
        room = self._limit - self._owed
        for holder in list(self._parked):
            if room < self._session_share:
                return
            if self._socket_limit - holder.owed >= self._socket_share:
                room -= self._session_share
                del self._parked[holder]
                holder.credit_back()
