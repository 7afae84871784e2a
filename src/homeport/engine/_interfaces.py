"""What the engine promises to the faces above it, and what it asks of them.

A *face* is whoever uses the engine: the dispatcher behind a page, or the Python API. A face opens a
:class:`~homeport.engine.Session`, calls its functions, and is told of everything that follows through

- the ``done`` callable that it gave with each call, and
- its :class:`Sink`.

Both are called on the event loop's thread, in the order in which the engine caused them; that order is the
session's one stream. ``done`` may be called before the function returns. A face that owes its own user
"never synchronously" (JavaScript does) queues. Neither may raise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol


class Outcome(NamedTuple):
    """The end of one call, in the terms of the API: what its callback gets.

    ``args`` are the callback's arguments, in order: none, a result code, or one object.
    ``error`` is the text of ``chrome.runtime.lastError``, or ``None``. Both may be there at once.
    """

    args: tuple[object, ...] = ()
    error: str | None = None


#: The outcome of a call that Chromium never answers: its socket was closed under it.
#: A face with callbacks drops it; a face that awaits raises ``ERR_ABORTED``.
ABANDONED = Outcome((), "net::ERR_ABORTED")

OK = Outcome()

Done = Callable[[Outcome], None]


class SocketProperties(NamedTuple):
    """What ``create`` and ``update`` take. ``None`` means: not given. ``buffer_size`` is in bytes."""

    persistent: bool | None = None
    name: str | None = None
    buffer_size: int | None = None


class CreateInfo(NamedTuple):
    """The result of ``create``."""

    socket_id: int


class SendInfo(NamedTuple):
    """The result of ``send``. ``bytes_sent`` is there only when ``result_code`` is 0."""

    result_code: int
    bytes_sent: int | None = None


class TcpSocketInfo(NamedTuple):
    """The state of a TCP socket, as ``sockets.tcp.getInfo`` tells it."""

    socket_id: int
    persistent: bool
    paused: bool
    connected: bool
    name: str | None = None
    buffer_size: int | None = None
    local_address: str | None = None
    local_port: int | None = None
    peer_address: str | None = None
    peer_port: int | None = None


class UdpSocketInfo(NamedTuple):
    """The state of a UDP socket, as ``sockets.udp.getInfo`` tells it."""

    socket_id: int
    persistent: bool
    paused: bool
    name: str | None = None
    buffer_size: int | None = None
    local_address: str | None = None
    local_port: int | None = None


class TcpServerSocketInfo(NamedTuple):
    """The state of a listening socket, as ``sockets.tcpServer.getInfo`` tells it."""

    socket_id: int
    persistent: bool
    paused: bool
    name: str | None = None
    local_address: str | None = None
    local_port: int | None = None


class TlsVersions(NamedTuple):
    """The ``tlsVersion`` of ``secure``: ``"tls1.2"`` or ``"tls1.3"``; other texts as Chromium treats them."""

    min: str | None = None
    max: str | None = None


class Sink(Protocol):
    """Where a session's events go. The six events of ``chrome.sockets``, one method each.

    Received ``data`` belongs to the sink. With ``slicing`` a session never hands over more than the
    socket's ``bufferSize`` at a time; without, up to 256 KiB, and the face slices.
    """

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """``sockets.tcp.onReceive``: one or more bytes of the stream, in order."""

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.tcp.onReceiveError``: after the last byte; the socket is paused and disconnected."""

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        """``sockets.udp.onReceive``: one datagram, possibly empty."""

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.udp.onReceiveError``: the socket is paused, still bound."""

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        """``sockets.tcpServer.onAccept``: the new socket is in the tcp namespace, paused."""

    def accept_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.tcpServer.onAcceptError``: the server socket is paused."""


class Credit(NamedTuple):
    """How many received bytes may wait for whoever receives them: of a session, and of each of its sockets.

    No more is read until some are consumed, so the peers are slowed down.
    """

    session: int = 4 << 20
    socket: int = 2 << 20
