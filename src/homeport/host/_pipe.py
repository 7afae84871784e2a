"""The parent's end of the headless host's pipe: frames out and in, without waiting.

A frame is ``u8`` kind, ``u32`` length, that many bytes. Kinds 0 and 1 are the wire's messages
(``docs/wire.md``); 2 and 3 are the host's own: JSON, and JSON with bytes behind it (listed in
:mod:`._services`). Each frame that comes in has a line feed behind it (``headless/pipe.ts`` says why).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import struct
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from threading import local
from typing import TYPE_CHECKING, Any, Protocol

from homeport.wire import MAX_MESSAGE, Outgoing, ProtocolError, Received

from ._memory import give_back, memory_for

if TYPE_CHECKING:
    from homeport.engine import RawSocket

__all__ = ["PipeChannel", "PipeUser"]

_HEAD = struct.Struct("<BI")
_LENGTH = struct.Struct("<I")
_TEXT, _BINARY, _HOST, _HOST_BINARY = range(4)
_LINE_FEED = 0x0A
#: What a frame has beside its payload.
_FRAMING = _HEAD.size + 1
_READ = 512 << 10
#: Bytes that may wait for the other side: then who can wait does, and then the other side is given up.
_ROOM = 4 << 20
_MOST_UNSENT = 256 << 20
#: Pieces shorter than this are cheaper to join, and more than so many cannot be written together.
_JOINED = 4096
_PIECES = 512
_WRITEV: Callable[[int, Sequence[bytes | memoryview]], int] | None = getattr(os, "writev", None)


class _Space(local):
    """Room for what one read brings. No read leaves anything in it, so all pipes of a thread share it."""

    def __init__(self) -> None:
        self.view = memoryview(bytearray(_READ))


_space = _Space()


class _Unfinished:
    """A frame of which not all has arrived, or its head."""

    __slots__ = ("filled", "memory")

    def __init__(self, start: memoryview, size: int) -> None:
        self.memory = memory_for(size)
        self.filled = len(start)
        with memoryview(self.memory) as view:
            view[: self.filled] = start

    @property
    def room(self) -> memoryview:
        return memoryview(self.memory)[self.filled :]

    @property
    def whole(self) -> bool:
        return self.filled == len(self.memory)


class PipeUser(Protocol):
    """Who hears what comes through the pipe. Only ``ProtocolError`` may be raised."""

    @property
    def wire_message(self) -> Callable[[Received], object]:
        """Takes a message of the wire. A view is good until it returns."""

    def host_message(self, message: list[Any], body: bytes) -> None:
        """A message of the host's own, and the bytes that came with it."""

    def lost(self, error: ProtocolError | None) -> None:
        """The other side has gone, or broke the rules; nothing follows."""


