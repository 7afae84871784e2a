"""Whatever a program waits for when it is cancelled: nothing of it is left, no socket, no task, no quota."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import NamedTuple, TypeAlias

import pytest
import trustme
from tests.support.cancelling import Cancelling

import homeport
from homeport.engine import OsNetwork

from .conftest import EVERYTHING, echo


class Peers(NamedTuple):
    """The ports of a server that echoes, and of one that does so by TLS, and the file of its authority."""

    plain: int
    secured: int
    authority: Path


#: Does something with an app's sockets and the peers.
Work: TypeAlias = Callable[[homeport.Chrome, Peers], Awaitable[object]]

_NAME = "printer.test"


class Names(OsNetwork):
    """The system's network, and one name which takes a while to be looked up."""

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        await asyncio.sleep(0.002)
        return await super().lookup("localhost" if host == _NAME else host, family)


async def converse(chrome: homeport.Chrome, peers: Peers) -> None:
    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    with tcp.on_receive.for_socket(socket_id) as stream:
        await tcp.connect(socket_id, _NAME, peers.plain)
        await tcp.send(socket_id, b"hello")
        assert (await anext(stream)).data == b"hello"
        await tcp.send(socket_id, bytes(8 << 20))
        await tcp.disconnect(socket_id)
        await tcp.connect(socket_id, "127.0.0.1", peers.plain)
        await tcp.close(socket_id)


async def secure(chrome: homeport.Chrome, peers: Peers) -> None:
    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    await tcp.set_paused(socket_id, True)
    await tcp.connect(socket_id, "localhost", peers.secured)
    await tcp.secure(socket_id)
    stream = tcp.on_receive.for_socket(socket_id)
    await tcp.set_paused(socket_id, False)
    await tcp.send(socket_id, bytes(4 << 20))
    await anext(stream)
    await tcp.close(socket_id)


async def serve(chrome: homeport.Chrome, _: Peers) -> None:
    server, tcp = chrome.sockets.tcp_server, chrome.sockets.tcp
    server_id = (await server.create()).socket_id
    accepted = server.on_accept.for_socket(server_id)
    await server.listen(server_id, "127.0.0.1", 0)
    port = (await server.get_info(server_id)).local_port
    client_id = (await tcp.create()).socket_id
    assert port is not None
    await tcp.connect(client_id, "127.0.0.1", port)
    ours = (await anext(accepted)).client_socket_id
    received = tcp.on_receive.for_socket(ours)
    await tcp.set_paused(ours, False)
    await tcp.send(client_id, b"hello")
    assert (await anext(received)).data == b"hello"
    await server.close(server_id)


async def datagrams(chrome: homeport.Chrome, _: Peers) -> None:
    udp = chrome.sockets.udp
    socket_id = (await udp.create()).socket_id
    await udp.bind(socket_id, "127.0.0.1", 0)
    port = (await udp.get_info(socket_id)).local_port
    assert port is not None
    received = udp.on_receive.for_socket(socket_id)
    await udp.send(socket_id, b"hello", _NAME, port, "ipv4")
    assert (await anext(received)).data == b"hello"
    await udp.close(socket_id)


async def explain(chrome: homeport.Chrome, peers: Peers) -> None:
    assert (await chrome.explain("tcp.connect", _NAME, peers.plain)).allowed


async def refused(chrome: homeport.Chrome, _: Peers) -> None:
    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    with pytest.raises(homeport.NetError):
        await tcp.connect(socket_id, _NAME, 1)


async def listened(chrome: homeport.Chrome, peers: Peers) -> None:
    """With a listener that is a coroutine, which is under way at the end."""
    tcp = chrome.sockets.tcp
    heard = asyncio.Event()

    async def listener(info: homeport.TcpReceiveInfo) -> None:
        heard.set()
        await asyncio.sleep(60)

    tcp.on_receive.add_listener(listener)
    socket_id = (await tcp.create()).socket_id
    await tcp.connect(socket_id, "127.0.0.1", peers.plain)
    await tcp.send(socket_id, b"hello")
    await heard.wait()


WORK: list[Work] = [converse, secure, serve, datagrams, explain, refused, listened]


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    """Two servers that echo, in a thread of their own, so that all tasks here are Homeport's."""
    authority = trustme.CA()
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()

    async def start() -> list[asyncio.Server]:
        return [await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls) for tls in (None, context)]

    async def stop() -> None:
        for server in servers:
            server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
        loop.stop()

    servers = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    plain, secured = (server.sockets[0].getsockname()[1] for server in servers)
    yield Peers(plain, secured, file)
    loop.call_soon_threadsafe(lambda: loop.create_task(stop()))
    thread.join(10)
    loop.close()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await echo(reader, writer)
    except (OSError, asyncio.CancelledError):
        pass
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("late", [False, True], ids=["waiting", "told"])
@pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__)
async def test_wherever_a_program_is_cancelled_nothing_of_it_is_left(
    peers: Peers, work: Work, late: bool
) -> None:
    before = asyncio.all_tasks()
    opened: list[homeport.Chrome] = []

    async def program() -> None:
        app = {"sockets": EVERYTHING}
        async with homeport.open(app, network=Names(), ca_file=peers.authority) as chrome:
            opened.append(chrome)
            async with asyncio.timeout(20):
                await work(chrome, peers)

    for at in range(1000):
        cancelling = Cancelling(program(), at, late=late)
        await asyncio.wait([cancelling.task])
        engine, session = opened[-1]._engine, opened[-1]._session
        assert asyncio.all_tasks() == before
        assert session.quota.left == 200 << 20
        assert engine.allowance.used == 0
        assert not engine._sessions
        assert len(engine.closer) == 0
        assert not engine.resolver._running
        if cancelling.suspensions <= at:  # it came to its end
            assert at
            assert cancelling.task.exception() is None
            return
        assert cancelling.task.cancelled()
