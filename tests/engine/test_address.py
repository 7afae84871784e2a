"""Addresses and host names in every spelling."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeport.engine._address import (
    canonical_host,
    destination,
    ip,
    is_loopback,
    is_multicast,
    is_private,
    normal_ip,
    parse_ipv4,
    parse_ipv6,
    parse_literal,
    spellings,
)

# What Chromium 156 said when a UDP socket was bound to each of these.
ACCEPTED = {
    "127.1": "127.0.0.1",
    "127.0.1": "127.0.0.1",
    "0x7f.1": "127.0.0.1",
    "2130706433": "127.0.0.1",
    "2130706433.": "127.0.0.1",
    "0x7f000001": "127.0.0.1",
    "0x0000000000000000000000000000007f000001": "127.0.0.1",
    "017700000001": "127.0.0.1",
    "127.0.0.1.": "127.0.0.1",
    "0177.0.0.1": "127.0.0.1",
    "0X7F.0.0.1": "127.0.0.1",
    "127.0.0.01": "127.0.0.1",
    "127.0.0.0x1": "127.0.0.1",
    "127.0x.0.1": "127.0.0.1",
    "00000000000000000000177.0.0.1": "127.0.0.1",
    "0x7f.000000001": "127.0.0.1",
    "127.256": "127.0.1.0",
    "127.0.65535": "127.0.255.255",
    "0": "0.0.0.0",
    "00": "0.0.0.0",
    "0x": "0.0.0.0",
    "0X": "0.0.0.0",
    "0x.": "0.0.0.0",
    "0.0.0.0.": "0.0.0.0",
    "::1": "::1",
    "::": "::",
    "::0001": "::1",
    "0:0:0:0:0:0:0:1": "::1",
    "0::0.0.0.1": "::1",
    "::ffff:127.0.0.1": "::ffff:7f00:1",
    "::FFFF:7F00:0001": "::ffff:7f00:1",
    "::ffff:0x7f.0.0.1": "::ffff:7f00:1",
    "::ffff:0177.0.0.1": "::ffff:7f00:1",
    "::ffff:127.0.0.0x1": "::ffff:7f00:1",
    "::1.2.3.04": "::102:304",
    "1:2:3:4:5:6:7::": "1:2:3:4:5:6:7:0",
    "1:2:3:4:5:6:127.0.0.1": "1:2:3:4:5:6:7f00:1",
    "1:0:2:0:0:3:0:0": "1:0:2::3:0:0",
    "2001:DB8::1": "2001:db8::1",
}
REFUSED = [
    "127.0.0.1..",
    "127.0.0.08",
    "256.0.0.1",
    "127.0.0.256",
    "127.16777216",
    "127.0.65536",
    "4294967296",
    "0x100000000",
    "127..0.1",
    "1.2.3.4.5",
    "[::1]",
    "::1%lo",
    "fe80::1%lo",
    "1::2::3",
    "localhost",
    "+127.0.0.1",
    "127.0.0.1:80",
    "127%2e0.0.1",
    "%31",
    "::0x1",
    "::00001",
    "::g",
    "1:2:3:4:5:6:7:8:9",
    "127.0.0.1e1",
    "-1",
    "127.-1",
    "::1.2.3",
    "::1.2.3.4.5",
    "::ffff:127.1",
    "::ffff:127.0.0.1.",
    "::ffff:127.0.0.256",
    "::ffff:127.0.0",
    "::0:127.0.0.1:1",
    "1:2:3:4:5:6:7:127.0.0.1",
    ":1",
    "1:",
    ":::",
    "::1:",
    ":",
    "0x..",
    "0xg",
    "08",
    "09.1",
    "127.0.0.1/",
    "127.0.0.1#",
    "user@127.0.0.1",
    "0b1",
    "1e3",
    "0:0:0:0:0:0:0:0:1",
    "12345::",
    "::127.0.0.1%1",
    "0x0x",
    ".",
    "\\",
    "1:2",
    *("", " 127.0.0.1", "127.0.0.1 ", "127.0.0.1\n", "127\t.0.0.1", "１２７.0.0.1", "127。0。0。1", "١"),
]


@pytest.mark.parametrize(("text", "host"), ACCEPTED.items())
def test_a_literal_has_one_normal_form(text: str, host: str) -> None:
    address = parse_literal(text, 7)
    assert address is not None
    assert (address.host, address.port) == (host, 7)


@pytest.mark.parametrize("text", REFUSED)
def test_what_chromium_does_not_take_as_a_literal_is_none(text: str) -> None:
    assert parse_literal(text) is None


@given(st.integers(0, 2**128 - 1))
@example(0)
@example(0xFFFF_7F00_0001)
def test_an_ipv6_address_in_any_form_of_the_standard_library_comes_out_in_the_normal_one(number: int) -> None:
    address = ipaddress.IPv6Address(number)
    normal = parse_ipv6(address.exploded)
    assert normal is not None
    assert ip(normal) == address
    assert parse_ipv6(normal) == normal
    assert parse_ipv6(address.compressed.upper()) == normal
    assert "." not in normal


@st.composite
def _lenient(draw: st.DrawFn) -> tuple[str, int]:
    """A number below 2**32, in one of the spellings of one to four parts, and the number."""
    value = draw(st.integers(0, 2**32 - 1))
    count = draw(st.integers(1, 4))
    heads = [(value >> shift) & 255 for shift in (24, 16, 8)][: count - 1]
    parts = [*heads, value & ((1 << 8 * (5 - count)) - 1)]
    shapes = [draw(st.sampled_from(["{}", "0x{:x}", "0X{:X}", "0{:o}", "000{:o}"])) for _ in parts]
    text = ".".join(shape.format(part) for shape, part in zip(shapes, parts, strict=True))
    return text + draw(st.sampled_from(["", "."])), value


@given(_lenient())
def test_every_spelling_of_a_number_means_that_number(case: tuple[str, int]) -> None:
    text, value = case
    found = parse_ipv4(text)
    assert found == str(ipaddress.IPv4Address(value))


@given(st.from_regex(re.compile(r"[0-9a-fA-FxX.]{0,24}"), fullmatch=True))
def test_a_literal_is_what_the_c_library_takes_too(text: str) -> None:
    """Where both have an opinion: the library knows neither a dot at the end nor a bare ``0x``."""
    import socket

    found = parse_ipv4(text)
    try:
        theirs = socket.inet_aton(text)
    except OSError:
        theirs = None
    if theirs is not None:
        assert found == str(ipaddress.IPv4Address(theirs))
    elif found is not None:
        assert text.endswith(".") or re.search(r"(^|\.)0[xX](\.|$)", text) or len(text) > 16


@given(st.text(st.characters() | st.sampled_from("%.0xf\ud800"), max_size=40))
def test_any_text_is_an_address_a_name_or_neither(text: str) -> None:
    """No text raises; and what comes out stays what it is."""
    literal = parse_literal(text)
    if literal is not None:
        assert parse_literal(literal.host) == literal
    host = canonical_host(text)
    if host is not None:
        assert canonical_host(host) == host


# What Chromium 156 said when a datagram was sent to each of these: a name to look up, or none (-105).
NAMES = {
    "127%2e0.0.1": "127.0.0.1",
    "１２７.0.0.1": "127.0.0.1",
    "127。0。0。1": "127.0.0.1",
    "ｌocalhost": "localhost",
    "loca%6chost": "localhost",
    "local\u00adhost": "localhost",
    "LOCALHOST.": "localhost.",
    "foo_bar.invalid": "foo_bar.invalid",
    "MÜNCHEN.invalid": "xn--mnchen-3ya.invalid",
    "ß.invalid": "xn--zca.invalid",
    "😀.invalid": "xn--e28h.invalid",
    "xn--a.invalid": "xn--a.invalid",
    "256.0.0.1": "256.0.0.1",
    "foo.0x1": "foo.0x1",
    "09": "09",
    "--.invalid": "--.invalid",
    "a" * 63 + ".invalid": "a" * 63 + ".invalid",
    "a.invalid.": "a.invalid.",
    "::FFFF:127.0.0.1": "::ffff:7f00:1",
    "א.invalid": "xn--4db.invalid",
    "①": "0.0.0.1",
}
NO_NAMES = [
    *(f"a{c}b.invalid" for c in "!$'(*+,;=~`{|^\"<[\\&@/?#% :"),
    *(
        "",
        " ",
        ".",
        "..",
        "a..b",
        "a.invalid..",
        ".a.invalid",
        "localhost..",
        ".localhost",
        "a.-b",
        "_a",
        "[::1]",
        "[::1]x",
    ),
    *(
        "localhost:80",
        "::1%lo",
        "127.0.0.1..",
        "127.0.0.1\n",
        "a%20b",
        "a%ffb",
        "host\0name",
        "\u200d.invalid",
        "\ud800.invalid",
        "\ud800%41.invalid",
    ),
    # A URL's host that ends in a number is an address, or none.
    *("a.１", "a%2e1", "256.0.0.%31", "\u0661", "256.0.0.1\u00ad", "xn--a.ü.08", "ü.0x"),
    *("a" * 64 + ".invalid", ("a" * 50 + ".") * 5 + "invalid"),
]


@pytest.mark.parametrize(("text", "name"), NAMES.items())
def test_a_name_is_written_as_in_a_url(text: str, name: str) -> None:
    assert canonical_host(text) == name


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_cannot_be_a_name_is_none(text: str) -> None:
    assert canonical_host(text) is None


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::10.0.0.1", "10.0.0.1"),
        ("64:ff9b::10.0.0.1", "10.0.0.1"),
        ("2002:a00:1::", "10.0.0.1"),
    ],
)
def test_an_address_carried_in_another_is_seen(text: str, carried: str) -> None:
    assert spellings(ip(text)) == (ip(text), ip(carried))
    assert is_private(ip(text))


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.1.1", "100.64.0.1", "::1", "fd00::1", "fe80::1", "::"],
)
def test_addresses_outside_the_public_internet_are_private(text: str) -> None:
    assert is_private(ip(text))


@pytest.mark.parametrize("text", ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "100.128.0.1"])
def test_public_addresses_are_not_private(text: str) -> None:
    assert not is_private(ip(text))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("::", "::1"),
        ("::ffff:0.0.0.0", "127.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("fd00::1", "fd00::1"),
    ],
)
def test_packets_go_where_the_system_sends_them(text: str, place: str) -> None:
    assert destination(ip(text)) == ip(place)


def test_loopback_and_groups_are_seen_through_mapping() -> None:
    assert all(is_loopback(ip(text)) for text in ("127.9.9.9", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1"))
    assert not is_loopback(ip("10.0.0.1"))
    assert all(is_multicast(ip(text)) for text in ("224.0.0.1", "ff02::1", "::ffff:239.1.2.3"))
    assert not is_multicast(ip("223.255.255.255"))


def test_an_address_of_the_system_loses_its_zone_and_its_ipv4_tail() -> None:
    assert normal_ip("fe80::1%eth0") == "fe80::1"
    assert normal_ip("::ffff:127.0.0.1") == "::ffff:7f00:1"
    assert normal_ip("127.0.0.1") == "127.0.0.1"
    assert normal_ip("fe80::1") == "fe80::1"
