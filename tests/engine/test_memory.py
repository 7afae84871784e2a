"""The network in memory, and the engine on it."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from homeport.engine import Address, Outcome, SendInfo, SocketProperties
from homeport.engine._network import AF_INET, OsNetwork
from homeport.testing import MemoryNetwork

ZERO = Outcome((0,))


async def connected(app: Any, network: MemoryNetwork, **where: Any) -> tuple[int, Any]:
    """A connected tcp socket of the app, and the test's end of it."""
    listener = network.listen("192.168.1.5", 9100)
    socket_id = (await app.tcp("create", None)).args[0].socket_id
    assert await app.tcp("connect", socket_id, "192.168.1.5", 9100, None) == ZERO
    return socket_id, await listener.accept()


# Datagrams


async def bound(app: Any, address: str = "127.0.0.1", port: int = 0) -> tuple[int, int]:
    socket_id = (await app.udp("create", SocketProperties())).args[0].socket_id
    assert await app.udp("bind", socket_id, address, port) == ZERO
    return socket_id, (await app.udp("get_info", socket_id)).args[0].local_port


async def test_a_datagram_goes_to_a_peer_and_comes_back(open_app) -> None:
    network = MemoryNetwork(names={"lamp.lan": ["192.168.1.9"]})
    app = open_app(network=network)
    lamp = network.datagrams("192.168.1.9", 5577)
    socket_id, port = await bound(app, "0.0.0.0")
    assert await app.udp("send", socket_id, b"on", "lamp.lan", 5577, None) == Outcome((SendInfo(0, 2),))
    assert await lamp.receive() == (b"on", "192.0.2.1", port)
    lamp.send(b"ok", "192.0.2.1", port)
    assert await app.sink.wait(1) == [("udp.receive", socket_id, b"ok", "192.168.1.9", 5577)]


async def test_groups_reach_members_and_broadcast_reaches_all(open_app) -> None:
    network = MemoryNetwork()
    app = open_app(network=network)
    lamps = [network.datagrams(f"192.0.2.{i}", 5000) for i in (7, 8)]
    lamps[0].join("239.1.2.3")
    socket_id, _ = await bound(app, "0.0.0.0", 5000)
    assert await app.udp("join_group", socket_id, "239.1.2.3") == ZERO
    await app.udp("send", socket_id, b"group", "239.1.2.3", 5000, None)
    assert (await lamps[0].receive())[0] == b"group"
    assert (await app.sink.wait(1))[0][2] == b"group"
    refused = await app.udp("send", socket_id, b"all", "192.0.2.255", 5000, None)
    assert refused.args[0].result_code == -10
    await app.udp("set_broadcast", socket_id, True)
    await app.udp("send", socket_id, b"all", "192.0.2.255", 5000, None)
    assert [(await lamp.receive())[0] for lamp in lamps] == [b"all", b"all"]
    lamps[1].send(b"hi", "239.1.2.3", 5000)
    assert (await app.sink.wait(3))[2][2:4] == (b"hi", "192.0.2.8")
    assert await app.udp("leave_group", socket_id, "239.1.2.3") == ZERO
    lamps[1].send(b"hi", "239.1.2.3", 5000)
    lamps[1].send(b"end", "192.0.2.1", 5000)
    assert (await app.sink.wait(4))[3][2] == b"end"


async def test_a_socket_without_loopback_does_not_hear_itself(open_app) -> None:
    network = MemoryNetwork()
    app = open_app(network=network)
    socket_id = (await app.udp("create", None)).args[0].socket_id
    await app.udp("set_multicast_loopback_mode", socket_id, False)
    await app.udp("bind", socket_id, "0.0.0.0", 5000)
    await app.udp("join_group", socket_id, "239.1.2.3")
    await app.udp("send", socket_id, b"x", "239.1.2.3", 5000, None)
    await app.udp("send", socket_id, b"end", "127.0.0.1", 5000, None)
    assert (await app.sink.wait(1))[0][2] == b"end"


async def _lost(seed: int) -> list[bytes]:
    network = MemoryNetwork(seed=seed, drop=0.5)
    one, other = network.datagrams("10.0.0.1"), network.datagrams("10.0.0.2", 99)
    for number in range(100):
        one.send(bytes([number]), "10.0.0.2", 99)
    network.weather = type(network.weather)()
    one.send(b"end", "10.0.0.2", 99)
    found = []
    while (data := (await other.receive())[0]) != b"end":
        found.append(data)
    return found


async def test_the_same_seed_loses_the_same_datagrams() -> None:
    first = await _lost(1)
    assert 20 < len(first) < 80
    assert await _lost(1) == first
    assert await _lost(2) != first


async def test_a_full_queue_drops_what_comes_last_and_counts_it() -> None:
    network = MemoryNetwork()
    one, other = network.datagrams(), network.datagrams()
    for _ in range(10_000):
        one.send(bytes(1000), "127.0.0.1", other.port)
    received = 212_992 // 1064
    assert other._raw.dropped == 10_000 - received


