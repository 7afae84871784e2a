from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.wire import ProtocolError
from homeport.wire._json import MAX_DEPTH, dumps, loads, loads_utf8

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


def test_bytes_must_be_utf8():
    with pytest.raises(ProtocolError, match="UTF-8"):
        loads_utf8(b'"\xff"')
