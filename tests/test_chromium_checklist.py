"""What Chromium's own tests of chrome.sockets assert, row by row, asked of the Python API with real sockets.

The numbers are those of a list that was drawn up from those tests. Row 15 (look-ups are kept apart per
app) is about a cache that Homeport does not share with anybody, and row 33 about reloading an app in a
browser; their counterparts here are that sessions do not share anything, and that closing frees a port.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.support.namespaces import in_new_network
from tests.support.serving import serving

import homeport
from homeport import NetErrorCode, SocketProperties

EVERYTHING = {
    "tcp": {"connect": "*"},
    "udp": {"bind": "*", "send": "*", "multicastMembership": ""},
    "tcpServer": {"listen": "*"},
}
HERE = "127.0.0.1"
ANSWER = b"HTTP/1.0 200 OK\r\n\r\nthe answer"


@pytest.fixture
async def chrome() -> AsyncIterator[homeport.Chrome]:
    names = {"host.test": HERE, "secure.test": HERE}
    async with homeport.open({"sockets": EVERYTHING}, map_host=names) as chrome:
        yield chrome


@asynccontextmanager
async def closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Close the writer, whatever the peer did."""
    try:
        with suppress(ConnectionError):
            yield
            await writer.drain()
    finally:
        writer.close()


@pytest.fixture
async def web_port() -> AsyncIterator[int]:
    """A server that answers one request and closes, as the test server of Chromium's tests does."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with closing(writer):
            if await reader.readline():
                await reader.readline()
                writer.write(ANSWER)

    async with serving(answer) as port:
        yield port


@pytest.fixture
def connect(chrome: homeport.Chrome, web_port: int) -> Callable[[], Awaitable[int]]:
    async def connected() -> int:
        socket_id = (await chrome.sockets.tcp.create()).socket_id
        assert await chrome.sockets.tcp.connect(socket_id, "host.test", web_port) == 0
        return socket_id

    return connected


async def bound(chrome: homeport.Chrome, **properties: Any) -> tuple[int, int]:
    udp = chrome.sockets.udp
    socket_id = (await udp.create(SocketProperties(**properties))).socket_id
    assert await udp.bind(socket_id, "0.0.0.0", 0) == 0
    port = (await udp.get_info(socket_id)).local_port
    assert port
    return socket_id, port


async def silent(stream: homeport.Stream[Any], seconds: float = 0.2) -> bool:
    """Whether nothing comes for a while. Nothing can be waited for here but time."""
    try:
        await asyncio.wait_for(anext(stream), seconds)
    except TimeoutError:
        return True
    return False


# TCP


async def test_row_1_create_gives_an_id(chrome: homeport.Chrome) -> None:
    tcp = chrome.sockets.tcp
    assert (await tcp.create()).socket_id > 0
    assert (await tcp.create(SocketProperties())).socket_id > 0
    assert (await tcp.create(SocketProperties(persistent=True, name="n"))).socket_id > 0


async def test_row_2_a_fresh_socket_is_not_connected_and_has_no_addresses(chrome: homeport.Chrome) -> None:
    tcp = chrome.sockets.tcp
    info = await tcp.get_info((await tcp.create()).socket_id)
    assert not info.connected
    assert (info.local_address, info.local_port, info.peer_address, info.peer_port) == (None,) * 4


@pytest.mark.parametrize("namespace", ["tcp", "udp", "tcp_server"])
async def test_rows_3_and_17_a_closed_socket_has_no_info(chrome: homeport.Chrome, namespace: str) -> None:
    space = getattr(chrome.sockets, namespace)
    socket_id = (await space.create()).socket_id
    await space.close(socket_id)
    with pytest.raises(homeport.SocketNotFound):
        await space.get_info(socket_id)


async def test_row_4_properties_given_to_create_are_those_of_get_info(chrome: homeport.Chrome) -> None:
    tcp = chrome.sockets.tcp
    created = await tcp.create(SocketProperties(name="test", persistent=True, buffer_size=104))
    info = await tcp.get_info(created.socket_id)
    assert (info.name, info.persistent, info.buffer_size, info.paused) == ("test", True, 104, False)


async def test_row_5_update_changes_them(chrome: homeport.Chrome) -> None:
    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    await tcp.update(socket_id, SocketProperties(name="test", persistent=True, buffer_size=2048))
    info = await tcp.get_info(socket_id)
    assert (info.name, info.persistent, info.buffer_size) == ("test", True, 2048)


async def test_row_6_connecting_to_a_name_works(chrome: homeport.Chrome, connect: Any) -> None:
    assert await connect() > 0


async def test_row_7_a_connected_socket_shows_the_address_and_not_the_name(
    chrome: homeport.Chrome, connect: Any, web_port: int
) -> None:
    info = await chrome.sockets.tcp.get_info(await connect())
    assert info.connected
    assert info.local_address
    assert info.local_port
    assert (info.peer_address, info.peer_port) == (HERE, web_port)


async def test_row_8_pausing_and_going_on_twice_leaves_reading_whole(
    chrome: homeport.Chrome, connect: Any
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connect()
    stream = tcp.on_receive.for_socket(socket_id)
    await tcp.set_paused(socket_id, True)
    assert (await tcp.get_info(socket_id)).paused
    for _ in range(2):
        await tcp.set_paused(socket_id, False)
    assert not (await tcp.get_info(socket_id)).paused
    await tcp.send(socket_id, b"GET / HTTP/1.0\r\n\r\n")
    assert b"".join([info.data async for info in stream]) == ANSWER


async def test_row_9_options_of_a_connection_are_set(chrome: homeport.Chrome, connect: Any) -> None:
    socket_id = await connect()
    assert await chrome.sockets.tcp.set_no_delay(socket_id, True) == 0
    assert await chrome.sockets.tcp.set_keep_alive(socket_id, True, 1000) == 0


async def test_rows_10_to_12_a_request_is_sent_and_the_answer_and_its_end_arrive(
    chrome: homeport.Chrome, connect: Any
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connect()
    errors = aiter(tcp.on_receive_error)
    stream = tcp.on_receive.for_socket(socket_id)
    sent = await tcp.send(socket_id, b"GET / HTTP/1.0\r\n\r\n")
    assert sent.result_code == 0
    assert sent.bytes_sent == 18
    infos = [info async for info in stream]
    assert {info.socket_id for info in infos} == {socket_id}
    assert b"".join(info.data for info in infos) == ANSWER
    assert await anext(errors) == homeport.ReceiveErrorInfo(socket_id, -100)
    await tcp.close(socket_id)


@pytest.fixture
async def tls(tmp_path: Path) -> AsyncIterator[tuple[int, Path]]:
    """A TLS echo server for secure.test: its port and its authority."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("secure.test").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with closing(writer):
            writer.write(await reader.readline())

    async with serving(echo, ssl=context) as port:
        yield port, tmp_path / "ca.pem"


