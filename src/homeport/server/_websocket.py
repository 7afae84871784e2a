"""The WebSocket under a page's session: a thin adapter between aiohttp's connection and a ``Visit``.

aiohttp does the HTTP up to the 101; then frames are read and written here, straight from and to its
transport: no task is woken for a message, and what is sent is handed to the operating system at once.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from homeport.wire import MAX_FIRST_MESSAGE, Outgoing, Pieces, Received

from ._frames import BINARY, CLOSE, PING, TEXT, CloseCode, FrameError, FrameReader, frame_head

if TYPE_CHECKING:
    from homeport.host import Visit

    from ._stream import DownStream

__all__ = ["WebSocketChannel", "accept_key", "is_upgrade"]

_log = logging.getLogger("homeport.server")

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#: Up to this, copying head and payload together is cheaper than two writes.
_JOIN = 4096
_CLOSE_WITHIN = 2.0
#: Bytes that may wait for a peer that reads slowly: one that is not known yet, and a page. A session has a
#: narrower bound of its own; this one is for what does not go through it, such as answers to pings.
_MOST_UNSENT_TO_STRANGERS = 64 << 10
_MOST_UNSENT = 64 << 20
#: The code with which a browser closes the WebSockets of a page that is left. Firefox drops what the page
#: says in that moment, so the code stands for it.
_GOING_AWAY = (1001).to_bytes(2, "big")
_BYE = '[["bye"]]'
#: The last message over the WebSocket before the stream takes over.
_STREAM = '[["stream"]]'


def is_upgrade(request: web.Request) -> bool:
    """Whether the request is a right opening of a WebSocket."""
    headers = request.headers
    key = headers.getall("Sec-WebSocket-Key", [])
    tokens = [token.strip().lower() for token in headers.get("Connection", "").split(",")]
    return (
        request.method == "GET"
        and headers.get("Upgrade", "").lower() == "websocket"
        and "upgrade" in tokens
        and headers.getall("Sec-WebSocket-Version", []) == ["13"]
        and len(key) == 1
        and _is_key(key[0])
    )


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except ValueError:
        return False


def accept_key(key: str) -> str:
    """The answer to a ``Sec-WebSocket-Key``."""
    return base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()  # noqa: S324 - as RFC 6455 says


class WebSocketChannel:
    """One WebSocket, as :class:`~homeport.host.Channel` and as aiohttp's payload parser."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._reader = FrameReader(self._message, self._control, MAX_FIRST_MESSAGE)
        self._visit: Visit | None = None
        self._receive: Callable[[Received], None] = lambda message: None
        self._closing = False
        self._most_unsent = _MOST_UNSENT_TO_STRANGERS
        self._stream: DownStream | None = None
        self._lost: asyncio.Future[None] = self._loop.create_future()

    async def run(self, visit: Visit) -> web.StreamResponse:
        """Answer 101 and carry messages until the connection is closed."""
        self._visit = visit
        self._receive = visit.receive
        response = web.StreamResponse(
            status=101,
            headers={
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec-WebSocket-Accept": accept_key(self._request.headers["Sec-WebSocket-Key"]),
            },
        )
        response.force_close()
        try:
            await response.prepare(self._request)
            self._transport = self._request.transport
            if self._transport is not None:
                self._request.protocol.set_parser(cast("Any", self))
                await self._lost
        finally:
            self._closing = True
            if self._stream is not None:
                self._stream.close()
            visit.lost()
        return response

    def raise_limit(self, limit: int) -> None:
        """The page has said who it is; it may send longer messages."""
        self._reader.limit = limit
        self._most_unsent = _MOST_UNSENT

    def lead_down(self, stream: DownStream) -> bool:
        """Send all that follows over ``stream``; whether there is still something to follow."""
        if self._closing or self._stream is not None:
            return False
        self._write(TEXT, _STREAM.encode())
        self._stream = stream
        return True

    def stream_lost(self) -> None:
        """The stream is gone, and so this channel soon is. The page may still say that it leaves."""
        if not self._closing:
            self._loop.call_later(_CLOSE_WITHIN, self.abort)

    # host.Channel

    def send(self, message: Outgoing) -> None:
        """Send one message."""
        if self._stream is not None:
            if not self._closing and self._has_room(self._stream.buffered()):
                self._stream.send(message)
        elif isinstance(message, str):
            self._write(TEXT, message.encode())
        elif isinstance(message, Pieces):
            self._write_pieces(message)
        else:
            self._write(BINARY, message)

    def buffered(self) -> int:
        """Bytes that the operating system has not taken."""
        waiting = 0 if self._transport is None else self._transport.get_write_buffer_size()
        return waiting if self._stream is None else waiting + self._stream.buffered()

    def close(self) -> None:
        """Close with a closing handshake."""
        self._close(CloseCode.NORMAL)

    def abort(self) -> None:
        """Close now."""
        self._closing = True
        if self._stream is not None:
            self._stream.abort()
        if self._transport is not None:
            self._transport.abort()

    def _close(self, code: CloseCode) -> None:
        if self._closing:
            return
        if self._stream is not None:
            self._stream.close()
        self._write(CLOSE, code.to_bytes(2, "big"))
        self._closing = True
        self._loop.call_later(_CLOSE_WITHIN, self.abort)

    def _write(self, opcode: int, payload: bytes | bytearray) -> None:
        transport = self._writable()
        if transport is None:
            return
        head = frame_head(opcode, len(payload))
        if len(payload) <= _JOIN:
            transport.write(head + payload)
        else:
            transport.writelines((head, payload))

    def _write_pieces(self, message: Pieces) -> None:
        transport = self._writable()
        if transport is not None:
            transport.writelines((frame_head(BINARY, len(message)), *message.pieces))

    def _writable(self) -> asyncio.Transport | None:
        """The transport, if it may be written to."""
        transport = self._transport
        if self._closing or transport is None or transport.is_closing():
            return None
        return transport if self._has_room(transport.get_write_buffer_size()) else None

    def _has_room(self, unsent: int) -> bool:
        if unsent > self._most_unsent:
            _log.warning("a WebSocket is closed: its peer does not read")
            self.abort()
            return False
        return True

    # aiohttp's payload parser

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Bytes have come."""
        try:
            self._reader.feed(data)
        except FrameError as error:
            _log.warning("a WebSocket is closed: %s", error)
            self._close(error.code)
            self._reader = FrameReader(_ignore, self._control, 0)
            return True, b""
        return False, b""

    def feed_eof(self) -> None:
        """The connection is closed."""
        if not self._lost.done():
            self._lost.set_result(None)

    # The frames

    def _message(self, message: str | bytearray) -> None:
        if not self._closing:
            self._receive(message)

    def _control(self, opcode: int, payload: bytearray) -> None:
        if opcode == PING:
            self._write(10, payload)
        elif opcode == CLOSE:
            if payload[:2] == _GOING_AWAY:
                self._message(_BYE)
            self._close(CloseCode.NORMAL)
            if self._transport is not None:
                self._transport.close()


def _ignore(message: str | bytearray) -> None:
    """After an error nothing is read."""
