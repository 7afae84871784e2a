"""``chrome.sockets.udp`` on real sockets of the loopback, each row as Chromium has it."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import Any

import pytest
from tests.support.udp import ZERO, Names, bound, fresh, not_sent, sent

from homeport.engine import ABANDONED, OK, CreateInfo, Outcome, SocketProperties, UdpSocketInfo
from homeport.engine._network import OsNetwork

NOT_FOUND = Outcome((), "Socket not found")
DENIED = Outcome((), "App does not have permission")
ACCESS = "net::ERR_NETWORK_ACCESS_DENIED"


async def test_create_needs_nothing_and_counts_from_one(open_app) -> None:
    app = open_app()
    assert await app.udp("create", None) == Outcome((CreateInfo(1),))
    assert await app.udp("create", SocketProperties(True, "n", 100)) == Outcome((CreateInfo(2),))
    assert (await app.udp("get_info", 1)).args == (UdpSocketInfo(1, False, False),)
    assert (await app.udp("get_info", 2)).args == (UdpSocketInfo(2, True, False, "n", 100),)
    assert [info.socket_id for info in (await app.udp("get_sockets")).args[0]] == [1, 2]


async def test_update_changes_what_it_names_and_hides_what_means_nothing(open_app) -> None:
    app = open_app()
    await app.udp("create", SocketProperties(False, "n", 100))
    assert await app.udp("update", 1, SocketProperties(persistent=True)) == OK
    assert (await app.udp("get_info", 1)).args == (UdpSocketInfo(1, True, False, "n", 100),)
    await app.udp("update", 1, SocketProperties(name="", buffer_size=-5))
    assert (await app.udp("get_info", 1)).args == (UdpSocketInfo(1, True, False),)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("update", (SocketProperties(),)),
        ("set_paused", (True,)),
        ("bind", ("nonsense", 99999)),
        ("send", (b"x", "a b", 99999, None)),
        ("close", ()),
        ("get_info", ()),
        ("join_group", ("x",)),
        ("leave_group", ("x",)),
        ("set_multicast_time_to_live", (999,)),
        ("set_multicast_loopback_mode", (True,)),
        ("get_joined_groups", ()),
        ("set_broadcast", (True,)),
    ],
)
async def test_every_function_asks_first_whether_the_socket_is_there(
    open_app, grants, name: str, args: Any
) -> None:
    app = open_app(grants("nothing"))
    assert await app.udp(name, 7, *args) == NOT_FOUND


async def test_a_closed_socket_is_gone_and_its_port_free(open_app) -> None:
    app = open_app()
    first, port = await bound(app)
    assert await app.udp("close", first) == OK
    assert await app.udp("close", first) == NOT_FOUND
    second = await fresh(app)
    assert second != first
    assert await app.udp("bind", second, "127.0.0.1", port) == ZERO


# bind


async def test_bind_tells_the_local_address_in_normal_form(open_app) -> None:
    app = open_app()
    for text, host in (("127.1", "127.0.0.1"), ("0:0::1", "::1"), ("::ffff:127.0.0.1", "::ffff:7f00:1")):
        socket_id, port = await bound(app, text)
        assert port > 0
        (info,) = (await app.udp("get_info", socket_id)).args
        assert info.local_address == host


@pytest.mark.parametrize("text", ["localhost", "", "[::1]", "::1%lo", "127.0.0.1:80", " 127.0.0.1"])
async def test_bind_takes_ip_literals_only_and_may_try_again(open_app, text: str) -> None:
    app = open_app()
    socket_id = await fresh(app)
    assert await app.udp("bind", socket_id, text, 0) == Outcome((-4,), "net::ERR_INVALID_ARGUMENT")
    assert await app.udp("set_multicast_time_to_live", socket_id, 3) == ZERO
    assert await app.udp("bind", socket_id, "127.0.0.1", 0) == ZERO


async def test_bind_twice_fails_whatever_the_address(open_app) -> None:
    app = open_app()
    socket_id, _ = await bound(app)
    for text in ("127.0.0.1", "nonsense"):
        assert await app.udp("bind", socket_id, text, 0) == Outcome((-104,), "net::ERR_CONNECTION_FAILED")


async def test_bind_tells_the_systems_refusals(open_app) -> None:
    app = open_app()
    _, port = await bound(app)
    # The others' words for an address that is not there are those for one that is taken, too.
    nowhere = (-108, "ADDRESS_INVALID") if sys.platform == "linux" else (-147, "ADDRESS_IN_USE")
    for text, at, code, name in (
        ("127.0.0.1", port, -147, "ADDRESS_IN_USE"),
        ("192.0.2.1", 0, *nowhere),
        ("2001:db8::1", 0, *nowhere),
        ("fe80::1", 0, -4, "INVALID_ARGUMENT"),
    ):
        assert await app.udp("bind", await fresh(app), text, at) == Outcome((code,), f"net::ERR_{name}")


async def test_two_sockets_cannot_share_a_port_even_for_groups(open_app) -> None:
    """Chromium sets neither reuse option, so neither do we."""
    app = open_app()
    _, port = await bound(app, "0.0.0.0")
    outcome = await app.udp("bind", await fresh(app), "0.0.0.0", port)
    assert outcome == Outcome((-147,), "net::ERR_ADDRESS_IN_USE")


async def test_a_failed_bind_uses_up_the_options_for_groups(open_app) -> None:
    app = open_app()
    _, port = await bound(app)
    socket_id = await fresh(app)
    assert await app.udp("set_multicast_time_to_live", socket_id, 3) == ZERO
    assert (await app.udp("bind", socket_id, "127.0.0.1", port)).args == (-147,)
    connected = Outcome((-23,), "net::ERR_SOCKET_IS_CONNECTED")
    assert await app.udp("set_multicast_time_to_live", socket_id, 4) == connected
    assert await app.udp("set_multicast_loopback_mode", socket_id, False) == connected
    assert await app.udp("bind", socket_id, "127.0.0.1", 0) == ZERO
    raw = app.session.udp.sockets[socket_id].raw
    assert raw.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL) == 1


@pytest.mark.parametrize("port", [-1, 65536, 1 << 20])
async def test_ports_out_of_range_are_refused_before_anything_is_asked(open_app, grants, port: int) -> None:
    app = open_app(grants("nothing"))
    socket_id = await fresh(app)
    assert await app.udp("bind", socket_id, "127.0.0.1", port) == Outcome((-4,), "net::ERR_INVALID_ARGUMENT")
    invalid = not_sent(-4, "net::ERR_INVALID_ARGUMENT")
    assert await app.udp("send", socket_id, b"x", "127.0.0.1", port, None) == invalid


# send and receive


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_a_datagram_goes_out_and_comes_back(open_app, address: str) -> None:
    app = open_app()
    socket_id, port = await bound(app, address)
    assert await app.udp("send", socket_id, b"hello", address, port, None) == sent(5)
    assert await app.udp("send", socket_id, memoryview(b"-world-")[1:6], address, port, None) == sent(5)
    assert await app.udp("send", socket_id, b"", address, port, None) == sent(0)
    assert await app.sink.wait(3) == [
        ("udp.receive", socket_id, b"hello", address, port),
        ("udp.receive", socket_id, b"world", address, port),
        ("udp.receive", socket_id, b"", address, port),
    ]


async def test_an_ipv6_wildcard_takes_ipv4_too(open_app) -> None:
    app = open_app()
    six, six_port = await bound(app, "::")
    four, four_port = await bound(app)
    assert await app.udp("send", four, b"a", "127.0.0.1", six_port, None) == sent(1)
    assert await app.udp("send", six, b"b", "127.0.0.1", four_port, None) == sent(1)
    assert await app.udp("send", six, b"c", "::ffff:127.0.0.1", four_port, None) == sent(1)
    assert sorted(await app.sink.wait(3)) == [
        ("udp.receive", six, b"a", "::ffff:7f00:1", four_port),
        ("udp.receive", four, b"b", "127.0.0.1", six_port),
        ("udp.receive", four, b"c", "127.0.0.1", six_port),
    ]


async def test_the_families_do_not_mix_otherwise(open_app) -> None:
    app = open_app()
    four, port = await bound(app)
    six, _ = await bound(app, "::1")
    unreachable = not_sent(-109, "net::ERR_ADDRESS_UNREACHABLE")
    for text in ("::1", "::ffff:127.0.0.1", "localhost"):
        assert await app.udp("send", four, b"x", text, port, None) == unreachable
    assert await app.udp("send", six, b"x", "127.0.0.1", port, None) == unreachable


async def test_localhost_is_both_families_and_the_query_chooses(open_app) -> None:
    app = open_app()
    four, four_port = await bound(app)
    six, six_port = await bound(app, "::1")
    assert await app.udp("send", four, b"4", "x.localhost", four_port, "ipv4") == sent(1)
    assert await app.udp("send", six, b"6", "LOCALHOST.", six_port, "any") == sent(1)
    unresolved = not_sent(-105, "net::ERR_NAME_NOT_RESOLVED")
    assert await app.udp("send", four, b"x", "127.0.0.1", four_port, "ipv6") == unresolved
    assert len(await app.sink.wait(2)) == 2


async def test_the_checks_of_a_send_come_in_chromiums_order(open_app, grants) -> None:
    """Quota, id, permission, name, bound, size."""
    app = open_app()
    unbound = await fresh(app)
    unresolved = not_sent(-105, "net::ERR_NAME_NOT_RESOLVED")
    unconnected = not_sent(-15, "net::ERR_SOCKET_NOT_CONNECTED")
    assert await app.udp("send", 99, bytes((200 << 20) + 1), "x", 1, None) == Outcome(
        (), "Exceeded write quota."
    )
    assert await app.udp("send", unbound, b"x", "a b", 9, None) == unresolved
    assert await app.udp("send", unbound, bytes(70_000), "127.0.0.1", 9, None) == unconnected
    denied = open_app(grants("udp.bind"))
    socket_id, _ = await bound(denied)
    assert await denied.udp("send", socket_id, b"x", "a b", 9, None) == DENIED


@pytest.mark.parametrize(
    ("size", "code"), [(65_507, 0), (65_508, -142), (65_535, -142), (65_536, -142), (100_000, -142)]
)
async def test_what_is_larger_than_a_datagram_is_not_sent(open_app, size: int, code: int) -> None:
    app = open_app()
    socket_id, port = await bound(app)
    for _ in range(2):
        outcome = await app.udp("send", socket_id, bytes(size), "127.0.0.1", port, None)
        assert outcome == (not_sent(-142, "net::ERR_MSG_TOO_BIG") if code else sent(size))


async def test_port_zero_is_no_destination(open_app) -> None:
    app = open_app()
    socket_id, _ = await bound(app)
    invalid = not_sent(-4, "net::ERR_INVALID_ARGUMENT")
    assert await app.udp("send", socket_id, b"x", "127.0.0.1", 0, None) == invalid


async def test_a_port_where_nobody_is_takes_datagrams_and_says_nothing(open_app) -> None:
    app = open_app()
    socket_id, port = await bound(app)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        closed = gone.getsockname()[1]
    for _ in range(3):
        assert await app.udp("send", socket_id, b"x", "127.0.0.1", closed, None) == sent(1)
    await app.udp("send", socket_id, b"end", "127.0.0.1", port, None)
    assert (await app.sink.wait(1))[0][2] == b"end"


async def test_a_send_to_an_address_is_done_within_its_call(open_app) -> None:
    """No task, no thread, not even on the way to a destination that was not seen before."""
    app = open_app()
    socket_id, port = await bound(app)
    outcomes: list[Outcome] = []
    for text in ("127.0.0.1", "127.1", "127.0.0.1"):
        app.session.udp.send(socket_id, b"x", text, port, None, outcomes.append)
    app.session.udp.send(socket_id, b"x", "localhost", port, "ipv4", outcomes.append)
    assert outcomes == [sent(1)] * 4


async def test_a_name_is_looked_up_and_its_first_address_used(open_app) -> None:
    app = open_app(network=Names("127.0.0.1 192.0.2.1"))
    socket_id, port = await bound(app)
    assert await app.udp("send", socket_id, b"x", "me.test", port, None) == sent(1)
    assert (await app.sink.wait(1))[0][3] == "127.0.0.1"


async def test_a_name_without_address_is_told(open_app) -> None:
    app = open_app(network=Names(""))
    socket_id, port = await bound(app)
    outcome = await app.udp("send", socket_id, b"x", "me.test", port, None)
    assert outcome.args[0].result_code in (-105, -106)


async def test_a_socket_closed_during_the_look_up_is_not_found(open_app) -> None:
    network = Names("127.0.0.1")
    network.hold.clear()
    app = open_app(network=network)
    socket_id, port = await bound(app)
    outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    app.session.udp.send(socket_id, b"x", "me.test", port, None, outcome.set_result)
    await asyncio.sleep(0)
    assert app.session.quota.left == (200 << 20) - 1
    await app.udp("close", socket_id)
    network.hold.set()
    async with asyncio.timeout(5):
        assert await outcome == NOT_FOUND
    assert app.session.quota.left == 200 << 20


@pytest.mark.parametrize("begun", [True, False])
async def test_a_session_closed_during_the_look_up_hears_nothing_and_owes_nothing(open_app, begun) -> None:
    network = Names("127.0.0.1")
    network.hold.clear()
    app = open_app(network=network)
    socket_id, port = await bound(app)
    outcomes: list[Outcome] = []
    app.session.udp.send(socket_id, b"x", "me.test", port, None, outcomes.append)
    if begun:
        await asyncio.sleep(0)
    app.session.close()
    network.hold.set()
    await asyncio.sleep(0.01)
    assert outcomes == []
    assert app.session.quota.left == 200 << 20


async def test_data_given_for_a_look_up_is_copied(open_app) -> None:
    app = open_app(network=Names("127.0.0.1"))
    socket_id, port = await bound(app)
    data = bytearray(b"before")
    outcomes: list[Outcome] = []
    app.session.udp.send(socket_id, data, "me.test", port, None, outcomes.append)
    data[:] = b"after!"
    assert (await app.sink.wait(1))[0][2] == b"before"


# pausing and bufferSize


async def test_paused_is_strict_and_loses_nothing(open_app) -> None:
    app = open_app()
    socket_id, port = await bound(app)
    for text in (b"1", b"2", b"3"):
        await app.udp("send", socket_id, text, "127.0.0.1", port, None)
    app.sink.listener = lambda event: app.session.udp.set_paused(socket_id, True, lambda outcome: None)
    await app.sink.wait(1)
    await asyncio.sleep(0.02)
    assert [event[2] for event in app.sink.events] == [b"1"]
    assert (await app.udp("get_info", socket_id)).args[0].paused
    app.sink.listener = None
    await app.udp("set_paused", socket_id, False)
    assert [event[2] for event in await app.sink.wait(3)] == [b"1", b"2", b"3"]


async def test_paused_before_bind_receives_after_the_pause(open_app) -> None:
    app = open_app()
    socket_id = await fresh(app)
    await app.udp("set_paused", socket_id, True)
    await app.udp("bind", socket_id, "127.0.0.1", 0)
    port = (await app.udp("get_info", socket_id)).args[0].local_port
    await app.udp("send", socket_id, b"1", "127.0.0.1", port, None)
    await asyncio.sleep(0.02)
    assert app.sink.events == []
    await app.udp("set_paused", socket_id, False)
    await app.udp("send", socket_id, b"2", "127.0.0.1", port, None)
    assert [event[2] for event in await app.sink.wait(2)] == [b"1", b"2"]


async def test_a_listener_may_pause_and_unpause_within_an_event(open_app) -> None:
    app = open_app()
    socket_id, port = await bound(app)

    def flip(event: Any) -> None:
        app.session.udp.set_paused(socket_id, True, lambda outcome: None)
        app.session.udp.set_paused(socket_id, False, lambda outcome: None)

    app.sink.listener = flip
    for number in range(20):
        await app.udp("send", socket_id, bytes([number]), "127.0.0.1", port, None)
    assert [event[2][0] for event in await app.sink.wait(20)] == list(range(20))


async def test_a_listener_may_close_the_socket_or_the_session(open_app) -> None:
    for end in ("socket", "session"):
        app = open_app()
        socket_id, port = await bound(app)

        def close(event: Any, end: str = end, app: Any = app, socket_id: int = socket_id) -> None:
            if end == "session":
                app.session.close()
            else:
                app.session.udp.close(socket_id, lambda outcome: None)

        app.sink.listener = close
        for number in range(5):
            await app.udp("send", socket_id, bytes([number]), "127.0.0.1", port, None)
        await app.sink.wait(1)
        await asyncio.sleep(0.01)
        assert len(app.sink.events) == 1


@pytest.mark.parametrize(
    ("buffer_size", "limit"), [(0, 4096), (-5, 4096), (1, 1), (10, 10), (70_000, 65_507)]
)
async def test_what_does_not_fit_the_buffer_is_lost_told_and_pauses(
    open_app, buffer_size: int, limit: int
) -> None:
    app = open_app()
    socket_id, port = await bound(app, buffer_size=buffer_size)
    sender, _ = await bound(app)
    await app.udp("send", sender, bytes(limit), "127.0.0.1", port, None)
    assert len((await app.sink.wait(1))[0][2]) == limit
    if limit == 65_507:
        return
    await app.udp("send", sender, bytes(limit + 1), "127.0.0.1", port, None)
    await app.udp("send", sender, b"x", "127.0.0.1", port, None)
    assert (await app.sink.wait(2))[1] == ("udp.receive_error", socket_id, -142)
    assert (await app.udp("get_info", socket_id)).args[0].paused
    await app.udp("set_paused", socket_id, False)
    assert (await app.sink.wait(3))[2][2] == b"x"


# credit


async def test_a_face_that_does_not_repay_bounds_what_is_read(open_app) -> None:
    from homeport.engine import Credit

    app = open_app(credit=Credit(session=64 << 10, socket=16 << 10))
    socket_id, port = await bound(app)
    sender, _ = await bound(app)
    for _ in range(100):
        await app.udp("send", sender, bytes(1000), "127.0.0.1", port, None)
    await asyncio.sleep(0.05)
    read = len(app.sink.events)
    assert 1 <= read <= 17
    app.session.return_credit("udp", socket_id, read * 1000)
    await app.sink.wait(2 * read)
    await asyncio.sleep(0.05)
    assert len(app.sink.events) <= 34


async def test_a_face_that_repays_gets_everything_in_order(open_app) -> None:
    from homeport.engine import Credit

    app = open_app(credit=Credit(session=8 << 10, socket=4 << 10))
    socket_id, port = await bound(app)
    app.sink.listener = lambda event: app.session.return_credit("udp", socket_id, len(event[2]))
    for number in range(200):
        await app.udp("send", socket_id, bytes([number]) * 1000, "127.0.0.1", port, None)
        await app.sink.wait(number + 1)
    assert [event[2][0] for event in app.sink.events] == list(range(200))


# lifecycle


async def test_suspending_keeps_persistent_sockets_and_their_datagrams(open_app) -> None:
    app = open_app()
    kept, port = await bound(app, persistent=True)
    lost, lost_port = await bound(app)
    app.session.suspend()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.sendto(b"while away", ("127.0.0.1", port))
    await asyncio.sleep(0.02)
    assert app.sink.events == []
    app.session.resume(app.sink)
    assert (await app.sink.wait(1))[0][:3] == ("udp.receive", kept, b"while away")
    assert await app.udp("get_info", lost) == NOT_FOUND
    assert await app.udp("bind", await fresh(app), "127.0.0.1", lost_port) == ZERO


async def test_a_waiting_send_is_abandoned_when_its_socket_closes(open_app) -> None:
    class Full(OsNetwork):
        def socket(self, family: int, kind: int) -> Any:
            return _Full(family, kind)

    app = open_app(network=Full())
    socket_id, port = await bound(app)
    outcomes: list[Outcome] = []
    for _ in range(40):
        app.session.udp.send(socket_id, b"xy", "127.0.0.1", port, None, outcomes.append)
    full = not_sent(-12, "net::ERR_INSUFFICIENT_RESOURCES")
    assert outcomes == [full] * 7
    assert app.session.quota.left == (200 << 20) - 66
    await app.udp("close", socket_id)
    assert outcomes[7:] == [ABANDONED] * 33
    assert app.session.quota.left == 200 << 20


class _Full(socket.socket):
    """A socket whose kernel has no room, as a slow network card's."""

    room = 0

    def __init__(self, family: int, kind: int) -> None:
        super().__init__(family, kind)
        self.setblocking(False)

    def sendto(self, *args: Any) -> int:
        if _Full.room <= 0:
            raise BlockingIOError
        _Full.room -= 1
        return super().sendto(*args)


async def test_waiting_sends_go_out_in_order_when_there_is_room(open_app) -> None:
    class Full(OsNetwork):
        def socket(self, family: int, kind: int) -> Any:
            return _Full(family, kind)

    app = open_app(network=Full())
    socket_id, port = await bound(app)
    outcomes: list[Outcome] = []
    try:
        data = bytearray(b"0")
        for number in range(10):
            data[0] = number
            app.session.udp.send(socket_id, data, "127.0.0.1", port, None, outcomes.append)
        assert outcomes == []
        _Full.room = 1 << 30
        assert [event[2][0] for event in await app.sink.wait(10)] == list(range(10))
        assert outcomes == [sent(1)] * 10
        assert app.session.quota.left == 200 << 20
    finally:
        _Full.room = 0
