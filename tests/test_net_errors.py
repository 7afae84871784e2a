"""The table of network error codes."""

from __future__ import annotations

import errno
import sys

import pytest

from homeport.net_errors import NetErrorCode, error_text, from_errno


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "net::OK"),
        (-2, "net::ERR_FAILED"),
        (-102, "net::ERR_CONNECTION_REFUSED"),
        (-214, "net::ERR_CERTIFICATE_TRANSPARENCY_REQUIRED"),
        (-9999, "net::ERR_<unknown>"),
        (5, "net::ERR_<unknown>"),
    ],
)
def test_the_text_of_a_code_is_chromiums(code: int, text: str) -> None:
    assert error_text(code) == text


def test_a_member_is_its_number_and_says_what_it_means() -> None:
    refused = NetErrorCode(-102)
    assert refused == -102
    assert refused is NetErrorCode.CONNECTION_REFUSED
    assert refused.description == "Nobody listens at that address and port."
    # Whoever checks types takes it for what stands in its class.
    assert "__new_member__" not in vars(NetErrorCode)


def test_every_code_has_its_own_name_and_a_description() -> None:
    assert len(NetErrorCode.__members__) == len({int(code) for code in NetErrorCode})
    assert all(code.description.endswith(".") for code in NetErrorCode)


@pytest.mark.skipif(sys.platform == "win32", reason="errno names of POSIX")
@pytest.mark.parametrize(
    ("name", "general", "connect"),
    [
        ("ECONNREFUSED", -102, -102),
        ("ECONNRESET", -101, -101),
        ("EPIPE", -101, -101),
        ("ETIMEDOUT", -7, -118),
        ("EACCES", -10, -138),
        ("EPERM", -10, -10),
        ("EADDRINUSE", -147, -147),
        ("EADDRNOTAVAIL", -108, -108),
        ("ENETUNREACH", -109, -109),
        ("EAFNOSUPPORT", -109, -109),
        ("EMSGSIZE", -142, -142),
        ("EMFILE", -12, -12),
        ("ENOBUFS", -176, -176),
        ("EXDEV", -2, -104),
    ],
)
def test_an_errno_has_chromiums_code_in_each_context(name: str, general: int, connect: int) -> None:
    number = getattr(errno, name)
    assert from_errno(number) == general
    if (sys.platform, name) != ("darwin", "EADDRNOTAVAIL"):  # which it says of a port that is taken, too
        assert from_errno(number, "bind") == general
    assert from_errno(number, "connect") == connect


@pytest.mark.skipif(sys.platform != "win32", reason="numbers of Winsock")
@pytest.mark.parametrize(
    ("number", "general", "connect", "bind"),
    [
        (10013, -10, -138, -147),
        (errno.EACCES, -10, -138, -147),
        (10022, -4, -4, -4),
        (10048, -147, -147, -147),
        (10049, -108, -108, -147),
        (10051, -109, -109, -109),
        (10054, -101, -101, -101),
        (10060, -7, -118, -7),
        (10061, -102, -102, -102),
        (10065, -109, -109, -109),
    ],
)
def test_a_number_of_winsock_has_chromiums_code_in_each_context(
    number: int, general: int, connect: int, bind: int
) -> None:
    assert from_errno(number) == general
    assert from_errno(number, "bind") == bind
    assert from_errno(number, "connect") == connect


@pytest.mark.parametrize("nothing", [None, 0])
def test_an_error_without_errno_is_a_plain_failure(nothing: int | None) -> None:
    assert from_errno(nothing, "connect") is NetErrorCode.FAILED
