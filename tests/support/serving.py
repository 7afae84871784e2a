"""A peer for the app under test: a TCP server of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def serving(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None] | None],
    host: str = "127.0.0.1",
    port: int = 0,
    **options: Any,
) -> AsyncIterator[int]:
    """Serve each connection with ``handle``; gives the port. What is still open at the end is dropped.

    From Python 3.12 on a server itself would wait for it, and the other side may be put away only next.
    """
    open_ones: set[asyncio.StreamWriter] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Awaitable[None] | None:
        open_ones.add(writer)
        return handle(reader, writer)

    server = await asyncio.start_server(begin, host, port, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for transport in (writer.transport for writer in open_ones):
            # One that has closed after its last bytes cannot be aborted any more.
            if not transport.is_closing() or transport.get_write_buffer_size():
                transport.abort()