class PipeChannel:
    """A :class:`~homeport.host._channel.Channel` over two sockets."""

    def __init__(self, reader: RawSocket, writer: RawSocket, user: PipeUser) -> None:
        self._loop = asyncio.get_running_loop()
        self._reader = reader
        self._writer = writer
        self._user = user
        self._unfinished: _Unfinished | None = None
        #: Pieces that the operating system has not taken, and their size.
        self._unsent: deque[bytes | memoryview] = deque()
        self._unsent_size = 0
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self._lost = False
        #: Something came in. For whoever wants to know, and sets it back.
        self.heard = False
        self._loop.add_reader(reader.fileno(), self._readable)

    # Out.

    def send(self, message: Outgoing) -> None:
        """Hand over one message of the wire."""
        if isinstance(message, bytes):
            self._frame(_BINARY, message)
        elif isinstance(message, str):
            self._frame(_TEXT, message.encode())
        else:
            self._pieces(_BINARY, len(message), *message.pieces)

    def tell(self, *message: object, body: bytes | None = None) -> None:
        """Hand over one message of the host's own."""
        head = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if body is None:
            self._frame(_HOST, head)
        else:
            self._frame(_HOST_BINARY, _LENGTH.pack(len(head)) + head + body)

    def buffered(self) -> int:
        """Bytes that the operating system has not taken."""
        return self._unsent_size

    async def room(self) -> None:
        """Wait until the other side has read most of what it was sent, or has gone."""
        await self._room.wait()

    def close(self) -> None:
        """Close after what was handed over."""
        self._closing = True
        if not self._unsent:
            self.abort()

    def abort(self) -> None:
        """Close now."""
        self._end(None)

    def _frame(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size >= _JOINED or self._unsent or self._lost or self._closing:
            self._pieces(kind, size, payload)
            return
        frame = _HEAD.pack(kind, size) + payload
        try:
            sent = self._writer.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # The reading side says that it has gone.
        if sent < len(frame):
            self._wait_with((frame,), sent)

    def _pieces(self, kind: int, size: int, *pieces: bytes | memoryview) -> None:
        """A frame of so many bytes, which are long, or in pieces, or come behind others."""
        if self._lost or self._closing:
            return
        data: Sequence[bytes | memoryview] = (_HEAD.pack(kind, size), *pieces)
        if size < _JOINED:
            data = (b"".join(data),)
        if self._unsent:
            self._keep(data, 0)
            return
        try:
            sent = self._write(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # The reading side says that it has gone.
        if sent < _HEAD.size + size:
            self._wait_with(data, sent)

    def _wait_with(self, data: Iterable[bytes | memoryview], sent: int) -> None:
        """Send the rest of ``data`` when there is room for it."""
        self._keep(data, sent)
        self._loop.add_writer(self._writer.fileno(), self._writable)

    def _keep(self, data: Iterable[bytes | memoryview], sent: int) -> None:
        """Keep what the system has not taken of ``data``: all but its first ``sent`` bytes."""
        for piece in data:
            if sent < len(piece):
                rest = memoryview(piece)[sent:] if sent else piece
                self._unsent.append(rest)
                self._unsent_size += len(rest)
            sent = max(0, sent - len(piece))
        self._mind_the_room()

    def _mind_the_room(self) -> None:
        if self._unsent_size > _ROOM:
            self._room.clear()
            if self._unsent_size > _MOST_UNSENT:
                self._loop.call_soon(self._end, ProtocolError("it does not read what it asked for"))
        else:
            self._room.set()

    def _write(self, data: Sequence[bytes | memoryview]) -> int:
        if len(data) == 1:
            return self._writer.send(data[0])
        if len(data) > _PIECES or _WRITEV is None:
            return self._writer.send(b"".join(data))
        return _WRITEV(self._writer.fileno(), data)

    def _writable(self) -> None:
        try:
            sent = self._write(list(islice(self._unsent, _PIECES)))
        except BlockingIOError:
            return
        except OSError:
            self._unsent.clear()
            sent = self._unsent_size
        self._unsent_size -= sent
        while self._unsent and sent >= len(self._unsent[0]):
            sent -= len(self._unsent.popleft())
        if sent:
            self._unsent[0] = memoryview(self._unsent[0])[sent:]
        self._mind_the_room()
        if not self._unsent:
            self._loop.remove_writer(self._writer.fileno())
            if self._closing:
                self.abort()

    # In.

    def _readable(self) -> None:
        unfinished = self._unfinished
        try:
            length = self._reader.recv_into(_space.view if unfinished is None else unfinished.room)
        except BlockingIOError:
            return
        except OSError:
            length = 0
        if length == 0:
            self._end(None)
            return
        self.heard = True
        try:
            if unfinished is None:
                self._take(_space.view[:length])
            else:
                unfinished.filled += length
                if unfinished.whole:
                    self._finish(unfinished.memory)
        except ProtocolError as error:
            self._end(error)

    def _take(self, data: memoryview) -> None:
        """Handle the frames in ``data``, and keep what is left."""
        at, end = 0, len(data)
        while end - at >= _HEAD.size and not self._lost:
            start, at = at, at + _frame_size(data, at)
            if at > end:
                at = start
                break
            self._dispatch(data, start, at)
        if at < end and not self._lost:
            self._unfinished = _unfinished(data[at:])

    def _finish(self, memory: bytearray) -> None:
        frame = memoryview(memory)
        if len(frame) == _HEAD.size:
            self._unfinished = _unfinished(frame)
            return
        self._unfinished = None
        self._dispatch(frame, 0, len(frame))
        give_back(memory)

    def _dispatch(self, data: memoryview, start: int, end: int) -> None:
        """Handle the frame that lies there."""
        if data[end - 1] != _LINE_FEED:
            raise ProtocolError("not a frame")
        kind, payload = data[start], data[start + _HEAD.size : end - 1]
        try:
            if kind == _BINARY:
                self._user.wire_message(payload)
            elif kind == _TEXT:
                self._user.wire_message(_text(payload))
            else:
                self._user.host_message(*_host_message(kind, bytes(payload)))
        except ProtocolError:
            raise
        except Exception as mistake:  # it spoils no other frame
            context = {"message": "a mistake in hearing a frame", "exception": mistake}
            self._loop.call_exception_handler(context)

    def _end(self, error: ProtocolError | None) -> None:
        if self._lost:
            return
        self._lost = True
        self._room.set()
        self._loop.remove_reader(self._reader.fileno())
        self._loop.remove_writer(self._writer.fileno())
        for end in (self._reader, self._writer):
            with contextlib.suppress(OSError):  # some systems say that it was shut from the other side
                end.shutdown(2)
        self._user.lost(error)


def _frame_size(data: memoryview, at: int) -> int:
    """The size of the frame whose head is there, line feed and all."""
    kind, length = _HEAD.unpack_from(data, at)
    if kind > _HOST_BINARY or length > MAX_MESSAGE:
        raise ProtocolError("not a frame")
    return _FRAMING + length  # type: ignore[no-any-return]


def _unfinished(start: memoryview) -> _Unfinished:
    """The frame that begins with ``start``; the head of one, if not even that is whole."""
    whole_head = len(start) >= _HEAD.size
    return _Unfinished(start, _frame_size(start, 0) if whole_head else _HEAD.size)


def _text(payload: memoryview) -> str:
    try:
        return str(payload, "utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("not UTF-8") from None


def _host_message(kind: int, payload: bytes) -> tuple[list[Any], bytes]:
    body = b""
    if kind == _HOST_BINARY:
        if len(payload) < _LENGTH.size:
            raise ProtocolError("a short frame")
        start = _LENGTH.size + _LENGTH.unpack_from(payload)[0]
        payload, body = payload[_LENGTH.size : start], payload[start:]
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError):
        raise ProtocolError("not JSON") from None
    if not isinstance(message, list) or not message or not isinstance(message[0], str):
        raise ProtocolError("not a message")
    return message, body
