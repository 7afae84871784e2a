"""A policy that was written reads as the same policy."""

from __future__ import annotations

from ipaddress import ip_network

from hypothesis import given
from hypothesis import strategies as st

from homeport.engine import Policy, Rule, UdpLimits, format_policy, parse_policy
from homeport.engine._policy import OPERATIONS, STRICT_UDP

ports = st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda pair: (min(pair), max(pair)))
networks = st.sampled_from(["10.0.0.0/8", "192.168.1.9/32", "fd00::/8", "::1/128"]).map(ip_network)
hosts = st.sampled_from(["*", "*.example.com", "printer", "192.168.1.9", "::1", "xn--bcher-kva.example"])
printable = st.text(max_size=20).filter(str.isprintable)
rules = st.builds(
    Rule,
    action=st.sampled_from(["allow", "deny"]),
    operations=st.none() | st.frozensets(st.sampled_from(sorted(OPERATIONS)), min_size=1),
    hosts=st.none() | st.lists(hosts, min_size=1, max_size=3).map(tuple),
    networks=st.none() | st.lists(networks, min_size=1, max_size=3).map(tuple),
    ports=st.none() | st.lists(ports, min_size=1, max_size=3).map(tuple),
    reason=printable,
)
limits = st.builds(
    UdpLimits, st.booleans(), st.booleans(), st.integers(0, 10**6), st.integers(0, 10**9)
) | st.sampled_from([UdpLimits(), STRICT_UDP])
policies = st.builds(
    Policy,
    profile=st.sampled_from(["default", "strict"]),
    otherwise=st.sampled_from(["allow", "deny"]),
    rules=st.lists(rules, max_size=4).map(tuple),
    udp=limits,
)


@given(policies)
def test_any_policy_is_read_as_it_was_written(policy):
    read = parse_policy(format_policy(policy))
    without_lines = read._replace(rules=tuple(rule._replace(line=None) for rule in read.rules))
    assert without_lines == policy


def test_it_reads_as_a_person_would_write_it():
    rule = Rule("allow", frozenset({"tcp.connect"}), ("printer",), ports=((9100, 9100), (80, 89)), reason="x")
    assert format_policy(Policy.strict(rule)) == (
        'profile = "strict"\ndefault = "allow"\n\n[[rule]]\naction = "allow"\n'
        'operations = ["tcp.connect"]\nhosts = ["printer"]\nports = [9100, "80-89"]\nreason = "x"\n'
    )
