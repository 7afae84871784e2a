"""Programs with the Python API, and plain asyncio peers for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import pytest

import homeport
from homeport.engine import new_event_loop

EVERYTHING = {
    "tcp": {"connect": "*"},
    "udp": {"bind": "*", "send": "*", "multicastMembership": ""},
    "tcpServer": {"listen": "*"},
}

Serve: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
    """Run each test of a coroutine on both loops: the order of results and events must not differ."""
    return {"standard": asyncio.SelectorEventLoop, "fast": new_event_loop}


@pytest.fixture
async def chrome() -> AsyncIterator[homeport.Chrome]:
    async with homeport.open({"sockets": EVERYTHING}) as chrome:
        yield chrome


@pytest.fixture
async def peer() -> AsyncIterator[Callable[[Serve], Awaitable[int]]]:
    """Starts a server on loopback that does what it is told with each connection; gives its port."""
    async with AsyncExitStack() as stack:

        async def start(serve: Serve) -> int:
            writers: list[asyncio.StreamWriter] = []

            async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writers.append(writer)
                try:
                    await serve(reader, writer)
                except ConnectionError:
                    pass
                finally:
                    writer.close()

            server = await asyncio.start_server(handle, "127.0.0.1", 0)

            async def stop() -> None:
                server.close()
                for writer in writers:
                    writer.close()

            stack.push_async_callback(stop)
            port: int = server.sockets[0].getsockname()[1]
            return port

        yield start


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


@pytest.fixture
async def echo_port(peer: Any) -> int:
    port: int = await peer(echo)
    return port


@pytest.fixture
def connected(chrome: homeport.Chrome, echo_port: int) -> Callable[..., Awaitable[int]]:
    """Gives a socket that is connected to an echo server."""

    async def connect(properties: homeport.SocketProperties | None = None, *, paused: bool = False) -> int:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create(properties)).socket_id
        if paused:
            await tcp.set_paused(socket_id, True)
        await tcp.connect(socket_id, "127.0.0.1", echo_port)
        return socket_id

    return connect
