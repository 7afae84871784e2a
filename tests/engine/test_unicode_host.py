"""Hosts that are not ASCII."""

from __future__ import annotations

import pytest

from homeport.engine._unicode_host import to_ascii

# What Chromium 156 said when a connection to each of these was tried: a name to look up, or none (-105).
HOSTS = {
    "MÜNCHEN.invalid": "xn--mnchen-3ya.invalid",
    "faß": "xn--fa-hia",
    "xn--mnchen-3ya.ü": "xn--mnchen-3ya.xn--tda",
    "\u05d0.a": "xn--4db.a",
    "\u05d01": "xn--1-zhc",
    "a。ü": "a.xn--tda",
    "ab--ü": "xn--ab---3ra",
    "-ü": "xn----eha",
    "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc": "xn--mgba3gch31f060k",
    "local\u00adhost": "localhost",
    "..ü.": "..xn--tda.",
    "\u00ad": "",
}
NO_HOSTS = [
    *("a\u200cb", "a\u200db"),
    *("\u0301a", "a.\u0301"),
    # What goes to the left: no label of such a host may go otherwise.
    *("\u0661", "1a.\u05d0", "1a.a.\u05d0", "a\u05d0", "\u05d0a", "\u05d0-", "\u0660.\u05d0"),
    *("xn--a.ü", "xn--.ü", "xn--b.ü", "xn--ü", "xn--mnchen-3ya99999999.ü"),
    *("\u2028", "\ufffd", "\ud800"),
]


@pytest.mark.parametrize(("host", "ascii_host"), HOSTS.items())
def test_it_is_mapped_as_in_a_url(host: str, ascii_host: str) -> None:
    assert to_ascii(host) == ascii_host
    assert to_ascii(ascii_host + ".ü").removesuffix(".xn--tda") == ascii_host


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_no_url_can_have_is_refused(host: str) -> None:
    with pytest.raises(UnicodeError):
        to_ascii(host)
