"""A page that dies under load, or loses its connection again and again: nothing is left of it."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import aiohttp
import pytest

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.host import Lifetimes
from homeport.server import Daemon
from homeport.storage import Storage
from homeport.wire import Hello, encode_hello

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors as Linux shows them")

COUNT = 100


@pytest.fixture
async def peer_port():
    """A server that talks without end to whoever listens."""
    writers = set()

    async def talk(reader, writer):
        writers.add(writer)
        try:
            while True:
                writer.write(bytes(4096))
                await writer.drain()
                await asyncio.sleep(0.001)
        except ConnectionError:
            pass
        finally:
            writers.discard(writer)
            writer.transport.abort()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in list(writers):
        writer.transport.abort()
    while writers:  # noqa: ASYNC110 (each sees its end by itself)
        await asyncio.sleep(0.01)


class Killed:
    """A page that opens many sockets and then dies without a word."""

    def __init__(self, daemon: Daemon, app_id: str, origin: str) -> None:
        self.daemon, self.app_id, self.origin = daemon, app_id, origin
        self.headers = {"Host": origin.removeprefix("http://"), "Origin": origin}

    async def live(self, port: int) -> None:
        ticket = (await self.daemon.launch_url(self.app_id)).partition("#ticket=")[2]
        base = f"http://127.0.0.1:{self.origin.rpartition(':')[2]}"
        async with aiohttp.ClientSession(base, headers=self.headers) as client:
            async with client.post("/_homeport/session", json={"ticket": ticket}) as answer:
                secret = (await answer.json())["secret"]
            socket = await client.ws_connect("/_homeport/wire", max_msg_size=0)
            await socket.send_str(encode_hello(Hello(secret)))
            assert "welcome" in (await socket.receive(timeout=10)).data
            calls = [["call", i, "sockets.tcp.create", [{}]] for i in range(1, COUNT + 1)]
            await socket.send_str(json.dumps(calls))
            made = [item[2][0]["socketId"] for item in json.loads((await socket.receive(timeout=10)).data)]
            calls = [
                ["call", COUNT + i, "sockets.tcp.connect", [socket_id, "127.0.0.1", port, None]]
                for i, socket_id in enumerate(made, 1)
            ]
            await socket.send_str(json.dumps(calls))
            host = self.daemon.app_host(self.app_id)
            assert host is not None
            await until(lambda: host.engine_session and host.engine_session.allowance.used == COUNT)
            connection = socket._response.connection
            assert connection is not None
            assert connection.transport is not None
            connection.transport.abort()
            socket._response.close()


async def until(condition) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (the kernel has no event for it)
            await asyncio.sleep(0.01)


async def test_pages_that_die_under_load_leave_no_socket_and_no_descriptor(write_app, peer_port):
    engine, storage = Engine(), Storage(None)
    daemon = Daemon(engine, storage, lifetimes=Lifetimes(grace=0.05, keep=0.05))
    await daemon.start()
    app = open_app(write_app())
    page = Killed(daemon, app.id, await daemon.register(app))
    await page.live(peer_port)
    await until(lambda: engine.allowance.used == 0)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        await page.live(peer_port)
        await until(lambda: engine.allowance.used == 0)
    await until(lambda: len(os.listdir("/proc/self/fd")) <= before)
    await until(lambda: not len(daemon.strangers))
    await daemon.aclose()
    await engine.aclose()
    await storage.aclose()
