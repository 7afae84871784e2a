"""TCP servers through the Python API."""

from __future__ import annotations

import asyncio

import pytest

import homeport
from homeport import NetErrorCode


async def listening(chrome: homeport.Chrome) -> tuple[int, int]:
    server = chrome.sockets.tcp_server
    socket_id = (await server.create(homeport.SocketProperties(name="server"))).socket_id
    assert await server.listen(socket_id, "127.0.0.1", 0, 16) == 0
    port = (await server.get_info(socket_id)).local_port
    assert port is not None
    return socket_id, port


async def test_an_accepted_socket_is_paused_and_then_talks(chrome: homeport.Chrome) -> None:
    tcp, server = chrome.sockets.tcp, chrome.sockets.tcp_server
    socket_id, port = await listening(chrome)
    accepted = server.on_accept.for_socket(socket_id)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    info = await anext(accepted)
    assert info.socket_id == socket_id
    client = info.client_socket_id
    assert (await tcp.get_info(client)).paused
    stream = tcp.on_receive.for_socket(client)
    writer.write(b"question")
    await tcp.set_paused(client, False)
    assert (await anext(stream)).data == b"question"
    await tcp.send(client, b"answer")
    assert await reader.readexactly(6) == b"answer"
    writer.close()
    assert [info async for info in stream] == []


async def test_a_paused_server_accepts_nobody_until_it_goes_on(chrome: homeport.Chrome) -> None:
    server = chrome.sockets.tcp_server
    socket_id, port = await listening(chrome)
    accepted = server.on_accept.for_socket(socket_id)
    await server.set_paused(socket_id, True)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(accepted), 0.1)
    await server.set_paused(socket_id, False)
    assert (await anext(accepted)).socket_id == socket_id
    writer.close()


@pytest.mark.parametrize("end", ["close", "disconnect"])
async def test_a_stopped_server_refuses_and_its_stream_ends(chrome: homeport.Chrome, end: str) -> None:
    server = chrome.sockets.tcp_server
    socket_id, port = await listening(chrome)
    accepted = server.on_accept.for_socket(socket_id)
    await getattr(server, end)(socket_id)
    assert [info async for info in accepted] == []
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_taken_port_is_told(chrome: homeport.Chrome) -> None:
    server = chrome.sockets.tcp_server
    _, port = await listening(chrome)
    other = (await server.create()).socket_id
    with pytest.raises(homeport.NetError) as caught:
        await server.listen(other, "127.0.0.1", port)
    assert caught.value.code == NetErrorCode.ADDRESS_IN_USE
    await server.update(other, homeport.SocketProperties(persistent=True))
    assert [info.persistent for info in await server.get_sockets()] == [False, True]


async def test_listening_twice_is_told_as_an_accept_error(chrome: homeport.Chrome) -> None:
    server = chrome.sockets.tcp_server
    socket_id, _ = await listening(chrome)
    errors: list[homeport.AcceptErrorInfo] = []
    server.on_accept_error.add_listener(errors.append)
    accepted = server.on_accept.for_socket(socket_id)
    assert await server.listen(socket_id, "127.0.0.1", 0) == 0
    with pytest.raises(homeport.NetError):
        await anext(accepted)
    assert errors == [homeport.AcceptErrorInfo(socket_id, -2)]
    assert (await server.get_info(socket_id)).paused


async def test_what_the_manifest_does_not_name_is_refused() -> None:
    async with homeport.open({"sockets": {"tcpServer": {"listen": "127.0.0.1:80"}}}) as chrome:
        server = chrome.sockets.tcp_server
        socket_id = (await server.create()).socket_id
        with pytest.raises(homeport.PermissionDenied, match="Does not have permission"):
            await server.listen(socket_id, "127.0.0.1", 0)
