"""Short connections to a server under measurement."""

from __future__ import annotations

import asyncio
import socket

from bench.visits import visit
from tests.support.serving import serving


async def greeted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.read(1))
    await reader.read()
    writer.close()


async def test_each_waits_for_the_server_to_close() -> None:
    seen: list[int] = []

    def closed(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(1)
        writer.close()

    async with serving(closed) as port:
        result = await asyncio.to_thread(visit, port, 30, 8, "close")
    assert (result.ok, result.errors, len(seen)) == (30, {}, 30)
    assert result.seconds > 0


async def test_each_gets_its_byte_back() -> None:
    async with serving(greeted) as port:
        result = await asyncio.to_thread(visit, port, 30, 8, "echo")
    assert (result.ok, result.errors) == (30, {})


async def test_what_a_server_says_where_it_should_close_is_not_counted() -> None:
    def talks(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"not yet")
        writer.close()

    async with serving(talks) as port:
        result = await asyncio.to_thread(visit, port, 3, 8, "close")
    assert (result.ok, result.errors) == (0, {})


def test_refused_connections_are_counted_by_their_error() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        for mode in ("close", "echo"):
            result = visit(port, 5, 2, mode)
            assert (result.ok, result.errors) == (0, {"ConnectionRefusedError": 5})


async def test_a_server_that_does_nothing_ends_the_wait() -> None:
    def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        """Leave it open."""

    async with serving(silent) as port:
        result = await asyncio.to_thread(visit, port, 3, 2, "close", patience=0.2)
    assert (result.ok, result.errors) == (0, {"TimeoutError": 3})
