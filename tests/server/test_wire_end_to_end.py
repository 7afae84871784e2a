"""A page in Python on a real WebSocket, real engine sockets behind it."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from tests.support.serving import serving


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def test_a_page_connects_sends_and_receives(page):
    async with serving(echo) as port:
        (created,), error = await page.call("sockets.tcp.create", None)
        assert error is None
        socket_id = created["socketId"]
        assert await page.call("sockets.tcp.connect", socket_id, "127.0.0.1", port, None) == ([0], None)
        sent = await page.answer(page.stream.tcp_send(socket_id, b"hello"))
        assert sent == ([{"resultCode": 0, "bytesSent": 5}], None)
        await page.until(lambda: page.saw("tcp_receive"))
        assert page.saw("tcp_receive") == [("tcp_receive", socket_id, b"hello")]
        assert await page.call("sockets.tcp.close", socket_id) == ([], None)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(bytes(65536))
            await writer.drain()
    writer.transport.abort()


async def test_what_is_queued_for_a_page_that_stopped_is_bounded_while_peers_flood(page, daemon, app, engine):
    """Bytes that are kept until they are acknowledged, and bytes that the transport has not got rid of."""
    ids = [(await page.call("sockets.tcp.create", None))[0][0]["socketId"] for _ in range(20)]
    (udp,), _ = await page.call("sockets.udp.create", {"bufferSize": 65536})
    assert await page.call("sockets.udp.bind", udp["socketId"], "127.0.0.1", 0) == ([0], None)
    (info,), _ = await page.call("sockets.udp.getInfo", udp["socketId"])
    session = daemon.app_host(app.id)._page.session
    account = session._engine.credit
    page._reader.cancel()
    page.socket._response.connection.transport.pause_reading()
    async with serving(flood) as port:
        for socket_id in ids:
            page.stream.call("sockets.tcp.connect", [socket_id, "127.0.0.1", port, None])
        await page.flush()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.connect(("127.0.0.1", info["localPort"]))
            queued: list[tuple[int, int]] = []
            async with asyncio.timeout(20):
                while account.owed < (4 << 20) - (64 << 10) or len(queued) < 500:
                    for size in (0, 1, 1000):
                        with contextlib.suppress(OSError):
                            peer.send(bytes(size))
                    await asyncio.sleep(0)
                    queued.append((session.stream.held_bytes, session.channel.buffered()))
        held, buffered = map(max, zip(*queued, strict=True))
        assert held > 4_000_000  # the page has stopped: nothing is acknowledged
        assert held + buffered < 16 << 20
        assert account.owed <= 4 << 20
        session._engine.close()
