from __future__ import annotations

import contextlib
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.wire import ProtocolError
from homeport.wire._json import MAX_DEPTH, dumps, dumps_numbers, loads, loads_utf8

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_values_survive_even_with_lone_surrogates(value):
    text = dumps(value)
    assert text.isascii()
    assert loads(text) == value


@given(
    st.dictionaries(st.text() | st.from_regex(r"\A\w{1,8}\Z"), st.integers() | st.booleans() | st.floats())
)
def test_a_small_object_of_numbers_is_written_as_any_other(value):
    """NaN is none of them, which ``dumps`` refuses."""
    text = dumps_numbers(value)
    assert text is None or text == dumps(value)


def test_what_may_need_escapes_or_is_large_is_no_small_object_of_numbers():
    assert dumps_numbers({"socketId": 7, "resultCode": -100}) == '{"socketId":7,"resultCode":-100}'
    assert dumps_numbers({}) == "{}"
    for other in 'a"b', "a\\b", "é", "a" * 1000, 5:
        assert dumps_numbers({other: 1}) is None
    values: list[object] = [{"a": True}, {"a": None}, {"a": {}}, [1], None, dict.fromkeys("abcdefgh", 1)]
    for value in values:
        assert dumps_numbers(value) is None


@given(st.text() | st.text(alphabet='[]{}",:\\0e-truefalsn'))
def test_any_text_is_read_or_is_a_protocol_error(text):
    with contextlib.suppress(ProtocolError):
        loads(text)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity", "", "[1,]", "9" * 5000])
def test_what_is_not_json_is_refused(text):
    with pytest.raises(ProtocolError):
        loads(text)


def test_deep_nesting_is_refused_and_brackets_in_strings_do_not_count():
    loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    loads('["' + "[{" * 1000 + '"]')
    for bracket, end in ("[", "]"), ('{"a":', "}"):
        with pytest.raises(ProtocolError, match="nested"):
            loads(bracket * 100_000 + "1" + end * 100_000)


def test_escapes_and_quotes_do_not_hide_brackets():
    loads(r'["a\"[{\\",' + "[],[]," * MAX_DEPTH + "0]")
    for text in '["\\\\",' + "[" * 300, '"' + "[" * 300 + '"' + "[" * 300:
        with pytest.raises(ProtocolError, match="nested"):
            loads(text)


@pytest.mark.parametrize(
    "rest", ['"' + '\\"' * 1_000_000, '"' * 1_000_001, "\\" * 1_000_001, '"' + "\\" * 1_000_001]
)
def test_looking_for_depth_takes_no_longer_for_what_is_no_json(rest):
    """It took the square of the length."""
    good = "[" + "[]," * 300 + '"' + "a" * 2_000_000 + '"]'
    begun = time.process_time()
    loads(good)
    usual = time.process_time() - begun
    begun = time.process_time()
    with pytest.raises(ProtocolError):
        loads("[" * 201 + rest)
    assert time.process_time() - begun < 100 * usual


def test_looking_for_depth_takes_no_memory_for_a_long_string():
    text = "[" + "[]," * 300 + '"' + "a" * (4 << 20) + '"]'
    tracemalloc.start()
    loads(text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 32 << 20


def test_bytes_must_be_utf8():
    with pytest.raises(ProtocolError, match="UTF-8"):
        loads_utf8(b'"\xff"')
