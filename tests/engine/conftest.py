"""What the engine's tests share: both event loops, a sink that remembers, and calls that can be awaited."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from homeport.engine import CreateInfo, Engine, Outcome, Session, SocketProperties, TlsConfig, new_event_loop


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
    """Run each test of a coroutine on both loops, as the engine must not know the difference."""
    return {"standard": asyncio.SelectorEventLoop, "fast": new_event_loop}


class Grants:
    """Permissions that say yes to the kinds that they name; to all if they name none."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds

    def check(self, kind: str, host: str, port: int) -> str | None:
        return "*:*" if not self._kinds or kind in self._kinds else None


class Recorder:
    """A sink that keeps every event, and lets a test wait for the next."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self._changed = asyncio.Event()
        #: Called with each event when it comes, for tests of what listeners do.
        self.listener: Callable[[tuple[Any, ...]], None] | None = None

    def _add(self, *event: Any) -> None:
        self.events.append(event)
        self._changed.set()
        if self.listener is not None:
            self.listener(event)

    async def wait(self, count: int) -> list[tuple[Any, ...]]:
        """The first ``count`` events, once there are that many."""
        async with asyncio.timeout(5):
            while len(self.events) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.events

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        self._add("tcp.receive", socket_id, data)

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        self._add("tcp.receive_error", socket_id, result_code)

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        self._add("udp.receive", socket_id, data, remote_address, remote_port)

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        self._add("udp.receive_error", socket_id, result_code)

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        self._add("accept", socket_id, client_socket_id)

    def accept_error(self, socket_id: int, result_code: int) -> None:
        self._add("accept_error", socket_id, result_code)


class App:
    """A session, its sink, and its functions as coroutines: ``await app.udp("bind", 1, "::", 0)``."""

    def __init__(self, session: Session, sink: Recorder) -> None:
        self.session = session
        self.sink = sink

    async def _call(self, namespace: Any, name: str, *args: Any) -> Outcome:
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        getattr(namespace, name)(*args, outcome.set_result)
        async with asyncio.timeout(5):
            return await outcome

    async def udp(self, name: str, *args: Any) -> Outcome:
        return await self._call(self.session.udp, name, *args)

    async def tcp(self, name: str, *args: Any) -> Outcome:
        return await self._call(self.session.tcp, name, *args)

    async def server(self, name: str, *args: Any) -> Outcome:
        return await self._call(self.session.tcp_server, name, *args)


@asynccontextmanager
async def _opening_apps() -> AsyncIterator[Callable[..., App]]:
    engines: list[Engine] = []

    def open_it(
        permissions: Any = None,
        *,
        app_id: str = "app",
        credit: Any = None,
        slicing: bool = True,
        **options: Any,
    ) -> App:
        if options or not engines:
            engines.append(Engine(**options))
        sink = Recorder()
        session = engines[-1].open_session(
            app_id, permissions or Grants(), sink, slicing=slicing, credit=credit
        )
        return App(session, sink)

    try:
        yield open_it
    finally:
        for engine in engines:
            await engine.aclose()


@pytest.fixture
async def open_app() -> AsyncIterator[Callable[..., App]]:
    """Makes apps: ``open_app(permissions, **of_the_engine)``. Without engine options they share an engine."""
    async with _opening_apps() as open_it:
        yield open_it


@pytest.fixture
def opening_apps() -> Any:
    """As ``open_app``, for tests that run a loop themselves: ``async with opening_apps() as open_app``."""
    return _opening_apps


@pytest.fixture
def grants() -> type[Grants]:
    """Permissions by kind."""
    return Grants


class Peer:
    """The other end of a connection: a bare socket that the engine knows nothing of."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.sock = sock
        self._loop = asyncio.get_running_loop()

    @property
    def port(self) -> int:
        return int(self.sock.getsockname()[1])

    async def send(self, data: bytes) -> None:
        async with asyncio.timeout(10):
            await self._loop.sock_sendall(self.sock, data)

    async def receive(self, size: int) -> bytes:
        """Exactly so many bytes; fewer only at the end of the stream."""
        parts = b""
        async with asyncio.timeout(10):
            while len(parts) < size and (part := await self._loop.sock_recv(self.sock, size - len(parts))):
                parts += part
        return parts

    async def receive_all(self) -> bytes:
        """Everything until the end of the stream."""
        parts = []
        async with asyncio.timeout(10):
            while part := await self._loop.sock_recv(self.sock, 1 << 18):
                parts.append(part)
        return b"".join(parts)

    def half_close(self) -> None:
        self.sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.sock.close()

    def reset(self) -> None:
        """Close by a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Listener:
    """A bare listening socket."""

    def __init__(self, host: str, port: int = 0, **options: Any) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.sock = socket.create_server((host, port), family=family, **options)
        self.sock.setblocking(False)
        self.port: int = self.sock.getsockname()[1]
        self.peers: list[Peer] = []

    async def accept(self) -> Peer:
        async with asyncio.timeout(5):
            sock, _ = await asyncio.get_running_loop().sock_accept(self.sock)
        self.peers.append(Peer(sock))
        return self.peers[-1]

    def close(self) -> None:
        for peer in self.peers:
            peer.close()
        self.sock.close()


@pytest.fixture
async def listen() -> AsyncIterator[Callable[..., Listener]]:
    """Makes bare listeners: ``listen("127.0.0.1")``."""
    listeners: list[Listener] = []

    def make(host: str = "127.0.0.1", port: int = 0, **options: Any) -> Listener:
        listeners.append(Listener(host, port, **options))
        return listeners[-1]

    yield make
    for listener in listeners:
        listener.close()


@pytest.fixture
async def dial() -> AsyncIterator[Callable[..., Awaitable[Peer]]]:
    """Makes bare connections: ``await dial(port)``."""
    peers: list[Peer] = []

    async def make(port: int, host: str = "127.0.0.1") -> Peer:
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        peers.append(Peer(sock))
        await asyncio.get_running_loop().sock_connect(sock, (host, port))
        return peers[-1]

    yield make
    for peer in peers:
        peer.close()


@pytest.fixture
def connect(listen: Callable[..., Listener]) -> Callable[..., Any]:
    """Connects a tcp socket of an app to a bare peer: ``socket_id, peer = await connect(app)``."""

    async def make(app: App, *, paused: bool = False, **properties: Any) -> tuple[int, Peer]:
        listener = listen()
        (created,) = (await app.tcp("create", SocketProperties(**properties))).args
        assert isinstance(created, CreateInfo)
        socket_id = created.socket_id
        if paused:
            await app.tcp("set_paused", socket_id, True)
        assert await app.tcp("connect", socket_id, "127.0.0.1", listener.port, None) == ((0,), None)
        return socket_id, await listener.accept()

    return make


@pytest.fixture(autouse=True)
def no_socket_is_left() -> Iterator[None]:
    """Whatever a test does, its sockets are closed at its end."""
    if sys.platform != "linux":
        yield
        return
    before = _sockets()
    yield
    assert len(_sockets() - before) == 0


def _sockets() -> set[str]:
    found = set()
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            if (target := os.readlink(f"/proc/self/fd/{name}")).startswith("socket:"):
                found.add(target)
    return found


class Authority:
    """An authority of our own, in a file, and contexts of servers that it vouches for."""

    def __init__(self, folder: Path) -> None:
        self.ca = trustme.CA()
        self.file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(self.file)
        self.config = TlsConfig(ca_files=(self.file,))

    def server(self, *names: str, **options: Any) -> ssl.SSLContext:
        """The settings of a server with a certificate for ``names``."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*(names or ("localhost", "127.0.0.1")), **options).configure_cert(context)
        return context


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority of all tests."""
    return Authority(tmp_path_factory.mktemp("authority"))


class TlsPeer:
    """The server's end of a TLS connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        async with asyncio.timeout(10):
            await self._writer.drain()

    async def receive(self, size: int) -> bytes:
        async with asyncio.timeout(10):
            return await self._reader.readexactly(size)

    async def receive_all(self) -> bytes:
        async with asyncio.timeout(10):
            return await self._reader.read()

    def close(self) -> None:
        self._writer.close()

    half_close = close

    def abort(self) -> None:
        self._writer.transport.abort()


