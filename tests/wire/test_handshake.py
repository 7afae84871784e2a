from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.wire import (
    Busy,
    Bye,
    ByeCode,
    Hello,
    ProtocolError,
    VersionError,
    Waiting,
    Welcome,
    encode_busy,
    encode_bye,
    encode_hello,
    encode_welcome,
    parse_answer,
    parse_hello,
    parse_waiting,
)


@pytest.mark.parametrize("hello", [Hello(), Hello("s3"), Hello("s", "token", 12)])
def test_hello_is_read_as_it_was_written(hello):
    assert parse_hello(encode_hello(hello)) == hello


def test_the_daemons_answers_are_read_as_they_were_written():
    fresh = Welcome("id", False, "token", 0, {"id": "a" * 32})
    resumed = Welcome("id", True, "token2", 7)
    assert parse_answer(encode_welcome(fresh)) == fresh
    assert parse_answer(encode_welcome(resumed)) == resumed
    assert parse_answer(encode_busy(Busy(5))) == Busy(5)
    assert parse_answer(encode_bye(ByeCode.TAKEN_OVER, "why")) == Bye("taken-over", "why")


def hello(**fields):
    return json.dumps([["hello", {"version": 1, **fields}]])


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x01",
        "",
        "[]",
        "{}",
        '[["hello"]]',
        '[["hello",1]]',
        '[["hello",{}]]',
        '[["hello",{"version":"1"}]]',
        '[["hello",{"version":true}]]',
        '[["call",1,"x",[]]]',
        hello(secret=1),
        hello(resume="x"),
        hello(received=3),
        hello(resume="x", received=-1),
        hello(resume="x", received=1.5),
        hello(secret="x" * 4096),
        hello(secret="ü" * 2040),
        '[["hello",{"version":1}],["ping",1]]',
    ],
)
def test_a_first_message_that_is_not_a_hello_is_refused(message):
    with pytest.raises(ProtocolError):
        parse_hello(message)


@pytest.mark.parametrize("key", ["manifest", "permissions", "app", "sockets"])
def test_a_page_cannot_claim_anything_about_its_manifest(key):
    with pytest.raises(ProtocolError, match="unknown keys"):
        parse_hello(hello(secret="s", **{key: {"sockets": {"tcp": {"connect": "*"}}}}))


def test_another_version_says_so():
    with pytest.raises(VersionError) as caught:
        parse_hello('[["hello",{"version":2,"new":true}]]')
    assert caught.value.code == ByeCode.VERSION


def test_secrets_do_not_show_in_texts():
    assert "s3cret" not in repr(Hello("s3cret", "s3cret", 1)) + repr(Welcome("i", True, "s3cret", 0))


def test_while_waiting_a_page_may_take_over_ping_and_leave():
    assert parse_waiting('[["ping",4],["takeover"]]') == Waiting((4,), takeover=True)
    assert parse_waiting('[["bye"]]') == Waiting(leaving=True)
    assert parse_waiting('[["pong",1]]') == Waiting()


@pytest.mark.parametrize(
    "message",
    [b"\x01", '[["call",1,"x",[]]]', '[["ack",1]]', '[["takeover",1]]', "[]", "[[]]", '[["ping"]]', "[[1]]"],
)
def test_while_waiting_anything_else_is_refused(message):
    with pytest.raises(ProtocolError):
        parse_waiting(message)


@given(st.text() | st.binary())
def test_any_first_words_are_read_or_a_protocol_error(message):
    for parse in parse_hello, parse_waiting, parse_answer:
        with contextlib.suppress(ProtocolError):
            parse(message)
