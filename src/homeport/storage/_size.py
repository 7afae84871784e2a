"""How large a value is, as Chromium counts: the UTF-8 bytes of its own JSON writer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from homeport.errors import HomeportError


class SerializeError(HomeportError):
    """A value is nothing that JSON can carry."""

    def __str__(self) -> str:
        return "Cannot serialize value to JSON"


_INT32 = range(-(1 << 31), 1 << 31)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True).encode


def well_formed(text: str) -> str:
    """The text with each lone surrogate replaced, as UTF-8 wants it."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def to_json(value: object) -> str:
    """A value as it is stored: compact, keys sorted."""
    try:
        return well_formed(_encode(value))
    except (TypeError, ValueError, RecursionError):
        raise SerializeError from None


def size_of(key: str, value: object, text: str) -> int:
    """What ``key`` with ``value``, whose JSON is ``text``, counts against a quota."""
    size = len(key.encode()) + len(text.encode())
    size += 5 * text.count("<")  # written \u003C
    size += 3 * (text.count("\u2028") + text.count("\u2029"))  # three bytes, written as six
    return size + sum(len(number_text(number)) - len(_encode(number)) for number in _doubles(value))


def number_text(number: float) -> str:
    """A double as Chromium's JSON writer has it: ``3000000000.0``, ``1e+16``, ``1e-7``."""
    from decimal import Decimal

    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - neither NaN nor infinite
    power = len(digits) + exponent - 1
    text = "".join(map(str, digits))
    if -6 <= power < 12:
        plain = f"{Decimal((0, digits, exponent)):f}"
        text = plain if "." in plain else plain + ".0"
    else:
        fraction = "." + text[1:] if len(text) > 1 else ""
        text = f"{text[0]}{fraction}e{power:+d}"
    return "-" * sign + text


def _doubles(value: object) -> Iterator[float]:
    """The numbers in a value that Chromium holds as doubles."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)
        elif (isinstance(value, float) and value != 0) or (type(value) is int and value not in _INT32):
            yield value