ListenTls = Callable[..., Awaitable[tuple[int, asyncio.Queue[TlsPeer]]]]


@pytest.fixture
async def listen_tls(authority: Authority) -> AsyncIterator[ListenTls]:
    """Makes TLS servers: ``port, accepted = await listen_tls(context)``; ``accepted`` is a queue of peers."""
    servers: list[asyncio.Server] = []
    peers: list[TlsPeer] = []

    async def make(context: ssl.SSLContext | None = None) -> tuple[int, asyncio.Queue[TlsPeer]]:
        accepted: asyncio.Queue[TlsPeer] = asyncio.Queue()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peers.append(TlsPeer(reader, writer))
            accepted.put_nowait(peers[-1])

        context = context or authority.server()
        servers.append(await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
        return servers[-1].sockets[0].getsockname()[1], accepted

    yield make
    for peer in peers:
        peer.abort()
    for server in servers:
        server.close()
    await asyncio.sleep(0)


@pytest.fixture
def connect_tls(listen_tls: ListenTls) -> Callable[..., Any]:
    """Connects a tcp socket of an app to a TLS peer, and secures it: ``socket_id, peer = ...``; paused."""

    async def make(app: App) -> tuple[int, TlsPeer]:
        port, accepted = await listen_tls()
        (created,) = (await app.tcp("create", None)).args
        assert isinstance(created, CreateInfo)
        socket_id = created.socket_id
        await app.tcp("set_paused", socket_id, True)
        assert await app.tcp("connect", socket_id, "localhost", port, None) == ((0,), None)
        assert await app.tcp("secure", socket_id, None) == ((0,), None)
        return socket_id, await accepted.get()

    return make


@pytest.fixture
def until() -> Callable[..., Any]:
    """Lets the loop run until a condition holds, for what has no event of its own."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 (the kernel has no event for it)
                await asyncio.sleep(0.001)

    return wait
