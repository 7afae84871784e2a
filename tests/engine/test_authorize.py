"""The one door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from homeport.engine import Address, OsNetwork
from homeport.engine._authorize import Door, Granted
from homeport.engine._network import AF_INET, AF_INET6, Timer
from homeport.engine._policy import Policy, Rule
from homeport.engine._policy_file import PolicyFile


class Manifest:
    """Permissions that allow what they list."""

    def __init__(self, *allowed: tuple[str, str, int]) -> None:
        self._allowed = allowed

    def check(self, kind: str, host: str, port: int) -> str | None:
        return "an entry" if (kind, host, port) in self._allowed else None


ANY = Manifest(
    ("tcp.connect", "a.test", 80),
    ("tcp.connect", "10.0.0.1", 80),
    ("tcp.connect", "127.1", 7000),
    ("tcp.connect", "metadata.google.internal", 80),
    ("udp.multicastMembership", "*", 0),
)


@pytest.fixture
async def door() -> Door:
    found = Door(OsNetwork(), Policy(rules=(Rule("deny", networks=(ip_network("10.0.0.0/8"),)),)))
    found.never.add_listener(7000)
    return found


async def test_the_manifest_comes_first(door: Door) -> None:
    decision = door.authorize(ANY, "tcp.connect", "b.test", 80)
    assert not decision.allowed
    assert decision.authority == "manifest"
    assert decision.rule == "manifest: nothing in sockets.tcp.connect allows b.test:80"


async def test_an_allowance_says_by_which_entry_and_which_policy(door: Door) -> None:
    assert door.authorize(ANY, "tcp.connect", "a.test", 80).rule == 'manifest: sockets.tcp.connect "an entry"'
    door.replace_policy(Policy.default())
    decision = door.authorize(ANY, "tcp.connect", "10.0.0.1", 80)
    assert decision.rule == 'manifest: sockets.tcp.connect "an entry"; policy: default profile'


async def test_without_a_sockets_key_nothing_is_allowed(door: Door) -> None:
    assert door.authorize(None, "tcp.connect", "a.test", 80).authority == "manifest"


async def test_what_the_manifest_allows_the_never_list_and_the_policy_may_refuse(door: Door) -> None:
    assert door.authorize(ANY, "tcp.connect", "a.test", 80).allowed
    assert door.authorize(ANY, "tcp.connect", "127.1", 7000).authority == "never"
    assert door.authorize(ANY, "tcp.connect", "metadata.google.internal", 80).authority == "never"
    decision = door.authorize(ANY, "tcp.connect", "10.0.0.1", 80)
    assert (decision.allowed, decision.rule) == (False, "policy: deny 10.0.0.0/8")


async def test_groups_are_granted_all_or_none_and_then_looked_at_one_by_one(door: Door) -> None:
    assert door.authorize(ANY, "udp.multicastMembership", "239.1.2.3", 0).allowed
    decision = door.authorize(Manifest(), "udp.multicastMembership", "239.1.2.3", 0)
    assert decision.rule == "manifest: nothing in sockets.udp.multicastMembership allows it"
    door.replace_policy(Policy.strict())
    assert not door.authorize(ANY, "udp.multicastMembership", "239.1.2.3", 0).allowed


async def test_of_all_addresses_of_a_name_only_the_allowed_ones_are_used(door: Door) -> None:
    good, bad = Address(AF_INET, "192.0.2.1", 80), Address(AF_INET, "10.0.0.1", 80)
    own = Address(AF_INET6, "::1", 7000)
    decision = door.authorize_all("tcp.connect", "a.test", [bad, good, own])
    assert decision.allowed
    assert decision.addresses == (good,)
    decision = door.authorize_all("tcp.connect", "a.test", [bad, own])
    assert (decision.allowed, decision.addresses) == (False, ())
    assert decision.rule == "policy: deny 10.0.0.0/8 (a.test is 10.0.0.1)"


async def test_a_name_without_an_address_leads_nowhere(door: Door) -> None:
    assert not door.authorize_all("tcp.connect", "a.test", []).allowed


async def test_a_new_policy_makes_remembered_decisions_old(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("")
    door = Door(OsNetwork(), PolicyFile(path))
    before = door.generation
    assert door.authorize(ANY, "tcp.connect", "10.0.0.1", 80).allowed
    door.refresh()
    assert door.generation == before

    path.write_text('[[rule]]\naction = "deny"\nnetworks = "10.0.0.0/8"')
    door.refresh()
    assert door.generation != before
    assert not door.authorize(ANY, "tcp.connect", "10.0.0.1", 80).allowed

    path.write_text("nonsense")
    door.refresh()
    assert not door.authorize(ANY, "tcp.connect", "10.0.0.1", 80).allowed
    door.close()


class Ticks(OsNetwork):
    """A network whose timers run when told."""

    __slots__ = ("waiting",)

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[..., object]] = []

    def call_later(self, delay: float, callback: Callable[..., object], *args: object) -> Timer:
        self.waiting.append(callback)
        return super().call_later(3600, callback)

    def tick(self) -> None:
        self.waiting.pop()()


async def test_a_policy_that_is_just_being_written_is_not_in_force(tmp_path: Path) -> None:
    """Its first half may allow what its second half denies."""
    path = tmp_path / "policy.toml"
    path.write_text('default = "deny"')
    network = Ticks()
    door = Door(network, PolicyFile(path))
    path.write_text("")  # as an editor does before it writes
    network.tick()
    assert door.policy.otherwise == "deny"
    path.write_text('default = "deny"\nprofile = "strict"')
    network.tick()
    assert door.policy.profile == "default"
    network.tick()
    assert (door.policy.otherwise, door.policy.profile) == ("deny", "strict")
    door.close()


async def test_an_engine_follows_the_file_while_it_runs(
    open_app, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.engine._authorize._REFRESH", 0.005)
    path = tmp_path / "policy.toml"
    path.write_text("")
    app = open_app(policy=PolicyFile(path))
    socket_id = (await app.udp("create", None)).args[0].socket_id
    await app.udp("bind", socket_id, "127.0.0.1", 0)
    door, changed = app.session.engine.door, asyncio.Event()
    replace_policy = door.replace_policy

    def replace_and_tell(policy: Policy) -> None:
        replace_policy(policy)
        changed.set()

    monkeypatch.setattr(door, "replace_policy", replace_and_tell)
    send = ("send", socket_id, b"x", "127.0.0.1", 9, None)
    assert (await app.udp(*send)).error is None
    for text, error in (('default = "deny"', "net::ERR_NETWORK_ACCESS_DENIED"), ("", None)):
        changed.clear()
        path.write_text(text)
        async with asyncio.timeout(5):
            await changed.wait()
        assert (await app.udp(*send)).error == error


class Counting:
    """Permissions that count how often they are asked."""

    def __init__(self) -> None:
        self.asked = 0

    def check(self, kind: str, host: str, port: int) -> str:
        self.asked += 1
        return "an entry"


async def test_what_was_granted_of_an_address_is_not_asked_again(door: Door) -> None:
    permissions = Counting()
    granted = Granted(door)
    decision = granted.authorize(permissions, "tcp.connect", "127.1", 80)
    assert decision.addresses == (Address(AF_INET, "127.0.0.1", 80),)
    assert granted.authorize(permissions, "tcp.connect", "127.1", 80) is decision
    assert permissions.asked == 1
    for other in (("udp.send", "127.1", 80), ("tcp.connect", "127.2", 80), ("tcp.connect", "127.1", 81)):
        assert granted.authorize(permissions, *other) == door.authorize(permissions, *other)
        assert granted.authorize(permissions, *other) != decision


@pytest.mark.parametrize(
    ("host", "port"),
    [("a.test", 80), ("10.0.0.1", 80), ("192.0.2.1", 7000), ("0" * 100 + ".1", 80)],
    ids=["a name", "refused", "at a port of ours", "of no usual length"],
)
async def test_all_else_is_decided_each_time(door: Door, host: str, port: int) -> None:
    permissions = Counting()
    granted = Granted(door)
    for count in (1, 2):
        granted.authorize(permissions, "tcp.connect", host, port)
        assert permissions.asked == count


async def test_what_was_granted_ends_with_the_permissions(door: Door) -> None:
    granted = Granted(door)
    assert granted.authorize(Counting(), "tcp.connect", "127.0.0.1", 80).allowed
    assert granted.authorize(None, "tcp.connect", "127.0.0.1", 80).authority == "manifest"
    assert granted.authorize(Counting(), "tcp.connect", "127.0.0.1", 80).allowed
    assert not granted.authorize(Manifest(), "tcp.connect", "127.0.0.1", 80).allowed


async def test_what_was_granted_ends_with_the_policy_and_with_what_homeport_listens_at(door: Door) -> None:
    granted, anything = Granted(door), Counting()
    assert granted.authorize(anything, "tcp.connect", "127.0.0.1", 80).allowed
    door.replace_policy(Policy.strict())
    assert granted.authorize(anything, "tcp.connect", "127.0.0.1", 80).authority == "policy"
    door.replace_policy(Policy.default())
    assert granted.authorize(anything, "tcp.connect", "127.0.0.1", 80).allowed
    door.never.add_listener(80)
    assert granted.authorize(anything, "tcp.connect", "127.0.0.1", 80).authority == "never"
    door.never.remove_listener(80)
    assert granted.authorize(anything, "tcp.connect", "127.0.0.1", 80).allowed


async def test_however_many_addresses_there_are_few_are_remembered(door: Door) -> None:
    granted, anything = Granted(door), Counting()
    before = [granted.authorize(anything, "tcp.connect", "127.0.0.1", port) for port in range(1, 1000)]
    again = [granted.authorize(anything, "tcp.connect", "127.0.0.1", port) for port in range(1, 1000)]
    assert before == again
    assert sum(one is other for one, other in zip(before, again, strict=True)) < 300