# Connections


async def test_the_engine_connects_sends_receives_and_hears_the_end(open_app) -> None:
    network = MemoryNetwork()
    app = open_app(network=network)
    socket_id, peer = await connected(app, network)
    await app.tcp("send", socket_id, b"label")
    assert await peer.receive() == b"label"
    await peer.send(b"done")
    peer.end()
    assert await app.sink.wait(2) == [
        ("tcp.receive", socket_id, b"done"),
        ("tcp.receive_error", socket_id, -100),
    ]
    assert await peer.receive_all() == b""


async def test_a_reset_is_told_as_one(open_app) -> None:
    network = MemoryNetwork()
    app = open_app(network=network)
    socket_id, peer = await connected(app, network)
    peer.reset()
    assert await app.sink.wait(1) == [("tcp.receive_error", socket_id, -101)]


async def test_a_peer_that_ends_may_still_hear(open_app) -> None:
    network = MemoryNetwork()
    app = open_app(network=network)
    socket_id, peer = await connected(app, network)
    await app.tcp("set_paused", socket_id, True)
    peer.end()
    await app.tcp("send", socket_id, b"still")
    assert await peer.receive_exactly(5) == b"still"


async def test_the_engines_server_takes_the_tests_client(open_app) -> None:
    network = MemoryNetwork()
    app = open_app(network=network)
    server = (await app.server("create", None)).args[0].socket_id
    assert await app.server("listen", server, "::", 8080, None) == ZERO
    peer = await network.connect("192.0.2.1", 8080, source="192.168.1.5")
    (accepted,) = await app.sink.wait(1)
    info = (await app.tcp("get_info", accepted[2])).args[0]
    assert (info.peer_address, info.peer_port) == ("::ffff:c0a8:105", peer.port)
    await app.tcp("set_paused", accepted[2], False)
    await peer.send(b"hello")
    assert (await app.sink.wait(2))[1] == ("tcp.receive", accepted[2], b"hello")


@pytest.mark.parametrize(("host", "code"), [("127.0.0.1", -102), ("203.0.113.9", -109), ("no.name", -105)])
async def test_where_nobody_is_nobody_answers(open_app, host: str, code: int) -> None:
    app = open_app(network=MemoryNetwork())
    socket_id = (await app.tcp("create", None)).args[0].socket_id
    assert (await app.tcp("connect", socket_id, host, 81, None)).args == (code,)


async def test_a_machine_without_a_network_is_offline(open_app) -> None:
    network = MemoryNetwork(names={"a.lan": ["10.0.0.1"]})
    network.names.clear()
    network.is_offline = True
    app = open_app(network=network)
    socket_id = (await app.tcp("create", None)).args[0].socket_id
    assert (await app.tcp("connect", socket_id, "a.lan", 81, None)).args == (-106,)


@pytest.mark.parametrize(
    "weather", [{}, {"split": 7}, {"delay": 0.001}, {"delay": 0.001, "jitter": 0.002, "split": 900}]
)
async def test_a_stream_arrives_whole_and_in_order_in_any_weather(open_app, weather: Any) -> None:
    network = MemoryNetwork(**weather)
    app = open_app(network=network)
    socket_id, peer = await connected(app, network)
    data = bytes(range(256)) * (40 if weather.get("split") == 7 else 800)
    sending = asyncio.ensure_future(app.tcp("send", socket_id, data))
    received = await peer.receive_exactly(len(data))
    assert received == data
    assert (await sending).args[0].bytes_sent == len(data)
    back = asyncio.ensure_future(peer.send(data))
    while sum(len(event[2]) for event in app.sink.events) < len(data):
        await app.sink.wait(len(app.sink.events) + 1)
    await back
    assert b"".join(event[2] for event in app.sink.events) == data


