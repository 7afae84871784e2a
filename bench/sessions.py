"""200 sessions at once in one daemon: real WebSockets that speak the wire, each with a socket to the peer.

The clients are Python in this process, not 200 tabs, since the browser would then be what is measured.
So the rate is that of both together; the daemon's CPU time and memory are its own.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psutil

from bench.load import Meter
from bench.report import markdown, number
from homeport.wire import Bye, Hello, PageStream, encode_hello

COUNT = 200
DATA = b"x" * 64


class Page:
    """A page without a browser that makes round trips over one socket."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stream = PageStream(self)
        self._results: dict[int, asyncio.Future[list[Any]]] = {}
        self._heard = 0
        self._socket: aiohttp.ClientWebSocketResponse
        self._id = 0
        self.trips = 0

    async def open(self, client: aiohttp.ClientSession, port: int) -> None:
        """Launch, say hello, and connect a socket to that port."""
        parts = urlsplit(self._url)
        address = f"127.0.0.1:{parts.port}"
        headers = {"Host": parts.netloc, "Origin": f"http://{parts.netloc}"}
        ticket = {"ticket": parts.fragment.partition("ticket=")[2]}
        async with client.post(f"http://{address}/_homeport/session", json=ticket, headers=headers) as answer:
            answer.raise_for_status()
            secret = (await answer.json())["secret"]
        wire = f"ws://{address}/_homeport/wire"
        self._socket = await client.ws_connect(wire, headers=headers, max_msg_size=0)
        await self._socket.send_str(encode_hello(Hello(secret)))
        if "welcome" not in (await self._socket.receive(timeout=30)).data:
            raise RuntimeError("no welcome")
        self._stream.acknowledge()
        self._reading = asyncio.create_task(self._read())
        ((created,), _) = await self._call("sockets.tcp.create", None)
        self._id = created["socketId"]
        await self._call("sockets.tcp.connect", self._id, "127.0.0.1", port, None)

    async def trip(self) -> None:
        """Begin a round trip; the next begins by itself when its answer is there."""
        self._stream.tcp_send(self._id, DATA)
        await self._flush()

    async def close(self) -> None:
        """Go away."""
        self._reading.cancel()
        await self._socket.close()

    async def _call(self, name: str, *args: object) -> Any:
        call_id = self._stream.call(name, args)
        self._results[call_id] = asyncio.get_running_loop().create_future()
        await self._flush()
        return await self._results[call_id]

    async def _read(self) -> None:
        async for message in self._socket:
            self._stream.receive(message.data)
            while self._heard >= len(DATA):
                self._heard -= len(DATA)
                self.trips += 1
                self._stream.tcp_send(self._id, DATA)
            await self._flush()

    async def _flush(self) -> None:
        for message in self._stream.take():
            if isinstance(message, str):
                await self._socket.send_str(message)
            else:
                await self._socket.send_bytes(bytes(message))

    # wire.Answers

    def result(self, call_id: int, args: list[Any], error: str | None) -> None:
        """A call's callback arguments; those of sends are not waited for."""
        if (waiting := self._results.pop(call_id, None)) is not None:
            waiting.set_result([args, error])

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """The peer's echo, or a part of it."""
        self._heard += len(data)
        self._stream.credit("tcp", socket_id, len(data))

    def abandoned(self, call_id: int) -> None:
        """Nothing here is closed under a call."""

    def event(self, name: str, args: list[object]) -> None:
        """No event matters here."""

    def udp_receive(self, socket_id: int, data: bytes, address: str, port: int) -> None:
        """There are no datagrams here."""

    def kept(self, socket_id: int, count: int) -> None:
        """Nothing is promised here, so nothing is kept."""

    def broken(self, socket_id: int) -> None:
        """Nor broken."""

    def bye(self, bye: Bye) -> None:
        """The daemon is not expected to end a session."""
        raise RuntimeError(f"the daemon said {bye}")


async def measure_sessions(
    folder: Path, echo_port: int, seconds: float, count: int = COUNT
) -> dict[str, float]:
    """Open the sessions, let all make round trips for a while, and look at the daemon."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("sessions_daemon.py")),
        str(folder / "sessions"),
        str(count),
        stdout=asyncio.subprocess.PIPE,
    )
    if child.stdout is None:
        raise RuntimeError("the daemon has no output")
    try:
        urls = [(await child.stdout.readline()).decode().strip() for _ in range(count)]
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
            )
            return await _measure(stack, client, urls, psutil.Process(child.pid), echo_port, seconds)
    finally:
        child.terminate()
        await child.wait()


async def _measure(
    stack: AsyncExitStack,
    client: aiohttp.ClientSession,
    urls: list[str],
    daemon: psutil.Process,
    port: int,
    seconds: float,
) -> dict[str, float]:
    registered = daemon.memory_info().rss
    pages = [Page(url) for url in urls]
    begin = time.perf_counter()
    for page in pages:
        await page.open(client, port)
        stack.push_async_callback(page.close)
    opened = time.perf_counter() - begin
    opened_rss = daemon.memory_info().rss
    for page in pages:
        await page.trip()
    await asyncio.sleep(0.2)
    meter, before = Meter(), [page.trips for page in pages]
    cpu, begin = sum(daemon.cpu_times()[:2]), time.perf_counter()
    await asyncio.sleep(seconds)
    took, cpu = time.perf_counter() - begin, sum(daemon.cpu_times()[:2]) - cpu
    trips = [page.trips - earlier for page, earlier in zip(pages, before, strict=True)]
    return {
        "sessions": len(pages),
        "opened_per_s": round(len(pages) / opened, 1),
        "per_s": round(sum(trips) / took, 1),
        "least_per_s": round(min(trips) / took, 1),
        "most_per_s": round(max(trips) / took, 1),
        "daemon_cpu_us": round(cpu / max(1, sum(trips)) * 1e6, 1),
        "KiB_per_session": round((opened_rss - registered) / len(pages) / 1024, 1),
        "daemon_MiB": round(daemon.memory_info().rss / 2**20, 1),
        "other_cpu": meter.other(),
    }


def sessions_table(figures: dict[str, float]) -> str:
    """The figures, one a row."""
    words = {
        "sessions": "sessions, each with a socket",
        "opened_per_s": "opened a second, one after another",
        "per_s": "64-byte round trips a second, in all",
        "least_per_s": "… of the session with the fewest",
        "most_per_s": "… of the session with the most",
        "daemon_cpu_us": "CPU of the daemon for a round trip, µs",
        "KiB_per_session": "memory of the daemon for a session, KiB",
        "daemon_MiB": "memory of the daemon in all, MiB",
    }
    return markdown(
        ["200 sessions at once", ""], [[text, number(figures[key])] for key, text in words.items()]
    )
