"""What the daemon says may come down as the body of one endless response."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest
from tests.support.serving import serving

from homeport.server._stream import Transports

if TYPE_CHECKING:
    from homeport.server._websocket import WebSocketChannel

NAME = "5f0c8a86-0a4e-4c3b-9a55-5f1f3a1c2b7d"


@pytest.fixture
async def page(make_page):
    return await make_page(transport=NAME).open()


@pytest.fixture
async def stream(page):
    """The page's stream, being read."""
    response = await page.ask_for_stream()
    assert response.status == 200
    reading = asyncio.create_task(page.read_stream(response))
    await page.until(lambda: page.saw("stream"))
    yield response
    response.close()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


@pytest.fixture
async def flood():
    """A server that says so many bytes, in order."""

    async def serve(reader, writer):
        size = int.from_bytes(await reader.readexactly(4), "big")
        writer.write((bytes(range(251)) * (size // 251 + 1))[:size])
        await writer.drain()
        writer.close()

    async with serving(serve) as port:
        yield port


async def connected(page, port):
    (created,), _ = await page.call("sockets.tcp.create", {})
    assert await page.call("sockets.tcp.connect", created["socketId"], "127.0.0.1", port, None) == ([0], None)
    return created["socketId"]


async def test_everything_comes_by_the_stream_whole_and_in_order(page, stream, flood):
    size = 900_000  # within the credit of a socket
    socket_id = await connected(page, flood)
    page.stream.tcp_send(socket_id, size.to_bytes(4, "big"))
    await page.flush()
    await page.until(lambda: page.saw("event"))
    data = b"".join(entry[2] for entry in page.saw("tcp_receive"))
    assert data == (bytes(range(251)) * (size // 251 + 1))[:size]
    assert page.told[-1][1] == "sockets.tcp.onReceiveError"


async def test_what_was_said_before_comes_before(page):
    calls = [page.stream.call("sockets.tcp.create", [{}]) for _ in range(500)]
    asked = asyncio.create_task(page.ask_for_stream())
    await page.flush()
    calls += [page.stream.call("sockets.tcp.create", [{}]) for _ in range(500)]
    await page.flush()
    reading = asyncio.create_task(page.read_stream(await asked))
    await page.until(lambda: len(page.saw("result")) == 1000)
    assert [entry[1] for entry in page.saw("result")] == calls
    await page.socket.close()
    await reading


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"secret": "wrong"}, 403),
        ({"secret": ""}, 403),
        ({"transport": "another"}, 404),
        ({"transport": ""}, 404),
        ({"more": "than that"}, 403),
    ],
)
async def test_only_who_knows_the_secret_and_the_transport_gets_it(page, body, status):
    response = await page.ask_for_stream(**body)
    assert response.status == status
    assert await page.call("sockets.tcp.create", {})
    assert page.saw("stream") == []


async def test_a_transport_has_one_stream(page, stream):
    assert (await page.ask_for_stream()).status == 404


async def test_another_apps_secret_gets_no_stream(make_app, make_daemon, make_page):
    first, second = make_app("first"), make_app("second")
    daemon = await make_daemon(first, second)
    one = await make_page(daemon=daemon, app=first, transport=NAME).open()
    other = await make_page(daemon=daemon, app=second, transport="x").open()
    assert (await other.ask_for_stream(transport=NAME)).status == 404
    assert (await one.ask_for_stream(secret=other.secret)).status == 403


async def test_a_page_without_a_name_for_its_transport_gets_no_stream(make_page):
    page = await make_page().open()
    assert (await page.ask_for_stream()).status == 404


async def test_a_daemon_may_be_told_to_give_none(app, make_daemon, make_page):
    page = await make_page(daemon=await make_daemon(app, streams=False), transport=NAME).open()
    assert (await page.ask_for_stream()).status == 404


async def test_the_last_word_comes_by_the_stream_before_it_ends(page, stream, daemon, app):
    await daemon.unregister(app.id)
    await page.until(lambda: page.saw("stream ended"))
    assert ("bye", "removed") in page.told
    assert page.told.index(("bye", "removed")) < page.told.index(("stream ended",))


async def test_the_stream_ends_with_its_websocket(page, stream):
    await page.socket.close()
    await page.until(lambda: page.saw("stream ended"))


async def test_without_the_stream_the_page_may_still_say_that_it_leaves(page, stream, daemon, app):
    stream.close()
    await page.say('[["bye"]]')
    async with asyncio.timeout(1):  # far less than its grace and what it would be waited for
        while daemon.app_host(app.id).connected:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


async def test_a_session_goes_on_when_its_stream_was_cut(page, stream, flood):
    socket_id = await connected(page, flood)
    stream.close()
    await page.drop()
    await page.reconnect()
    assert page.welcome.resumed
    response = await page.ask_for_stream()
    reading = asyncio.create_task(page.read_stream(response))
    page.stream.tcp_send(socket_id, (500_000).to_bytes(4, "big"))
    await page.flush()
    await page.until(lambda: page.saw("event"))
    assert sum(len(entry[2]) for entry in page.saw("tcp_receive")) == 500_000
    await page.socket.close()
    await reading


async def test_bytes_behind_the_request_end_it(page, stream):
    transport = stream.connection.transport
    transport.write(b"GET / HTTP/1.1\r\n\r\n")
    await page.until(lambda: page.saw("closed"))


def test_names_of_transports_are_good_once_and_short():
    transports = Transports()
    one, other = cast("WebSocketChannel", object()), cast("WebSocketChannel", object())
    forget = transports.add("app", "name", one)
    transports.add("app", "name", other)
    assert transports.take("app", "name") is one
    assert transports.take("app", "name") is None
    forget()
    for name in (None, "", "x" * 65):
        transports.add("app", name, one)
        assert transports.take("app", name or "") is None
