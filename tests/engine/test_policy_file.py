"""Reading a policy, and reading it again."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.engine._policy import Policy, PolicyError, Rule, UdpLimits
from homeport.engine._policy_file import PolicyFile, parse_policy, read_policy

FULL = """
profile = "strict"
default = "deny"

[[rule]]
action = "allow"
operations = ["tcp.connect", "udp.send"]
hosts = ["*.Example.com", "127.1"]
networks = ["10.0.0.0/8", "fd00::/8"]
ports = [80, "8000-8099"]
reason = "the tills"

[[rule]]
action = "deny"
ports = 22

[udp]
multicast = true
packets-per-second = 10
"""


def test_a_policy_is_read_whole() -> None:
    policy = parse_policy(FULL)
    assert policy == Policy(
        profile="strict",
        otherwise="deny",
        rules=(
            Rule(
                "allow",
                frozenset({"tcp.connect", "udp.send"}),
                ("*.example.com", "127.0.0.1"),
                (ip_network("10.0.0.0/8"), ip_network("fd00::/8")),
                ((80, 80), (8000, 8099)),
                "the tills",
                5,
            ),
            Rule("deny", ports=((22, 22),), line=13),
        ),
        udp=UdpLimits(broadcast=False, multicast=True, packets_per_second=10, bytes_per_second=12_500_000),
    )


def test_a_rule_reads_as_one_line() -> None:
    rule = parse_policy(FULL).rules[0]
    assert str(rule) == (
        "allow tcp.connect udp.send *.example.com 127.0.0.1 10.0.0.0/8 fd00::/8 :80 :8000-8099"
        " (line 5): the tills"
    )


def test_a_network_of_mapped_addresses_is_the_one_that_they_stand_for() -> None:
    """Packets to them go to IPv4, so a denial of the one that did not hold for the other was none."""
    policy = parse_policy('[[rule]]\naction = "deny"\nnetworks = ["::ffff:10.0.0.0/104"]\n')
    assert policy.rules[0].networks == (ip_network("10.0.0.0/8"),)


def test_an_empty_file_is_the_default_policy() -> None:
    assert parse_policy("") == Policy.default()


BROKEN = [
    ("profile = ", 1, "Invalid value"),
    ('default = "allow"\nprofile = "lax"', 2, 'profile is "default" or "strict"'),
    ("x = 1", 1, 'unknown key "x"'),
    ("rule = 5", 1, "rules are tables"),
    ("udp = 5", 1, "udp is a table"),
    ('[[rule]]\nhosts = ["a"]', 1, "needs an action"),
    ('[[rule]]\naction = "maybe"', 2, 'action is "allow" or "deny"'),
    ('[[rule]]\naction = "deny"\n[[rule]]\naction = "deny"\nhost = ["a"]', 5, 'unknown key "host"'),
    ('[[rule]]\naction = "deny"\noperations = ["tcp.send"]', 3, "no operation 'tcp.send'"),
    ('[[rule]]\naction = "deny"\nhosts = ["a b"]', 3, "'a b' is no host"),
    ('[[rule]]\naction = "deny"\nhosts = ["a.*.b"]', 3, "is no host"),
    ('[[rule]]\naction = "deny"\nnetworks = ["10.0.0.1/8"]', 3, "is no network"),
    ('[[rule]]\naction = "deny"\nnetworks = [5]', 3, "is no network"),
    ('[[rule]]\naction = "deny"\nports = [70000]', 3, "is no port"),
    ('[[rule]]\naction = "deny"\nports = ["90-80"]', 3, "is no port"),
    ('[[rule]]\naction = "deny"\nports = [true]', 3, "is no port"),
    ('[[rule]]\naction = "deny"\nports = []', 3, "would never fit"),
    ('[[rule]]\naction = "deny"\nreason = "a\\u001bb"', 3, "one line"),
    ('profile = "strict"\n[udp]\nbroadcast = 1', 3, "true or false"),
    ("[udp]\npackets-per-second = -1", 2, "0 or more"),
    ("[udp]\nspeed = 1", 2, 'unknown key "speed"'),
]


@pytest.mark.parametrize(("text", "line", "words"), BROKEN)
def test_a_broken_policy_says_where_and_why(text: str, line: int, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, path=Path("p.toml"))
    assert caught.value.line == line
    assert words in caught.value.message
    assert str(caught.value).startswith(f"p.toml:{line}: ")
    assert "\n" not in str(caught.value)


@given(
    st.text() | st.sampled_from([text for text, _, _ in BROKEN]).flatmap(lambda t: st.just(t[: len(t) // 2]))
)
def test_any_text_is_a_policy_or_a_policy_error(text: str) -> None:
    with suppress(PolicyError):
        assert isinstance(parse_policy(text), Policy)


@given(
    st.dictionaries(
        st.sampled_from(["action", "operations", "hosts", "networks", "ports", "reason"]),
        st.none() | st.integers() | st.text() | st.lists(st.integers() | st.text() | st.booleans()),
    )
)
def test_any_value_in_a_rule_is_read_or_refused(rule: dict[str, object]) -> None:
    from homeport.engine._policy_file import _Reader

    with suppress(PolicyError):
        assert isinstance(_Reader("[[rule]]", None).policy({"rule": [rule]}), Policy)


def test_a_file_that_is_not_there_not_text_or_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    with pytest.raises(PolicyError, match="cannot be read: No such file"):
        read_policy(path)
    path.write_bytes(b'profile = "strict"\n\xff')
    with pytest.raises(PolicyError, match=":2: not UTF-8"):
        read_policy(path)
    path.write_bytes(b"#" * (2 << 20))
    with pytest.raises(PolicyError, match="larger than"):
        read_policy(path)


def test_a_changed_file_is_in_force_and_a_broken_one_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("")
    file = PolicyFile(path)
    assert not file.refresh()

    path.write_text('default = "deny"')
    assert file.refresh()
    assert file.policy.otherwise == "deny"

    path.write_text('default = "deny"\nprofile = "lax"')
    with caplog.at_level(logging.ERROR, "homeport.policy"):
        assert not file.refresh()
        assert not file.refresh()
    assert file.policy.otherwise == "deny"
    assert str(file.error) == f'{path}:2: profile is "default" or "strict"'
    assert [record.message for record in caplog.records] == [
        f'{path}:2: profile is "default" or "strict"; the policy before it stays in force'
    ]

    replacement = tmp_path / "new"
    replacement.write_text('default = "allow"')
    os.replace(replacement, path)
    assert file.refresh()
    assert file.error is None
    assert file.policy == Policy.default()


def test_what_is_in_force_again_after_a_mistake_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('default = "deny"')
    file = PolicyFile(path)
    for text in ("nonsense", 'default = "deny"  # as before'):
        path.write_text(text)
        with caplog.at_level(logging.INFO, "homeport.policy"):
            assert not file.refresh()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert caplog.messages[-1] == f"{path}: in force (rules: 0)"


def test_a_file_that_goes_away_leaves_the_policy_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('default = "deny"')
    file = PolicyFile(path)
    path.unlink()
    assert not file.refresh()
    assert file.policy.otherwise == "deny"


def test_a_broken_file_at_the_start_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("x")
    with pytest.raises(PolicyError):
        PolicyFile(path)


def test_a_file_that_is_still_being_written_has_not_settled(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('default = "deny"')
    file = PolicyFile(path)
    assert file.settled()
    path.write_text("")
    assert not file.settled()
    path.write_text('default = "deny"\nprofile = "strict"')
    assert not file.settled()
    assert file.settled()
    path.unlink()
    assert not file.settled()
    assert file.settled()
