"""Messages on a byte stream: ``u8`` kind, ``u32`` length, payload."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ._errors import ProtocolError
from ._limits import MAX_MESSAGE

__all__ = ["Binary", "Message", "Outgoing", "Pieces", "Received", "StreamFramer", "frame", "frame_head"]


class Pieces:
    """A large binary message that was not joined, since who writes it can write its pieces."""

    __slots__ = ("_size", "pieces")

    def __init__(self, pieces: Sequence[bytes | memoryview], size: int) -> None:
        self.pieces = pieces
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces)


#: What a transport carries: text or binary.
Message = str | bytes
#: What it hands over. Only ``bytes`` may be kept: the memory of the others serves again.
Binary = bytes | bytearray | memoryview
Received = str | Binary
#: What a transport is given to send.
Outgoing = Message | Pieces

_HEAD = struct.Struct("<BI")
_TEXT, _BINARY = 0, 1


def frame(message: Outgoing) -> bytes:
    """One message as it stands on a byte stream."""
    if isinstance(message, str):
        payload = message.encode()
        return _HEAD.pack(_TEXT, len(payload)) + payload
    return _HEAD.pack(_BINARY, len(message)) + bytes(message)


def frame_head(message: Pieces) -> bytes:
    """What stands before the pieces of a message on a byte stream."""
    return _HEAD.pack(_BINARY, len(message))


class StreamFramer:
    """Cuts a byte stream into messages. Feed it whatever arrives, in whatever pieces."""

    def __init__(self, limit: int = MAX_MESSAGE) -> None:
        #: The longest message that is accepted; may be raised once the first one is through.
        self.limit = limit
        self._buffer = bytearray()

    def feed(self, data: bytes | bytearray | memoryview) -> list[Message]:
        """Take the next bytes; give the messages that they complete."""
        buffer = self._buffer
        buffer += data
        messages: list[Message] = []
        at = 0
        while len(buffer) - at >= _HEAD.size:
            kind, length = _HEAD.unpack_from(buffer, at)
            self._check(kind, length)
            start = at + _HEAD.size
            if len(buffer) - start < length:
                break
            at = start + length
            with memoryview(buffer) as view:
                messages.append(_message(kind, bytes(view[start:at])))
        if at:
            del buffer[:at]
        return messages

    def _check(self, kind: int, length: int) -> None:
        if kind > _BINARY:
            raise ProtocolError(f"unknown kind of frame: {kind}")
        if length > self.limit:
            raise ProtocolError(f"a frame of {length} bytes is too long")


def _message(kind: int, payload: bytes) -> Message:
    if kind == _BINARY:
        return payload
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise ProtocolError("not UTF-8") from None
