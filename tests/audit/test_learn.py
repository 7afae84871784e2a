"""A policy learned from use allows that use, and not what is beside it."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.audit import Learner
from homeport.audit._learn import _rules, _summed, _uses_of
from homeport.engine import (
    Address,
    Decision,
    PolicyError,
    canonical_host,
    format_policy,
    parse_policy,
    read_policy,
)
from homeport.engine._network import AF_INET, AF_INET6


def allowed(address: str = "192.0.2.1", port: int = 80) -> Decision:
    family = AF_INET6 if ":" in address else AF_INET
    return Decision(True, "rule", "policy", (Address(family, address, port),))


@pytest.fixture
def learner(tmp_path):
    return Learner(tmp_path / "policy.toml")


def permits(policy, operation, host, port, address):
    name = canonical_host(host) or host
    early = policy.decide_request(operation, name, port)
    return early is None and policy.decide(operation, name, port, ip_address(address)).allowed


async def test_what_was_used_is_allowed_and_what_is_beside_it_is_not(learner):
    learner.decided(None, "tcp.connect", "Printer.Local", 9100, allowed("192.168.1.9", 9100))
    learner.decided(None, "tcpServer.listen", "0.0.0.0", 8080, allowed("0.0.0.0", 8080))
    learner.decided(None, "udp.send", "10.0.0.255", 161, allowed("10.0.0.255", 161))
    learner.save()
    policy = read_policy(learner.path)
    assert (policy.profile, policy.otherwise) == ("strict", "deny")
    assert permits(policy, "tcp.connect", "printer.local", 9100, "192.168.1.9")
    assert permits(policy, "tcpServer.listen", "0.0.0.0", 8080, "0.0.0.0")
    assert permits(policy, "udp.send", "10.0.0.255", 161, "10.0.0.255")
    assert not permits(policy, "tcp.connect", "printer.local", 9101, "192.168.1.9")
    assert not permits(policy, "tcp.connect", "other.local", 9100, "192.168.1.9")
    assert not permits(policy, "tcp.connect", "192.168.1.9", 9100, "192.168.1.9")
    assert not permits(policy, "udp.send", "printer.local", 9100, "192.168.1.9")


async def test_of_a_host_with_many_ports_no_single_one_is_kept(learner):
    """A server's clients may come from all that there are."""
    for port in range(1024, 1124):
        learner.decided(None, "udp.send", "10.0.0.5", port, allowed("10.0.0.5", port))
    (rule,) = learner.policy.rules
    assert rule.ports is None
    assert learner._uses["udp.send"] == {"10.0.0.5": None}


async def test_denials_teach_nothing(learner):
    learner.decided(None, "tcp.connect", "evil.test", 80, Decision(False, "no", "policy"))
    assert learner.policy.rules == ()


async def test_each_run_adds_and_the_operators_own_rules_stay_ahead(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(
        'profile = "strict"\ndefault = "deny"\n'
        '[[rule]]\naction = "deny"\nhosts = ["*.evil.test"]\nreason = "mine"\n'
        "[udp]\npackets-per-second = 9\n"
    )
    for host in ("a.test", "b.test", "a.test"):
        learner = Learner(path)
        learner.decided(None, "tcp.connect", host, 80, allowed())
        learner.save()
    policy = read_policy(path)
    assert [rule.reason for rule in policy.rules] == ["mine", "learned"]
    assert policy.rules[1].hosts == ("a.test", "b.test")
    assert policy.udp.packets_per_second == 9


async def test_groups_and_broadcasts_are_granted_once_they_were_used(learner):
    assert not learner.policy.udp.multicast
    learner.decided(None, "udp.multicastMembership", "239.1.2.3", 0, allowed("239.1.2.3", 0))
    assert learner.policy.udp.multicast
    assert not learner.policy.udp.broadcast
    learner.decided(None, "udp.broadcast", "*", 0, Decision(True, "granted", "policy"))
    learner.save()
    policy = read_policy(learner.path)
    assert policy.udp.broadcast
    assert permits(policy, "udp.multicastMembership", "239.1.2.3", 0, "239.1.2.3")
    assert not permits(policy, "udp.multicastMembership", "239.1.2.4", 0, "239.1.2.4")


async def test_many_of_a_kind_become_their_kind(learner):
    for number in range(1, 40):
        learner.decided(None, "udp.send", f"10.0.0.{number}", 40000 + number, allowed(f"10.0.0.{number}"))
    for number in range(100):
        learner.decided(None, "tcp.connect", f"s{number}.shop.test", 443, allowed())
    learner.save()
    policy = read_policy(learner.path)
    assert [str(rule) for rule in policy.rules] == [
        "allow tcp.connect *.shop.test :443 (line 7): learned",
        "allow udp.send 10.0.0.0/24 (line 14): learned",
    ]
    again = Learner(learner.path)
    again.decided(None, "udp.send", "10.0.0.77", 5, allowed("10.0.0.77"))
    assert len(again.policy.rules) == 2


async def test_an_odd_host_teaches_nothing_that_cannot_be_read(learner):
    for host in ("", "a b", "x" * 300, "*", "\x1b[0m", "a..b"):
        learner.decided(None, "tcp.connect", host, 80, allowed())
    parse_policy(format_policy(learner.policy))


async def test_a_broken_file_is_left_alone(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("nonsense")
    with pytest.raises(PolicyError):
        Learner(path)
    assert path.read_text() == "nonsense"


async def test_a_file_that_cannot_be_written_is_told_once_and_leaves_nothing_half(tmp_path, monkeypatch):
    said: list[str] = []
    learner = Learner(tmp_path / "policy.toml", on_trouble=said.append)
    monkeypatch.setattr(
        "homeport.audit._learn.os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full"))
    )
    learner.save()
    learner.save()
    assert said == [f"what was learned cannot be written to {learner.path}: full"]
    assert list(tmp_path.iterdir()) == []


v4 = st.ip_addresses(v=4, network="10.0.0.0/20").map(str)
v6 = st.ip_addresses(v=6, network="fd00::/60").map(str)
names = st.sampled_from(["a.test", "b.test", "printer", "x.y.z.test", "localhost"])
uses = st.lists(
    st.tuples(
        st.sampled_from(["tcp.connect", "udp.send", "udp.bind", "tcpServer.listen"]),
        st.one_of(v4, v6, names),
        st.integers(0, 65535),
    ),
    max_size=60,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(uses, min_size=1, max_size=3))
async def test_whatever_was_used_in_whichever_run_is_allowed_in_the_end(tmp_path_factory, runs):
    path = tmp_path_factory.mktemp("learn") / "policy.toml"
    seen = []
    for run in runs:
        learner = Learner(path)
        for operation, host, port in run:
            address = host if host[0].isdigit() or ":" in host else "10.9.9.9"
            learner.decided(None, operation, host, port, allowed(address, port))
            seen.append((operation, host, port, address))
        learner.save()
    policy = read_policy(path)
    for operation, host, port, address in seen:
        assert permits(policy, operation, host, port, address)


@given(uses)
def test_learned_rules_read_back_as_the_same_uses(some):
    found = _summed(_gathered(some))
    assert _uses_of(_rules(found)) == {k: v for k, v in found.items() if v}


def _gathered(some):
    gathered: dict[str, dict[str, Any]] = {}
    for operation, host, port in some:
        targets = gathered.setdefault(operation, {})
        targets[host] = targets.get(host, frozenset()) | {(port, port)}
    return gathered
