"""JSON is read as Chromium reads it; every text and column here was recorded from Chromium 156."""

from __future__ import annotations

import json
import math
import string
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeport.manifest import MAX_DEPTH, JsonError, parse_json

ACCEPTED: list[tuple[bytes, object]] = [
    (b"\xef\xbb\xbf{}", {}),
    (b"// hi\n{}", {}),
    (b"/* a\nb */{}", {}),
    (b"/*/{}", {}),
    (b"/***/{}// x", {}),
    (b" \t\r\n[] \n", []),
    (b'[1// x\n,/* y */"z"/**/]//', [1, "z"]),
    (b'{"a": 1, "a": 2}', {"a": 2}),
    (b'"a\nb\r"', "a\nb\r"),
    (b'"\\x41\\x80\\xff"', "A\x80\xff"),
    (b'"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'),
    (b'"\\u00e9\\ud83d\\ude00 \\u0000\\uffff"', "é😀 \0\uffff"),
    (b"[-1, 0, 2147483647, -2147483648]", [-1, 0, 2147483647, -2147483648]),
    (b"[2147483648, 1.0, 1e5, 1.5e-400]", [2147483648.0, 1.0, 100000.0, 0.0]),
    (b"[true, false, null]", [True, False, None]),
]

REFUSED: list[tuple[bytes, str]] = [
    (b"", "EOF while parsing a value at line 1 column 0"),
    (b"  ", "EOF while parsing a value at line 1 column 2"),
    (b"\xef\xbb\xbf", "EOF while parsing a value at line 1 column 0"),
    (b"\xef\xbb\xbf\xef\xbb\xbf{}", "expected value at line 1 column 1"),
    (b"{}garbage", "trailing characters at line 1 column 3"),
    (b"{}/* a", "EOF while parsing a block comment at line 1 column 6"),
    (b"/ x", "expected `/` or `*` after `/` at line 1 column 2"),
    (b"/", "expected `/` or `*` after `/` at line 1 column 1"),
    (b"//", "EOF while parsing a value at line 1 column 2"),
    (b'{"a": 1,}', "trailing comma at line 1 column 9"),
    (b"[1,]", "trailing comma at line 1 column 4"),
    (b"[,]", "expected value at line 1 column 2"),
    (b"{,}", "key must be a string at line 1 column 2"),
    (b"{a: 1}", "key must be a string at line 1 column 2"),
    (b"{\x0c}", "key must be a string at line 1 column 2"),
    (b'{"a" 1}', "expected `:` at line 1 column 6"),
    (b'{"a":1 "b":2}', "expected `,` or `}` at line 1 column 8"),
    (b'{\r\n"a":1\r\n"b":2}', "expected `,` or `}` at line 3 column 1"),
    (b"[1 2]", "expected `,` or `]` at line 1 column 4"),
    (b"[tru]", "expected ident at line 1 column 5"),
    (b"[tr", "EOF while parsing a value at line 1 column 3"),
    (b"['x']", "expected value at line 1 column 2"),
    (b"[NaN]", "expected value at line 1 column 2"),
    (b"[\xc2\xb2]", "expected value at line 1 column 2"),
    (b"[", "EOF while parsing a list at line 1 column 1"),
    (b"[1,", "EOF while parsing a list at line 1 column 3"),
    (b'{"a"', "EOF while parsing an object at line 1 column 4"),
    (b'{"a":', "EOF while parsing a value at line 1 column 5"),
    (b'{"a":1,', "EOF while parsing an object at line 1 column 7"),
    (b'"a', "EOF while parsing a string at line 1 column 2"),
    (b'"a\\', "EOF while parsing a string at line 1 column 3"),
    (b'"a\\u12', "EOF while parsing a string at line 1 column 6"),
    (b'"\\ud800', "EOF while parsing a string at line 1 column 7"),
    (b'"\\ud800\\u12', "EOF while parsing a string at line 1 column 11"),
    (b'"a\tb"', "control character (\\u0000-\\u001F) found while parsing a string at line 1 column 3"),
    (b'"\\q"', "invalid escape at line 1 column 3"),
    (b'"\\v"', "invalid escape at line 1 column 3"),
    (b'"\\u12G4"', "invalid escape at line 1 column 7"),
    (b'"\\xg0"', "invalid escape at line 1 column 5"),
    (b'"\\ud800"', "unexpected end of hex escape at line 1 column 8"),
    (b'"\\ud800\\n"', "unexpected end of hex escape at line 1 column 9"),
    (b'"\\udc00"', "lone leading surrogate in hex escape at line 1 column 7"),
    (b'"\\ud800\\ud800"', "lone leading surrogate in hex escape at line 1 column 13"),
    (b'"a\xffb"', "invalid unicode code point at line 1 column 5"),
    (b'"\xed\xa0\x80"', "invalid unicode code point at line 1 column 5"),
    (b'"\xc0\x80"', "invalid unicode code point at line 1 column 4"),
    (b'{"\xc3\xa9": tru}', "expected ident at line 1 column 11"),
    (b"[01]", "invalid number at line 1 column 3"),
    (b"[1.]", "invalid number at line 1 column 4"),
    (b"[.5]", "expected value at line 1 column 2"),
    (b"[+1]", "expected value at line 1 column 2"),
    (b"[-]", "invalid number at line 1 column 3"),
    (b"[1E+]", "invalid number at line 1 column 5"),
    (b"[1.", "EOF while parsing a value at line 1 column 3"),
    (b"[1e", "EOF while parsing a value at line 1 column 3"),
    (b"[-", "EOF while parsing a value at line 1 column 2"),
    (b"[1e400]", "number out of range at line 1 column 6"),
]


