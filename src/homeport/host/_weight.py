"""How much memory a call's arguments take, roughly."""

from __future__ import annotations

#: What any value takes, and a character that is not Latin.
_ANY, _WIDE = 64, 4


def weight_of(value: object) -> int:
    """Bytes, within a factor of two or so, of what JSON and the wire's holes can make."""
    weight = 0
    waiting = [value]
    while waiting:
        value = waiting.pop()
        weight += _ANY
        if isinstance(value, str):
            weight += len(value) if value.isascii() else _WIDE * len(value)
        elif isinstance(value, bytes):
            weight += len(value)
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value
            waiting += value.values()
    return weight
