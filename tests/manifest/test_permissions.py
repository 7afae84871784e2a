"""The ``sockets`` key: shape, errors, what it says at install time; and the old ``socket`` permission."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.manifest import (
    Entry,
    Kind,
    ManifestError,
    PatternError,
    SocketPermissions,
    parse_manifest,
    parse_pattern,
    parse_socket_permission,
    parse_sockets_key,
)

ANY = "Exchange data with any device on the local network or internet"


def read(value: object) -> SocketPermissions:
    return parse_sockets_key(value)


def error_of(value: object) -> ManifestError:
    app = {"background": {"scripts": ["bg.js"]}}
    text = json.dumps({"manifest_version": 2, "name": "n", "version": "1", "app": app, "sockets": value})
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    return caught.value


#: S1 to S12, structure. Number, value, entries, sentences.
STRUCTURE: list[tuple[str, Any, list[str], tuple[str, ...]]] = [
    ("S1", {}, [], ()),
    ("S2", {"udp": {"send": []}}, [], ()),
    ("S3", {"udp": {"send": ""}}, ["*:*"], (ANY,)),
    ("S4", {"udp": {"send": [""]}}, ["*:*"], (ANY,)),
    (
        "S5",
        {"udp": {"send": ["a:80", "b:10"]}},
        ["a:80", "b:10"],
        ("Exchange data with the devices named: a b",),
    ),
    ("S6", {"udp": {"multicastMembership": ["", ""]}}, [""], ()),
    ("S7", {"udp": {"multicastMembership": []}}, [], ()),
    (
        "S8",
        {
            "udp": {"bind": ["*:1", "*.b.com:2"], "send": ["c:1", "d:2"], "multicastMembership": ""},
            "tcp": {"connect": ["e", "f.g"]},
            "tcpServer": {"listen": ["h:1", "1.2.3.4"]},
        },
        ["*:1", "*.b.com:2", "", "c:1", "d:2", "e:*", "f.g:*", "1.2.3.4:*", "h:1"],
        (ANY,),
    ),
    ("S9", {"tcp": {"send": "*:*"}, "tcpServer": {"listen": "*:*"}}, ["*:*"], (ANY,)),
    (
        "S11",
        {"tcp": {"connect": ["A.com:80", "a.com:80", "a.com:080"]}},
        ["a.com:80"],
        ("Exchange data with the device named a.com",),
    ),
]


@pytest.mark.parametrize(
    ("number", "value", "entries", "sentences"), STRUCTURE, ids=[row[0] for row in STRUCTURE]
)
def test_the_shape_of_the_key(
    number: str, value: Any, entries: list[str], sentences: tuple[str, ...]
) -> None:
    permissions = read(value)
    assert sorted(map(str, permissions)) == sorted(entries)
    assert permissions.warnings() == sentences


#: What Chromium answers to values of wrong types (with S10 and S12).
WRONG: list[tuple[Any, str]] = [
    ([], "expected dictionary, got list"),
    ("x", "expected dictionary, got string"),
    (1, "expected dictionary, got integer"),
    (1.5, "expected dictionary, got double"),
    (True, "expected dictionary, got boolean"),
    (None, "expected dictionary, got null"),
    ({"udp": "x"}, "'udp': expected dictionary, got string"),
    ({"tcp": []}, "'tcp': expected dictionary, got list"),
    ({"tcp": None}, "'tcp': expected dictionary, got null"),
    ({"tcpServer": True}, "'tcpServer': expected dictionary, got boolean"),
    ({"tcp": {"connect": 5}}, "expected string or strings, got integer"),
    ({"tcp": {"connect": 2147483648}}, "expected string or strings, got double"),
    ({"tcp": {"connect": {}}}, "expected string or strings, got dictionary"),
    ({"udp": {"bind": None}}, "expected string or strings, got null"),
    ({"udp": {"send": 1.5}}, "expected string or strings, got double"),
    ({"udp": {"multicastMembership": True}}, "expected string or strings, got boolean"),
    (
        {"tcp": {"connect": ["a:1", 5]}},
        "Error at key 'strings': Parsing array failed at index 1: expected string, got integer",
    ),
    (
        {"tcpServer": {"listen": [None]}},
        "Error at key 'strings': Parsing array failed at index 0: expected string, got null",
    ),
    ({"udp": {"multicastMembership": ["*"]}}, "Invalid host:port pattern '*'"),
    ({"tcp": {"connect": ["a.com:80", "a.com:0"]}}, "Invalid host:port pattern 'a.com:0'"),
    ({"udp": {"bind": 5}, "tcp": {"connect": "a:b:c"}}, "expected string or strings, got integer"),
    ({"udp": {"bind": "a:b:c"}, "tcp": {"connect": 5}}, "expected string or strings, got integer"),
]


@pytest.mark.parametrize(("value", "message"), WRONG)
def test_a_wrong_type_has_chromiums_text(value: Any, message: str) -> None:
    assert error_of(value).message == message


def test_an_error_points_at_the_pattern_in_the_file() -> None:
    text = """{
      "manifest_version": 2, "name": "n", "version": "1",
      "app": {"background": {"scripts": ["bg.js"]}},
      "sockets": {
        "tcp": { "connect": ["a:80",
                             "b:0"] }
      }
    }"""
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    assert (caught.value.line, caught.value.column) == (6, 30)
    assert str(caught.value) == (
        "6:30: Invalid host:port pattern 'b:0'. A port is a number from 1 to 65535, or * for any."
    )


#: Every example of the public documentation, and a request that it is for.
PUBLIC: list[tuple[Any, str, str, int]] = [
    ({"tcp": {"connect": "*:23"}}, "tcp.connect", "any.test", 23),
    ({"tcp": {"connect": ["*:23", "*:80"]}}, "tcp.connect", "any.test", 80),
    ({"tcp": {"connect": "www.example.com:23"}}, "tcp.connect", "www.example.com", 23),
    ({"tcp": {"connect": ""}}, "tcp.connect", "any.test", 65535),
    ({"udp": {"send": ":99"}}, "udp.send", "any.test", 99),
    ({"udp": {"bind": ":8899"}}, "udp.bind", "0.0.0.0", 8899),
    ({"tcpServer": {"listen": ":8080"}}, "tcpServer.listen", "127.0.0.1", 8080),
]


@pytest.mark.parametrize(("value", "kind", "host", "port"), PUBLIC)
def test_the_examples_of_the_documentation_allow_what_they_say(
    value: Any, kind: str, host: str, port: int
) -> None:
    permissions = read(value)
    assert permissions.check(kind, host, port) is permissions.entries[-1 if port == 80 else 0]
    for other in Kind:
        assert other == kind or permissions.check(other, host, port) is None


def test_nothing_is_allowed_without_an_entry() -> None:
    for kind in Kind:
        assert SocketPermissions().check(kind, "a", 1) is None


def test_install_sentences_name_domains_before_devices_each_once_and_sorted() -> None:
    permissions = read(
        {
            "udp": {"bind": ["*.b.com", "*.a.com", "z", "y:80", "*.a.com:99"]},
            "tcp": {"connect": ["*.c.com", "Y:81"]},
        }
    )
    assert permissions.warnings() == (
        "Exchange data with any device in the domains: a.com b.com c.com",
        "Exchange data with the devices named: y z",
    )
    assert read({"tcp": {"connect": "*.a.com:1"}}).warnings() == (
        "Exchange data with any device in the domain a.com",
    )
    (sentence,) = read({"tcp": {"connect": "[::1]:1"}}).warnings()
    assert sentence == "Exchange data with the device named [::1]"


patterns = st.sampled_from(["", "*:80", "a.com", "*.a.com:80", ":99", "B", "[::1]:1", ".", "x:065"])
permission_sets = st.fixed_dictionaries(
    {},
    optional={
        "udp": st.fixed_dictionaries(
            {},
            optional={
                "bind": st.lists(patterns),
                "send": st.lists(patterns),
                "multicastMembership": st.sampled_from(["", [], [""]]),
            },
        ),
        "tcp": st.fixed_dictionaries({}, optional={"connect": st.lists(patterns)}),
        "tcpServer": st.fixed_dictionaries({}, optional={"listen": st.lists(patterns)}),
    },
).map(read)


@given(permission_sets)
def test_the_canonical_key_reads_back_as_the_same_permissions(permissions: SocketPermissions) -> None:
    written = permissions.to_manifest()
    assert read(written) == permissions
    assert all(texts and isinstance(texts, list) for group in written.values() for texts in group.values())


@given(permission_sets, permission_sets)
def test_permissions_are_sets_of_entries(one: SocketPermissions, two: SocketPermissions) -> None:
    assert set((one | two).entries) == set(one) | set(two)
    assert set((one & two).entries) == set(one) & set(two)
    assert set((one - two).entries) == set(one) - set(two)
    assert (one | two) == (two | one)
    assert one.entries == tuple(sorted(one.entries))


@given(
    permission_sets,
    permission_sets,
    st.sampled_from(list(Kind)),
    st.sampled_from(["a.com", "x.a.com", "::1", "B"]),
    st.sampled_from([0, 1, 65, 80, 99]),
)
def test_more_entries_never_allow_less(
    one: SocketPermissions, two: SocketPermissions, kind: Kind, host: str, port: int
) -> None:
    either = one.check(kind, host, port) or two.check(kind, host, port)
    assert ((one | two).check(kind, host, port) is None) == (either is None)


def test_a_wider_entry_does_not_swallow_a_narrower_one() -> None:
    assert len(read({"tcp": {"connect": ["*", "a.com:80"]}})) == 2


#: The old permission: an item, what it allows (kind, host, port), or None if it means nothing.
OLD: list[tuple[str, tuple[str, str, int] | None]] = [
    ("tcp-connect", ("tcp.connect", "a", 1)),
    ("tcp-connect:", ("tcp.connect", "a", 1)),
    ("tcp-connect:*:*", ("tcp.connect", "a", 1)),
    ("tcp-connect:*.a.com:80", ("tcp.connect", "x.a.com", 80)),
    ("tcp-connect:[::1]:80", ("tcp.connect", "::1", 80)),
    ("tcp-listen::8080", ("tcpServer.listen", "0.0.0.0", 8080)),
    ("udp-bind:127.0.0.1:8080", ("udp.bind", "127.0.0.1", 8080)),
    ("udp-send-to", ("udp.send", "a", 1)),
    ("udp-multicast-membership", ("udp.multicastMembership", "*", 0)),
    ("resolve-host", ("resolveHost", "a", 0)),
    ("resolve-proxy", ("resolveProxy", "a", 0)),
    ("network-state", ("networkState", "", 0)),
    ("", None),
    ("foo", None),
    (" tcp-connect", None),
    ("TCP-connect", None),
    ("tcp-connect:a.com:0", None),
    ("resolve-host:*", None),
    ("resolve-host::", None),
    ("network-state:*:*", None),
    ("udp-multicast-membership:*", None),
]


@pytest.mark.parametrize(("item", "request_"), OLD)
def test_the_old_permission_has_its_own_words_for_the_same_entries(
    item: str, request_: tuple[str, str, int] | None
) -> None:
    permissions, unknown = parse_socket_permission([item])
    assert (unknown == [0]) == (request_ is None)
    assert request_ is None or permissions.check(*request_) == permissions.entries[0]


def test_items_that_mean_nothing_are_told_by_their_index() -> None:
    permissions, unknown = parse_socket_permission(["foo", "tcp-connect", 5, None])
    assert permissions.entries == (Entry(Kind.TCP_CONNECT),)
    assert unknown == [0, 2, 3]


@given(st.sampled_from(["tcp-connect", "udp-bind", "tcp-listen", "udp-send-to"]), st.text(max_size=12))
def test_both_grammars_share_their_patterns(name: str, pattern: str) -> None:
    _, unknown = parse_socket_permission([f"{name}:{pattern}"])
    try:
        parse_pattern(Kind.TCP_CONNECT, pattern)
    except PatternError:
        assert unknown
    else:
        assert not unknown
