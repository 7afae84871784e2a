"""Errors: whose fault, which code, what text."""

from __future__ import annotations

import pickle
from pathlib import Path

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


async def test_a_refusal_names_the_rule_that_the_app_is_not_told(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[udp]\nbroadcast = false\n[[rule]]\naction = "deny"\nports = [9]\nreason = "closed"\n')
    unnamed = "manifest: nothing in sockets.udp.send allows 127.0.0.1:8"
    allowed = {"tcp": {"connect": "*"}, "udp": {"bind": "*", "send": "*:9"}}
    async with homeport.open({"sockets": allowed}, policy=policy) as chrome:
        tcp, udp = chrome.sockets.tcp, chrome.sockets.udp
        stream, datagrams = (await tcp.create()).socket_id, (await udp.create()).socket_id
        await udp.bind(datagrams, "127.0.0.1", 0)
        for call, text in (
            (tcp.connect(stream, "127.0.0.1", 9), "policy: deny :9 (line 3): closed"),
            (udp.send(datagrams, b"", "127.0.0.1", 9), "policy: deny :9 (line 3): closed"),
            (udp.send(datagrams, b"", "127.0.0.1", 8), unnamed),
            (udp.set_broadcast(datagrams, True), "policy: udp.broadcast is not granted"),
        ):
            with pytest.raises(homeport.PermissionDenied) as caught:
                await call
            again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
            assert caught.value.rule == again.rule == text
            assert str(again) == str(caught.value)
            assert str(again).endswith(f" ({text})")
