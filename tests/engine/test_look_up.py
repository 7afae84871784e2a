"""Names that an app asks for by themselves."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from tests.support.sinks import Nobody

from homeport.engine import Engine, Policy, Rule, parse_host_map

MAP = parse_host_map(["printer.test=10.0.0.1", "printer.test=1.2.3.4", "other.test=5.6.7.8:80"])
DENIED, NOT_FOUND = -10, -105


class Seen:
    """An observer that keeps the decisions."""

    def __init__(self) -> None:
        self.decisions: list[tuple[str, str, bool, str]] = []

    def watch(self, session, sink):
        return sink

    def decided(self, session, operation, host, port, decision) -> None:
        self.decisions.append((operation, host, decision.allowed, decision.rule))

    def policy_changed(self, outcome) -> None:
        raise AssertionError(outcome)


@pytest.fixture
async def asking():
    engines = []

    def start(policy=None, observer=None):
        engine = Engine(host_map=MAP, policy=policy, observer=observer)
        engines.append(engine)
        return engine.open_session("a" * 32, None, Nobody()).look_up

    yield start
    for engine in engines:
        await engine.aclose()


async def test_the_first_address_is_the_answer(asking):
    look_up = asking()
    assert await look_up("printer.test") == "10.0.0.1"
    assert await look_up("other.test") == "5.6.7.8"
    assert await look_up("0x7f.1") == "127.0.0.1"


async def test_what_is_no_name_is_not_found(asking):
    assert await asking()("[::1]") == NOT_FOUND


@pytest.mark.parametrize(
    ("policy", "host", "found"),
    [
        (Policy(rules=(Rule("deny", hosts=("*.test",)),)), "printer.test", DENIED),
        (Policy(rules=(Rule("deny", frozenset({"dns.resolve"})),)), "other.test", DENIED),
        (Policy(rules=(Rule("deny", frozenset({"tcp.connect"})),)), "other.test", "5.6.7.8"),
        (Policy(rules=(Rule("deny", networks=(ip_network("10.0.0.0/8"),)),)), "printer.test", "1.2.3.4"),
        (Policy(rules=(Rule("deny", networks=(ip_network("5.0.0.0/8"),)),)), "other.test", DENIED),
        (Policy(otherwise="deny"), "other.test", DENIED),
        (Policy.strict(), "printer.test", "1.2.3.4"),
        (Policy.strict(), "localhost", DENIED),
    ],
)
async def test_the_operators_policy_has_a_say(asking, policy, host, found):
    assert await asking(policy)(host) == found


async def test_it_is_told_of_with_the_rule_that_decided(asking):
    seen = Seen()
    look_up = asking(Policy(rules=(Rule("deny", hosts=("printer.test",)),)), seen)
    await look_up("other.test")
    await look_up("printer.test")
    assert seen.decisions == [
        ("dns.resolve", "other.test", True, "policy: default profile"),
        ("dns.resolve", "printer.test", False, "policy: deny printer.test"),
    ]


async def test_a_name_without_end_is_asked_of_nobody(asking):
    assert await asking()("a" * 200_000) == DENIED
