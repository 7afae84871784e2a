"""The pattern grammar, held to vectors that a live Chromium 156 confirmed one by one.

P1 to P61 say what a pattern is, M1 to M56 what it lets through. Three rows differ on purpose (``DIFFERENT``).
"""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from homeport.manifest import Entry, Kind, PatternError, SocketPermissions, parse_pattern

#: Number, slot, pattern, canonical text; None if Chromium refuses it.
PARSE: list[tuple[str, str, str, str | None]] = [
    ("P1", "tcp.connect", "", "*:*"),
    ("P2", "tcp.connect", ":", "*:*"),
    ("P3", "tcp.connect", "*", "*:*"),
    ("P4", "tcp.connect", "*:", "*:*"),
    ("P5", "tcp.connect", ":*", "*:*"),
    ("P6", "tcp.connect", "*:*", "*:*"),
    ("P7", "tcp.connect", ":99", "*:99"),
    ("P8", "tcp.connect", "www.example.com", "www.example.com:*"),
    ("P9", "udp.send", "wWW.ExAmPlE.cOm", "www.example.com:*"),
    ("P10", "tcp.connect", ".example.com", "*.example.com:*"),
    ("P11", "tcp.connect", "*.example.com", "*.example.com:*"),
    ("P12", "tcp.connect", "*.example.com:99", "*.example.com:99"),
    ("P13", "udp.send", "a:80", "a:80"),
    ("P14", "tcp.connect", "127.0.0.1:80", "127.0.0.1:80"),
    ("P15", "tcp.connect", "www.example.com:-1", None),
    ("P16", "tcp.connect", "www.example.com:65536", None),
    ("P17", "tcp.connect", "::", None),
    ("P18", "tcp.connect", ":0", None),
    ("P19", "tcp.connect", "  www.exmaple.com:  99  ", None),
    ("P20", "tcp.connect", "*.exmaple.com :99", None),
    ("P21", "tcp.connect", "*.exmaple.com: 99", None),
    ("P22", "tcp.connect", "*.exmaple.com:99 ", None),
    ("P23", "tcp.connect", "\t*.exmaple.com:99", None),
    ("P24", "tcp.connect", "\n*.exmaple.com:99", None),
    ("P25", "udp.multicastMembership", "", ""),
    ("P26", "udp.multicastMembership", "*", None),
    ("P27", "udp.multicastMembership", "*:*", None),
    ("P28", "tcp.connect", "www.example.com:*", "www.example.com:*"),
    ("P29", "tcp.connect", "www.example.com:", "www.example.com:*"),
    ("P30", "tcp.connect", "www.example.com:1", "www.example.com:1"),
    ("P31", "tcp.connect", "www.example.com:65535", "www.example.com:65535"),
    ("P32", "tcp.connect", "www.example.com:0", None),
    ("P33", "tcp.connect", "www.example.com:080", "www.example.com:80"),
    ("P34", "tcp.connect", "www.example.com:+80", "www.example.com:80"),
    ("P35", "tcp.connect", "www.example.com:0x50", None),
    ("P36", "tcp.connect", "www.example.com:80a", None),
    ("P37", "tcp.connect", "www.example.com:8 0", None),
    ("P38", "tcp.connect", "www.example.com:http", None),
    ("P39", "tcp.connect", "www.example.com:99999999999", None),
    ("P40", "tcp.connect", "www.example.com:1-100", None),
    ("P41", "tcp.connect", " ", None),
    ("P42", "tcp.connect", "*foo.com", "*foo.com:*"),
    ("P43", "tcp.connect", "www.*.com", "www.*.com:*"),
    ("P44", "tcp.connect", "*.*.com", "*.*.com:*"),
    ("P45", "tcp.connect", "**", "**:*"),
    ("P46", "tcp.connect", "*.", "*:*"),
    ("P47", "tcp.connect", ".", "*:*"),
    ("P48", "tcp.connect", "..", "*..:*"),
    ("P49", "tcp.connect", "example.com.", "example.com.:*"),
    ("P50", "tcp.connect", "a. b.com", "a.b.com:*"),
    ("P51", "tcp.connect", "[::1]:80", None),
    ("P52", "tcp.connect", "::1", None),
    ("P53", "tcp.connect", "[::1]", None),
    ("P54", "tcp.connect", "fe80::1", None),
    ("P55", "tcp.connect", "http://a.com", None),
    ("P56", "tcp.connect", "a.com/path", "a.com/path:*"),
    ("P57", "tcp.connect", "a.com:80:81", None),
    ("P58", "tcp.connect", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de:*"),
    ("P59", "tcp.connect", "MÜNCHEN.de", "mÜnchen.de:*"),
    ("P60", "udp.multicastMembership", "224.0.0.1", None),
    ("P61", "udp.multicastMembership", " ", None),
]

#: Number, slot, pattern, kind of request, its host and port, whether Chromium allows it.
MATCH: list[tuple[str, str, str, str, str, int, bool]] = [
    ("M1", "tcp.connect", "", "tcp.connect", "www.example.com", 80, True),
    ("M2", "tcp.connect", "", "udp.send", "www.example.com", 80, False),
    ("M3", "udp.send", ":8800", "udp.send", "www.example.com", 8800, True),
    ("M4", "udp.send", ":8800", "udp.send", "smtp.example.com", 8800, True),
    ("M5", "udp.send", ":8800", "tcp.connect", "www.example.com", 80, False),
    ("M6", "udp.send", "*.example.com:8800", "udp.send", "www.example.com", 8800, True),
    ("M7", "udp.send", "*.example.com:8800", "udp.send", "SMTP.example.com", 8800, True),
    ("M8", "udp.send", "*.example.com:8800", "tcp.connect", "www.example.com", 80, False),
    ("M9", "udp.send", "*.example.com:8800", "udp.send", "www.google.com", 8800, False),
    ("M10", "udp.send", "*.example.com:8800", "udp.send", "wwwexample.com", 8800, False),
    ("M11", "udp.send", "*.ExAmPlE.cOm:8800", "udp.send", "www.example.com", 8800, True),
    ("M12", "udp.send", "*.ExAmPlE.cOm:8800", "udp.send", "www.google.com", 8800, False),
    ("M13", "udp.bind", ":8800", "udp.bind", "127.0.0.1", 8800, True),
    ("M14", "udp.bind", ":8800", "udp.bind", "127.0.0.1", 8888, False),
    ("M15", "udp.bind", ":8800", "udp.send", "www.google.com", 8800, False),
    ("M16", "tcp.connect", "*.168.0.1:8800", "tcp.connect", "192.168.0.1", 8800, False),
    ("M17", "udp.multicastMembership", "", "udp.multicastMembership", "127.0.0.1", 35, True),
    ("M18", "udp.multicastMembership", "", "udp.bind", "127.0.0.1", 8800, False),
    ("M19", "udp.multicastMembership", "", "udp.send", "www.google.com", 8800, False),
    ("M20", "udp.multicastMembership", "", "udp.multicastMembership", "*", 0, True),
    ("M21", "tcp.connect", "*.example.com", "tcp.connect", "example.com", 80, True),
    ("M22", "tcp.connect", "*.example.com", "tcp.connect", "a.b.example.com", 80, True),
    ("M23", "tcp.connect", "*.example.com", "tcp.connect", ".example.com", 80, False),
    ("M24", "tcp.connect", "*.example.com", "tcp.connect", "..example.com", 80, True),
    ("M25", "tcp.connect", "*.example.com", "tcp.connect", "www.example.com.", 80, False),
    ("M26", "tcp.connect", "example.com", "tcp.connect", "example.com.", 80, False),
    ("M27", "tcp.connect", "example.com.", "tcp.connect", "example.com.", 80, True),
    ("M28", "tcp.connect", "example.com.", "tcp.connect", "example.com", 80, False),
    ("M29", "tcp.connect", "example.com", "tcp.connect", "www.example.com", 80, False),
    ("M30", "tcp.connect", "EXAMPLE.com:80", "tcp.connect", "Example.COM", 80, True),
    ("M31", "tcp.connect", "example.com:80", "tcp.connect", "example.com", 81, False),
    ("M32", "tcp.connect", "127.0.0.1:80", "tcp.connect", "localhost", 80, False),
    ("M33", "tcp.connect", "localhost", "tcp.connect", "127.0.0.1", 80, False),
    ("M34", "tcp.connect", "127.0.0.1", "tcp.connect", "127.1", 80, False),
    ("M35", "tcp.connect", "127.0.0.1", "tcp.connect", "127.0.0.1", 443, True),
    ("M36", "tcp.connect", "*.1.2.3.4", "tcp.connect", "1.2.3.4", 80, True),
    ("M37", "tcp.connect", "*.0.0.1", "tcp.connect", "127.0.0.1.", 80, False),
    ("M38", "tcp.connect", "*", "tcp.connect", "::1", 80, True),
    ("M39", "tcp.connect", "*:80", "tcp.connect", "fe80::1", 80, True),
    ("M40", "tcp.connect", "*.com", "tcp.connect", "::1", 80, False),
    ("M41", "tcp.connect", "*", "tcp.connect", "", 80, True),
    ("M42", "tcp.connect", "*foo.com", "tcp.connect", "xfoo.com", 80, False),
    ("M43", "tcp.connect", "*foo.com", "tcp.connect", "*foo.com", 80, True),
    ("M44", "tcp.connect", "*.*.com", "tcp.connect", "a.*.com", 80, True),
    ("M45", "tcp.connect", "*.", "tcp.connect", "anything.test", 1, True),
    ("M46", "tcpServer.listen", "127.0.0.1:*", "tcpServer.listen", "127.0.0.1", 0, True),
    ("M47", "tcpServer.listen", "127.0.0.1:8080", "tcpServer.listen", "127.0.0.1", 0, False),
    ("M48", "tcpServer.listen", ":8080", "tcpServer.listen", "0.0.0.0", 8080, True),
    ("M49", "tcpServer.listen", ":8080", "tcpServer.listen", "0.0.0.0", 73616, True),
    ("M50", "udp.bind", "0.0.0.0", "udp.bind", "0.0.0.0", 0, True),
    ("M51", "udp.bind", "0.0.0.0", "udp.bind", "127.0.0.1", 0, False),
    ("M52", "udp.send", ":99", "udp.send", "239.1.2.3", 99, True),
    ("M53", "udp.send", "*.example.com", "udp.send", "0x7f.1", 99, False),
    ("M54", "tcp.connect", "*.de", "tcp.connect", "münchen.de", 80, True),
    ("M55", "tcp.connect", "xn--mnchen-3ya.de", "tcp.connect", "münchen.de", 80, False),
    ("M56", "tcp.connect", "www.example.com:080", "tcp.connect", "www.example.com", 80, True),
]

#: What Homeport answers instead of Chromium: IPv6 literals are allowed, and ports do not wrap modulo 65536.
DIFFERENT: dict[str, str | bool] = {"P51": "[::1]:80", "P53": "[::1]:*", "M49": False}

ADDRESSED = [kind for kind in Kind if kind.has_address]


def test_all_vectors_are_here() -> None:
    assert [row[0] for row in PARSE] == [f"P{number}" for number in range(1, 62)]
    assert [row[0] for row in MATCH] == [f"M{number}" for number in range(1, 57)]


@pytest.mark.parametrize(("number", "slot", "pattern", "canonical"), PARSE, ids=[row[0] for row in PARSE])
def test_a_pattern_is_read_as_chromium_reads_it(
    number: str, slot: str, pattern: str, canonical: str | None
) -> None:
    wanted = DIFFERENT.get(number, canonical)
    if wanted is None:
        with pytest.raises(PatternError) as caught:
            parse_pattern(Kind(slot), pattern)
        assert str(caught.value) == f"Invalid host:port pattern '{pattern}'"
        assert caught.value.hint.endswith(".")
    else:
        assert str(parse_pattern(Kind(slot), pattern)) == wanted


@pytest.mark.parametrize("row", MATCH, ids=[row[0] for row in MATCH])
def test_a_request_is_decided_as_chromium_decides_it(row: tuple[str, str, str, str, str, int, bool]) -> None:
    number, slot, pattern, kind, host, port, allowed = row
    permissions = SocketPermissions([parse_pattern(Kind(slot), pattern)])
    entry = permissions.check(kind, host, port)
    assert (entry is not None) == DIFFERENT.get(number, allowed)
    assert entry is None or entry in permissions.entries


@pytest.mark.parametrize(
    ("pattern", "entry"),
    [
        ("*. .a", Entry(Kind.TCP_CONNECT, ".a", subdomains=True)),
        ("* .a", Entry(Kind.TCP_CONNECT, "a", subdomains=True)),
        ("a. * .b", Entry(Kind.TCP_CONNECT, "a.*.b")),
        ("a\xa0", Entry(Kind.TCP_CONNECT, "a\xa0")),
        ("a\0:80", Entry(Kind.TCP_CONNECT, "a\0", port=80)),
        ("*:00000000080", Entry(Kind.TCP_CONNECT, port=80)),
        ("[127.0.0.1]:80", Entry(Kind.TCP_CONNECT, "[127.0.0.1]", port=80)),
    ],
)
def test_oddities_that_chromium_accepts(pattern: str, entry: Entry) -> None:
    assert parse_pattern(Kind.TCP_CONNECT, pattern) == entry


@pytest.mark.parametrize("pattern", ["a\v:80", "a:\0", "*. ", "*:  *", "*:+-80", "*:++80", "*:+", "*:\u0661"])
def test_oddities_that_chromium_refuses(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(Kind.TCP_CONNECT, pattern)


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [
        ("http://a.com", "not a URL"),
        ("fe80::1", "in brackets: [fe80::1]"),
        ("a:80:81", "one colon at most"),
        ("a:0", "from 1 to 65535"),
        (" a", "white space"),
    ],
)
def test_a_refusal_says_what_is_wrong(pattern: str, hint: str) -> None:
    with pytest.raises(PatternError) as caught:
        parse_pattern(Kind.TCP_CONNECT, pattern)
    assert hint in caught.value.hint


def test_multicast_takes_only_the_empty_text() -> None:
    with pytest.raises(PatternError) as caught:
        parse_pattern(Kind.UDP_MULTICAST_MEMBERSHIP, "*")
    assert 'only value here is ""' in caught.value.hint


@pytest.mark.parametrize("host", ["::1", "[::1]", "0:0::1", "::0001", "[0:0:0:0:0:0:0:1]", "::1%lo"])
def test_an_ipv6_entry_knows_its_address_in_every_spelling(host: str) -> None:
    entry = parse_pattern(Kind.TCP_CONNECT, "[::1]:80")
    assert entry.allows(host, 80)
    assert not entry.allows(host, 81)


@pytest.mark.parametrize("host", ["::2", "127.0.0.1", "::ffff:127.0.0.1", "localhost", "1", ""])
def test_an_ipv6_entry_lets_no_other_host_through(host: str) -> None:
    assert not parse_pattern(Kind.TCP_CONNECT, "[::1]").allows(host, 80)


@pytest.mark.parametrize("pattern", ["[::1%lo]", "[::1", "[::g]:80", "*.[::1]", "[::1]:0", "[::1]:80:1"])
def test_what_is_nearly_an_ipv6_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(Kind.TCP_CONNECT, pattern)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.1", "127.0.0.1.", "0x7f.0.0.1", "0177.0.0.1", "[::0.0.0.1]"]
)
def test_no_domain_pattern_lets_an_address_through(host: str) -> None:
    for suffix in ("1", "0.1", "0.0.1", "0.0.1.", "1]"):
        assert not Entry(Kind.TCP_CONNECT, suffix, subdomains=True).allows(host, 80)


