"""The one order of results and events, and what closing leaves behind."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from tests.support.serving import serving

import homeport


async def test_a_connects_result_comes_before_the_first_bytes(chrome: homeport.Chrome, peer: Any) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello")
        await reader.read()

    port = await peer(greet)
    tcp = chrome.sockets.tcp
    for _ in range(30):
        order: list[str] = []
        heard = asyncio.Event()

        def listener(info: Any, order: list[str] = order, heard: asyncio.Event = heard) -> None:
            order.append("receive")
            heard.set()

        tcp.on_receive.add_listener(listener)
        socket_id = (await tcp.create()).socket_id
        await tcp.connect(socket_id, "127.0.0.1", port)
        order.append("connected")
        await heard.wait()
        tcp.on_receive.remove_listener(listener)
        assert order == ["connected", "receive"]
        await tcp.close(socket_id)


async def test_an_event_never_comes_inside_the_call_that_caused_it(
    connected: Any, chrome: homeport.Chrome
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected()
    order: list[str] = []
    heard = asyncio.Event()

    def listener(info: homeport.ReceiveErrorInfo) -> None:
        order.append(f"error {info.result_code}")
        heard.set()

    tcp.on_receive_error.add_listener(listener)
    tcp.disconnect(socket_id)
    order.append("disconnect returned")
    await heard.wait()
    assert order == ["disconnect returned", "error -100"]


async def test_events_come_in_the_order_in_which_they_were_caused(
    connected: Any, chrome: homeport.Chrome
) -> None:
    tcp = chrome.sockets.tcp
    first, second = await connected(), await connected()
    errors = aiter(tcp.on_receive_error)
    tcp.close(second)
    tcp.close(first)
    assert [(await anext(errors)).socket_id for _ in range(2)] == [second, first]


async def test_a_listeners_calls_work_and_their_events_follow(
    connected: Any, chrome: homeport.Chrome
) -> None:
    tcp = chrome.sockets.tcp
    ids = [await connected() for _ in range(5)]
    closed: list[int] = []
    done = asyncio.Event()

    def close_next(info: homeport.ReceiveErrorInfo) -> None:
        closed.append(info.socket_id)
        if len(closed) < len(ids):
            tcp.close(ids[len(closed)])
            assert len(closed) == ids.index(info.socket_id) + 1, "the next event must wait"
        else:
            done.set()

    tcp.on_receive_error.add_listener(close_next)
    tcp.close(ids[0])
    await done.wait()
    assert closed == ids


async def test_a_slow_stream_holds_the_peer_back() -> None:
    credit = homeport.Credit(session=256 << 10, socket=128 << 10)
    sockets = {"tcp": {"connect": "*"}}
    total = 64 << 20
    written = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        block = bytes(1 << 20)
        while written < total:
            writer.write(block)
            await writer.drain()
            written += len(block)
        writer.close()

    async with serving(flood) as port, homeport.open({"sockets": sockets}, credit=credit) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create(homeport.SocketProperties(buffer_size=65536))).socket_id
        with tcp.on_receive.for_socket(socket_id) as stream:
            await tcp.connect(socket_id, "127.0.0.1", port)
            received = len((await anext(stream)).data)
            before = -1
            while written != before:  # until the peer makes no progress any more
                before = written
                await asyncio.sleep(0.2)
            assert written < total
            async for info in stream:
                received += len(info.data)
        assert received == total


async def test_leaving_closes_every_socket_and_ends_everything(echo_port: int, peer: Any) -> None:
    ended: list[str] = []

    async def read_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    sockets = {"tcp": {"connect": "*"}, "tcpServer": {"listen": "*"}}
    async with homeport.open({"sockets": sockets}) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create()).socket_id
        await tcp.connect(socket_id, "127.0.0.1", echo_port)
        server = (await chrome.sockets.tcp_server.create()).socket_id
        await chrome.sockets.tcp_server.listen(server, "127.0.0.1", 0)
        port = (await chrome.sockets.tcp_server.get_info(server)).local_port

        listening = asyncio.Event()

        async def slow(info: homeport.TcpReceiveInfo) -> None:
            listening.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("listener")

        async def stream() -> None:
            async for _ in tcp.on_receive.for_socket(stuck):
                pass
            ended.append("stream")

        async def send() -> None:
            with pytest.raises(homeport.Aborted):
                await tcp.send(stuck, bytes(64 << 20))
            ended.append("call")

        stuck = (await tcp.create()).socket_id
        await tcp.connect(stuck, "127.0.0.1", await peer(read_nothing))
        tcp.on_receive.add_listener(slow)
        await tcp.send(socket_id, b"x")
        tasks = [asyncio.ensure_future(stream()), asyncio.ensure_future(send())]
        await listening.wait()
    await asyncio.gather(*tasks)
    assert sorted(ended) == ["call", "listener", "stream"]
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    with pytest.raises(homeport.Aborted):
        await tcp.create()


async def test_events_that_wait_when_everything_closes_are_dropped(echo_port: int) -> None:
    heard: list[Any] = []
    async with homeport.open({"sockets": {"tcp": {"connect": "*"}}}) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create()).socket_id
        await tcp.connect(socket_id, "127.0.0.1", echo_port)
        tcp.on_receive_error.add_listener(heard.append)
        tcp.disconnect(socket_id)
    await asyncio.sleep(0)
    assert heard == []


async def test_nothing_refers_to_a_closed_program() -> None:
    async with homeport.open({"sockets": {}}) as chrome:
        await chrome.sockets.tcp.create()
    del chrome
    gc.collect()
    assert [thing for thing in gc.get_objects() if isinstance(thing, homeport.Chrome)] == []
