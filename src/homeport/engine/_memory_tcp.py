"""TCP in memory: connections with windows, half-close and reset; listeners with a backlog."""

from __future__ import annotations

import errno
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from ._memory_socket import MemorySocket, error
from ._network import AF_INET6, MSG_PEEK, SHUT_WR, SO_ERROR, SOCK_STREAM, SOL_SOCKET

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._memory import MemoryNetwork, Place
    from ._network import Buffer

#: Bytes under way and not yet read, in each direction.
WINDOW: Final = 64 << 10


class MemoryStream(MemorySocket):
    """A TCP socket: new, listening, connecting or connected."""

    kind = SOCK_STREAM

    def __init__(self, network: MemoryNetwork, family: int, fileno: int) -> None:
        super().__init__(network, family, fileno)
        self._backlog: int | None = None
        self._accepted: deque[MemoryStream] = deque()
        self._knocking: deque[MemoryStream] = deque()
        self._connecting = False
        self.peer: MemoryStream | None = None
        self._peer_place: Place | None = None
        self._inbox = bytearray()
        self._under_way: deque[Callable[[], None]] = deque()
        self._ended = False  # We said that no more comes.
        self._peer_ended = False
        self._error = 0

    @property
    def readable(self) -> bool:
        """Whether there is data, an end, an error or a new connection."""
        return not self.closed and bool(
            self._accepted or self._inbox or self._error or (self._peer_place and self._peer_ended)
        )

    @property
    def writable(self) -> bool:
        """Whether there is room, or a connection is decided."""
        if self.closed or self._connecting:
            return False
        return bool(self._error) or (self._peer_place is not None and self._room() > 0)

    def _room(self) -> int:
        unread = 0 if self.peer is None else len(self.peer._inbox)
        return WINDOW - self.in_flight - unread

    def getsockopt(self, level: int, option: int, /) -> int:
        """An option, or the error that waits, which is taken by asking."""
        if (level, option) == (SOL_SOCKET, SO_ERROR):
            return self._take_error()
        return super().getsockopt(level, option)

    def _take_error(self) -> int:
        number, self._error = self._error, 0
        return number

    # Listening

    def listen(self, backlog: int = 128, /) -> None:
        """Let peers connect."""
        self.check_open()
        if self.place is None:
            raise error(errno.EINVAL)
        self._backlog = backlog

    def accept(self) -> tuple[MemoryStream, Any]:
        """The next connection, and its peer."""
        self.check_open()
        if self._backlog is None:
            raise error(errno.EINVAL)
        if not self._accepted:
            raise error(errno.EAGAIN)
        sock = self._accepted.popleft()
        if self._knocking:
            self._admit(self._knocking.popleft())
        return sock, sock.getpeername()

    def _admit(self, client: MemoryStream) -> None:
        """``client`` connects here, or waits its turn."""
        assert self._backlog is not None  # noqa: S101 (only listeners are asked)
        if client.closed:
            return
        if len(self._accepted) > self._backlog:
            self._knocking.append(client)
            return
        sock: MemoryStream = self._network.socket(self.family, SOCK_STREAM)
        sock.anywhere = self.anywhere
        sock.place, sock._peer_place = client._peer_place, client.place
        sock.peer, client.peer = client, sock
        client.connected(0)
        self._accepted.append(sock)
        self._network.poke(self)

    # Connecting

    def connect_ex(self, address: Any, /) -> int:
        """Begin to connect."""
        self.check_open()
        if self._peer_place is not None or self._connecting:
            return errno.EISCONN if self.peer else errno.EALREADY
        target = self.to_place(address)
        if target.host in ("0.0.0.0", "::"):  # noqa: S104 (as Linux does: the loopback)
            target = target._replace(host="127.0.0.1" if target.host == "0.0.0.0" else "::1")  # noqa: S104
        try:
            if self.place is None:
                local = self.any_local(target.host)
                self.bind((local, 0, 0, 0) if self.family == AF_INET6 else (local, 0))
        except OSError as failure:
            return failure.errno or errno.EADDRNOTAVAIL
        self._connecting = True
        self._peer_place = target
        self._network.carry(lambda: self._network.call_soon(self._knock))
        return errno.EINPROGRESS

    def _knock(self) -> None:
        if self.closed or self._peer_place is None:
            return
        listener = self._network.at(SOCK_STREAM, self._peer_place)
        if listener is not None and listener._backlog is not None:
            listener._admit(self)
        else:
            known = self._network.knows(self._peer_place.host)
            self.connected(errno.ECONNREFUSED if known else errno.EHOSTUNREACH)

    def connected(self, number: int) -> None:
        """The connecting is decided: with an error, or 0."""
        self._connecting = False
        self._error = number
        if number:
            self._peer_place = None
        self._network.poke(self)

    def getpeername(self) -> Any:
        """The peer's address."""
        self.check_open()
        if self._peer_place is None or self._connecting:
            raise error(errno.ENOTCONN)
        return self.to_sockaddr(self._peer_place)

    # Sending

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        """Send some of ``data``."""
        self.check_open()
        if number := self._take_error():
            raise error(number)
        if self._ended or self._peer_place is None:
            raise error(errno.EPIPE)
        if self._connecting or self._room() <= 0:
            raise error(errno.EAGAIN)
        size = self._network.piece(min(len(data), self._room()))
        piece = bytes(memoryview(data)[:size])
        self.in_flight += size
        if self._network.chance(self._network.weather.reset):
            self._send_on(self.reset)
        self._send_on(lambda: self._deliver(piece))
        return size

    def _send_on(self, what: Callable[[], None]) -> None:
        """``what`` happens at the other side, after everything sent before."""
        self._under_way.append(what)
        self._network.carry(lambda: self._under_way.popleft()() if self._under_way else None)

    def _deliver(self, piece: bytes) -> None:
        self.in_flight -= len(piece)
        peer = self.peer
        if peer is None or peer.closed:
            self._broken()
        else:
            peer._inbox += piece
            self._network.poke(peer)
        self._network.poke(self)

    def _deliver_end(self) -> None:
        if self.peer is not None and not self.peer.closed:
            self.peer._peer_ended = True
            self._network.poke(self.peer)

    def shutdown(self, how: int, /) -> None:
        """Half-close: no more comes from here."""
        self.check_open()
        if self._peer_place is None or self._connecting:
            raise error(errno.ENOTCONN)
        if how == SHUT_WR and not self._ended:
            self._ended = True
            self._send_on(self._deliver_end)

    def reset(self) -> None:
        """Break the connection at both ends, at once; what is under way is lost."""
        peer = self.peer
        self._broken()
        if peer is not None:
            peer._broken()

    def _broken(self) -> None:
        if self.closed or self.peer is None:
            return
        self.peer = None
        self._under_way.clear()
        self.in_flight = 0
        self._error = errno.ECONNRESET
        self._ended = self._peer_ended = True
        self._network.poke(self)

    # Receiving

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Up to ``size`` bytes; none at the end of the stream."""
        self.check_open()
        if self._inbox:
            taken = self._network.piece(min(size, len(self._inbox)))
            data = bytes(self._inbox[:taken])
            if not flags & MSG_PEEK:
                del self._inbox[:taken]
                if self.peer is not None:
                    self._network.poke(self.peer)
            return data
        if number := self._take_error():
            raise error(number)
        if self._peer_place is None:
            raise error(errno.ENOTCONN)
        if self._peer_ended:
            return b""
        raise error(errno.EAGAIN)

    def recv_into(self, buffer: bytearray | memoryview, size: int = 0, flags: int = 0, /) -> int:
        """As ``recv``, into ``buffer``."""
        data = self.recv(size or len(buffer), flags)
        buffer[: len(data)] = data
        return len(data)

    # The end

    def on_close(self) -> None:
        """Tell the peer: an end if everything was read, else a reset."""
        for sock in (*self._accepted, *self._knocking):
            if sock.peer is None:
                sock.connected(errno.ECONNREFUSED)
            else:
                sock.close()
        peer = self.peer
        if peer is None:
            return
        if self._inbox:
            self._send_on(peer._broken)
        elif not self._ended:
            self._ended = True
            self._send_on(self._deliver_end)