async def test_a_peer_that_does_not_read_stops_the_sender() -> None:
    network = MemoryNetwork()
    listener = network.listen()
    client = await network.connect("127.0.0.1", listener.port)
    server = await listener.accept()
    sending = asyncio.ensure_future(client.send(bytes(200_000)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not sending.done()
    assert len(await server.receive_exactly(200_000)) == 200_000
    await sending


async def test_closing_with_unread_bytes_resets_and_after_reading_ends() -> None:
    network = MemoryNetwork()
    listener = network.listen()
    for read in (True, False):
        client = await network.connect("127.0.0.1", listener.port)
        server = await listener.accept()
        await client.send(b"x")
        if read:
            await server.receive()
        server.close()
        if read:
            assert await client.receive() == b""
        else:
            with pytest.raises(ConnectionResetError):
                await client.receive()


async def test_resets_come_by_chance_and_from_the_seed() -> None:
    async def survived(seed: int) -> int:
        network = MemoryNetwork(seed=seed, reset=0.2)
        listener = network.listen()
        client = await network.connect("127.0.0.1", listener.port)
        server = await listener.accept()
        count = 0
        try:
            for _ in range(1000):
                await client.send(b"x")
                await server.receive()
                count += 1
        except ConnectionResetError:
            pass
        return count

    counts = [await survived(seed) for seed in range(5)]
    assert counts == [await survived(seed) for seed in range(5)]
    assert len(set(counts)) > 1
    assert max(counts) < 1000


# One behaviour, two networks


@pytest.fixture(params=["memory", "system"])
def make_network(request: pytest.FixtureRequest) -> Any:
    return {"memory": lambda: MemoryNetwork(addresses=["10.55.0.1"]), "system": OsNetwork}[request.param]


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        ("127.0.0.1", "127.0.0.1", -147),
        ("127.0.0.1", "127.0.0.2", 0),
        ("0.0.0.0", "127.0.0.1", -147),
        ("127.0.0.1", "0.0.0.0", -147),
        ("::", "127.0.0.1", -147),
        ("127.0.0.1", "::", -147),
        ("::1", "127.0.0.1", 0),
        ("::1", "0.0.0.0", 0),
        ("::1", "::", -147),
        ("0.0.0.0", "::", -147),
    ],
)
async def test_addresses_collide_alike(
    open_app, make_network: Any, first: str, second: str, result: int
) -> None:
    app = open_app(network=make_network())
    _, port = await bound(app, first)
    socket_id = (await app.udp("create", None)).args[0].socket_id
    assert (await app.udp("bind", socket_id, second, port)).args == (result,)


@pytest.mark.parametrize(
    ("address", "result"),
    [("203.0.113.9", -108 if sys.platform == "linux" else -147), ("127.8.8.8", 0), ("224.0.0.1", 0)],
)
async def test_only_own_addresses_are_bound(open_app, make_network: Any, address: str, result: int) -> None:
    app = open_app(network=make_network())
    socket_id = (await app.udp("create", None)).args[0].socket_id
    assert (await app.udp("bind", socket_id, address, 0)).args == (result,)


async def test_datagrams_fail_alike(open_app, make_network: Any) -> None:
    app = open_app(network=make_network())
    four, port = await bound(app)
    six, _ = await bound(app, "::1")
    for socket_id, size, address, code in (
        (four, 65_508, "127.0.0.1", -142),
        (four, 1, "127.255.255.255", -10),
        (four, 1, "::1", -109),
        (six, 1, "127.0.0.1", -109),
        (four, 65_507, "127.0.0.1", 0),
    ):
        outcome = await app.udp("send", socket_id, bytes(size), address, port, None)
        assert (address, outcome.args[0].result_code) == (address, code)


async def test_groups_are_joined_alike(open_app, make_network: Any) -> None:
    app = open_app(network=make_network())
    socket_id, _ = await bound(app, "127.0.0.1")
    assert (await app.udp("join_group", socket_id, "10.0.0.1")).args == (-4,)
    assert (await app.udp("join_group", socket_id, "ff02::1")).args == (-108,)
    assert (await app.udp("leave_group", socket_id, "239.1.2.3")).args == (-108,)


async def test_a_connected_datagram_socket_hears_its_peer_only(open_app, make_network: Any) -> None:
    app = open_app(network=make_network())
    one = (await app.udp("create", None)).args[0].socket_id
    peer, port = await bound(app)
    stranger, _ = await bound(app)
    assert await app.udp("connect", one, "127.0.0.1", port) == ZERO
    own = (await app.udp("get_info", one)).args[0]
    assert own.local_address == "127.0.0.1"
    assert app.session.udp.peer(one) == Address(AF_INET, "127.0.0.1", port)
    await app.udp("send", stranger, b"psst", "127.0.0.1", own.local_port, None)
    await app.udp("send", peer, b"to you", "127.0.0.1", own.local_port, None)
    assert await app.sink.wait(1) == [("udp.receive", one, b"to you", "127.0.0.1", port)]
    await app.udp("send", one, b"to me", "127.0.0.1", port, None)
    assert (await app.sink.wait(2))[1] == ("udp.receive", peer, b"to me", "127.0.0.1", own.local_port)
    assert (await app.udp("connect", one, "127.0.0.1", port)).args == (-104,)
    assert (await app.udp("join_group", one, "239.1.2.3")).args == (-9,)
    await app.udp("disconnect", one)
    assert app.session.udp.peer(one) is None
    assert await app.udp("bind", one, "127.0.0.1", 0) == ZERO


async def test_raw_sockets_refuse_alike(make_network: Any) -> None:
    import errno

    network = make_network()
    sock = network.socket(AF_INET, 1)
    for call in (lambda: sock.recv(1), lambda: sock.send(b"x"), sock.getpeername):
        with pytest.raises(OSError) as caught:  # noqa: PT011 (the number follows)
            call()
        assert caught.value.errno in (errno.ENOTCONN, errno.EPIPE)
    sock.close()
    sock.close()
    assert sock.fileno() == -1
    with pytest.raises(OSError) as caught:  # noqa: PT011
        sock.recv(1)
    assert caught.value.errno == errno.EBADF
