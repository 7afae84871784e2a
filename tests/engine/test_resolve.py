"""From hosts to addresses."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from homeport.engine import OsNetwork
from homeport.engine._network import AF_INET, AF_INET6, Address
from homeport.engine._resolve import Resolver, parse_host_map
from homeport.errors import UserError

V4, V6 = int(AF_INET), int(AF_INET6)


class Names(OsNetwork):
    """The system's network with names of the test's own."""

    def __init__(self, **names: list[tuple[int, str, int]]) -> None:
        super().__init__()
        self.names = names
        self.asked: list[tuple[str, int]] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.is_offline = False
        self.now = 0.0

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        self.asked.append((host, family))
        await self.hold.wait()
        found = [entry for entry in self.names.get(host, []) if family in (0, entry[0])]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no")
        return found

    def offline(self) -> bool:
        return self.is_offline

    def time(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("host", "query", "expected"),
    [
        ("127.1", None, ["127.0.0.1"]),
        ("127.0.0.1", "any", ["127.0.0.1"]),
        ("127.0.0.1", "ipv4", ["127.0.0.1"]),
        ("127.0.0.1", "ipv6", -105),
        ("::1", "ipv4", -105),
        ("::FFFF:127.0.0.1", "ipv4", -105),
        ("::ffff:127.0.0.1", "ipv6", ["::ffff:7f00:1"]),
        ("localhost", None, ["::1", "127.0.0.1"]),
        ("LOCALHOST.", "ipv4", ["127.0.0.1"]),
        ("x.localhost", "ipv6", ["::1"]),
        ("127%2e0.0.1", None, ["127.0.0.1"]),
        ("", None, -105),
        ("[::1]", None, -105),
        ("a b", None, -105),
        ("localhost:80", None, -105),
    ],
)
async def test_what_needs_no_look_up_is_known_at_once(host: str, query: str | None, expected: Any) -> None:
    network = Names()
    found = Resolver(network).resolve_now(host, 80, query)
    assert (found if isinstance(found, int) else [a.host for a in found or []]) == expected
    assert isinstance(found, int) or all(a.port == 80 for a in found or [])
    assert network.asked == []


async def test_a_name_takes_a_look_up() -> None:
    network = Names(printer=[(V6, "fe80::5", 3), (V4, "192.0.2.5", 0)])
    resolver = Resolver(network)
    assert resolver.resolve_now("printer", 9100) is None
    assert await resolver.resolve("Printer", 9100) == [
        Address(V6, "fe80::5", 9100, 3),
        Address(V4, "192.0.2.5", 9100),
    ]
    assert await resolver.resolve("printer", 9101, "ipv4") == [Address(V4, "192.0.2.5", 9101)]
    assert network.asked == [("printer", 0), ("printer", V4)]


async def test_every_failure_is_one_code_unless_the_machine_is_offline() -> None:
    network = Names()
    resolver = Resolver(network)
    assert await resolver.resolve("no.test", 80) == -105
    network.is_offline = True
    assert await resolver.resolve("no.test", 80) == -106
    assert await resolver.resolve("a b", 80) == -105


async def test_an_answer_is_used_again_for_a_short_while_and_a_failure_is_not() -> None:
    network = Names(a=[(V4, "192.0.2.1", 0)])
    resolver = Resolver(network)
    await resolver.resolve("a", 1)
    network.names["a"] = [(V4, "192.0.2.2", 0)]
    assert await resolver.resolve("a", 1) == [Address(V4, "192.0.2.1", 1)]
    network.now += 11
    assert await resolver.resolve("a", 1) == [Address(V4, "192.0.2.2", 1)]
    await resolver.resolve("b", 1)
    network.names["b"] = [(V4, "192.0.2.3", 0)]
    assert await resolver.resolve("b", 1) == [Address(V4, "192.0.2.3", 1)]


async def test_those_who_ask_at_the_same_time_share_one_look_up_and_one_may_leave() -> None:
    network = Names(a=[(V4, "192.0.2.1", 0)])
    network.hold.clear()
    resolver = Resolver(network)
    first, second = (asyncio.ensure_future(resolver.resolve("a", port)) for port in (1, 2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    network.hold.set()
    assert await second == [Address(V4, "192.0.2.1", 2)]
    assert first.cancelled()
    assert network.asked == [("a", 0)]


async def test_only_so_many_look_ups_run_at_a_time() -> None:
    network = Names()
    network.hold.clear()
    resolver = Resolver(network)
    tasks = [asyncio.ensure_future(resolver.resolve(f"n{i}.test", 1)) for i in range(40)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(network.asked) == 16
    network.hold.set()
    assert await asyncio.gather(*tasks) == [-105] * 40
    assert len(network.asked) == 40


async def test_look_ups_that_nobody_waits_for_any_more_keep_nobody_waiting() -> None:
    network = Names(a=[(V4, "192.0.2.1", 0)])
    network.hold.clear()
    resolver = Resolver(network)
    tasks = [asyncio.ensure_future(resolver.resolve(f"n{i}.test", 1)) for i in range(400)]
    for _ in range(5):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    again, other = (asyncio.ensure_future(resolver.resolve(host, 1)) for host in ("n399.test", "a"))
    network.hold.set()
    assert await again == -105
    assert await other == [Address(V4, "192.0.2.1", 1)]
    assert [host for host, _ in network.asked[16:]] == ["n399.test", "a"]


async def test_the_system_answers_for_names_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the real resolver, which knows this machine's own name at least."""
    own = socket.gethostname()
    expected = {info[4][0] for info in socket.getaddrinfo(own, None)}
    found = await Resolver(OsNetwork()).resolve(own, 1)
    assert not isinstance(found, int)
    assert {address.host for address in found} <= {str(text).partition("%")[0] for text in expected}


