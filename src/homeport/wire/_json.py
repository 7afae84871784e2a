"""JSON as the wire has it: strict, and never anything but a :class:`ProtocolError` on bad input."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from ._errors import ProtocolError
from ._limits import MAX_NAME

#: Deeper nesting is refused. Counted before parsing, so that no parser recurses that far.
MAX_DEPTH = 200

#: Never goes back and always fits: a text that is no JSON, or a long string, costs no more time or memory.
_STRINGS = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")
#: Members of a small object.
_FEW = 4


def _refuse_constant(name: str) -> NoReturn:
    raise ProtocolError(f"JSON has no {name}")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
#: Writes compact JSON in ASCII: lone surrogates survive as escapes.
dumps = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def dumps_numbers(value: object) -> str | None:
    """Write a small object of whole numbers, as most results and events are: quicker than :data:`dumps`.

    ``None``: it is something else.
    """
    if type(value) is not dict or len(value) > _FEW:
        return None
    members = []
    for name, number in value.items():
        if type(number) is not int or type(name) is not str or len(name) > MAX_NAME:
            return None
        if not (name.isascii() and name.isidentifier()):
            return None  # It may need escapes.
        members.append(f'"{name}":{number}')
    return "{" + ",".join(members) + "}"


def loads(text: str) -> object:
    """Read one JSON text."""
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(text)
    try:
        return _decode(text)
    except ValueError as error:
        raise ProtocolError(f"not JSON: {error}") from None


def loads_utf8(data: bytes | memoryview) -> object:
    """Read one JSON text from its UTF-8 bytes."""
    try:
        return loads(str(data, "utf-8"))
    except UnicodeDecodeError:
        raise ProtocolError("not UTF-8") from None


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in _BRACKETS.finditer(_STRINGS.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise ProtocolError("JSON is nested too deeply")
