"""The adapter, byte by byte: what a browser may send, and what it gets."""

from __future__ import annotations

import asyncio
import json
import struct

import pytest

from homeport.server._frames import slow_unmask
from homeport.wire import MAX_MESSAGE

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def frame(opcode, payload=b"", *, final=True):
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else bytes([0x80 | 127]) + struct.pack(">Q", length)
    data = bytearray(payload)
    slow_unmask(b"mask", data)
    return bytes([(0x80 if final else 0) | opcode]) + size + b"mask" + bytes(data)


class Raw:
    """A WebSocket by hand."""

    def __init__(self, reader, writer, status, secret):
        self.reader, self.writer = reader, writer
        self.status, self.secret = status, secret

    async def frame(self):
        first, second = await asyncio.wait_for(self.reader.readexactly(2), 10)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", await self.reader.readexactly(8))
        assert not second & 0x80
        assert first & 0x80
        return first & 0x0F, await self.reader.readexactly(length)

    def send(self, data):
        self.writer.write(data)

    async def hello(self, secret):
        self.send(frame(1, json.dumps([["hello", {"version": 1, "secret": secret}]]).encode()))
        opcode, payload = await self.frame()
        assert opcode == 1
        return json.loads(payload)[0]


def request(page, **changed):
    headers = {
        "Host": page.authority,
        "Origin": page.origin,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": KEY,
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return ("\r\n".join(["GET /_homeport/wire HTTP/1.1", *lines]) + "\r\n\r\n").encode()


@pytest.fixture
async def raw(daemon, make_page):
    page = await make_page().launch()
    opened = []

    async def connect(extra=b"", **headers):
        reader, writer = await asyncio.open_connection("127.0.0.1", daemon.port)
        opened.append(writer)
        writer.write(request(page, **headers) + extra)
        status = int((await reader.readuntil(b"\r\n\r\n")).split()[1])
        return Raw(reader, writer, status, page.secret)

    yield connect
    for writer in opened:
        writer.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Connection": "keep-alive, Upgrade"},
        {"Connection": "upgrade", "Upgrade": "WebSocket"},
        {"Sec_WebSocket_Extensions": "permessage-deflate", "Sec_WebSocket_Protocol": "x"},
    ],
)
async def test_browsers_open_it_in_their_ways(raw, headers):
    assert (await raw(**headers)).status == 101


@pytest.mark.parametrize(
    "headers",
    [
        {"Upgrade": None},
        {"Upgrade": "h2c"},
        {"Connection": None},
        {"Connection": "keep-alive"},
        {"Sec_WebSocket_Version": None},
        {"Sec_WebSocket_Version": "8"},
        {"Sec_WebSocket_Key": None},
        {"Sec_WebSocket_Key": "short"},
        {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ"},
        {"Sec_WebSocket_Key": "x" * 400},
    ],
)
async def test_what_is_no_opening_gets_no_101(raw, headers):
    assert (await raw(**headers)).status == 400


async def test_a_message_that_came_with_the_request_is_not_lost(raw):
    socket = await raw(extra=frame(1, b'[["hello",{"version":1}]]'))
    opcode, payload = await socket.frame()
    assert (opcode, json.loads(payload)[0][:2]) == (1, ["bye", "unauthorized"])


async def test_pings_are_answered_and_a_close_is_returned(raw):
    socket = await raw()
    assert (await socket.hello(socket.secret))[0] == "welcome"
    socket.send(frame(9, b"are you there"))
    assert await socket.frame() == (10, b"are you there")
    socket.send(frame(8, b"\x03\xe8"))
    assert await socket.frame() == (8, b"\x03\xe8")
    assert await asyncio.wait_for(socket.reader.read(), 10) == b""


async def test_fragments_and_large_messages_arrive_whole(raw):
    socket = await raw()
    await socket.hello(socket.secret)
    call = json.dumps([["call", 1, "no.such", ["x" * 300_000]]]).encode()
    socket.send(frame(1, call[:100_000], final=False) + frame(9, b"p"))
    socket.send(frame(0, call[100_000:200_000], final=False) + frame(0, call[200_000:]))
    assert await socket.frame() == (10, b"p")
    opcode, payload = await socket.frame()
    assert (opcode, json.loads(payload)[0][:2]) == (1, ["result", 1])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x02hi", 1002),
        (b"\xc1\x82maskhi", 1002),
        (frame(3), 1002),
        (frame(1, b"\xff"), 1007),
        (b"\x82\xff" + struct.pack(">Q", MAX_MESSAGE + 1) + b"mask", 1009),
    ],
)
async def test_what_is_no_frame_closes_it_with_a_code(raw, data, code):
    socket = await raw()
    await socket.hello(socket.secret)
    socket.send(data)
    assert await socket.frame() == (8, struct.pack(">H", code))
    assert await asyncio.wait_for(socket.reader.read(), 10) == b""


async def test_before_hello_little_may_be_sent(raw):
    socket = await raw()
    socket.send(b"\x82\xff" + struct.pack(">Q", 4097) + b"mask")
    assert await socket.frame() == (8, struct.pack(">H", 1009))


async def test_a_page_that_is_left_counts_as_saying_so(raw, daemon, app):
    socket = await raw()
    await socket.hello(socket.secret)
    socket.send(frame(8, b"\x03\xe9"))
    await socket.frame()
    assert not daemon.app_host(app.id).connected
    again = await raw()
    assert (await again.hello(socket.secret))[0] == "welcome"


async def test_a_page_that_never_reads_is_dropped_within_a_bound(raw, daemon, app, page, monkeypatch):
    from homeport.host import _session

    monkeypatch.setattr(_session, "MAX_KEPT", 1 << 20)
    session = daemon.app_host(app.id)._page.session
    page._reader.cancel()
    page.socket._response.connection.transport.pause_reading()
    for _ in range(400):
        session.event("x.y", ["x" * 20_000])
        await asyncio.sleep(0)
        if session.ended:
            break
    assert session.ended


@pytest.mark.parametrize("known", [False, True])
async def test_one_that_pings_without_end_and_never_reads_is_dropped(raw, known, monkeypatch):
    """Answers to pings go through no session; a stranger gets little room for them, a page more."""
    monkeypatch.setattr("homeport.server._websocket._MOST_UNSENT", 1 << 20)
    socket = await raw()
    if known:
        await socket.hello(socket.secret)
    socket.writer.transport.pause_reading()
    pings = frame(9, bytes(125)) * 1000
    sent = 0
    dropped = False
    async with asyncio.timeout(30):
        while not dropped and sent < 200 << 20:
            socket.send(pings)
            sent += len(pings)
            try:
                await socket.writer.drain()
            except ConnectionError:
                dropped = True
    assert dropped
