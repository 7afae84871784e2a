"""What the manifest and the policy say to ``chrome.sockets.udp``; of broadcasts only the policy speaks."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.udp import ZERO, Names, bound, fresh, not_sent, sent

from homeport.engine import Outcome
from homeport.engine._policy import Policy, Rule, UdpLimits

NOT_FOUND = Outcome((), "Socket not found")
DENIED = Outcome((), "App does not have permission")
ACCESS = "net::ERR_NETWORK_ACCESS_DENIED"


@pytest.mark.parametrize(
    ("kind", "name", "args"),
    [
        ("udp.bind", "bind", ("127.0.0.1", 0)),
        ("udp.send", "send", (b"x", "127.0.0.1", 9, None)),
        ("udp.send", "connect", ("127.0.0.1", 9)),
        ("udp.multicastMembership", "join_group", ("237.1.2.3",)),
        ("udp.multicastMembership", "leave_group", ("237.1.2.3",)),
        ("udp.multicastMembership", "get_joined_groups", ()),
    ],
)
async def test_each_operation_needs_its_own_permission(
    open_app, grants, kind: str, name: str, args: Any
) -> None:
    others = {"udp.bind", "udp.send", "udp.multicastMembership", "tcp.connect"} - {kind}
    app = open_app(grants(*others))
    assert await app.udp(name, await fresh(app), *args) == DENIED
    allowed = open_app(grants(kind))
    assert await allowed.udp(name, await fresh(allowed), *args) != DENIED


async def test_the_policy_refuses_by_a_code(open_app) -> None:
    app = open_app(policy=Policy(rules=(Rule("deny", ports=((9, 9),)),)))
    socket_id, _ = await bound(app)
    assert await app.udp("send", socket_id, b"x", "127.0.0.1", 9, None) == not_sent(-138, ACCESS)
    assert await app.udp("send", socket_id, b"x", "name.test", 9, None) == not_sent(-138, ACCESS)
    assert await app.udp("bind", await fresh(app), "127.0.0.1", 9) == Outcome((-138,), ACCESS)


async def test_a_name_that_flips_to_a_refused_address_is_refused(open_app) -> None:
    from ipaddress import ip_network

    network = Names("127.0.0.1", "127.6.6.6")
    clock = [0.0]
    network.time = lambda: clock[0]  # type: ignore[method-assign]
    app = open_app(
        network=network, policy=Policy(rules=(Rule("deny", networks=(ip_network("127.6.0.0/16"),)),))
    )
    socket_id, port = await bound(app)
    assert await app.udp("send", socket_id, b"x", "flip.test", port, None) == sent(1)
    clock[0] += 3600
    assert await app.udp("send", socket_id, b"x", "flip.test", port, None) == not_sent(-138, ACCESS)


async def test_metadata_services_get_no_datagram(open_app) -> None:
    app = open_app(network=Names("169.254.169.254"))
    socket_id, _ = await bound(app)
    for text in ("169.254.169.254", "name.test", "0xa9fea9fe"):
        assert await app.udp("send", socket_id, b"x", text, 80, None) == not_sent(-138, ACCESS)


async def test_a_new_policy_holds_for_destinations_already_used(open_app) -> None:
    app = open_app()
    socket_id, port = await bound(app)
    assert await app.udp("send", socket_id, b"x", "127.0.0.1", port, None) == sent(1)
    app.session.engine.door.replace_policy(Policy(otherwise="deny"))
    assert await app.udp("send", socket_id, b"x", "127.0.0.1", port, None) == not_sent(-138, ACCESS)


async def test_without_the_grant_there_is_no_broadcast_and_no_group(open_app) -> None:
    app = open_app(policy=Policy(udp=UdpLimits(broadcast=False, multicast=False)))
    socket_id, _ = await bound(app)
    assert await app.udp("set_broadcast", socket_id, True) == Outcome((-138,), ACCESS)
    assert await app.udp("set_broadcast", socket_id, False) == ZERO
    assert await app.udp("join_group", socket_id, "237.1.2.3") == Outcome((-138,), ACCESS)
    assert await app.udp("send", socket_id, b"x", "237.1.2.3", 9, None) == not_sent(-138, ACCESS)


# broadcast


async def test_broadcast_is_refused_until_it_is_switched_on(open_app) -> None:
    app = open_app()
    socket_id = await fresh(app)
    unbound = Outcome((-15,), "net::ERR_SOCKET_NOT_CONNECTED")
    assert await app.udp("set_broadcast", socket_id, True) == unbound
    await app.udp("bind", socket_id, "127.0.0.1", 0)
    receiver, port = await bound(app, "0.0.0.0")
    send = ("send", socket_id, b"all", "127.255.255.255", port, None)
    assert await app.udp(*send) == not_sent(-10, "net::ERR_ACCESS_DENIED")
    assert await app.udp("set_broadcast", socket_id, True) == ZERO
    assert await app.udp(*send) == sent(3)
    assert (await app.sink.wait(1))[0][:4] == ("udp.receive", receiver, b"all", "127.0.0.1")
    assert await app.udp("set_broadcast", socket_id, False) == ZERO
    assert await app.udp(*send) == not_sent(-10, "net::ERR_ACCESS_DENIED")
