"""HTTP connections over the engine: what a page fetches goes through the same door as its sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

from homeport.engine import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from homeport.engine import Session

__all__ = ["EngineConnector", "NotNamedError", "RefusedError", "WebSink"]

_READ = 65536
#: Of an answer's head, with whatever is said before it (1xx). Chromium reads no more either.
_MAX_HEAD = 256 << 10


class RefusedError(aiohttp.ClientConnectionError):
    """The connection was not made; the text is the network error's name or the rule that forbids it."""


class NotNamedError(RefusedError):
    """The app's permissions do not name the server."""


class WebSink:
    """Hands what the engine receives to the connections it is for."""

    def __init__(self) -> None:
        self.transports: dict[int, EngineTransport] = {}

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """Bytes for a connection."""
        transport = self.transports.get(socket_id)
        if transport is not None:
            transport.received(data)

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        """The end of a connection."""
        transport = self.transports.get(socket_id)
        if transport is not None:
            transport.ended(result_code)

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        """Never: only TCP is used."""

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        """Never."""

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        """Never."""

    def accept_error(self, socket_id: int, result_code: int) -> None:
        """Never."""


class EngineTransport(asyncio.Transport):
    """One connection of a session, as asyncio's protocols see it."""

    def __init__(self, session: Session, sink: WebSink, socket_id: int, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._session = session
        self._sink = sink
        self._id = socket_id
        self._protocol = protocol
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._unsent = 0
        self._writing_paused = False
        sink.transports[socket_id] = self

    def received(self, data: bytes) -> None:
        """From the engine; its credit returns at once, as the protocol pauses by itself."""
        if not self._closed:
            self._protocol.data_received(data)

    def ended(self, code: int) -> None:
        """From the engine."""
        if not self._closed:
            self._protocol.eof_received()
            self._lose(None if code == -100 else ConnectionResetError(code))

    def write(self, data: bytes | bytearray | memoryview[Any]) -> None:
        """Send, after what is sent already."""
        if self._closed or not data:
            return
        self._unsent += len(data)
        self._session.tcp.send(self._id, bytes(data), self._sent(len(data)))
        if self._unsent > _READ and not self._writing_paused:
            self._writing_paused = True
            self._protocol.pause_writing()

    def _sent(self, size: int) -> Callable[[Outcome], None]:
        def done(outcome: Outcome) -> None:
            self._unsent -= size
            if outcome.error is not None:
                self._loop.call_soon(self._lose, ConnectionResetError(outcome.error))
            elif self._writing_paused and self._unsent <= _READ // 2:
                self._writing_paused = False
                self._protocol.resume_writing()

        return done

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview[Any]]) -> None:
        """Send them as one."""
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        """The API has no half-close."""
        return False

    def pause_reading(self) -> None:
        """Let the peer wait."""
        self._session.tcp.set_paused(self._id, True, _nobody)

    def resume_reading(self) -> None:
        """Read on."""
        self._session.tcp.set_paused(self._id, False, _nobody)

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self._closed

    def close(self) -> None:
        """Close; the engine sends what was handed over."""
        self._loop.call_soon(self._lose, None)

    def abort(self) -> None:
        """Close."""
        self.close()

    def get_write_buffer_size(self) -> int:
        """What the engine has not sent."""
        return self._unsent

    def _lose(self, error: Exception | None) -> None:
        if self._closed:
            return
        self._closed = True
        self._sink.transports.pop(self._id, None)
        self._session.tcp.close(self._id, _nobody)
        self._protocol.connection_lost(error)


class _Reader(ResponseHandler):
    """Reads answers, and gives up on one whose head does not end."""

    _read = 0
    _in_head = False

    def set_response_params(self, **how: Any) -> None:
        """An answer is waited for."""
        self._read, self._in_head = 0, True
        super().set_response_params(**how)

    def feed_data(self, data: Any, size: int = 0) -> None:
        """A head was read."""
        message, _ = data
        self._in_head = message.code < 200 and message.code != 101
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        """Bytes of the answer."""
        self._read += len(data)
        super().data_received(data)
        if self._in_head and self._read > _MAX_HEAD:
            self._in_head = False
            self.close()
            self.set_exception(aiohttp.ClientPayloadError("The head of the answer is too large."))


class EngineConnector(aiohttp.BaseConnector):
    """Makes aiohttp's connections by way of a session, so many to one server at a time; 0: any number."""

    allowed_protocol_schema_set = frozenset({"", "http", "https", "ws", "wss"})

    def __init__(self, session: Session, sink: WebSink, most_to_one: int) -> None:
        super().__init__(limit=0, limit_per_host=most_to_one)
        self._session = session
        self._sink = sink

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: object,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature; it bounds this call itself
    ) -> ResponseHandler:
        tcp = self._session.tcp
        host, port = req.url.raw_host or "", req.url.port or 80
        created = await _done(lambda done: tcp.create(None, done))
        socket_id: int = created.args[0].socket_id  # type: ignore[attr-defined]
        try:
            # Nothing is heard before there is somebody to hear it.
            await _done(lambda done: tcp.set_paused(socket_id, True, done))
            _check(await _done(lambda done: tcp.connect(socket_id, host, port, None, done)))
            if req.is_ssl():
                _check(await _done(lambda done: tcp.secure(socket_id, None, done)))
        except BaseException:
            tcp.close(socket_id, _nobody)
            raise
        protocol = _Reader(self._loop)
        transport = EngineTransport(self._session, self._sink, socket_id, protocol)
        protocol.connection_made(transport)
        transport.resume_reading()
        return protocol


def _check(outcome: Outcome) -> None:
    if outcome.error is not None:
        raise NotNamedError(outcome.error)
    code = outcome.args[0] if outcome.args else -2
    if isinstance(code, int) and code < 0:
        raise RefusedError(f"error {code}")


async def _done(call: Callable[[Callable[[Outcome], None]], None]) -> Outcome:
    future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def done(outcome: Outcome) -> None:
        if not future.done():
            future.set_result(outcome)

    call(done)
    return await future


def _nobody(_: Outcome) -> None:
    """Whose answer does not matter."""
