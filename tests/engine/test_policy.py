"""How the operator's policy decides."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.engine._address import ip
from homeport.engine._policy import OPERATIONS, Policy, Rule, UdpLimits


def networks(*texts: str):
    return tuple(ip_network(text) for text in texts)


def allowed(policy: Policy, operation: str, host: str, port: int, address: str) -> bool:
    """Both looks, as the door takes them."""
    early = policy.decide_request(operation, host, port)
    return early is None and policy.decide(operation, host, port, ip(address)).allowed


def test_the_default_profile_takes_nothing_away() -> None:
    for operation in OPERATIONS:
        assert allowed(Policy.default(), operation, "10.0.0.1", 80, "10.0.0.1")


def test_the_first_rule_that_fits_decides() -> None:
    policy = Policy(rules=(Rule("allow", ports=((80, 80),)), Rule("deny", hosts=("a.test",))))
    assert allowed(policy, "tcp.connect", "a.test", 80, "1.1.1.1")
    assert not allowed(policy, "tcp.connect", "a.test", 81, "1.1.1.1")
    assert allowed(policy, "tcp.connect", "b.test", 81, "1.1.1.1")


def test_a_denial_that_needs_no_address_comes_before_the_look_up() -> None:
    policy = Policy(rules=(Rule("deny", hosts=("*.evil.test",), reason="because"),))
    verdict = policy.decide_request("tcp.connect", "a.evil.test", 80)
    assert verdict is not None
    assert verdict.rule == "policy: deny *.evil.test: because"


def test_a_rule_about_networks_waits_for_the_address() -> None:
    policy = Policy(rules=(Rule("deny", networks=networks("10.0.0.0/8")),))
    assert policy.decide_request("tcp.connect", "a.test", 80) is None
    assert not policy.decide("tcp.connect", "a.test", 80, ip("10.1.1.1")).allowed
    assert policy.decide("tcp.connect", "a.test", 80, ip("11.1.1.1")).allowed


def test_an_earlier_allowance_by_network_is_not_overtaken_by_a_later_denial() -> None:
    rules = (Rule("allow", networks=networks("10.0.0.0/8")), Rule("deny", hosts=("a.test",)))
    policy = Policy(rules=rules)
    assert allowed(policy, "tcp.connect", "a.test", 80, "10.0.0.1")
    assert not allowed(policy, "tcp.connect", "a.test", 80, "11.0.0.1")


@pytest.mark.parametrize(
    ("pattern", "host", "fits"),
    [
        ("*", "anything", True),
        ("a.test", "a.test", True),
        ("a.test", "a.test.", True),
        ("a.test", "b.a.test", False),
        ("*.a.test", "b.a.test", True),
        ("*.a.test", "a.test", True),
        ("*.a.test", "ba.test", False),
        ("10.0.0.1", "10.0.0.1", True),
    ],
)
def test_a_host_pattern(pattern: str, host: str, fits: bool) -> None:
    assert Rule("deny", hosts=(pattern,)).fits_request("tcp.connect", host, 1) is fits


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::"]
)
def test_a_network_holds_its_addresses_in_every_wrapping(address: str) -> None:
    policy = Policy(rules=(Rule("deny", networks=networks("10.0.0.0/8")),))
    assert not policy.decide("tcp.connect", "a.test", 80, ip(address)).allowed


@pytest.mark.parametrize(
    ("denied", "host", "address"),
    [
        ("10.0.0.1", "10.0.0.1", "10.0.0.1"),
        ("10.0.0.1", "::ffff:a00:1", "::ffff:10.0.0.1"),
        ("10.0.0.1", "a.test", "10.0.0.1"),
        ("10.0.0.1", "a.test", "64:ff9b::10.0.0.1"),
        ("::ffff:a00:1", "10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", "0.0.0.0", "0.0.0.0"),
        ("fd00::1", "a.test", "fd00::1"),
    ],
)
def test_a_host_that_is_an_address_is_denied_by_whatever_name(denied: str, host: str, address: str) -> None:
    policy = Policy(rules=(Rule("deny", hosts=("b.test", denied), ports=((80, 80),)), Rule("allow")))
    assert not allowed(policy, "tcp.connect", host, 80, address)
    assert allowed(policy, "tcp.connect", host, 81, address)
    assert allowed(policy, "tcp.connect", "a.test", 80, "10.0.0.2")
    only = Policy(otherwise="deny", rules=(Rule("allow", hosts=(denied,)),))
    assert allowed(only, "tcp.connect", host, 80, address) is (denied == host)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::ffff:127.0.0.1", "::ffff:0.0.0.0"])
def test_what_leads_to_this_machine_is_its_loopback(address: str) -> None:
    rules = (Rule("deny", networks=networks("127.0.0.0/8")),)
    assert not Policy(rules=rules).decide("tcp.connect", "a.test", 80, ip(address)).allowed
    assert not Policy(rules=rules).decide("udp.send", "a.test", 80, ip(address)).allowed
    rules = (Rule("allow", networks=networks("127.0.0.0/8")),)
    assert Policy(otherwise="deny", rules=rules).decide("tcp.connect", "a.test", 80, ip(address)).allowed


def test_an_allowance_to_listen_on_the_loopback_is_none_to_listen_everywhere() -> None:
    policy = Policy(otherwise="deny", rules=(Rule("allow", networks=networks("127.0.0.0/8")),))
    assert policy.decide("tcpServer.listen", "127.0.0.1", 80, ip("127.0.0.1")).allowed
    assert not policy.decide("tcpServer.listen", "0.0.0.0", 80, ip("0.0.0.0")).allowed


def test_an_allowance_does_not_cover_what_only_carries_its_addresses() -> None:
    policy = Policy(otherwise="deny", rules=(Rule("allow", networks=networks("10.0.0.0/8")),))
    assert policy.decide("tcp.connect", "a.test", 80, ip("::ffff:10.0.0.1")).allowed
    assert not policy.decide("tcp.connect", "a.test", 80, ip("2002:a00:1::")).allowed


def test_default_deny_allows_only_what_a_rule_allows() -> None:
    policy = Policy(
        otherwise="deny", rules=(Rule("allow", hosts=("a.test",), operations=frozenset({"tcp.connect"})),)
    )
    assert allowed(policy, "tcp.connect", "a.test", 80, "1.1.1.1")
    assert policy.decide_request("tcp.connect", "b.test", 80) is not None
    assert policy.decide_request("udp.bind", "0.0.0.0", 80) is not None


STRICT = Policy.strict(
    Rule("allow", hosts=("printer.lan", "192.168.1.7")),
    Rule("allow", networks=networks("10.2.0.0/16")),
    Rule("allow", hosts=("*",)),
)


@pytest.mark.parametrize(
    ("host", "address", "answer"),
    [
        ("printer.lan", "192.168.1.5", True),
        ("192.168.1.7", "192.168.1.7", True),
        ("other.lan", "192.168.1.5", False),
        ("rebind.evil.test", "127.0.0.1", False),
        ("rebind.evil.test", "fd00::1", False),
        ("rebind.evil.test", "::ffff:192.168.1.5", False),
        ("any.test", "10.2.3.4", True),
        ("any.test", "10.3.3.4", False),
        ("any.test", "1.1.1.1", True),
        ("localhost", "::1", False),
    ],
)
def test_strict_lets_private_addresses_through_only_by_name(host: str, address: str, answer: bool) -> None:
    assert allowed(STRICT, "tcp.connect", host, 80, address) is answer
    assert allowed(STRICT, "udp.send", host, 80, address) is answer


def test_strict_leaves_binding_and_listening_to_the_manifest() -> None:
    assert allowed(STRICT, "udp.bind", "0.0.0.0", 0, "0.0.0.0")
    assert allowed(STRICT, "tcpServer.listen", "127.0.0.1", 0, "127.0.0.1")


def test_groups_are_a_grant_of_their_own() -> None:
    policy = Policy(udp=UdpLimits(multicast=False))
    for operation in ("udp.send", "udp.multicastMembership"):
        verdict = policy.decide(operation, "239.1.2.3", 0, ip("239.1.2.3"))
        assert not verdict.allowed
        assert "udp.multicast is not granted" in verdict.rule
    assert Policy.default().decide("udp.send", "239.1.2.3", 9, ip("239.1.2.3")).allowed


def test_strict_with_the_grant_lets_groups_through() -> None:
    policy = Policy(profile="strict", udp=UdpLimits(multicast=True))
    assert policy.decide("udp.send", "239.1.2.3", 9, ip("239.1.2.3")).allowed


_RULES = st.builds(
    Rule,
    action=st.sampled_from(["allow", "deny"]),
    operations=st.none() | st.frozensets(st.sampled_from(sorted(OPERATIONS)), min_size=1),
    hosts=st.none() | st.lists(st.sampled_from(["*", "a.test", "*.test", "10.0.0.1"]), min_size=1).map(tuple),
    networks=st.none() | st.sampled_from([networks("10.0.0.0/8"), networks("::/0", "1.0.0.0/8")]),
    ports=st.none() | st.just(((80, 90),)),
)


@given(
    st.builds(
        Policy,
        profile=st.sampled_from(["default", "strict"]),
        otherwise=st.sampled_from(["allow", "deny"]),
        rules=st.lists(_RULES, max_size=5).map(tuple),
    ),
    st.sampled_from(sorted(OPERATIONS)),
    st.sampled_from(["a.test", "b.test", "x.other", "10.0.0.1"]),
    st.sampled_from([80, 443]),
    st.sampled_from(["10.0.0.1", "1.1.1.1", "fd00::1", "239.0.0.1"]),
)
def test_the_early_look_never_denies_what_the_late_one_would_allow(
    policy: Policy, operation: str, host: str, port: int, address: str
) -> None:
    if policy.decide_request(operation, host, port) is not None:
        assert not policy.decide(operation, host, port, ip(address)).allowed
