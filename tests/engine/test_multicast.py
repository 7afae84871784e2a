"""Groups and broadcast, each row as Chromium 156 answered in the same network.

The network is the test's own: a loopback that takes groups, and one interface beside it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from tests.support.namespaces import in_new_network

from homeport.engine import Outcome, SocketProperties
from homeport.engine._policy import Policy, UdpLimits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs network namespaces")

ZERO = Outcome((0,))
_COMMANDS = """
    ip link set lo up
    ip link set lo multicast on
    ip link add side type veth peer name end
    ip link set side addrgenmode none
    ip addr add 10.9.0.1/24 dev side
    ip addr add fd00:9::1/64 dev side nodad
    ip link set side up
    ip link set end up
    ip route add 224.0.0.0/4 dev lo
    ip -6 route add multicast ff00::/8 dev lo table local metric 1
    ip addr add 10.9.8.7/32 dev lo
    # The system sees later that both ends are up.
    until ip -o link show side | grep -q "state UP"; do sleep 0.01; done
"""


def in_own_network(test: Callable[..., Coroutine[Any, Any, None]], opening_apps: Any, *args: Any) -> None:
    """Run ``test(open_app, *args)`` in a new network, on a thread and a loop that end with it."""

    async def run() -> None:
        async with opening_apps() as open_app:
            await test(open_app, *args)

    def work() -> None:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(run())

    in_new_network(_COMMANDS, work)


async def bound(app: Any, address: str, **options: Any) -> tuple[int, int]:
    socket_id = (await app.udp("create", SocketProperties())).args[0].socket_id
    for name, value in options.items():
        assert await app.udp(name, socket_id, value) == ZERO
    assert await app.udp("bind", socket_id, address, 0) == ZERO
    return socket_id, (await app.udp("get_info", socket_id)).args[0].local_port


async def code(app: Any, name: str, *args: Any) -> int:
    (first, *_) = (await app.udp(name, *args)).args
    return int(first if isinstance(first, int) else first.result_code)


async def heard(app: Any) -> list[str]:
    """From whom datagrams came since the last time."""
    await asyncio.sleep(0.02)
    found = [event[3] for event in app.sink.events]
    app.sink.events.clear()
    return found


# bound to, group, join; who hears a plain send, one without loopback, one with TTL 0; leave; after that.
# The loopback interface itself delivers a second copy, so switching the loop off is not seen there.
LO = ["10.9.8.7"]
ROWS = [
    ("::", "ff02::123", 0, [], [], [], 0, []),
    ("::1", "ff01::1:2", 0, [], [], [], 0, []),
    ("::", "ff05::5", 0, [], [], [], 0, []),
    ("::", "::ffff:237.1.2.3", -4, [], [], [], -108, []),
    ("0.0.0.0", "224.0.0.251", 0, LO, LO, LO, 0, []),
    ("127.0.0.1", "239.255.255.250", 0, [], [], [], 0, []),
    ("0.0.0.0", "10.9.0.1", -4, ["10.9.0.1"], ["10.9.0.1"], ["10.9.0.1"], -108, ["10.9.0.1"]),
    ("::", "fd00:9::1", -4, ["fd00:9::1"], ["fd00:9::1"], ["fd00:9::1"], -108, ["fd00:9::1"]),
    ("10.9.0.1", "239.1.1.1", 0, [], [], [], 0, []),
]


async def _row(open_app: Any, row: Any) -> None:
    address, group, *_ = row
    app = open_app()
    receiver, port = await bound(app, address)
    found: list[Any] = [await code(app, "join_group", receiver, group)]
    plain: dict[str, Any] = {}
    for options in (plain, {"set_multicast_loopback_mode": False}, {"set_multicast_time_to_live": 0}):
        sender = receiver if options is plain else (await bound(app, address, **options))[0]
        assert await code(app, "send", sender, b"abc", group, port, None) == 0
        found.append(await heard(app))
    found.append(await code(app, "leave_group", receiver, group))
    await app.udp("send", receiver, b"abc", group, port, None)
    found.append(await heard(app))
    assert (address, group, *found) == row


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_a_group_is_joined_heard_and_left_as_in_chromium(opening_apps, row: Any) -> None:
    in_own_network(_row, opening_apps, row)


def test_joining_and_leaving_check_in_chromiums_order(opening_apps) -> None:
    async def test(open_app: Any) -> None:
        app = open_app()
        four, _ = await bound(app, "0.0.0.0")
        six, _ = await bound(app, "::")
        unbound = (await app.udp("create", None)).args[0].socket_id
        for socket_id, group, joined, left in (
            (four, "237.1.2.3", 0, None),
            (four, "237.1.2.3", -108, None),
            (four, "237.66051", -108, None),
            (four, "0xed010204", 0, None),
            (four, "127.0.0.1", -4, -108),
            (four, "ff02::1", -108, -108),
            (four, "x", -108, -108),
            (four, "", -108, -108),
            (four, "[ff02::1]", -108, -108),
            (four, "::ffff:237.1.2.9", -108, -108),
            (six, "237.1.2.3", -108, -108),
            (six, "::1", -4, -108),
            (six, "FF02:0::0077", 0, None),
            (unbound, "237.1.2.3", -9, -108),
            (unbound, "ff02::1", -9, -108),
            (unbound, "x", -108, -108),
        ):
            assert (group, await code(app, "join_group", socket_id, group)) == (group, joined)
            if left is not None:
                assert (group, await code(app, "leave_group", socket_id, group)) == (group, left)
        assert (await app.udp("get_joined_groups", four)).args == (["237.1.2.3", "237.1.2.4"],)
        assert (await app.udp("get_joined_groups", six)).args == (["ff02::77"],)
        assert (await app.udp("get_joined_groups", unbound)).args == ([],)
        assert await code(app, "leave_group", four, "237.66051") == 0
        assert (await app.udp("get_joined_groups", four)).args == (["237.1.2.4"],)

    in_own_network(test, opening_apps)


def test_the_system_allows_only_so_many_groups(opening_apps) -> None:
    async def test(open_app: Any) -> None:
        app = open_app()
        socket_id, _ = await bound(app, "0.0.0.0")
        codes = [await code(app, "join_group", socket_id, f"239.7.0.{i}") for i in range(24)]
        assert codes == [0] * 20 + [-176] * 4

    in_own_network(test, opening_apps)


def test_broadcast_reaches_a_network_when_it_is_switched_on(opening_apps) -> None:
    async def test(open_app: Any) -> None:
        app = open_app()
        _, port = await bound(app, "0.0.0.0")
        sender, _ = await bound(app, "0.0.0.0")
        for enabled, address, result, sources in (
            (False, "127.255.255.255", -10, []),
            (False, "10.9.0.255", -10, []),
            (False, "255.255.255.255", -109, []),
            (False, "10.9.0.1", 0, ["10.9.0.1"]),
            (True, "127.255.255.255", 0, ["127.0.0.1"]),
            (True, "10.9.0.255", 0, ["10.9.0.1"]),
            (True, "255.255.255.255", -109, []),
            (True, "10.9.0.1", 0, ["10.9.0.1"]),
        ):
            assert await app.udp("set_broadcast", sender, enabled) == ZERO
            assert (address, await code(app, "send", sender, b"x", address, port, None)) == (address, result)
            assert (address, await heard(app)) == (address, sources)

    in_own_network(test, opening_apps)


@pytest.mark.parametrize(("address", "group"), [("0.0.0.0", "239.1.2.3"), ("::", "ff05::5")])
def test_the_operator_may_choose_the_interface_for_groups(opening_apps, address: str, group: str) -> None:
    async def test(open_app: Any) -> None:
        elsewhere = open_app()
        there = open_app(multicast_interface="side")
        receiver, port = await bound(there, address)
        assert await there.udp("join_group", receiver, group) == ZERO
        sender, _ = await bound(there, address)
        assert await code(there, "send", sender, b"x", group, port, None) == 0
        assert await heard(there) == ["10.9.0.1" if address == "0.0.0.0" else "fd00:9::1"]
        quiet, _ = await bound(there, address, set_multicast_loopback_mode=False)
        assert await code(there, "send", quiet, b"x", group, port, None) == 0
        assert await heard(there) == []
        stranger, _ = await bound(elsewhere, address)
        await elsewhere.udp("send", stranger, b"x", group, port, None)
        assert await heard(there) == []
        assert await there.udp("leave_group", receiver, group) == ZERO
        await there.udp("send", sender, b"x", group, port, None)
        assert await heard(there) == []

    in_own_network(test, opening_apps)


def test_time_to_live_and_loopback_are_set_before_the_first_bind_only(opening_apps) -> None:
    async def test(open_app: Any) -> None:
        app = open_app()
        socket_id = (await app.udp("create", None)).args[0].socket_id
        for ttl, result in ((-1, -4), (256, -4), (0, 0), (255, 0)):
            assert await code(app, "set_multicast_time_to_live", socket_id, ttl) == result
        assert await code(app, "set_multicast_loopback_mode", socket_id, False) == 0
        assert await app.udp("bind", socket_id, "127.0.0.1", 0) == ZERO
        assert await code(app, "set_multicast_time_to_live", socket_id, 999) == -23
        assert await code(app, "set_multicast_loopback_mode", socket_id, True) == -23

    in_own_network(test, opening_apps)


def test_a_flood_beyond_the_apps_budget_is_not_sent_and_is_counted(opening_apps) -> None:
    """10,000 datagrams to an address that is not loopback, of which the policy lets 500 through."""

    async def test(open_app: Any) -> None:
        app = open_app(policy=Policy(udp=UdpLimits(packets_per_second=500)))
        app.session.engine.door.budgets.of("app")._clock = lambda: 0.0  # Time stands still.
        app.session.engine.door.budgets.of("app")._then = 0.0
        sender, _ = await bound(app, "0.0.0.0")
        codes = [await code(app, "send", sender, b"x", "10.9.8.7", 9, None) for _ in range(10_000)]
        assert codes.count(0) == 500
        assert codes.count(-12) == 9_500
        assert app.session.udp.refused == 9_500
        again = open_app()
        assert again.session.udp.refused == 9_500
        loopback = [await code(app, "send", sender, b"x", "127.0.0.1", 9, None) for _ in range(1000)]
        assert loopback == [0] * 1000

    in_own_network(test, opening_apps)


def test_without_a_network_a_name_fails_as_offline(opening_apps) -> None:
    async def test(open_app: Any) -> None:
        app = open_app()
        socket_id, _ = await bound(app, "127.0.0.1")
        assert await code(app, "send", socket_id, b"x", "no.such.invalid", 9, None) == -105
        for command in ("ip link del side", "ip addr del 10.9.8.7/32 dev lo"):
            process = await asyncio.create_subprocess_exec(*command.split())
            assert await process.wait() == 0
        assert await code(app, "send", socket_id, b"x", "no.such.invalid", 9, None) == -106
        assert await code(app, "send", socket_id, b"x", "no such", 9, None) == -105

    in_own_network(test, opening_apps)
