"""JSON as Chromium reads a manifest or a message catalogue.

Chromium's dialect is JSON with a byte order mark, ``//`` and ``/* */`` comments, line breaks inside strings
and ``\\x41`` escapes, and nothing else: no trailing comma, nothing after the value, at most 199 containers
within each other. No library has that dialect together with its error texts and the place of each value,
which later errors ("Invalid host:port pattern …, line 7") need; so this is a small scanner of its own.

The loop keeps its own stack, so that depth costs no recursion. Places of syntax errors are Chromium's: the
column counts bytes. An integer beyond 32 bits becomes a float, as in Chromium, and keys come out sorted.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

__all__ = ["MAX_DEPTH", "Document", "JsonError", "Place", "parse_json"]

#: Containers within each other; one more is an error.
MAX_DEPTH = 199

_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(rb"[ \t\r\n]*")
# Up to a quote, an escape or a control character that may not stand in a string (line breaks may).
_PLAIN = re.compile(rb'[^"\\\x00-\x09\x0b\x0c\x0e-\x1f]*')
_DIGIT = b"0123456789"
_DIGITS = re.compile(rb"[0-9]*")
_HEX = re.compile(rb"[0-9a-fA-F]+")
_ESCAPES = dict(zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t', strict=True))
_WORDS = {ord("n"): (b"null", None), ord("t"): (b"true", True), ord("f"): (b"false", False)}
_INT32 = 2**31

# For each key or index of a container: where the key starts, and where the value does.
_Spots = dict[str | int, tuple[int, int]]


class Place(NamedTuple):
    """A line and a column, both counted from 1."""

    line: int
    column: int


class JsonError(Exception):
    """The text is not JSON: Chromium's words without the place, and the place."""

    def __init__(self, reason: str, place: Place) -> None:
        super().__init__(reason, place)
        self.reason = reason
        self.place = place

    def __str__(self) -> str:
        return f"{self.reason} at line {self.place.line} column {self.place.column}"


class Document:
    """A parsed text: its value, and where in the text each part of it is."""

    def __init__(
        self, value: object, root: int, spots: dict[int, dict[str | int, tuple[int, int]]], data: bytes
    ):
        self.value = value
        self._root = root
        self._spots = spots
        self.data = data
        self._breaks = [match.start() for match in re.finditer(rb"\n", data)]

    def place(self, *path: str | int, key: bool = False) -> Place:
        """The place of the value at ``path``, or of its key; of the nearest container if there is none."""
        at = self._root
        value = self.value
        for index, step in enumerate(path):
            spot = self._spots.get(id(value), {}).get(step)
            if spot is None:
                break
            at = spot[0] if key and index == len(path) - 1 else spot[1]
            value = value[step]  # type: ignore[index]  # a spot is there only for what can be indexed
        return self._place(at)

    def _place(self, at: int) -> Place:
        line = bisect_right(self._breaks, at - 1)
        start = self._breaks[line - 1] + 1 if line else 0
        return Place(line + 1, len(self.data[start:at].decode("utf-8", "replace")) + 1)


class _Frame:
    """A container that is being read."""

    def __init__(self, start: int, *, is_list: bool) -> None:
        self.start = start
        self.is_list = is_list
        self.items: list[tuple[str | int, object]] = []
        self.spots: _Spots = {}
        self.key: str | int = 0
        self.key_at = start

    def add(self, value: object, at: int) -> None:
        if self.is_list:
            self.key, self.key_at = len(self.items), at
        self.items.append((self.key, value))
        self.spots[self.key] = (self.key_at, at)

    def finish(self) -> object:
        if self.is_list:
            return [value for _, value in self.items]
        # dict() first: of equal keys the last counts.
        return dict(sorted(dict(self.items).items()))


