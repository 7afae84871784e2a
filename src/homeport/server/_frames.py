"""WebSocket frames (RFC 6455), the server's side, sans-IO.

No extensions and no compression. The limit on a message is checked as soon as its length is known, and may be
raised later: a page that has not said who it is may send little.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import IntEnum

from homeport.errors import HomeportError


class CloseCode(IntEnum):
    """Why a WebSocket is closed."""

    NORMAL = 1000
    PROTOCOL_ERROR = 1002
    NOT_TEXT = 1007
    TOO_BIG = 1009


class FrameError(HomeportError):
    """The other side sent what is not a frame that may come now."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code


TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_CONTINUATION = 0

_U16 = struct.Struct(">H")
_U64 = struct.Struct(">Q")


def frame_head(opcode: int, length: int) -> bytes:
    """The start of one whole, unmasked frame."""
    if length < 126:
        return bytes((0x80 | opcode, length))
    if length < 1 << 16:
        return bytes((0x80 | opcode, 126)) + _U16.pack(length)
    return bytes((0x80 | opcode, 127)) + _U64.pack(length)


def slow_unmask(mask: bytes, data: bytearray) -> None:
    """Apply a mask in place."""
    size = len(data)
    whole = int.from_bytes(mask * (size // 4) + mask[: size % 4], "little")
    data[:] = (int.from_bytes(data, "little") ^ whole).to_bytes(size, "little")


def _fastest_unmask() -> Callable[[bytes, bytearray], None]:
    """aiohttp's, in C; it is not part of what aiohttp promises."""
    try:
        from aiohttp._websocket.helpers import websocket_mask
    except ImportError:
        return slow_unmask
    return websocket_mask


unmask = _fastest_unmask()


class FrameReader:
    """Cuts a byte stream into messages and control frames.

    Args:
        on_message: gets each whole message, a text or bytes.
        on_control: gets the opcode and payload of each ``CLOSE``, ``PING`` and ``PONG``.
        limit: the longest message.
    """

    def __init__(
        self,
        on_message: Callable[[str | bytearray], None],
        on_control: Callable[[int, bytearray], None],
        limit: int,
    ) -> None:
        self.limit = limit
        self._on_message = on_message
        self._on_control = on_control
        self._buffer = bytearray()
        self._wanted = 2
        self._opcode = 0
        self._pieces = bytearray()

    def feed(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            FrameError: nothing more can be read.
        """
        if not self._buffer:
            at = self._read(data)
            if at < len(data):
                self._buffer += data[at:] if at else data
            return
        self._buffer += data
        if len(self._buffer) < self._wanted:
            return
        whole, self._buffer = self._buffer, bytearray()
        at = self._read(whole)
        if at < len(whole):
            self._buffer = whole[at:] if at else whole

    def _read(self, data: bytes | bytearray) -> int:
        """Handle the whole frames in ``data``; where the rest begins. ``_wanted`` is what it needs."""
        at = 0
        end = len(data)
        while True:
            self._wanted = 2
            if end - at < 2:
                return at
            first, second = data[at], data[at + 1]
            length = second & 0x7F
            start = at + 6
            if length == 126:
                start = at + 8
            elif length == 127:
                start = at + 14
            if end < start:
                self._wanted = start - at
                self._check_head(first, second, 0)
                return at
            if length == 126:
                (length,) = _U16.unpack_from(data, at + 2)
            elif length == 127:
                (length,) = _U64.unpack_from(data, at + 2)
            self._check_head(first, second, length)
            if end < start + length:
                self._wanted = start + length - at
                return at
            payload = bytearray(memoryview(data)[start : start + length])
            unmask(bytes(data[start - 4 : start]), payload)
            at = start + length
            self._frame(first, payload)

    def _check_head(self, first: int, second: int, length: int) -> None:
        opcode = first & 0x0F
        if first & 0x70:
            raise FrameError(CloseCode.PROTOCOL_ERROR, "an extension that was not agreed on")
        if not second & 0x80:
            raise FrameError(CloseCode.PROTOCOL_ERROR, "a frame of a client is not masked")
        if opcode >= CLOSE:
            if opcode > PONG or not first & 0x80 or second & 0x7F > 125:
                raise FrameError(CloseCode.PROTOCOL_ERROR, "not a control frame")
        elif opcode > BINARY or (opcode == _CONTINUATION) != (self._opcode != 0):
            raise FrameError(CloseCode.PROTOCOL_ERROR, "not a frame that may come now")
        elif len(self._pieces) + length > self.limit:
            raise FrameError(CloseCode.TOO_BIG, "a message is too long")

    def _frame(self, first: int, payload: bytearray) -> None:
        opcode = first & 0x0F
        if opcode >= CLOSE:
            self._on_control(opcode, payload)
            return
        if not first & 0x80:
            self._opcode = self._opcode or opcode
            self._pieces += payload
            return
        if opcode == _CONTINUATION:
            self._pieces += payload
            opcode, payload = self._opcode, self._pieces
            self._opcode, self._pieces = 0, bytearray()
        if opcode == BINARY:
            self._on_message(payload)
            return
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            raise FrameError(CloseCode.NOT_TEXT, "a text is not UTF-8") from None
        self._on_message(text)
