"""Who may open a session, and which session a token names.

Sessions are known by ids and tokens, never by a connection, so that another directory (a shared store of
several gateways) can stand in for the one in memory.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, NamedTuple, Protocol, TypeVar

TICKET_LIFETIME = 30.0
SECRET_LIFETIME = 24 * 3600.0

_Value = TypeVar("_Value")


class Grant(NamedTuple):
    """What a ticket or a secret allows: to run one app from one origin."""

    app_id: str
    origin: str


class SessionDirectory(Protocol):
    """Tickets, secrets and resume tokens: 256 random bits each, kept as digests only."""

    async def issue_ticket(self, grant: Grant) -> str:
        """A ticket that works once, for 30 seconds."""

    async def redeem_ticket(self, ticket: str, origin: str) -> Grant | None:
        """The ticket's grant if it is for ``origin``; the ticket is void whatever the answer."""

    async def issue_secret(self, grant: Grant) -> str:
        """A secret for a page, good until it was not used for a day."""

    async def find_secret(self, secret: str) -> Grant | None:
        """The secret's grant."""

    async def issue_resume(self, session_id: str) -> str:
        """A token to resume a session with."""

    async def find_resume(self, token: str) -> str | None:
        """The id of the session that the token names."""

    async def revoke_resume(self, token: str) -> None:
        """Make a resume token void."""

    async def revoke_app(self, app_id: str) -> None:
        """Make every ticket and secret of an app void."""


class MemoryDirectory:
    """The directory of one daemon, in memory, bounded."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._tickets: _Table[Grant] = _Table(256, TICKET_LIFETIME, clock)
        self._secrets: _Table[Grant] = _Table(4096, SECRET_LIFETIME, clock)
        self._resumes: _Table[str] = _Table(4096, SECRET_LIFETIME, clock)

    async def issue_ticket(self, grant: Grant) -> str:
        """See :class:`SessionDirectory`."""
        return self._tickets.issue(grant)

    async def redeem_ticket(self, ticket: str, origin: str) -> Grant | None:
        """See :class:`SessionDirectory`."""
        grant = self._tickets.pop(ticket)
        return grant if grant is not None and grant.origin == origin else None

    async def issue_secret(self, grant: Grant) -> str:
        """See :class:`SessionDirectory`."""
        return self._secrets.issue(grant)

    async def find_secret(self, secret: str) -> Grant | None:
        """See :class:`SessionDirectory`."""
        return self._secrets.use(secret)

    async def issue_resume(self, session_id: str) -> str:
        """See :class:`SessionDirectory`."""
        return self._resumes.issue(session_id)

    async def find_resume(self, token: str) -> str | None:
        """See :class:`SessionDirectory`."""
        return self._resumes.use(token)

    async def revoke_resume(self, token: str) -> None:
        """See :class:`SessionDirectory`."""
        self._resumes.pop(token)

    async def revoke_app(self, app_id: str) -> None:
        """See :class:`SessionDirectory`."""
        for table in self._tickets, self._secrets:
            table.drop(lambda grant: grant.app_id == app_id)


class _Table(Generic[_Value]):
    """Values by the digest of a random token; the oldest go when it is full.

    A look-up compares digests, so its time tells nothing about a token.
    """

    def __init__(self, size: int, lifetime: float, clock: Callable[[], float]) -> None:
        self._size = size
        self._lifetime = lifetime
        self._clock = clock
        self._values: OrderedDict[bytes, tuple[float, _Value]] = OrderedDict()

    def issue(self, value: _Value) -> str:
        token = secrets.token_urlsafe(32)
        self._put(_digest(token), value)
        return token

    def use(self, token: str) -> _Value | None:
        """The value, which then lives on for another lifetime."""
        value = self.pop(token)
        if value is not None:
            self._put(_digest(token), value)
        return value

    def pop(self, token: str) -> _Value | None:
        expires, value = self._values.pop(_digest(token), (0.0, None))
        return value if value is not None and self._clock() < expires else None

    def drop(self, matches: Callable[[_Value], bool]) -> None:
        for digest in [digest for digest, (_, value) in self._values.items() if matches(value)]:
            del self._values[digest]

    def _put(self, digest: bytes, value: _Value) -> None:
        while len(self._values) >= self._size:
            self._values.popitem(last=False)
        self._values[digest] = (self._clock() + self._lifetime, value)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