async def test_the_system_says_no_for_names_that_cannot_exist() -> None:
    assert await Resolver(OsNetwork()).resolve("no-such-name.invalid", 1) in (-105, -106)


async def test_the_host_map_comes_before_everything() -> None:
    hosts = parse_host_map(
        ["printer=192.0.2.9", "printer=[2001:db8::9]:9101", "localhost=127.0.0.2", "10.0.0.1=127.1:8080"]
    )
    resolver = Resolver(Names(), hosts)
    assert resolver.resolve_now("PRINTER.", 9100) == [
        Address(V4, "192.0.2.9", 9100),
        Address(V6, "2001:db8::9", 9101),
    ]
    assert resolver.resolve_now("printer", 9100, "ipv4") == [Address(V4, "192.0.2.9", 9100)]
    assert resolver.resolve_now("localhost", 1) == [Address(V4, "127.0.0.2", 1)]
    assert resolver.resolve_now("10.0.0.1", 80) == [Address(V4, "127.0.0.1", 8080)]


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("10.0.0.1", ("10.0.0.1", 0)),
        ("10.0.0.1:80", ("10.0.0.1", 80)),
        ("::1", ("::1", 0)),
        ("[::1]", ("::1", 0)),
        ("[::1]:80", ("::1", 80)),
    ],
)
def test_a_host_is_mapped_to_an_address_with_or_without_a_port(target: str, address: tuple[str, int]) -> None:
    (found,) = parse_host_map([f"a={target}"])["a"]
    assert (found.host, found.port) == address


@pytest.mark.parametrize(
    "entry",
    ["", "a", "a=", "=1.1.1.1", "a=b", "a=1.1.1.1:x", "a=1.1.1.1:70000", "a b=1.1.1.1", "a=::1:"],
)
def test_a_host_map_entry_that_maps_nothing_is_the_users_error(entry: str) -> None:
    with pytest.raises(UserError, match="does not map a host"):
        parse_host_map([entry])


async def test_closing_the_resolver_ends_its_look_ups() -> None:
    network = Names()
    network.hold.clear()
    resolver = Resolver(network)
    task = asyncio.ensure_future(resolver.resolve("a", 1))
    await asyncio.sleep(0)
    resolver.close()
    with pytest.raises(asyncio.CancelledError):
        await task
