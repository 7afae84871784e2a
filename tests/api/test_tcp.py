"""TCP through the Python API."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.support.serving import serving

import homeport
from homeport import NetErrorCode


async def test_a_connection_talks(connected: Any, chrome: homeport.Chrome) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected(homeport.SocketProperties(name="printer"))
    stream = tcp.on_receive.for_socket(socket_id)
    assert await tcp.send(socket_id, b"hello") == homeport.SendInfo(0, 5)
    assert await anext(stream) == homeport.TcpReceiveInfo(socket_id, b"hello")


@pytest.mark.timeout(20)
async def test_a_stream_of_a_socket_that_is_not_there_is_not_waited_for(
    connected: Any, chrome: homeport.Chrome
) -> None:
    closed = await connected()
    await chrome.sockets.tcp.close(closed)
    for event, socket_id in (
        (chrome.sockets.tcp.on_receive, closed),
        (chrome.sockets.udp.on_receive, 999),
        (chrome.sockets.tcp_server.on_accept, 999),
    ):
        with pytest.raises(homeport.SocketNotFound, match="Socket not found"):
            await anext(event.for_socket(socket_id))


@pytest.mark.parametrize("data", [b"abc", bytearray(b"abc"), memoryview(b"xabcx")[1:4]])
async def test_anything_like_bytes_can_be_sent(connected: Any, chrome: homeport.Chrome, data: Any) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected()
    stream = tcp.on_receive.for_socket(socket_id)
    await tcp.send(socket_id, data)
    assert (await anext(stream)).data == b"abc"


async def test_the_state_of_a_socket(connected: Any, chrome: homeport.Chrome, echo_port: int) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected(homeport.SocketProperties(persistent=True, buffer_size=104))
    info = await tcp.get_info(socket_id)
    assert (info.persistent, info.buffer_size, info.paused, info.connected) == (True, 104, False, True)
    assert (info.peer_address, info.peer_port) == ("127.0.0.1", echo_port)
    assert await tcp.get_sockets() == [info]
    await tcp.update(socket_id, homeport.SocketProperties(name="n"))
    assert (await tcp.get_info(socket_id)).name == "n"


async def test_bytes_come_in_pieces_of_the_buffer_size(connected: Any, chrome: homeport.Chrome) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected(homeport.SocketProperties(buffer_size=3))
    stream = tcp.on_receive.for_socket(socket_id)
    await tcp.send(socket_id, b"abcdefgh")
    got = b""
    while len(got) < 8:
        data = (await anext(stream)).data
        assert len(data) <= 3
        got += data
    assert got == b"abcdefgh"


async def test_a_paused_socket_receives_nothing_and_loses_nothing(
    connected: Any, chrome: homeport.Chrome
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected(paused=True)
    stream = tcp.on_receive.for_socket(socket_id)
    await tcp.send(socket_id, b"kept")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(stream), 0.1)
    await tcp.set_paused(socket_id, False)
    assert (await anext(stream)).data == b"kept"


async def test_options(connected: Any, chrome: homeport.Chrome) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected()
    assert await tcp.set_no_delay(socket_id, True) == 0
    assert await tcp.set_keep_alive(socket_id, True, 1000) == 0
    with pytest.raises(homeport.NetError) as caught:
        await tcp.set_keep_alive(socket_id, True, -1)
    assert caught.value.code == NetErrorCode.FAILED


async def test_a_stream_ends_when_the_peer_closes(chrome: homeport.Chrome, peer: Any) -> None:
    async def bye(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"bye")

    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    stream = tcp.on_receive.for_socket(socket_id)
    errors: list[homeport.ReceiveErrorInfo] = []
    tcp.on_receive_error.add_listener(errors.append)
    await tcp.connect(socket_id, "127.0.0.1", await peer(bye))
    assert b"".join([info.data async for info in stream]) == b"bye"
    assert errors == [homeport.ReceiveErrorInfo(socket_id, -100)]
    assert not (await tcp.get_info(socket_id)).connected


async def test_a_stream_raises_when_the_peer_resets(chrome: homeport.Chrome, peer: Any) -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    stream = tcp.on_receive.for_socket(socket_id)
    await tcp.connect(socket_id, "127.0.0.1", await peer(reset))
    await tcp.send(socket_id, b"xx")
    with pytest.raises(homeport.NetError) as caught:
        await anext(stream)
    assert caught.value.code == NetErrorCode.CONNECTION_RESET


@pytest.mark.parametrize("end", ["close", "disconnect"])
async def test_a_stream_ends_when_the_program_ends_the_connection(
    connected: Any, chrome: homeport.Chrome, end: str
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected(paused=True)
    stream = tcp.on_receive.for_socket(socket_id)
    await getattr(tcp, end)(socket_id)
    assert [info async for info in stream] == []


async def test_a_socket_connects_again_after_disconnect(
    connected: Any, chrome: homeport.Chrome, echo_port: int
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected(paused=True)
    await tcp.disconnect(socket_id)
    assert await tcp.connect(socket_id, "127.0.0.1", echo_port, tcp.DnsQueryType.IPV4) == 0
    stream = tcp.on_receive.for_socket(socket_id)
    await tcp.set_paused(socket_id, False)
    await tcp.send(socket_id, b"again")
    assert (await anext(stream)).data == b"again"


async def test_what_the_manifest_does_not_name_is_refused(echo_port: int) -> None:
    async with homeport.open({"sockets": {"tcp": {"connect": "127.0.0.1:7"}}}) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create()).socket_id
        with pytest.raises(homeport.PermissionDenied) as caught:
            await tcp.connect(socket_id, "127.0.0.1", echo_port)
        assert str(caught.value) == (
            "sockets.tcp.connect: Does not have permission "
            f"(manifest: nothing in sockets.tcp.connect allows 127.0.0.1:{echo_port})"
        )


async def test_tls_with_an_authority_of_ones_own(peer: Any, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("device.test").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()

    async with serving(shout, ssl=context) as port:
        options: Any = {"ca_file": tmp_path / "ca.pem", "map_host": {"device.test": "127.0.0.1"}}
        async with homeport.open({"sockets": {"tcp": {"connect": "*"}}}, **options) as chrome:
            tcp = chrome.sockets.tcp
            socket_id = (await tcp.create()).socket_id
            await tcp.set_paused(socket_id, True)
            await tcp.connect(socket_id, "device.test", port)
            limits = homeport.SecureOptions(homeport.TlsVersions(min="tls1.2"))
            assert await tcp.secure(socket_id, limits) == 0
            stream = tcp.on_receive.for_socket(socket_id)
            await tcp.set_paused(socket_id, False)
            await tcp.send(socket_id, b"hello\n")
            assert (await anext(stream)).data == b"HELLO\n"


async def test_a_failed_secure_closes_the_socket_and_ends_its_stream(
    connected: Any, chrome: homeport.Chrome
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connected()
    stream = tcp.on_receive.for_socket(socket_id)
    with pytest.raises(homeport.NetError):
        await tcp.secure(socket_id)
    assert [info async for info in stream] == []
    with pytest.raises(homeport.SocketNotFound):
        await tcp.close(socket_id)


async def test_a_listener_that_returns_its_send_is_slowed_by_it(chrome: homeport.Chrome, peer: Any) -> None:
    tcp = chrome.sockets.tcp
    total = 8 << 20
    got = 0

    async def source(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal got

        async def feed() -> None:
            writer.write(bytes(total))
            await writer.drain()

        feeding = asyncio.ensure_future(feed())
        while got < total:
            got += len(await reader.read(1 << 16))
        await feeding

    tcp.on_receive.add_listener(lambda info: tcp.send(info.socket_id, info.data))
    socket_id = (await tcp.create(homeport.SocketProperties(buffer_size=65536))).socket_id
    port = await peer(source)
    ended = asyncio.Event()
    tcp.on_receive_error.add_listener(lambda info: ended.set())
    await tcp.connect(socket_id, "127.0.0.1", port)
    await ended.wait()
    assert got == total
