"""What no app may reach."""

from __future__ import annotations

import socket

import pytest
from ifaddr import get_adapters

from homeport.engine import Address, OsNetwork
from homeport.engine._address import ip, parse_literal
from homeport.engine._never import NeverList


@pytest.fixture
async def never() -> NeverList:
    found = NeverList(OsNetwork())
    found.add_listener(7000)
    return found


def refuse(never: NeverList, operation: str, address: Address) -> str | None:
    return never.refuse(operation, address, ip(address.host))


def own_addresses() -> list[str]:
    return [str(i.ip) for adapter in get_adapters() for i in adapter.ips if i.is_IPv4]


SPELLINGS = [
    *("127.0.0.1", "127.1", "127.9.9.9", "2130706433", "0", "0.0.0.0", "0x7f.1"),
    *("::1", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0", "::127.0.0.1", "0:0:0:0:0:0:0:1"),
]


@pytest.mark.parametrize("text", SPELLINGS)
async def test_homeports_own_port_is_refused_in_every_spelling(never: NeverList, text: str) -> None:
    address = parse_literal(text, 7000)
    assert address is not None
    rule = refuse(never, "tcp.connect", address)
    assert rule == "never: port 7000 of this machine is Homeport's own"


async def test_homeports_own_port_is_refused_at_this_machines_addresses(never: NeverList) -> None:
    for text in own_addresses():
        for spelling in (text, f"::ffff:{text}"):
            address = parse_literal(spelling, 7000)
            assert address is not None
            assert refuse(never, "tcp.connect", address)


async def test_homeports_own_port_is_refused_by_the_machines_name(never: NeverList) -> None:
    for family, _, _, _, sockaddr in socket.getaddrinfo(socket.gethostname(), 7000, type=socket.SOCK_STREAM):
        scope = sockaddr[3] if len(sockaddr) == 4 else 0
        address = Address(int(family), str(sockaddr[0]).partition("%")[0], 7000, int(scope))
        assert refuse(never, "tcp.connect", address)


async def test_other_ports_and_other_machines_are_free(never: NeverList) -> None:
    assert refuse(never, "tcp.connect", Address(socket.AF_INET, "127.0.0.1", 7001)) is None
    assert refuse(never, "tcp.connect", Address(socket.AF_INET, "192.0.2.1", 7000)) is None
    assert refuse(never, "tcp.connect", Address(socket.AF_INET6, "2001:db8::1", 7000)) is None


async def test_nobody_listens_beside_homeport(never: NeverList) -> None:
    assert refuse(never, "tcpServer.listen", Address(socket.AF_INET, "127.0.0.1", 7000))


async def test_datagrams_do_not_meet_homeports_listener(never: NeverList) -> None:
    assert refuse(never, "udp.send", Address(socket.AF_INET, "127.0.0.1", 7000)) is None


async def test_a_closed_listeners_port_is_free_again(never: NeverList) -> None:
    never.remove_listener(7000)
    assert refuse(never, "tcp.connect", Address(socket.AF_INET, "127.0.0.1", 7000)) is None


METADATA = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "0xa9fea9fe",
    "fd00:ec2::254",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::169.254.169.254",
    "64:ff9b:1:abcd::169.254.169.254",
    "::ffff:0:169.254.169.254",
    "2002:a9fe:a9fe::1",
    "169.254.0.23",
    "fd00:c1::a9fe:a9fe",
    "fd00:a9fe:a9fe::1",
    "fd00:100::100:200",
    "fe80::a9fe:a9fe",
]


@pytest.mark.parametrize("text", METADATA)
async def test_metadata_services_are_refused_in_every_spelling(never: NeverList, text: str) -> None:
    address = parse_literal(text, 80)
    assert address is not None
    for operation in ("tcp.connect", "udp.send"):
        assert "credentials" in str(refuse(never, operation, address))


async def test_metadata_names_are_not_even_looked_up(never: NeverList) -> None:
    for name in ("metadata.google.internal", "metadata.google.internal."):
        assert never.refuse_request("tcp.connect", name)
    assert never.refuse_request("tcp.connect", "example.com") is None
