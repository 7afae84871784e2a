"""Binary values inside JSON: the members at given paths are cut from the data that follows."""

from __future__ import annotations

from collections.abc import Mapping

from ._errors import ProtocolError
from ._limits import MAX_HOLES, MAX_PATH

Path = list[int | str]


def dig(value: object) -> tuple[object, list[tuple[Path, int]], list[bytes]]:
    """Take the bytes out of a JSON-like value: the value with ``None`` instead, the holes, the bytes."""
    holes: list[tuple[Path, int]] = []
    data: list[bytes] = []
    return _dig(value, [], holes, data), holes, data


def _dig(value: object, path: Path, holes: list[tuple[Path, int]], data: list[bytes]) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        holes.append((path, len(value)))
        data.append(bytes(value))
        return None
    if isinstance(value, Mapping):
        return {key: _dig(member, [*path, key], holes, data) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_dig(member, [*path, index], holes, data) for index, member in enumerate(value)]
    return value


def fill(root: object, holes: object, data: memoryview) -> None:
    """Put the bytes back, in place."""
    if not isinstance(holes, list) or len(holes) > MAX_HOLES:
        raise ProtocolError("not a list of holes")
    at = 0
    for hole in holes:
        match hole:
            case [list(path), int(length)] if 1 <= len(path) <= MAX_PATH and 0 <= length <= len(data) - at:
                _put(root, path, bytes(data[at : at + length]))
                at += length
            case _:
                raise ProtocolError("not a hole")
    if at != len(data):
        raise ProtocolError("the holes do not add up to the data")


def _put(root: object, path: list[object], data: bytes) -> None:
    for step in path[:-1]:
        root = _step(root, step)
    last = path[-1]
    if _step(root, last) is not None:
        raise ProtocolError("a hole is not at null")
    root[last] = data  # type: ignore[index]  # _step has found it there


def _step(root: object, step: object) -> object:
    if isinstance(root, dict) and isinstance(step, str) and step in root:
        return root[step]
    if isinstance(root, list) and type(step) is int and 0 <= step < len(root):
        return root[step]
    raise ProtocolError("a hole leads nowhere")