async def test_row_13_a_paused_connection_is_secured_and_then_talks(tls: tuple[int, Path]) -> None:
    port, ca_file = tls
    names = {"secure.test": HERE}
    async with homeport.open({"sockets": EVERYTHING}, ca_file=ca_file, map_host=names) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create()).socket_id
        await tcp.set_paused(socket_id, True)
        await tcp.connect(socket_id, "secure.test", port)
        assert await tcp.secure(socket_id, None) == 0
        stream = tcp.on_receive.for_socket(socket_id)
        await tcp.set_paused(socket_id, False)
        await tcp.send(socket_id, b"over TLS\n")
        assert (await anext(stream)).data == b"over TLS\n"


async def test_row_14_a_reading_connection_cannot_be_secured_and_close_still_answers(
    chrome: homeport.Chrome, connect: Any
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = await connect()
    with pytest.raises(homeport.NetError) as caught:
        await tcp.secure(socket_id)
    assert caught.value.code == NetErrorCode.FAILED
    with pytest.raises(homeport.SocketNotFound):
        await tcp.close(socket_id)


async def test_row_15_programs_share_neither_sockets_nor_ids(chrome: homeport.Chrome) -> None:
    async with homeport.open({"sockets": EVERYTHING}) as other:
        first = await chrome.sockets.tcp.create()
        assert await other.sockets.tcp.create() == first
        await other.sockets.tcp.close(first.socket_id)
        assert len(await chrome.sockets.tcp.get_sockets()) == 1


# UDP


async def test_row_16_a_fresh_udp_socket_has_no_address(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    socket_id = (await udp.create(SocketProperties())).socket_id
    info = await udp.get_info(socket_id)
    assert socket_id > 0
    assert info == homeport.UdpSocketInfo(socket_id, persistent=False, paused=False)


async def test_row_18_a_bound_socket_has_an_address(chrome: homeport.Chrome) -> None:
    socket_id, _ = await bound(chrome)
    info = await chrome.sockets.udp.get_info(socket_id)
    assert info.local_address == "0.0.0.0"
    assert info.local_port


async def test_rows_19_and_20_a_datagram_goes_to_a_name_and_its_echo_arrives(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    (client, client_port), (server, server_port) = await bound(chrome), await bound(chrome)
    echoes, asked = udp.on_receive.for_socket(client), udp.on_receive.for_socket(server)
    sent = await udp.send(client, b"datagram", "host.test", server_port)
    assert (sent.result_code, sent.bytes_sent) == (0, 8)
    question = await anext(asked)
    assert question == homeport.UdpReceiveInfo(server, b"datagram", HERE, client_port)
    await udp.send(server, question.data, question.remote_address, question.remote_port)
    assert (await anext(echoes)).data == b"datagram"


async def test_row_21_a_socket_paused_before_bind_hears_nothing(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    socket_id = (await udp.create()).socket_id
    await udp.set_paused(socket_id, True)
    await udp.bind(socket_id, HERE, 0)
    port = (await udp.get_info(socket_id)).local_port
    assert port
    stream, errors = udp.on_receive.for_socket(socket_id), udp.on_receive_error.for_socket(socket_id)
    await udp.send(socket_id, b"x", HERE, port)
    assert await silent(stream)
    assert await silent(errors, 0)


async def test_row_22_what_came_while_paused_is_delivered_after_it(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    receiver = (await udp.create()).socket_id
    await udp.set_paused(receiver, True)
    await udp.bind(receiver, HERE, 0)
    port = (await udp.get_info(receiver)).local_port
    assert port
    stream = udp.on_receive.for_socket(receiver)
    sender, _ = await bound(chrome)
    await udp.send(sender, b"earlier", HERE, port)
    assert await silent(stream)
    await udp.set_paused(receiver, False)
    await udp.send(sender, b"later", HERE, port)
    assert [(await anext(stream)).data for _ in range(2)] == [b"earlier", b"later"]


async def test_row_23_a_view_is_sent_as_its_bytes(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    socket_id, port = await bound(chrome)
    stream = udp.on_receive.for_socket(socket_id)
    await udp.send(socket_id, memoryview(b"0123456")[2:5], HERE, port)
    assert (await anext(stream)).data == b"234"


async def test_row_24_a_removed_listener_hears_no_more(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    socket_id, port = await bound(chrome)
    heard: list[bytes] = []

    def listener(info: homeport.UdpReceiveInfo) -> None:
        heard.append(info.data)

    udp.on_receive.add_listener(listener)
    stream = udp.on_receive.for_socket(socket_id)
    for data in (b"1", b"2"):
        await udp.send(socket_id, data, HERE, port)
        await anext(stream)
        udp.on_receive.remove_listener(listener)
    assert heard == [b"1"]


@pytest.mark.skipif(sys.platform != "linux", reason="the loopback network has a broadcast address on Linux")
async def test_row_25_a_broadcast_arrives_with_its_senders_address(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    receiver, port = await bound(chrome)
    sender = (await udp.create()).socket_id
    await udp.bind(sender, HERE, 0)
    sender_port = (await udp.get_info(sender)).local_port
    assert await udp.set_broadcast(receiver, True) == 0
    assert await udp.set_broadcast(sender, True) == 0
    stream = udp.on_receive.for_socket(receiver)
    await udp.send(sender, b"all", "127.255.255.255", port)
    info = await anext(stream)
    assert (info.remote_address, info.remote_port) == (HERE, sender_port)


async def test_row_26_multicast_options_are_set_before_bind(chrome: homeport.Chrome) -> None:
    udp = chrome.sockets.udp
    socket_id = (await udp.create()).socket_id
    assert await udp.set_multicast_time_to_live(socket_id, 0) == 0
    with pytest.raises(homeport.NetError) as caught:
        await udp.set_multicast_time_to_live(socket_id, -3)
    assert caught.value.code == NetErrorCode.INVALID_ARGUMENT
    assert await udp.set_multicast_loopback_mode(socket_id, False) == 0
    assert await udp.set_multicast_loopback_mode(socket_id, True) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs network namespaces")
def test_row_27_a_group_is_heard_between_joining_and_leaving() -> None:
    async def test() -> None:
        async with homeport.open({"sockets": EVERYTHING}) as chrome:
            udp = chrome.sockets.udp
            receiver, port = await bound(chrome)
            stream = udp.on_receive.for_socket(receiver)
            sender = (await udp.create()).socket_id
            await udp.set_multicast_time_to_live(sender, 0)
            await udp.bind(sender, "0.0.0.0", 0)

            async def heard() -> bool:
                await udp.send(sender, b"group", "237.132.100.17", port)
                return not await silent(stream, 0.1)

            assert not await heard()
            assert await udp.join_group(receiver, "237.132.100.17") == 0
            assert await udp.get_joined_groups(receiver) == ["237.132.100.17"]
            assert await heard()
            assert await udp.leave_group(receiver, "237.132.100.17") == 0
            assert not await heard()

    in_new_network(
        "ip link set lo up; ip link set lo multicast on; ip route add 224.0.0.0/4 dev lo",
        lambda: asyncio.run(test()),
    )


# TCP server


async def listening(chrome: homeport.Chrome) -> tuple[int, int]:
    server = chrome.sockets.tcp_server
    socket_id = (await server.create()).socket_id
    assert await server.listen(socket_id, HERE, 0) == 0
    port = (await server.get_info(socket_id)).local_port
    assert port
    return socket_id, port


async def test_rows_28_and_29_a_server_is_made_and_listens(chrome: homeport.Chrome) -> None:
    socket_id, _ = await listening(chrome)
    assert (await chrome.sockets.tcp_server.get_info(socket_id)).socket_id == socket_id


async def test_rows_30_to_32_a_client_is_accepted_heard_when_unpaused_and_seen_to_leave(
    chrome: homeport.Chrome,
) -> None:
    tcp = chrome.sockets.tcp
    server, port = await listening(chrome)
    accepts = chrome.sockets.tcp_server.on_accept.for_socket(server)
    client = (await tcp.create()).socket_id
    assert await tcp.connect(client, HERE, port) == 0
    accepted = await anext(accepts)
    assert accepted.socket_id == server
    other = accepted.client_socket_id
    assert other > 0
    stream = tcp.on_receive.for_socket(other)
    await tcp.send(client, b"hello")
    assert await silent(stream)
    await tcp.set_paused(other, False)
    assert await anext(stream) == homeport.TcpReceiveInfo(other, b"hello")
    await tcp.disconnect(client)
    assert [info async for info in stream] == []
    assert not (await tcp.get_info(other)).connected


async def test_row_33_closing_everything_frees_the_port(chrome: homeport.Chrome) -> None:
    async with homeport.open({"sockets": EVERYTHING}) as first:
        _, port = await listening(first)
    server = chrome.sockets.tcp_server
    assert await server.listen((await server.create()).socket_id, HERE, port) == 0


async def test_row_34_the_write_quota_is_200_mebibytes_for_each_app(chrome: homeport.Chrome) -> None:
    limit = 200 << 20
    tcp = chrome.sockets.tcp
    with socket.create_server((HERE, 0)) as nobody_reads:
        port = nobody_reads.getsockname()[1]
        socket_id = (await tcp.create()).socket_id
        await tcp.connect(socket_id, HERE, port)
        with pytest.raises(homeport.QuotaExceeded):
            await tcp.send(socket_id, bytes(limit + 1))
        waiting = asyncio.ensure_future(tcp.send(socket_id, bytes(limit)))
        await asyncio.sleep(0)
        with pytest.raises(homeport.QuotaExceeded):
            await tcp.send(socket_id, b"one more")
        async with homeport.open({"name": "Other", "sockets": EVERYTHING}) as other:
            mine = (await other.sockets.tcp.create()).socket_id
            await other.sockets.tcp.connect(mine, HERE, port)
            assert (await other.sockets.tcp.send(mine, b"unaffected")).bytes_sent == 10
        await tcp.disconnect(socket_id)
        with pytest.raises(homeport.Aborted):
            await waiting
        await tcp.connect(socket_id, HERE, port)
        assert (await tcp.send(socket_id, b"again")).bytes_sent == 5
