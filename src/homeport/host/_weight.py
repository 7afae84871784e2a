"""How much memory a call's arguments take, roughly."""

from __future__ import annotations

#: What any value takes, and a character that is not Latin.
_ANY, _WIDE = 64, 4
_WITH_MORE = frozenset((str, bytes, list, dict))


def weight_of(value: object) -> int:
    """Bytes, within a factor of two or so, of what JSON and the wire's holes can make."""
    weight = _ANY
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            weight += len(value) if value.isascii() else _WIDE * len(value)
        elif isinstance(value, bytes):
            weight += len(value)
        elif isinstance(value, list):
            weight += _ANY * len(value)
            waiting += [member for member in value if type(member) in _WITH_MORE]
        elif isinstance(value, dict):
            weight += 2 * _ANY * len(value)
            waiting += value
            waiting += [member for member in value.values() if type(member) in _WITH_MORE]
    return weight
