"""A peer for the app under test: a TCP server of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast


class _Connection(asyncio.StreamReaderProtocol):
    """One that is in ``open_ones`` for as long as its transport may be aborted.

    The transport cannot be asked: one that has closed fails in its own way, or only later, plain or secured.
    """

    def __init__(self, open_ones: set[asyncio.Transport], limit: int, handle: Callable[..., Any]) -> None:
        super().__init__(asyncio.StreamReader(limit), handle)
        self._open_ones = open_ones

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._own = cast("asyncio.Transport", transport)  # not so by its class with every loop
        self._open_ones.add(self._own)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open_ones.discard(self._own)
        super().connection_lost(exc)


@asynccontextmanager
async def serving(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None] | None],
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    limit: int = 1 << 16,
    **options: Any,
) -> AsyncIterator[int]:
    """Serve each connection with ``handle``; gives the port. What is still open at the end is dropped.

    From Python 3.12 on a server itself would wait for it, and the other side may be put away only next.
    """
    open_ones: set[asyncio.Transport] = set()
    writers: list[asyncio.StreamWriter] = []  # From 3.13 on one that nobody keeps closes, and warns.

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Awaitable[None] | None:
        writers.append(writer)
        return handle(reader, writer)

    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(open_ones, limit, begin), host, port, **options
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for transport in tuple(open_ones):
            transport.abort()