@pytest.mark.parametrize("host", ["a.0.0.1", "1.2.3.4.5.0.1", "256.0.0.1", "08.0.1", "1..0.1"])
def test_what_is_no_address_is_a_name(host: str) -> None:
    assert Entry(Kind.TCP_CONNECT, "0.1", subdomains=True).allows(host, 80)


any_text = st.text(max_size=20)
likely_text = st.text(string.ascii_letters + "*.:[]0189 +%-", max_size=20)
kinds = st.sampled_from(ADDRESSED)
hosts = likely_text | any_text
ports = st.integers(0, 65535)


@given(kinds, likely_text | any_text)
def test_a_pattern_gives_an_entry_or_a_pattern_error(kind: Kind, pattern: str) -> None:
    try:
        entry = parse_pattern(kind, pattern)
    except PatternError as error:
        assert str(error) == f"Invalid host:port pattern '{pattern}'"  # noqa: PT017  # both ends are right
    else:
        assert 0 <= entry.port <= 65535


@given(kinds, likely_text | any_text)
def test_the_canonical_text_means_the_same_entry(kind: Kind, pattern: str) -> None:
    try:
        entry = parse_pattern(kind, pattern)
    except PatternError:
        assume(False)
    assert parse_pattern(kind, str(entry)) == entry
    assert str(parse_pattern(kind, str(entry))) == str(entry)


