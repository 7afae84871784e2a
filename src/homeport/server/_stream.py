"""What goes down to a page as the body of one endless HTTP response, beside its WebSocket.

Chromium hands a page the body of a response for less than half of what it spends on messages of a WebSocket,
and sooner. So a page may ask for one: from then on all that its channel sends goes there, framed as on a
pipe, and only what the page says still comes over the WebSocket. The connection ends with the WebSocket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web

from homeport.wire import Outgoing, Pieces, frame, frame_head

if TYPE_CHECKING:
    from ._websocket import WebSocketChannel

__all__ = ["DownStream", "Transports"]

#: The longest name that a page may give its transport.
_LONGEST_NAME = 64


class DownStream:
    """One response without end, as aiohttp's payload parser too: only so does it tell of the end."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._transport: asyncio.Transport | None = None
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, lead: Callable[[DownStream], bool], lost: Callable[[], None]) -> web.StreamResponse:
        """Answer, ``lead`` the messages here if they still can be, and carry them until the end.

        ``lost`` is called when the connection is closed.
        """
        response = web.StreamResponse(
            headers={"Content-Type": "application/octet-stream", "Cache-Control": "no-store"}
        )
        response.force_close()
        response.enable_chunked_encoding()
        await response.prepare(self._request)
        self._transport = self._request.transport
        if self._transport is not None:
            self._request.protocol.set_parser(cast("Any", self))
            if lead(self):
                try:
                    await self._lost
                finally:
                    lost()
            else:
                self._transport.abort()
        return response

    def send(self, message: Outgoing) -> None:
        """Send one message."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if isinstance(message, Pieces):
            head = frame_head(message)
            size = len(head) + len(message)
            transport.writelines((b"%x\r\n%b" % (size, head), *message.pieces, b"\r\n"))
        else:
            data = frame(message)
            transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def buffered(self) -> int:
        """Bytes that the operating system has not taken."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def close(self) -> None:
        """End the response after what was sent."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"0\r\n\r\n")
            self._transport.close()

    def abort(self) -> None:
        """Close now."""
        if self._transport is not None:
            self._transport.abort()

    # aiohttp's payload parser

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Nothing follows a request for a stream."""
        self.abort()
        return True, b""

    def feed_eof(self) -> None:
        """The connection is closed."""
        if not self._lost.done():
            self._lost.set_result(None)


class Transports:
    """The open WebSockets by the names that their pages gave them, so that a stream finds its own."""

    def __init__(self) -> None:
        self._channels: dict[tuple[str, str], WebSocketChannel] = {}

    def add(self, app_id: str, name: str | None, channel: WebSocketChannel) -> Callable[[], None]:
        """Remember ``channel``, if its page wants a stream; what forgets it again. A name is good once."""
        key = (app_id, name or "")
        if not name or len(name) > _LONGEST_NAME or key in self._channels:
            return _nothing
        self._channels[key] = channel
        return partial(self._forget, key)

    def _forget(self, key: tuple[str, str]) -> None:
        self._channels.pop(key, None)

    def take(self, app_id: str, name: str) -> WebSocketChannel | None:
        """The channel of that name, which has no other stream."""
        return self._channels.pop((app_id, name), None)


def _nothing() -> None:
    """Nothing was remembered."""
