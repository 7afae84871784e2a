from __future__ import annotations

import contextlib
import json
import struct
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeport.wire import DaemonStream, ProtocolError

SEND = struct.Struct("<BIiI")


def test_a_text_message_brings_calls_and_credit(daemon, calls):
    daemon.receive('[["call",1,"sockets.tcp.create",[null]],["credit","udp",3,100]]')
    assert calls.log == [("call", 1, "sockets.tcp.create", [None]), ("credit", "udp", 3, 100)]


def test_a_call_that_nobody_waits_for_is_told_apart(daemon, calls):
    daemon.receive('[["tell",1,"sockets.tcp.close",[7]],["call",2,"sockets.tcp.create",[null]]]')
    assert calls.log == [("tell", 1, "sockets.tcp.close", [7]), ("call", 2, "sockets.tcp.create", [None])]


def test_several_records_in_one_message_come_in_order(daemon, calls):
    items = b'[["call",2,"x",[]]]'
    daemon.receive(
        SEND.pack(3, 1, 7, 2)
        + b"ab"
        + b"\x05"
        + len(items).to_bytes(4, "little")
        + items
        + b"\x07\x01\x07\0\0\0\x09\0\0\0"
    )
    assert calls.log == [("tcp_send", 1, 7, b"ab"), ("call", 2, "x", []), ("credit", "udp", 7, 9)]


def test_a_negative_socket_id_reaches_the_api_as_it_is(daemon, calls):
    daemon.receive(SEND.pack(3, 1, -1, 0))
    assert calls.log == [("tcp_send", 1, -1, b"")]


def test_a_long_send_comes_in_parts_and_is_one_call(daemon, calls):
    daemon.receive(SEND.pack(10, 1, 7, 2) + b"ab" + SEND.pack(3, 2, 8, 1) + b"-")
    daemon.receive(SEND.pack(10, 1, 7, 2) + b"cd")
    daemon.receive(SEND.pack(3, 1, 7, 1) + b"e")
    assert calls.log == [("tcp_send", 2, 8, b"-"), ("tcp_send", 1, 7, b"abcde")]


def promise(socket_id, data):
    return SEND.pack(3, 0, socket_id, len(data)) + data


def test_promised_sends_of_one_socket_in_a_row_are_handed_over_together(daemon, calls):
    long, short = b"l" * 2000, b"s"
    message = promise(7, long) + promise(7, short) + promise(7, b"") + promise(8, long) + promise(7, long)
    daemon.receive(message + SEND.pack(3, 1, 7, 2) + b"ab" + promise(7, short) + promise(7, short))
    assert calls.log == [
        ("tcp_promised", 7, long, short, b""),
        ("tcp_promised", 8, long),
        ("tcp_promised", 7, long),
        ("tcp_send", 1, 7, b"ab"),
        ("tcp_promised", 7, short),
        ("tcp_promised", 7, short),
    ]


@pytest.mark.parametrize("end", [5, 11, 20])
def test_a_promised_send_that_ends_too_soon_is_a_protocol_error_behind_another_one(daemon, calls, end):
    with pytest.raises(ProtocolError, match="does not end"):
        daemon.receive(promise(7, b"l" * 2000) + promise(7, b"more bytes")[:end])
    assert len(calls.log) <= 1


def test_parts_are_bounded_in_all(daemon):
    part = SEND.pack(10, 1, 7, 256 << 10) + bytes(256 << 10)
    for _ in range(800):
        daemon.receive(part)
    with pytest.raises(ProtocolError, match="too long"):
        daemon.receive(part)


def test_parts_of_one_byte_are_bounded_too(daemon):
    """Each costs more to remember than a byte."""
    parts = (SEND.pack(10, 1, 7, 1) + b"-") * 10_000
    for _ in range(20):
        daemon.receive(parts)
    with pytest.raises(ProtocolError, match="too long"):
        daemon.receive(parts)


def test_what_long_sends_took_is_free_again_when_they_are_whole(daemon, calls):
    part = SEND.pack(10, 1, 7, 256 << 10) + bytes(256 << 10)
    small = SEND.pack(10, 1, 7, 1) + b"-"
    for _ in range(3):
        for _ in range(799):
            daemon.receive(part)
        daemon.receive(small * 100)
        daemon.receive(SEND.pack(3, 1, 7, 1) + b"e")
    assert len(calls.log) == 3


def test_a_small_part_does_not_keep_the_message_that_it_came_in(daemon):
    items = b'[["credit","tcp",1,1]' + b" " * (1 << 20) + b"]"
    rest = b"\x05" + len(items).to_bytes(4, "little") + items
    tracemalloc.start()
    for _ in range(20):
        daemon.receive(SEND.pack(10, 1, 7, 1) + b"-" + rest)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1 << 20


