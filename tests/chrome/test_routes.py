"""Routes from the table to the engine."""

from __future__ import annotations

from typing import Any

import pytest

from homeport.chrome import InvocationError, Route, find
from homeport.engine import Outcome, SocketProperties, TlsVersions


def called_with(name: str, *args: Any) -> list[Any]:
    """What the engine's method gets for these arguments of the API."""
    function = find(name)
    assert function is not None
    got: list[Any] = []
    Route(function, lambda *values: got.extend(values[:-1])).call(args, lambda outcome: None)
    return got


def test_arguments_reach_the_engine_in_its_own_types() -> None:
    properties = {"bufferSize": 7.0}
    assert called_with("sockets.tcp.create", properties) == [SocketProperties(buffer_size=7)]
    assert called_with("sockets.tcp.create", None) == called_with("sockets.tcp.create") == [None]
    assert called_with("sockets.tcp.create", {}) == [SocketProperties()]
    options = {"tlsVersion": {"min": "tls1.2"}}
    assert called_with("sockets.tcp.secure", 1, options) == [1, TlsVersions(min="tls1.2")]
    assert called_with("sockets.udp.send", 1, b"x", "h", 9) == [1, b"x", "h", 9, None]


def test_an_object_is_looked_into_beside_plain_arguments() -> None:
    assert called_with("sockets.tcp.update", 1, {}) == [1, SocketProperties()]
    assert called_with("sockets.tcp.update", 1, {"name": "n"}) == [1, SocketProperties(name="n")]
    for wrong in {"name": 1}, {"other": 1}:
        with pytest.raises(InvocationError):
            called_with("sockets.tcp.update", 1, wrong)
    with pytest.raises(InvocationError, match="No matching"):
        called_with("sockets.tcp.update", 2**31, {})


def test_what_can_be_written_to_later_reaches_the_engine_as_it_is() -> None:
    data = bytearray(b"abc")
    [_, sent] = called_with("sockets.tcp.send", 1, data)
    assert sent is data


def test_a_view_of_other_units_is_sent_as_bytes() -> None:
    view = memoryview(b"abcdefgh").cast("I")
    assert called_with("sockets.tcp.send", 1, view) == [1, b"abcdefgh"]
    assert called_with("sockets.tcp.send", 1, memoryview(b"abcdef")[::2]) == [1, b"ace"]


@pytest.mark.parametrize("socket_id", [2**31, -(2**31) - 1, True, 1.5, "1", None])
def test_nothing_is_called_when_the_arguments_do_not_fit(socket_id: Any) -> None:
    function = find("sockets.tcp.close")
    assert function is not None

    def never(*values: Any) -> None:
        raise AssertionError

    def done(outcome: Outcome) -> None:
        raise AssertionError

    with pytest.raises(InvocationError, match=r"No matching signature\."):
        Route(function, never).call([socket_id], done)
