"""T12: a page that has stopped, and peers that flood it, cost the daemon a bounded amount of memory."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psutil
import pytest
from tests.support.serving import serving

from homeport.wire import Hello, encode_hello

#: Peers' bytes on their way to a page are 4 MiB at most; the rest is what Python makes of that. The
#: documentation names this number.
BOUND = 16 << 20

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="measures a process as Linux counts it"),
]


class StoppedPage:
    """A page that says what it wants in one message, and then reads nothing any more."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self.ticket = url.partition("#ticket=")[2]
        self._calls = 0

    async def __aenter__(self):
        host = self.parts.netloc
        headers = {"Host": host, "Origin": f"http://{host}"}
        self.client = aiohttp.ClientSession(f"http://127.0.0.1:{self.parts.port}", headers=headers)
        async with self.client.post("/_homeport/session", json={"ticket": self.ticket}) as answer:
            secret = (await answer.json())["secret"]
        self.socket = await self.client.ws_connect("/_homeport/wire", max_msg_size=0)
        await self.socket.send_str(encode_hello(Hello(secret)))
        assert "welcome" in (await self.socket.receive(timeout=10)).data
        return self

    async def ask(self, *calls: list[Any]) -> None:
        items = []
        for name, args in calls:
            self._calls += 1
            items.append(["call", self._calls, f"sockets.{name}", args])
        await self.socket.send_str(json.dumps(items))

    async def __aexit__(self, *exception):
        self.socket._response.close()
        await self.client.close()


@pytest.fixture
async def page(homeport, write_app):
    running = await homeport("run", write_app(), "--no-open", "--no-status")
    async with StoppedPage((await running.line("#ticket=")).strip()) as page:
        page.daemon = psutil.Process(running.process.pid)
        yield page


async def highest(process: psutil.Process, seconds: float) -> int:
    """The most memory that it had resident within so many seconds."""
    most, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        most = max(most, process.memory_info().rss)
        await asyncio.sleep(0.05)
    return most


async def test_peers_that_flood_a_stopped_page_stay_within_the_bound(page):
    connected = asyncio.Semaphore(0)
    flooded = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal flooded
        connected.release()
        try:
            while True:
                writer.write(bytes(65536))
                flooded += 65536
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            writer.transport.abort()

    async with serving(flood) as port:
        before = page.daemon.memory_info().rss
        count = 200
        await page.ask(*(["tcp.create", [{"bufferSize": 1 << 20}]] for _ in range(count)))
        await page.ask(*(["tcp.connect", [i + 1, "127.0.0.1", port, None]] for i in range(count)))
        async with asyncio.timeout(30):
            for _ in range(count):
                await connected.acquire()
        most = await highest(page.daemon, 4)
        assert flooded > 100 << 20  # into the kernels' buffers, at least, there was a flood
        assert most - before < BOUND


async def drown(process: psutil.Process, port: int, size: int) -> int:
    """Send very many datagrams of ``size`` bytes; the most memory that ``process`` had meanwhile."""
    most = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.connect(("127.0.0.1", port))
        for _ in range(300):
            for _ in range(500):
                with suppress(ConnectionRefusedError):
                    peer.send(bytes(size))
            most = max(most, process.memory_info().rss)
            await asyncio.sleep(0)
    return max(most, await highest(process, 1))


@pytest.mark.parametrize("size", [0, 1, 8000])
async def test_a_flood_of_datagrams_stays_within_the_bound(page, free_port, size):
    before = page.daemon.memory_info().rss
    await page.ask(["udp.create", [{"bufferSize": 65536}]], ["udp.bind", [1, "127.0.0.1", free_port]])
    assert await drown(page.daemon, free_port, size) - before < BOUND


async def test_peers_that_connect_and_connect_stay_within_the_bound(page, free_port):
    port = free_port
    before = page.daemon.memory_info().rss
    await page.ask(["tcpServer.create", [{}]], ["tcpServer.listen", [1, "127.0.0.1", port, 100]])
    peers: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    async with asyncio.timeout(60):
        while len(peers) < 3000:
            try:
                peers.append(await asyncio.open_connection("127.0.0.1", port))
            except ConnectionError:
                await asyncio.sleep(0.01)
    assert await highest(page.daemon, 1) - before < BOUND
    for _, writer in peers:
        writer.transport.abort()


#: A page without a browser that has sockets, and then is busy for longer than anybody looks.
BUSY = """
const { tcp, udp, tcpServer } = chrome.sockets;
const rest = () => {
  console.log("busy");
  setTimeout(() => { for (const end = Date.now() + 30000; Date.now() < end;); }, 0);
};
"""


@pytest.fixture
async def busy(homeport, write_app):
    """Runs a script after :data:`BUSY`, which calls ``rest`` when it has begun; the daemon's process."""
    daemons: list[psutil.Process] = []

    async def run(script: str) -> psutil.Process:
        running = await homeport("run", write_app(BUSY + script), "--headless", "--no-status")
        await running.line("busy")
        daemons.append(psutil.Process(running.process.pid))
        return daemons[-1]

    yield run
    # It would be waited for, though it hears nothing.
    for page in (page for daemon in daemons for page in daemon.children()):
        page.kill()


async def test_peers_that_flood_a_busy_page_without_a_browser_stay_within_the_bound(busy):
    flooded = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal flooded
        await begun.wait()
        with suppress(ConnectionError, asyncio.CancelledError):
            while True:
                writer.write(bytes(65536))
                flooded += 65536
                await writer.drain()
        writer.transport.abort()

    begun = asyncio.Event()
    async with serving(flood) as port:
        daemon = await busy(f"""
          let open = 0;
          for (let i = 0; i < 200; i++) tcp.create({{ bufferSize: 1 << 20 }}, ({{ socketId }}) =>
            tcp.connect(socketId, "127.0.0.1", {port}, () => ++open === 200 && rest()));
        """)
        before = daemon.memory_info().rss
        begun.set()
        most = await highest(daemon, 4)
        assert flooded > 100 << 20
        assert most - before < BOUND


@pytest.mark.parametrize("size", [0, 1, 8000])
async def test_a_flood_of_datagrams_to_a_busy_page_without_a_browser_stays_within_the_bound(
    busy, free_port, size
):
    daemon = await busy(f"""
      udp.create({{ bufferSize: 65536 }}, ({{ socketId }}) =>
        udp.bind(socketId, "127.0.0.1", {free_port}, rest));
    """)
    before = daemon.memory_info().rss
    assert await drown(daemon, free_port, size) - before < BOUND
