"""Errors: whose fault, which code, what text."""

from __future__ import annotations

import pytest

import homeport
from homeport.api._errors import error_from
from homeport.engine import ABANDONED, Outcome, SendInfo


@pytest.mark.parametrize(
    ("outcome", "kind", "code", "name"),
    [
        (Outcome((), "Socket not found"), homeport.SocketNotFound, None, ""),
        (Outcome((-2,), "Socket not found"), homeport.SocketNotFound, -2, "FAILED"),
        (Outcome((), "Does not have permission"), homeport.PermissionDenied, None, ""),
        (Outcome((), "App does not have permission"), homeport.PermissionDenied, None, ""),
        (Outcome((), "Exceeded write quota."), homeport.QuotaExceeded, None, ""),
        (Outcome((-4,), "Socket not connected"), homeport.SocketStateError, -4, "INVALID_ARGUMENT"),
        (Outcome((-102,), "net::ERR_CONNECTION_REFUSED"), homeport.NetError, -102, "CONNECTION_REFUSED"),
        (
            Outcome((SendInfo(-15),), "net::ERR_SOCKET_NOT_CONNECTED"),
            homeport.SocketStateError,
            -15,
            "SOCKET_NOT_CONNECTED",
        ),
        (ABANDONED, homeport.Aborted, -3, "ABORTED"),
    ],
)
def test_an_outcome_becomes_the_error_that_says_whose_fault_it_is(
    outcome: Outcome, kind: type[homeport.NetError], code: int | None, name: str
) -> None:
    error = error_from("sockets.tcp.connect", outcome)
    assert type(error) is kind
    assert error.code == code
    assert error.name == name
    assert error.text == outcome.error
    assert error.function == "sockets.tcp.connect"


def test_the_message_explains_a_code() -> None:
    error = error_from("sockets.tcp.connect", Outcome((-102,), "net::ERR_CONNECTION_REFUSED"))
    assert str(error) == (
        "sockets.tcp.connect: net::ERR_CONNECTION_REFUSED (-102): Nobody listens at that address and port."
    )


def test_the_message_is_the_apis_text_where_that_says_more_than_the_code() -> None:
    error = error_from("sockets.tcp.secure", Outcome((-4,), "Socket not connected"))
    assert str(error) == "sockets.tcp.secure: Socket not connected"


def test_every_error_of_a_call_is_a_net_error() -> None:
    kinds = [
        homeport.Aborted,
        homeport.PermissionDenied,
        homeport.QuotaExceeded,
        homeport.SocketNotFound,
        homeport.SocketStateError,
    ]
    assert all(issubclass(kind, homeport.NetError) for kind in kinds)
    assert issubclass(homeport.NetError, homeport.HomeportError)
