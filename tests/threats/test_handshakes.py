"""T6: thousands of connections that never finish their first words keep nobody out and cost little."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.server import Daemon
from homeport.server._connections import MAX_STRANGERS
from homeport.storage import Storage
from homeport.wire import Hello, encode_hello

if sys.platform == "win32":
    pytest.skip("its limits are others", allow_module_level=True)

import resource


class Served(Daemon):
    """A daemon with one app."""

    origin: str
    app_id: str


@pytest.fixture
async def daemon(write_app) -> AsyncIterator[Served]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 8192:
        pytest.skip("too few descriptors here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 8192), hard))
    engine, storage = Engine(), Storage(None)
    daemon = Served(engine, storage)
    await daemon.start()
    app = open_app(write_app())
    daemon.origin = await daemon.register(app)
    daemon.app_id = app.id
    yield daemon
    await daemon.aclose()
    await engine.aclose()
    await storage.aclose()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
async def flood(daemon):
    """Opens thousands of connections that each say ``words`` and no more."""
    opened = []

    async def open_many(words: bytes, count: int) -> None:
        for _ in range(count):
            _, writer = await asyncio.open_connection("127.0.0.1", daemon.port)
            writer.write(words)
            opened.append(writer)

    yield open_many
    for writer in opened:
        writer.transport.abort()
    await asyncio.sleep(0)


class Visitor:
    """A page's session over HTTP and WebSocket."""

    def __init__(self, daemon: Served) -> None:
        self.daemon = daemon
        self.host = daemon.origin.removeprefix("http://")
        self.headers = {"Host": self.host, "Origin": daemon.origin}

    async def __aenter__(self):
        ticket = (await self.daemon.launch_url(self.daemon.app_id)).partition("#ticket=")[2]
        self.client = aiohttp.ClientSession(f"http://127.0.0.1:{self.daemon.port}")
        path = "/_homeport/session"
        async with self.client.post(path, json={"ticket": ticket}, headers=self.headers) as answer:
            assert answer.status == 200
            secret = (await answer.json())["secret"]
        self.socket = await self.client.ws_connect("/_homeport/wire", headers=self.headers)
        await self.socket.send_str(encode_hello(Hello(secret)))
        assert json.loads((await self.socket.receive(timeout=10)).data)[0][0] == "welcome"
        self.ponged = asyncio.Event()
        self.listening = asyncio.create_task(self.listen())
        return self

    async def listen(self) -> None:
        """Answer as a page does: one that is silent for long is given up."""
        async for message in self.socket:
            for op, *rest in json.loads(message.data):
                if op == "ping":
                    await self.socket.send_json([["pong", *rest]])
                elif [op, *rest] == ["pong", 7]:
                    self.ponged.set()

    async def ping(self) -> None:
        await self.socket.send_json([["ping", 7]])
        async with asyncio.timeout(10):
            await self.ponged.wait()

    async def __aexit__(self, *exception):
        await self.client.close()
        await self.listening


def upgrade(daemon: Served) -> bytes:
    host = daemon.origin.removeprefix("http://")
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    lines = [
        "GET /_homeport/wire HTTP/1.1",
        f"Host: {host}",
        f"Origin: {daemon.origin}",
        "Upgrade: websocket",
    ]
    lines += ["Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", ""]
    return "\r\n".join(lines).encode()


WORDS = {
    "nothing": lambda daemon: b"",
    "half a request": lambda daemon: b"GET / HTTP/1.1\r\nHost: ",
    "a body that never comes": lambda daemon: (
        f"POST /_homeport/session HTTP/1.1\r\nHost: {daemon.origin[7:]}\r\nOrigin: {daemon.origin}\r\n"
        "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n"
    ).encode(),
    "a websocket without hello": upgrade,
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("nothing", 5000),
        ("half a request", 1000),
        ("a body that never comes", 1000),
        ("a websocket without hello", 5000),
    ],
)
async def test_thousands_of_half_open_connections_keep_nobody_out(daemon, flood, words, count):
    async with Visitor(daemon) as before:
        gc.collect()
        await flood(WORDS[words](daemon), count)
        assert len(daemon.strangers) <= MAX_STRANGERS
        begun = time.monotonic()
        await before.ping()  # who was there goes on
        async with asyncio.timeout(15):
            async with aiohttp.ClientSession() as client:
                url = f"http://127.0.0.1:{daemon.port}/b.js"
                async with client.get(url, headers={"Host": before.host}) as page:
                    assert page.status == 200  # and who comes is let in
        assert time.monotonic() - begun < 10


@pytest.mark.slow
async def test_those_who_trickle_are_cut_off_in_time(daemon):
    """A byte now and then does not stretch the time that a first request has."""
    reader, writer = await asyncio.open_connection("127.0.0.1", daemon.port)
    begun = time.monotonic()
    async with asyncio.timeout(15):
        for byte in b"GET / HTTP/1.1\r\nX: " + b"a" * 100:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.2)
            if reader.at_eof() or writer.is_closing():
                break
    assert time.monotonic() - begun < 8
    writer.close()
