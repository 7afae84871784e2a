from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.wire import Bye, PageStream, ProtocolError


def test_everything_a_page_asks_for_reaches_the_daemon(pair):
    pair.page.call("sockets.tcp.create", [None])
    pair.page.call("socket.write", [1, b"abc"])
    pair.page.tcp_send(3, b"hello")
    pair.page.udp_send(4, b"", "::1", 53, "ipv6")
    pair.page.credit("udp", 4, 9)
    pair.page.leave()
    pair.deliver()
    assert pair.calls.log == [
        ("call", 1, "sockets.tcp.create", [None]),
        ("call", 2, "socket.write", [1, b"abc"]),
        ("tcp_send", 3, 3, b"hello"),
        ("udp_send", 4, 4, b"", "::1", 53, "ipv6"),
        ("credit", "udp", 4, 9),
        ("leaving",),
    ]


def test_everything_a_daemon_tells_reaches_the_page_in_order(pair):
    pair.daemon.code(1, 0)
    pair.daemon.code(2, -102, "net::ERR_CONNECTION_REFUSED")
    pair.daemon.tcp_receive(3, b"data")
    pair.daemon.event("sockets.tcp.onReceiveError", [{"socketId": 3, "resultCode": -100}])
    pair.daemon.sent(4, 5)
    pair.daemon.udp_receive(1, b"", "fe80::1", 65535)
    pair.daemon.result(5, [{"resultCode": 1, "data": b"\0\1"}])
    pair.daemon.abandoned(6)
    pair.deliver()
    assert pair.answers.log == [
        ("result", 1, [0], None),
        ("result", 2, [-102], "net::ERR_CONNECTION_REFUSED"),
        ("tcp_receive", 3, b"data"),
        ("event", "sockets.tcp.onReceiveError", [{"socketId": 3, "resultCode": -100}]),
        ("result", 4, [{"resultCode": 0, "bytesSent": 5}], None),
        ("udp_receive", 1, b"", "fe80::1", 65535),
        ("result", 5, [{"resultCode": 1, "data": b"\0\1"}], None),
        ("abandoned", 6),
    ]


def test_a_megabyte_goes_in_parts_and_arrives_as_one_send(pair):
    data = bytes(range(256)) * 4096 + b"!"
    pair.page.tcp_send(1, data)
    pair.deliver()
    assert pair.calls.log == [("tcp_send", 1, 1, data)]


def test_a_large_read_arrives_whole(pair):
    pair.daemon.tcp_receive(1, bytes(700_000))
    pair.deliver()
    assert sum(len(entry[2]) for entry in pair.answers.log) == 700_000


def test_the_daemon_says_why_it_ends(page_and_answers):
    page, answers = page_and_answers
    page.receive('[["bye","shutdown","Homeport ends."]]')
    assert answers.log == [("bye", Bye("shutdown", "Homeport ends."))]


@pytest.mark.parametrize("op", [1, 2, 5, 6, 9])
@given(rest=st.binary(max_size=60))
def test_any_record_is_understood_or_a_protocol_error(op, rest):
    class Anything:
        def __getattr__(self, name):
            return lambda *args: None

    with contextlib.suppress(ProtocolError):
        PageStream(Anything()).receive(bytes([op]) + rest)
