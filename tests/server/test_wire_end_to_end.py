"""A page in Python on a real WebSocket, real engine sockets behind it."""

from __future__ import annotations

import asyncio


async def echo_server() -> asyncio.Server:
    async def echo(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    return await asyncio.start_server(echo, "127.0.0.1", 0)


async def test_a_page_connects_sends_and_receives(page):
    async with await echo_server() as server:
        port = server.sockets[0].getsockname()[1]
        (created,), error = await page.call("sockets.tcp.create", None)
        assert error is None
        socket_id = created["socketId"]
        assert await page.call("sockets.tcp.connect", socket_id, "127.0.0.1", port, None) == ([0], None)
        sent = await page.answer(page.stream.tcp_send(socket_id, b"hello"))
        assert sent == ([{"resultCode": 0, "bytesSent": 5}], None)
        await page.until(lambda: page.saw("tcp_receive"))
        assert page.saw("tcp_receive") == [("tcp_receive", socket_id, b"hello")]
        assert await page.call("sockets.tcp.close", socket_id) == ([], None)