@pytest.mark.parametrize(("text", "value"), ACCEPTED)
def test_chromiums_dialect_is_accepted(text: bytes, value: object) -> None:
    assert parse_json(text).value == value


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_an_error_has_chromiums_text_and_place(text: bytes, message: str) -> None:
    with pytest.raises(JsonError) as caught:
        parse_json(text)
    assert str(caught.value) == message


def test_whole_numbers_beyond_32_bits_are_floats_as_in_chromium() -> None:
    value: Any = parse_json(b"[-0, 99999999999, 99999999999999999999999999]").value
    assert [type(item) for item in value] == [float, float, float]
    assert math.copysign(1, value[0]) == -1


@pytest.mark.parametrize("inside", [b"", b"1"])
def test_containers_nest_199_deep_and_no_deeper(inside: bytes) -> None:
    parse_json(b"[" * MAX_DEPTH + inside + b"]" * MAX_DEPTH)
    with pytest.raises(JsonError, match="recursion limit exceeded") as caught:
        parse_json(b"[" * (MAX_DEPTH + 1) + inside + b"]" * (MAX_DEPTH + 1))
    # Chromium looks at what follows the bracket before it complains.
    assert caught.value.place == (1, MAX_DEPTH + (1 if inside else 2))


def test_depth_costs_no_recursion() -> None:
    with pytest.raises(JsonError, match="recursion limit"):
        parse_json(b'{"a":' * 100_000)


def test_keys_come_out_sorted() -> None:
    value = parse_json(b'{"b": 1, "a": {"d": 2, "c": 3}}').value
    assert isinstance(value, Mapping)
    assert list(value) == ["a", "b"]


def test_every_value_and_key_has_a_place() -> None:
    document = parse_json('\ufeff{\n  "é": [1,\n  {"k" : null}],\n\t"z": "x"\n}'.encode())
    assert document.place() == (1, 1)
    assert document.place("é") == (2, 8)
    assert document.place("é", key=True) == (2, 3)
    assert document.place("é", 0) == (2, 9)
    assert document.place("é", 1, "k") == (3, 10)
    assert document.place("z") == (4, 7)


def test_the_place_of_what_is_not_there_is_that_of_its_container() -> None:
    document = parse_json(b'{"a": {"b": 1}}')
    assert document.place("a", "c") == document.place("a", "c", "d") == document.place("a") == (1, 7)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**31), 2**31 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(string.printable), inner, max_size=4),
    max_leaves=20,
)


@given(json_values, st.booleans(), st.sampled_from([None, 2]))
def test_what_python_writes_is_read_back(value: object, ascii_only: bool, indent: int | None) -> None:
    """Any JSON of the standard is in the dialect."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert parse_json(text.encode()).value == value


@given(st.binary() | st.text('{}[]",:\\/*u0123e.-+tnfa \n').map(str.encode))
@example(b'"\xff"')
@example(b'{"a":[{"b":"\\u0041",/*')
def test_any_bytes_give_a_value_or_a_json_error(data: bytes) -> None:
    try:
        parse_json(data)
    except JsonError as error:
        line, column = error.place
        assert 1 <= line <= data.count(b"\n") + 1
        assert 0 <= column <= len(data)
