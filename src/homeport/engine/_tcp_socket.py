"""One TCP socket: what it is, its read loop and its queue of sends.

The read loop runs while the socket is connected and not paused. It reads large and, for a face that wants
slices, cuts to ``bufferSize``. What was read and could not be handed over, because a listener paused the
socket in between, is held and comes first when it is resumed: pausing is strict and loses nothing.

The end of the stream, or an error, disconnects the socket, pauses it, and is told after the last byte.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from homeport.net_errors import NetErrorCode, from_errno

from ._interfaces import ABANDONED, Done, Outcome, SocketProperties, TcpSocketInfo
from ._outcomes import send_failed, sent

if TYPE_CHECKING:
    import asyncio

    from ._network import Address, Buffer, RawSocket
    from ._session import Session
    from ._tls import TlsStream

DEFAULT_SLICE: Final = 4096
MAX_SLICE: Final = 65536
_SMALL_READ: Final = 64 << 10
_LARGE_READ: Final = 256 << 10


class Pending(NamedTuple):
    """A send that the kernel has not taken whole: what is left of it."""

    rest: memoryview
    size: int
    done: Done


class TcpSocket:
    """A socket of the tcp namespace, connected or not."""

    __slots__ = (
        "_chunk",
        "_held",
        "_queue",
        "_reading",
        "_session",
        "_slice",
        "_writing",
        "buffer_size",
        "connecting",
        "host",
        "id",
        "local",
        "name",
        "owed",
        "paused",
        "peer",
        "persistent",
        "sock",
        "tls",
    )

    def __init__(self, session: Session, socket_id: int) -> None:
        self._session = session
        self.id = socket_id
        self.persistent = False
        self.name = ""
        self.paused = False
        self.buffer_size = 0
        self._slice = DEFAULT_SLICE
        #: The connection: the raw socket, or TLS over one; ``None`` when not connected.
        self.sock: RawSocket | TlsStream | None = None
        self.tls: TlsStream | None = None
        self.connecting: asyncio.Task[None] | None = None
        self.local: Address | None = None
        self.peer: Address | None = None
        #: The host of the last ``connect``, which ``secure`` verifies.
        self.host = ""
        self.owed = 0
        self._chunk = _SMALL_READ
        self._reading = False
        self._writing = False
        self._held = b""
        self._queue: deque[Pending] | None = None

    # Properties and state

    def update(self, properties: SocketProperties) -> None:
        """Overwrite what ``properties`` gives."""
        if properties.persistent is not None:
            self.persistent = properties.persistent
        if properties.name is not None:
            self.name = properties.name
        if properties.buffer_size is not None:
            self.buffer_size = properties.buffer_size
            self._slice = (
                min(properties.buffer_size, MAX_SLICE) if properties.buffer_size > 0 else DEFAULT_SLICE
            )

    def info(self) -> TcpSocketInfo:
        """What ``getInfo`` tells."""
        local, peer = self.local, self.peer
        return TcpSocketInfo(
            self.id,
            self.persistent,
            self.paused,
            self.sock is not None,
            self.name or None,
            self.buffer_size if self.buffer_size > 0 else None,
            local and local.host,
            local and local.port,
            peer and peer.host,
            peer and peer.port,
        )

    def attach(self, sock: RawSocket, local: Address | None, peer: Address) -> None:
        """The socket is connected."""
        self.sock, self.local, self.peer = sock, local, peer

    def set_paused(self, paused: bool) -> None:
        """Stop or start the read loop."""
        if paused == self.paused:
            return
        self.paused = paused
        if paused:
            self.stop_reading()
        else:
            self.start_reading()

    # Reading

    def start_reading(self) -> None:
        """Run the read loop, if the socket is in a state for it."""
        if self.paused or self._reading or self.sock is None or self._session.halted:
            return
        self._reading = True
        if self._held or (self.tls is not None and self.tls.has_data):
            self._session.network.call_soon(self._resume, self.sock)
        else:
            self._watch()

    def stop_reading(self) -> None:
        """Read no more, for now."""
        if self._reading:
            self._reading = False
            if self.sock is not None:
                self._session.network.remove_reader(self.sock)
            if self._session.credit is not None:
                self._session.credit.unpark(self)

    def credit_back(self) -> None:
        """There is room again for what the face gets."""
        if self._reading and self.sock is not None:
            self._watch()

    def _watch(self) -> None:
        assert self.sock is not None
        self._session.network.add_reader(self.sock, self._readable)

    def _resume(self, sock: object) -> None:
        """Hand over what was held; then read on."""
        if not self._reading or self.sock is not sock:
            return
        held, self._held = self._held, b""
        if held:
            self._hand_over(held)
        if self._reading and self.sock is sock:
            if self.tls is not None and self.tls.has_data:
                self._readable()
            else:
                self._watch()

    def _readable(self) -> None:
        size = self._chunk
        credit = self._session.credit
        if credit is not None:
            room = credit.room(self)
            if room < size:
                size = room
                if not room:
                    if self.sock is not None:
                        self._session.network.remove_reader(self.sock)
                    return
        try:
            data = self.sock.recv(size)  # type: ignore[union-attr]
        except OSError as error:
            self._read_failed(error)
            return
        length = len(data)
        if not length:
            self.end(NetErrorCode.CONNECTION_CLOSED)
            return
        if credit is not None:
            credit.charge(self, length)
        if length == size:
            self._chunk = _LARGE_READ
        if self._session.slicing and length > self._slice:
            self._hand_over(data)
        else:
            self._session.sink.tcp_receive(self.id, data)
        if self.tls is not None and self._reading and self.tls.has_data:
            self._session.network.call_soon(self._resume, self.sock)

    def _read_failed(self, error: OSError) -> None:
        if isinstance(error, (BlockingIOError, InterruptedError)):
            return
        self.end(code_of(error))

    def _hand_over(self, data: bytes) -> None:
        if not self._session.slicing:
            self._session.sink.tcp_receive(self.id, data)
            return
        sock = self.sock
        at, size = 0, len(data)
        while at < size:
            end = at + self._slice
            self._session.sink.tcp_receive(self.id, data[at:end])
            at = end
            if not self._reading:
                if self.sock is sock and at < size:
                    self._held = data[at:]
                return

    def end(self, code: int) -> None:
        """The connection is over: tell it, unless paused; nothing more is read until it is connected anew."""
        was_reading = not self.paused
        self.paused = True
        for pending in self.drop():
            pending.done(ABANDONED)
        if was_reading:
            strict = self._session.engine.strict_chromium
            self._session.sink.tcp_receive_error(self.id, NetErrorCode.CONNECTION_CLOSED if strict else code)

    # Sending

    def send(self, data: Buffer, size: int, done: Done) -> None:
        """Send all of ``data``; ``done`` once the kernel has taken it."""
        sock = self.sock
        if sock is None:
            done(send_failed(NetErrorCode.SOCKET_NOT_CONNECTED))
            return
        if self._queue:
            self._enqueue(data, 0, size, done)
            return
        if not size:
            done(sent(0))
            return
        try:
            taken = sock.send(data)
        except (BlockingIOError, InterruptedError):
            taken = 0
        except OSError as error:
            self._broken(error, done)
            return
        if taken == size:
            done(sent(size))
        else:
            self._enqueue(data, taken, size, done)

    def _enqueue(self, data: Buffer, taken: int, size: int, done: Done) -> None:
        if self._queue is None:
            self._queue = deque()
        self._session.quota.take(size)
        view = memoryview(data)
        rest = view[taken:] if type(view.obj) is bytes else memoryview(bytes(view[taken:]))
        self._queue.append(Pending(rest, size, done))
        if not self._writing and self.sock is not None:
            self._writing = True
            self._session.network.add_writer(self.sock, self._writable)

    def _writable(self) -> None:
        while self._queue and self.sock is not None:
            pending = self._queue[0]
            try:
                taken = self.sock.send(pending.rest)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._queue.popleft()
                self._session.quota.give(pending.size)
                self._broken(error, pending.done)
                return
            if taken < len(pending.rest):
                self._queue[0] = pending._replace(rest=pending.rest[taken:])
                return
            self._queue.popleft()
            self._session.quota.give(pending.size)
            pending.done(sent(pending.size))
        self._stop_writing()

    def _stop_writing(self) -> None:
        if self._writing:
            self._writing = False
            self._queue = None
            if self.sock is not None:
                self._session.network.remove_writer(self.sock)

    def _broken(self, error: OSError, done: Done) -> None:
        """A send failed: so do those behind it, and the connection ends."""
        was_reading = not self.paused
        queued = self.drop()
        done(send_failed(NetErrorCode.FAILED))
        for pending in queued:
            pending.done(send_failed(NetErrorCode.SOCKET_NOT_CONNECTED))
        if was_reading:
            self.paused = True
            self._session.sink.tcp_receive_error(self.id, code_of(error))

    # The end

    def disconnect(self, done: Done, outcome: Outcome) -> None:
        """Drop the connection on the app's wish."""
        was_reading = self.sock is not None and not self.paused
        abandoned = self.drop()
        task, self.connecting = self.connecting, None
        if task is not None:
            task.cancel()
        if was_reading:
            self.paused = True
        for pending in abandoned:
            pending.done(ABANDONED)
        done(outcome)
        if was_reading:
            self._session.sink.tcp_receive_error(self.id, NetErrorCode.CONNECTION_CLOSED)

    def drop(self) -> list[Pending]:
        """Let go of the connection, silently. Gives the sends that it leaves unfinished."""
        self.stop_reading()
        pending = list(self._queue or ())
        self._stop_writing()
        self._queue = None
        for one in pending:
            self._session.quota.give(one.size)
        sock, self.sock, self.tls = self.sock, None, None
        self.local = self.peer = None
        if self._held and self._session.credit is not None:
            self._session.credit.repay(self, len(self._held))
        self._held = b""
        self._chunk = _SMALL_READ
        if sock is not None:
            sock.close()
        return pending


def code_of(error: OSError) -> int:
    """The network's code for an error of the operating system or of TLS."""
    code = getattr(error, "code", None)
    return code if isinstance(code, int) else from_errno(error.errno)
