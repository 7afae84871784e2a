"""A daemon with an app, raw connections to it, and a page-side peer in Python."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.support.web_asking import MEBIBYTE, Asking, Peer

from homeport.appfiles import App, open_app
from homeport.engine import Engine
from homeport.host import Lifetimes
from homeport.server import Daemon
from homeport.storage import Storage
from homeport.wire import (
    Busy,
    Bye,
    Hello,
    Outgoing,
    PageStream,
    StreamFramer,
    Welcome,
    encode_hello,
    parse_answer,
)

MANIFEST = {
    "manifest_version": 2,
    "name": "Served",
    "version": "1.0",
    "app": {"background": {"scripts": ["background.js"]}},
    "permissions": ["storage", "system.network"],
    "sockets": {
        "tcp": {"connect": "127.0.0.1:*"},
        "udp": {"bind": "127.0.0.1:*", "send": "127.0.0.1:*"},
        "tcpServer": {"listen": "127.0.0.1:*"},
    },
}

MakeApp = Callable[..., App]
MakeDaemon = Callable[..., Awaitable[Daemon]]


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    """Writes an app: files by path, and what is different in the manifest."""

    def make(name: str = "app", files: dict[str, bytes] | None = None, **manifest: Any) -> App:
        folder = tmp_path / name
        folder.mkdir()
        whole = {key: value for key, value in (MANIFEST | manifest).items() if value is not None}
        (folder / "manifest.json").write_text(json.dumps(whole))
        for path, data in {"background.js": b"// ready\n", **(files or {})}.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return open_app(folder)

    return make


@pytest.fixture
def app(make_app: MakeApp) -> App:
    return make_app(
        files={
            "window.html": b"<!doctype html><title>w</title><p>hello",
            "js/main.js": b"'use strict';\n",
            "data.bin": bytes(range(256)) * 4,
        }
    )


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    engine = Engine()
    yield engine
    await engine.aclose()


@pytest.fixture
async def storage() -> AsyncIterator[Storage]:
    storage = Storage(None)
    yield storage
    await storage.aclose()


@pytest.fixture
async def make_daemon(engine: Engine, storage: Storage) -> AsyncIterator[MakeDaemon]:
    made: list[Daemon] = []

    async def make(*apps: App, **options: Any) -> Daemon:
        daemon = Daemon(engine, storage, **options)
        made.append(daemon)
        await daemon.start()
        for each in apps:
            await daemon.register(each)
        return daemon

    yield make
    for daemon in made:
        await daemon.aclose()


@pytest.fixture
async def daemon(make_daemon: MakeDaemon, app: App) -> Daemon:
    return await make_daemon(app, lifetimes=Lifetimes(grace=0.3, keep=5))


@dataclass
class Answer:
    """What came back over a raw connection."""

    status: int
    headers: dict[str, str]
    body: bytes


async def raw(port: int, request: bytes, *, host: str = "127.0.0.1") -> Answer:
    """Send these very bytes, and read until the server closes or the answer is whole."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request)
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines if x)}
        status = int(first.split()[1])
        length = int(headers.get("content-length", 0))
        quiet = request.startswith(b"HEAD") or status in (101, 304)
        body = b"" if quiet else await asyncio.wait_for(reader.readexactly(length), 10)
        return Answer(status, headers, body)
    finally:
        writer.close()