class _Scanner:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.spots: dict[int, _Spots] = {}

    def document(self) -> Document:
        value, root = self.tree()
        if self.skip() is not None:
            raise self.error_here("trailing characters")
        return Document(value, root, self.spots, self.data)

    def tree(self) -> tuple[object, int]:
        stack: list[_Frame] = []
        while True:
            byte = self.skip()
            if byte is None:
                raise self.error_here("EOF while parsing a value")
            start = self.at
            opened = byte in b"[{"
            if opened:
                self.open(byte, len(stack))
                stack.append(_Frame(start, is_list=byte == ord("[")))
            else:
                value = self.scalar(byte)
                if not stack:
                    return value, start
                stack[-1].add(value, start)
            while not self.advance(stack[-1], first=opened):
                frame = stack.pop()
                done = frame.finish()
                self.spots[id(done)] = frame.spots
                if not stack:
                    return done, frame.start
                stack[-1].add(done, frame.start)
                opened = False

    def open(self, byte: int, depth: int) -> None:
        self.at += 1
        if depth < MAX_DEPTH:
            return
        # Where Chromium stands when it notices: behind an empty container, before anything else.
        self.at = _space_end(self.data, self.at)
        if self.data[self.at : self.at + 1] == (b"]" if byte == ord("[") else b"}"):
            self.at += 1
        raise self.error("recursion limit exceeded")

    def advance(self, frame: _Frame, *, first: bool) -> bool:
        """Goes to where the next value of ``frame`` starts; False if its end came instead."""
        eof = "EOF while parsing a list" if frame.is_list else "EOF while parsing an object"
        closer = ord("]") if frame.is_list else ord("}")
        byte = self.need(eof)
        if byte == closer:
            self.at += 1
            return False
        if not first:
            if byte != ord(","):
                raise self.error_here(f"expected `,` or `{chr(closer)}`")
            self.at += 1
            if self.need(eof) == closer:
                raise self.error_here("trailing comma")
        if not frame.is_list:
            self.key(frame, eof)
        return True

    def key(self, frame: _Frame, eof: str) -> None:
        if self.data[self.at] != ord('"'):
            raise self.error_here("key must be a string")
        frame.key_at = self.at
        frame.key = self.string()
        if self.need(eof) != ord(":"):
            raise self.error_here("expected `:`")
        self.at += 1

    def scalar(self, byte: int) -> object:
        if byte == ord('"'):
            return self.string()
        if byte in _WORDS:
            return self.word(*_WORDS[byte])
        if byte == ord("-") or byte in _DIGIT:
            return self.number()
        raise self.error_here("expected value")

    def word(self, word: bytes, value: object) -> object:
        for expected in word:
            if self.at == len(self.data):
                raise self.error("EOF while parsing a value")
            self.at += 1
            if self.data[self.at - 1] != expected:
                raise self.error("expected ident")
        return value

    def number(self) -> int | float:
        start = self.at
        if self.data[self.at] == ord("-"):
            self.at += 1
        first = self.take("EOF while parsing a value")
        if first == ord("0") and self.peek_digit():
            raise self.error_here("invalid number")
        if first not in _DIGIT:
            raise self.error("invalid number")
        self.digits()
        whole = not self.fraction() and not self.exponent()
        text = self.data[start : self.at]
        if whole and len(text) < 12 and -_INT32 <= int(text) < _INT32 and text != b"-0":
            return int(text)
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise self.error("number out of range")
        return value

    def fraction(self) -> bool:
        if self.data[self.at : self.at + 1] != b".":
            return False
        self.at += 1
        if not self.peek_digit():
            at_end = self.at == len(self.data)
            raise self.error_here("EOF while parsing a value" if at_end else "invalid number")
        self.digits()
        self.exponent()
        return True

    def exponent(self) -> bool:
        if self.data[self.at : self.at + 1] not in (b"e", b"E"):
            return False
        self.at += 1
        if self.data[self.at : self.at + 1] in (b"+", b"-"):
            self.at += 1
        if self.take("EOF while parsing a value") not in _DIGIT:
            raise self.error("invalid number")
        self.digits()
        return True

    def string(self) -> str:
        self.at += 1
        parts: list[bytes] = []
        while True:
            run = _PLAIN.match(self.data, self.at)
            assert run is not None  # noqa: S101  # the pattern matches nothing, too
            parts.append(run.group())
            self.at = run.end()
            byte = self.take("EOF while parsing a string")
            if byte == ord('"'):
                break
            if byte != ord("\\"):
                raise self.error("control character (\\u0000-\\u001F) found while parsing a string")
            parts.append(self.escape())
        try:
            return b"".join(parts).decode()
        except UnicodeDecodeError:
            raise self.error("invalid unicode code point") from None

    def escape(self) -> bytes:
        byte = self.take("EOF while parsing a string")
        if byte in _ESCAPES:
            return bytes([_ESCAPES[byte]])
        if byte == ord("x"):
            return chr(self.hex(2)).encode()
        if byte == ord("u"):
            return chr(self.code_point()).encode()
        raise self.error("invalid escape")

    def code_point(self) -> int:
        unit = self.hex(4)
        if not 0xD800 <= unit <= 0xDFFF:
            return unit
        if unit >= 0xDC00:
            raise self.error("lone leading surrogate in hex escape")
        for expected in b"\\u":
            if self.take("EOF while parsing a string") != expected:
                raise self.error("unexpected end of hex escape")
        low = self.hex(4)
        if not 0xDC00 <= low <= 0xDFFF:
            raise self.error("lone leading surrogate in hex escape")
        return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)

    def hex(self, count: int) -> int:
        text = self.data[self.at : self.at + count]
        self.at += len(text)
        if len(text) < count:
            raise self.error("EOF while parsing a string")
        if not _HEX.fullmatch(text):
            raise self.error("invalid escape")
        return int(text, 16)

    def skip(self) -> int | None:
        """Passes white space and comments; the byte that comes next, None at the end."""
        while True:
            self.at = _space_end(self.data, self.at)
            if self.at == len(self.data):
                return None
            if self.data[self.at] != ord("/"):
                return self.data[self.at]
            self.at += 1
            self.comment(self.data[self.at : self.at + 1])

    def comment(self, mark: bytes) -> None:
        if mark == b"/":
            end = self.data.find(b"\n", self.at)
            self.at = len(self.data) if end < 0 else end
        elif mark == b"*":
            # From the star on: Chromium takes "/*/" for a whole comment.
            end = self.data.find(b"*/", self.at)
            if end < 0:
                self.at = len(self.data)
                raise self.error("EOF while parsing a block comment")
            self.at = end + 2
        else:
            raise self.error_here("expected `/` or `*` after `/`")

    def need(self, eof: str) -> int:
        byte = self.skip()
        if byte is None:
            raise self.error_here(eof)
        return byte

    def take(self, eof: str) -> int:
        if self.at == len(self.data):
            raise self.error(eof)
        self.at += 1
        return self.data[self.at - 1]

    def peek_digit(self) -> bool:
        return self.data[self.at : self.at + 1].isdigit()

    def digits(self) -> None:
        run = _DIGITS.match(self.data, self.at)
        assert run is not None  # noqa: S101  # the pattern matches nothing, too
        self.at = run.end()

    def error_here(self, reason: str) -> JsonError:
        """The byte that comes next is wrong."""
        self.at = min(self.at + 1, len(self.data))
        return self.error(reason)

    def error(self, reason: str) -> JsonError:
        """The byte just passed is wrong."""
        start = self.data.rfind(b"\n", 0, self.at) + 1
        return JsonError(reason, Place(1 + self.data.count(b"\n", 0, start), self.at - start))


def _space_end(data: bytes, at: int) -> int:
    run = _SPACE.match(data, at)
    assert run is not None  # noqa: S101  # the pattern matches nothing, too
    return run.end()


def parse_json(data: bytes) -> Document:
    """Parses ``data``; raises :class:`JsonError`, and nothing else."""
    return _Scanner(data.removeprefix(_BOM)).document()
