"""UDP through the Python API."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

import homeport
from homeport import NetErrorCode

from .conftest import EVERYTHING


async def bound(
    chrome: homeport.Chrome, properties: homeport.SocketProperties | None = None
) -> tuple[int, int]:
    udp = chrome.sockets.udp
    socket_id = (await udp.create(properties)).socket_id
    assert await udp.bind(socket_id, "127.0.0.1", 0) == 0
    port = (await udp.get_info(socket_id)).local_port
    assert port is not None
    return socket_id, port


async def test_a_datagram_arrives_whole_with_its_sender(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    sender, sender_port = await bound(chrome)
    receiver, port = await bound(chrome)
    stream = udp.on_receive.for_socket(receiver)
    assert await udp.send(sender, b"ping", "127.0.0.1", port) == homeport.SendInfo(0, 4)
    assert await anext(stream) == homeport.UdpReceiveInfo(receiver, b"ping", "127.0.0.1", sender_port)
    await udp.send(sender, b"", "localhost", port, "ipv4")
    assert (await anext(stream)).data == b""


async def test_a_datagram_over_the_buffer_size_is_an_error_after_which_receiving_goes_on(
    chrome: homeport.Chrome,
) -> None:
    udp = chrome.sockets.udp
    socket_id, port = await bound(chrome, homeport.SocketProperties(buffer_size=4))
    stream = udp.on_receive.for_socket(socket_id)
    await udp.send(socket_id, b"too long", "127.0.0.1", port)
    with pytest.raises(homeport.NetError) as caught:
        await anext(stream)
    assert caught.value.code == NetErrorCode.MSG_TOO_BIG
    assert (await udp.get_info(socket_id)).paused
    stream = udp.on_receive.for_socket(socket_id)
    await udp.set_paused(socket_id, False)
    await udp.send(socket_id, b"fits", "127.0.0.1", port)
    assert (await anext(stream)).data == b"fits"


async def test_a_closed_sockets_stream_ends(chrome: homeport.Chrome) -> None:
    socket_id, _ = await bound(chrome)
    stream = chrome.sockets.udp.on_receive.for_socket(socket_id)
    await chrome.sockets.udp.close(socket_id)
    assert [info async for info in stream] == []


async def test_an_unbound_socket_cannot_send(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    socket_id = (await udp.create()).socket_id
    with pytest.raises(homeport.SocketStateError) as caught:
        await udp.send(socket_id, b"x", "127.0.0.1", 9)
    assert caught.value.code == NetErrorCode.SOCKET_NOT_CONNECTED


async def test_options_and_groups(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    socket_id = (await udp.create(homeport.SocketProperties(name="u"))).socket_id
    assert await udp.set_multicast_time_to_live(socket_id, 0) == 0
    with pytest.raises(homeport.NetError) as caught:
        await udp.set_multicast_time_to_live(socket_id, -3)
    assert caught.value.code == NetErrorCode.INVALID_ARGUMENT
    assert await udp.set_multicast_loopback_mode(socket_id, True) == 0
    assert await udp.get_joined_groups(socket_id) == []
    with pytest.raises(homeport.SocketStateError):
        await udp.join_group(socket_id, "239.1.2.3")
    await udp.bind(socket_id, "0.0.0.0", 0)
    assert await udp.set_broadcast(socket_id, True) == 0
    with pytest.raises(homeport.NetError):
        await udp.leave_group(socket_id, "239.1.2.3")
    await udp.update(socket_id, homeport.SocketProperties(buffer_size=9000))
    assert [info.buffer_size for info in await udp.get_sockets()] == [9000]


async def test_what_the_manifest_does_not_name_is_refused() -> None:
    async with homeport.open({"sockets": {"udp": {"bind": "127.0.0.1:*"}}}) as chrome:
        udp = chrome.sockets.udp
        socket_id, port = await bound(chrome)
        refused: list[Any] = [
            udp.send(socket_id, b"x", "127.0.0.1", port),
            udp.join_group(socket_id, "239.1.2.3"),
            udp.get_joined_groups(socket_id),
        ]
        for call in refused:
            with pytest.raises(homeport.PermissionDenied, match="App does not have permission"):
                await call


@pytest.mark.parametrize("size", [0, 1])
async def test_datagrams_that_nobody_takes_are_kept_up_to_a_bound_however_short_they_are(size: int) -> None:
    credit = homeport.Credit(session=64 << 10, socket=64 << 10)
    async with homeport.open({"sockets": EVERYTHING}, credit=credit) as chrome:
        socket_id, port = await bound(chrome)
        with (
            chrome.sockets.udp.on_receive.for_socket(socket_id) as stream,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer,
        ):
            peer.connect(("127.0.0.1", port))
            for _ in range(200):
                for _ in range(20):
                    peer.send(bytes(size))
                await asyncio.sleep(0)
            kept = len(stream._inbox._items)
            assert 100 < kept < 1000
            assert (await anext(stream)).data == bytes(size)
            stream.close()
            assert chrome._session.credit is not None
            assert chrome._session.credit.owed == 0


async def test_many_datagrams_wait_for_a_slow_listener_task(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    socket_id, port = await bound(chrome)
    heard: list[bytes] = []
    all_heard = asyncio.Event()

    async def slow(info: homeport.UdpReceiveInfo) -> None:
        await asyncio.sleep(0)
        heard.append(info.data)
        if len(heard) == 50:
            all_heard.set()

    udp.on_receive.add_listener(slow)
    for number in range(50):
        await udp.send(socket_id, bytes([number]), "127.0.0.1", port)
    await all_heard.wait()
    assert heard == [bytes([number]) for number in range(50)]