@dataclass
class Http:
    """Requests to an app's origin as a browser makes them."""

    daemon: Daemon
    app: App

    @property
    def origin(self) -> str:
        site = self.daemon.sites.by_app(self.app.id)
        assert site is not None
        return site.origin

    async def __call__(self, method: str, path: str, body: bytes = b"", **headers: str | None) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        fields = {"Host": self.origin.removeprefix("http://"), "Content-Length": str(len(body)), **named}
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in fields.items() if v is not None)]
        port = int(self.origin.rpartition(":")[2])
        return await raw(port, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


@pytest.fixture
def http(daemon: Daemon, app: App) -> Http:
    return Http(daemon, app)


@pytest.fixture
def make_http() -> type[Http]:
    return Http


@pytest.fixture
def send_raw() -> Callable[..., Any]:
    return raw


@dataclass
class Page:
    """A page without a browser: it launches, speaks the wire, and remembers what it was told."""

    daemon: Daemon
    app: App
    secret: str | None = None
    told: list[tuple[Any, ...]] = field(default_factory=list)
    welcome: Welcome | None = None
    transport: str | None = None

    def __post_init__(self) -> None:
        self._news = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self.stream = PageStream(self)
        self.client: aiohttp.ClientSession | None = None
        self.socket: aiohttp.ClientWebSocketResponse | None = None

    @property
    def origin(self) -> str:
        site = self.daemon.sites.by_app(self.app.id)
        assert site is not None
        return site.origin

    @property
    def authority(self) -> str:
        return self.origin.removeprefix("http://")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.authority.rpartition(':')[2]}"

    async def launch(self) -> Page:
        """Exchange a ticket for the secret."""
        url = await self.daemon.launch_url(self.app.id)
        async with (
            aiohttp.ClientSession() as client,
            client.post(
                f"{self.address}/_homeport/session",
                json={"ticket": url.partition("#ticket=")[2]},
                headers={"Host": self.authority, "Origin": self.origin},
            ) as response,
        ):
            assert response.status == 200
            self.secret = (await response.json())["secret"]
        return self

    async def connect(self, hello: Hello | None = None) -> Page:
        """Open the WebSocket and say hello; what comes then is in ``told``."""
        await self.dial()
        assert self.socket is not None
        await self.socket.send_str(encode_hello(hello or Hello(self.secret)))
        return self

    async def dial(self) -> None:
        """Open the WebSocket and say nothing."""
        self.client = aiohttp.ClientSession()
        self.socket = await self.client.ws_connect(
            f"{self.address}/_homeport/wire" + (f"?transport={self.transport}" if self.transport else ""),
            headers={"Host": self.authority, "Origin": self.origin},
            max_msg_size=0,
        )
        self._reader = asyncio.create_task(self._read(self.socket))

    async def ask_for_stream(self, **body: str) -> aiohttp.ClientResponse:
        """Ask that what is told comes as the body of a response, from now on."""
        assert self.client is not None
        assert self.secret is not None
        return await self.client.post(
            f"{self.address}/_homeport/stream",
            json={"secret": self.secret, "transport": self.transport or ""} | body,
            headers={"Host": self.authority, "Origin": self.origin},
        )

    async def read_stream(self, response: aiohttp.ClientResponse) -> None:
        """Take what comes down, until it ends."""
        framer = StreamFramer()
        async for data in response.content.iter_any():
            for message in framer.feed(data):
                self.stream.receive(message)
                await self.flush()
            self._news.set()
        self.told.append(("stream ended",))
        self._news.set()

    async def open(self) -> Page:
        """Launch, connect, and wait for the welcome."""
        if self.secret is None:
            await self.launch()
        await self.connect()
        await self.until(lambda: self.welcome)
        return self

    async def drop(self) -> None:
        """Lose the transport without a word."""
        assert self._reader is not None
        assert self.client is not None
        assert self.socket is not None
        connection = self.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()
        await self._reader  # which sees the end, and lets go of the connection
        await self.client.close()
        self.socket = None

    async def reconnect(self) -> Page:
        """Come back after a drop, and resume."""
        assert self.welcome is not None
        token = self.welcome.resume
        self.welcome = None
        await self.connect(Hello(self.secret, token, self.stream.link.received))
        await self.until(lambda: self.welcome)
        return self

    async def close(self) -> None:
        """End the transport in good order."""
        if self._reader is not None:
            self._reader.cancel()
        if self.socket is not None:
            self.socket._response.close()
        if self.client is not None:
            await self.client.close()

    async def flush(self) -> None:
        """Send what the stream has to say."""
        for message in self.stream.take():
            await self.say(message)

    async def say(self, message: Outgoing) -> None:
        """Send one message as it is."""
        assert self.socket is not None
        if isinstance(message, str):
            await self.socket.send_str(message)
        else:
            await self.socket.send_bytes(bytes(message))

    async def call(self, name: str, *args: Any) -> tuple[list[Any], str | None]:
        """Call a function; its callback's arguments and lastError."""
        return await self.answer(self.stream.call(name, args))

    async def answer(self, call_id: int) -> tuple[list[Any], str | None]:
        """The result of a call."""
        await self.flush()
        found = await self.until(lambda: next((t for t in self.told if t[:2] == ("result", call_id)), None))
        return found[2], found[3]

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until it is so."""
        async with asyncio.timeout(10):
            while not (value := condition()):
                self._news.clear()
                await self._news.wait()
        return value

    def saw(self, kind: str) -> list[tuple[Any, ...]]:
        """What it was told of one kind."""
        return [entry for entry in self.told if entry[0] == kind]

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.data == '[["stream"]]':
                self.told.append(("stream",))
            elif self.welcome is None:
                await self._first(message.data)
            else:
                self.stream.receive(message.data)
                await self.flush()
            self._news.set()
        socket._response.close()  # aiohttp keeps it when the transport just breaks
        self.told.append(("closed", socket.close_code))
        self._news.set()

    async def _first(self, message: Any) -> None:
        answer = parse_answer(message)
        if isinstance(answer, Welcome):
            self.welcome = answer
            self.told.append(("welcome", answer.resumed))
            if not answer.resumed:
                self.told = [("welcome", False)]
            if answer.resumed:
                for kept in self.stream.resume(answer.received):
                    await self.say(kept)
            else:
                self.stream = PageStream(self)
                self.stream.acknowledge()
            await self.flush()
        elif isinstance(answer, Busy):
            self.told.append(("busy", answer.since))
        elif isinstance(answer, Bye):
            self.told.append(("bye", answer.code))

    # wire.Answers

    def result(self, *args: Any) -> None:
        self.told.append(("result", *args))

    def abandoned(self, *args: Any) -> None:
        self.told.append(("abandoned", *args))

    def event(self, *args: Any) -> None:
        self.told.append(("event", *args))

    def tcp_receive(self, *args: Any) -> None:
        self.told.append(("tcp_receive", *args))

    def udp_receive(self, *args: Any) -> None:
        self.told.append(("udp_receive", *args))

    def kept(self, *args: Any) -> None:
        self.told.append(("kept", *args))

    def broken(self, *args: Any) -> None:
        self.told.append(("broken", *args))

    def bye(self, bye: Bye) -> None:
        self.told.append(("bye", bye.code))


@pytest.fixture
async def make_page(daemon: Daemon, app: App) -> AsyncIterator[Callable[..., Page]]:
    made: list[Page] = []

    def make(**options: Any) -> Page:
        page = Page(**{"daemon": daemon, "app": app, **options})
        made.append(page)
        return page

    yield make
    for page in made:
        await page.close()


@pytest.fixture
async def page(make_page: Callable[..., Page]) -> Page:
    return await make_page().open()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """Another server."""
    peer = Peer()
    app = web.Application(client_max_size=64 * MEBIBYTE)
    app.router.add_route("*", "/{path:.*}", peer.answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    peer.port = runner.addresses[0][1]
    yield peer
    await runner.cleanup()


@pytest.fixture
async def ask(make_page: Callable[..., Page]) -> AsyncIterator[Asking]:
    """A page that was launched, and asks."""
    page = await make_page().launch()
    async with aiohttp.ClientSession(auto_decompress=False) as client:
        yield Asking(page, client)