@pytest.mark.parametrize(
    "message",
    [
        b"",
        "[]",
        "{}",
        "[1]",
        "[[]]",
        '[["hello",{"version":1}]]',
        '[["welcome",{}]]',
        '[["result",1,[],null]]',
        '[["call",1,"x",[]],["ack",0]]',
        '[["ack",0],["call",1,"x",[]]]',
        '[["ack",1]]',
        '[["ack",-1]]',
        '[["ack","0"]]',
        '[["bye",1]]',
        '[["call",-1,"x",[]]]',
        '[["call",true,"x",[]]]',
        '[["call",1.0,"x",[]]]',
        '[["call",4294967296,"x",[]]]',
        '[["call",1,"x",{}]]',
        '[["call",1,"x"]]',
        '[["call",1,"ü",[]]]',
        '[["call",1,"' + "x" * 129 + '",[]]]',
        '[["credit","tcpServer",1,1]]',
        '[["credit","tcp",1,-1]]',
        b"\x00",
        b"\x01\x01\0\0\0\x01\0\0\0a",
        b"\xff",
        b"\x03",
        SEND.pack(3, 1, 1, 3) + b"ab",
        SEND.pack(3, 1, 1, 0xFFFFFFFF),
        SEND.pack(3, 1, 1, (256 << 10) + 1) + bytes((256 << 10) + 1),
        SEND.pack(10, 1, 1, 0),
        SEND.pack(10, 1, 1, 1) + b"a" + SEND.pack(3, 1, 2, 1) + b"b",
        b"\x07\x02" + bytes(8),
        b"\x05\xff\xff\xff\xff[]",
        b"\x05\x02\0\0\0[]",
        b"\x05\x0b\0\0\0" + b'[["ack",0]]',
        b"\x04" + struct.pack("<IiIH", 1, 1, 0, 12) + b'["a",true,1]',
        b"\x04" + struct.pack("<IiIH", 1, 1, 0, 12) + b'["a",1,"no"]',
        b"\x04" + struct.pack("<IiIH", 1, 1, 0, 9) + b'["a",1,1]',
        b"\x04" + struct.pack("<IiIH", 1, 1, 0, 23) + b'["a",99999999999,null ]',
        b"\x08" + struct.pack("<III", 1, 2, 0) + b"[]",
    ],
)
def test_what_the_protocol_does_not_allow_is_a_protocol_error(message, daemon, calls):
    with pytest.raises(ProtocolError):
        daemon.receive(message)


@given(st.binary() | st.text())
@example(b"\x03\x01\0\0\0\x01\0\0\0\x02\0\0\0hi" * 2)
def test_any_message_is_understood_or_a_protocol_error(message):
    class Anything:
        def __getattr__(self, name):
            return lambda *args: None

    with contextlib.suppress(ProtocolError):
        DaemonStream(Anything()).receive(message)


@given(st.sampled_from([3, 4, 5, 7, 8, 10]), st.binary(max_size=60))
def test_any_record_is_understood_or_a_protocol_error(op, rest):
    class Anything:
        def __getattr__(self, name):
            return lambda *args: None

    with contextlib.suppress(ProtocolError):
        DaemonStream(Anything()).receive(bytes([op]) + rest)


def test_a_ping_is_answered(daemon):
    daemon.receive('[["ping",7]]')
    assert daemon.take() == ['[["pong",7]]']


def test_what_a_page_leaves_unread_of_datagrams_is_dropped_and_counted(daemon):
    datagram = bytes(60_000)
    taken = 0
    while daemon.udp_receive(1, datagram, "127.0.0.1", 5):
        daemon.take()
        taken += 1
    assert 8 << 20 <= taken * len(datagram) < 9 << 20
    assert daemon.dropped_datagrams == 1


@pytest.mark.parametrize(
    "args", [[], [{}], [{"socketId": 3}], [{'a"': 1}], [{"a": True}], [None], [1, 2], ["é"]]
)
def test_results_and_events_are_json_whatever_they_hold(daemon, args):
    daemon.result(1, args)
    daemon.result(2, args, 'a "reason"')
    daemon.event('a "name"', args)
    [text] = daemon.take()
    assert text.isascii()
    assert json.loads(text) == [
        ["result", 1, args, None],
        ["result", 2, args, 'a "reason"'],
        ["event", 'a "name"', args],
    ]


@pytest.mark.parametrize("value", ["x" * (16 << 20), {"x" * (16 << 20): 1}])
def test_a_result_that_no_message_can_carry_is_refused_here(daemon, value):
    with pytest.raises(ValueError, match="larger"):
        daemon.result(1, [value])
