"""Connections that have not shown who they are: few, and not for long.

A connection counts as a stranger until a page's session runs over it. Strangers that send no whole request in
time are dropped, and when there are too many, the one that was quiet for longest makes room.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from aiohttp import web

from ._peer import is_other_user

__all__ = ["Connection", "Strangers"]

MAX_STRANGERS = 512
REQUEST_WITHIN = 5.0
KEEP_ALIVE = 30.0

_log = logging.getLogger("homeport.server")


class Stranger(Protocol):
    """What may be dropped."""

    def drop(self) -> None:
        """Close it at once."""


class Strangers:
    """The connections without a session, the quietest first."""

    def __init__(self, limit: int = MAX_STRANGERS, within: float = REQUEST_WITHIN) -> None:
        self._limit = limit
        self._within = within
        self._connections: OrderedDict[Stranger, asyncio.TimerHandle | None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._connections)

    def opened(self, connection: Stranger) -> None:
        """A connection was accepted."""
        if len(self._connections) >= self._limit:
            quietest, _ = next(iter(self._connections.items()))
            self.known(quietest)
            quietest.drop()
        timer = asyncio.get_running_loop().call_later(self._within, connection.drop)
        self._connections[connection] = timer

    def asked(self, connection: Stranger) -> None:
        """A whole request came."""
        if connection in self._connections:
            timer = self._connections[connection]
            if timer is not None:
                timer.cancel()
            self._connections[connection] = None
            self._connections.move_to_end(connection)

    def known(self, connection: Stranger) -> None:
        """It is no stranger any more, or it is closed."""
        timer = self._connections.pop(connection, None)
        if timer is not None:
            timer.cancel()

    def drop_all(self) -> None:
        """Drop every one of them."""
        for connection in list(self._connections):
            self.known(connection)
            connection.drop()


class Connection(web.RequestHandler):
    """aiohttp's connection, known to :class:`Strangers`."""

    __slots__ = ("_others", "_strangers", "_when_lost")

    def __init__(self, manager: web.Server, strangers: Strangers, **options: Any) -> None:
        # A body is taken as it is: nobody packs one for us, and it is another's to unpack.
        super().__init__(manager, auto_decompress=False, **options)
        self._strangers = strangers
        self._others: bool | None = None
        self._when_lost: set[Callable[[], object]] = set()

    @property
    def is_other_users(self) -> bool:
        """Whether another user of this machine is at the other end, as far as the system tells."""
        if self._others is None:
            transport = self.transport
            self._others = transport is None or is_other_user(
                transport.get_extra_info("peername")[:2], transport.get_extra_info("sockname")[:2]
            )
        return self._others

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is open."""
        super().connection_made(transport)
        self._strangers.opened(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The connection is closed."""
        self._strangers.known(self)
        super().connection_lost(exc)
        for tell in [*self._when_lost]:
            tell()

    @contextlib.contextmanager
    def telling(self, tell: Callable[[], object]) -> Iterator[None]:
        """Within it, ``tell`` is called when the connection closes."""
        self._when_lost.add(tell)
        try:
            yield
        finally:
            self._when_lost.discard(tell)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no request in a word, and log it as what it is: any stranger can send it."""
        if status >= 500 or request.writer.output_size:
            return super().handle_error(request, status, exc, message)
        _log.info("not a request, from %s: %s", request.remote, type(exc).__name__)
        response = web.Response(status=status, text="Bad request\n")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Server"] = "Homeport"
        response.force_close()
        return response

    def drop(self) -> None:
        """Close it now."""
        transport = self.transport
        if transport is not None:
            transport.abort()
