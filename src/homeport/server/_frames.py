"""WebSocket frames (RFC 6455), the server's side, sans-IO.

No extensions and no compression. The limit on a message is checked as soon as its length is known, and may be
raised later: a page that has not said who it is may send little.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import IntEnum

from homeport.errors import HomeportError
from homeport.host import give_back, memory_for


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


class _Unfinished:
    """A frame of which not all has arrived."""

    __slots__ = ("filled", "first", "mask", "payload")

    def __init__(self, first: int, mask: bytes, length: int) -> None:
        self.first = first
        self.mask = mask
        self.payload = memory_for(length)
        self.filled = 0

    def take(self, data: memoryview) -> int:
        """Copy what belongs to it from the start of ``data``; how much that is."""
        start = self.filled
        with memoryview(self.payload) as payload:
            self.filled = min(len(payload), start + len(data))
            payload[start : self.filled] = data[: self.filled - start]
        return self.filled - start

    @property
    def whole(self) -> bool:
        return self.filled == len(self.payload)


class FrameReader:
    """Cuts a byte stream into messages and control frames.

    Args:
        on_message: gets each whole message, a text or bytes, whose memory serves again when it returns.
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
        #: The start of a frame's head, or a frame whose head is read.
        self._head = b""
        self._unfinished: _Unfinished | None = None
        self._opcode = 0
        self._pieces = bytearray()

    def feed(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            FrameError: nothing more can be read.
        """
        if self._head:
            data, self._head = self._head + data, b""
        at = 0
        unfinished = self._unfinished
        if unfinished is not None:
            at = unfinished.take(memoryview(data))
            if not unfinished.whole:
                return
            self._unfinished = None
            self._masked(unfinished)
        self._read(data, at)

    def _read(self, data: bytes, at: int) -> None:
        """Handle the whole frames in ``data`` from ``at`` on, and keep what is left."""
        end = len(data)
        while end - at >= 2:
            first, second = data[at], data[at + 1]
            length = second & 0x7F
            start = at + (8 if length == 126 else 14 if length == 127 else 6)
            if end < start:
                self._check_head(first, second, 0)
                break
            if length == 126:
                (length,) = _U16.unpack_from(data, at + 2)
            elif length == 127:
                (length,) = _U64.unpack_from(data, at + 2)
            self._check_head(first, second, length)
            frame = _Unfinished(first, data[start - 4 : start], length)
            at = start + frame.take(memoryview(data)[start:])
            if not frame.whole:
                self._unfinished = frame
                return
            self._masked(frame)
        self._head = data[at:]

    def _masked(self, frame: _Unfinished) -> None:
        unmask(frame.mask, frame.payload)
        self._frame(frame.first, frame.payload)
        give_back(frame.payload)

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