@given(kinds, likely_text, hosts, ports)
def test_case_makes_no_difference(kind: Kind, pattern: str, host: str, port: int) -> None:
    try:
        entry = parse_pattern(kind, pattern)
    except PatternError:
        assume(False)
    upper = host.translate(str.maketrans(string.ascii_lowercase, string.ascii_uppercase))
    assert entry.allows(host, port) == entry.allows(upper, port)
    assert parse_pattern(kind, pattern.upper()) == entry


@given(hosts, ports)
def test_the_empty_pattern_lets_everything_through(host: str, port: int) -> None:
    assert parse_pattern(Kind.UDP_SEND, "").allows(host, port)


@given(kinds, hosts, ports, st.integers(1, 65535))
def test_another_port_than_the_named_one_is_refused(kind: Kind, host: str, port: int, named: int) -> None:
    assume(port != named)
    assert not parse_pattern(kind, f"*:{named}").allows(host, port)


@given(st.text(string.ascii_lowercase, min_size=1), st.text(string.ascii_lowercase, min_size=1))
def test_a_domain_is_itself_and_every_name_below_it_and_nothing_that_only_ends_like_it(
    prefix: str, name: str
) -> None:
    entry = parse_pattern(Kind.TCP_CONNECT, f"*.{name}.test")
    assert entry.allows(f"{name}.test", 80)
    assert entry.allows(f"{prefix}.{name}.test", 80)
    assert entry.allows(f"a.{prefix}.{name}.test", 80)
    assert not entry.allows(f"{prefix}{name}.test", 80)


@given(st.ip_addresses(v=6), st.integers(1, 65535))
def test_every_ipv6_address_can_be_written_in_brackets(address: object, port: int) -> None:
    entry = parse_pattern(Kind.TCP_CONNECT, f"[{address}]:{port}")
    assert str(entry) == f"[{address}]:{port}"
    assert entry.allows(str(address), port)
