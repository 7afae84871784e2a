"""One TCP socket: what it is, its read loop and its queue of sends.

The read loop runs while the socket is connected and not paused. It reads large and, for a face that wants
slices, cuts to ``bufferSize``. What was read and could not be handed over, because a listener paused the
socket in between, is held and comes first when it is resumed: pausing is strict and loses nothing.

The end of the stream, or an error, disconnects the socket, pauses it, and is told after the last byte. A
failed send ends the stream too, but what the peer sent before is read and handed over first.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from homeport.net_errors import NetErrorCode, from_errno

from ._allowance import LONGEST_NAME
from ._interfaces import ABANDONED, Done, Outcome, SocketProperties, TcpSocketInfo
from ._outcomes import send_failed, sent
from ._pending import Pending, promised_rest
from ._second_look import FRESH, NEVER, NONE

if TYPE_CHECKING:
    from ._network import Address, Buffer, RawSocket
    from ._secure import Handshake
    from ._session import Session
    from ._tcp import Connecting
    from ._tls import TlsStream

DEFAULT_SLICE: Final = 4096
MAX_SLICE: Final = 65536
#: A read grows with what there is to read: a large buffer is dear when little comes.
SMALL_READ: Final = 16 << 10
LARGE_READ: Final = 256 << 10
#: Records that are encrypted in one go, before others get their turn.
_RECORDS_AT_ONCE: Final = 64


class TcpSocket:
    """A socket of the tcp namespace, connected or not."""

    __slots__ = (
        "_broken",
        "_chunk",
        "_held",
        "_queue",
        "_reading",
        "_session",
        "_slice",
        "_stream",
        "_watching",
        "buffer_size",
        "clear",
        "connecting",
        "given_up",
        "handshake",
        "host",
        "id",
        "local",
        "name",
        "news",
        "owed",
        "paused",
        "peer",
        "persistent",
        "raw",
        "tls",
        "upgraded",
    )

    def __init__(self, session: Session, socket_id: int) -> None:
        self._session = session
        self.id = socket_id
        self.persistent = False
        self.name = ""
        self.paused = False
        self.buffer_size = 0
        self._slice = DEFAULT_SLICE
        #: The connection, ``None`` when there is none, and what its bytes go through: itself, or TLS over it.
        self.raw: RawSocket | None = None
        self._stream: RawSocket | TlsStream | None = None
        self.tls: TlsStream | None = None
        #: Where a send can go at once: plain, whole, and nothing before it. Else ``None``.
        self.clear: RawSocket | None = None
        #: Was once secured: Chromium takes no other connection for it, so neither do we.
        self.upgraded = False
        self.connecting: Connecting | None = None
        self.given_up = 0  # so many times a ``connect`` was
        self.handshake: Handshake | None = None
        #: ``local`` stays unknown on accepted sockets, as in Chromium.
        self.local: Address | None = None
        self.peer: Address | None = None
        #: The host of the last ``connect``, which ``secure`` verifies.
        self.host = ""
        self.owed = 0
        self._chunk = SMALL_READ
        #: The read loop runs; and whether readiness is watched, which lags behind when the loop stops.
        self._reading = False
        self._watching = False
        self.news = NEVER if session.engine.second_look is None else NONE
        self._held = b""
        self._queue: deque[Pending] | None = None
        #: The code of a failed send: the connection is over once all is read.
        self._broken: int = 0

    # Properties and state

    def update(self, properties: SocketProperties) -> None:
        """Overwrite what ``properties`` gives."""
        if properties.persistent is not None:
            self.persistent = properties.persistent
        if properties.name is not None:
            self.name = properties.name[:LONGEST_NAME]
        if properties.buffer_size is not None:
            self.buffer_size = size = properties.buffer_size
            self._slice = min(size, MAX_SLICE) if size > 0 else DEFAULT_SLICE

    def info(self) -> TcpSocketInfo:
        """What ``getInfo`` tells."""
        local, local_port = (self.local.host, self.local.port) if self.local is not None else (None, None)
        peer, peer_port = (self.peer.host, self.peer.port) if self.peer is not None else (None, None)
        return TcpSocketInfo(
            self.id,
            self.persistent,
            self.paused,
            self.raw is not None,
            self.name or None,
            self.buffer_size if self.buffer_size > 0 else None,
            local,
            local_port,
            peer,
            peer_port,
        )

    def attach(self, raw: RawSocket, local: Address | None, peer: Address) -> None:
        """The socket is connected."""
        self._session.allowance.take()
        self.raw = self._stream = self.clear = raw
        self.local, self.peer = local, peer

    def begin(self, handshake: Handshake) -> None:
        """The connection is being upgraded, and good for nothing else meanwhile."""
        self.clear = None
        self.handshake = handshake

    def secured(self, tls: TlsStream) -> None:
        """The connection speaks TLS from now on. What Chromium forgets here is forgotten here."""
        self._stream = self.tls = tls
        self.upgraded = True
        self.handshake = None
        self.name = ""
        self.update(SocketProperties(buffer_size=0))

    @property
    def quiet(self) -> bool:
        """Whether it is connected and nothing is under way, so that the connection can be upgraded."""
        return self.paused and not (self._queue or self._broken or self.handshake)

    @property
    def held(self) -> int:
        """How many received bytes wait to be handed over."""
        return len(self._held)

    def set_paused(self, paused: bool) -> None:
        """Stop or start the read loop."""
        if paused == self.paused:
            return
        if not paused and self.handshake is not None:
            # The read that Chromium starts now finds no stream.
            self._session.sink.tcp_receive_error(self.id, int(NetErrorCode.SOCKET_NOT_CONNECTED))
            return
        self.paused = paused
        if paused:
            self.stop_reading()
        else:
            self.start_reading()

    # Reading

    def start_reading(self) -> None:
        """Run the read loop, if the socket is in a state for it."""
        if self.paused or self._reading or self.raw is None or self._session.halted:
            return
        self._reading = True
        if self._held or self._more:
            self._soon()
        else:
            self._watch()

    def stop_reading(self) -> None:
        """Read no more, for now."""
        if self._reading:
            self._reading = False
            if self._session.credit is not None:
                self._session.credit.unpark(self)

    def credit_back(self) -> None:
        """There is room again for what the face gets."""
        if self._reading:
            self._soon()

    def _watch(self) -> None:
        if not self._watching and self.raw is not None:
            self._watching = True
            self._session.network.add_reader(self.raw, self._readable)

    def unwatch(self) -> None:
        """Stop looking whether there is something to read.

        Not done at once when the loop stops: apps pause and resume often, and seldom for long.
        """
        if self._watching and self.raw is not None:
            self._watching = False
            self._session.network.remove_reader(self.raw)

    @property
    def _more(self) -> bool:
        """Whether there may be something to read that readiness does not tell."""
        return bool(self._broken) or (self.tls is not None and self.tls.has_data)

    def _soon(self) -> None:
        self._session.network.call_soon(self._go_on, self.raw)

    def _go_on(self, raw: object) -> None:
        """Hand over what was held, and what needs no waiting for; then wait for more."""
        if not self._reads(raw):
            return
        held, self._held = self._held, b""
        if held:
            self._hand_over(held)
        if self._reads(raw):
            self._watch()
            if self._more:
                self._readable()

    def _reads(self, raw: object) -> bool:
        """Whether the read loop runs, on that connection."""
        return self._reading and self.raw is raw

    def _readable(self, more: int = 3) -> bool:
        """Read, and hand it over. Whether there was as much as could be taken.

        ``more``: so many times more when small reads find more than they can take.
        """
        if not self._reading:
            self.unwatch()
            return False
        size, session = self._chunk, self._session
        credit = session.credit
        if credit is not None:
            room = credit.room(self)
            if room < size:
                size = room
                if not room:
                    self.unwatch()
                    return False
        try:
            data = self._stream.recv(size)  # type: ignore[union-attr]
        except BlockingIOError:
            if credit is not None:
                credit.pass_on()
            if self._broken:
                self._end(self._broken)
            return False
        except OSError as error:
            self._end(code_of(error))
            return False
        length = len(data)
        if not length:
            self._end(self._broken or NetErrorCode.CONNECTION_CLOSED)
            return False
        session.received += length
        if credit is not None:
            credit.charge(self, length)
        full, raw = length == size, None
        if full:
            raw = self.raw
            self._chunk = min(LARGE_READ, 4 * self._chunk)
        elif size > SMALL_READ > length:
            self._chunk = SMALL_READ
        if self.news < FRESH:
            session.engine.second_look.note(self)  # type: ignore[union-attr]
        if length > self._slice and session.slicing:
            self._hand_over(data)
        else:
            session.sink.tcp_receive(self.id, data)
        if (self._broken or self.tls is not None) and self._more:
            self._soon()
        if full and more and size < LARGE_READ and self._reads(raw):
            return self._readable(more - 1)
        return full

    def look_again(self) -> None:
        """Read without waiting, as long as a read finds more than it can take."""
        if self._reading and self._watching and self._readable():
            self._session.network.call_soon(self.look_again)

    def _hand_over(self, data: bytes) -> None:
        """Give ``data`` to the face, in slices if it wants that, until a listener stops it."""
        session, raw = self._session, self.raw
        if not session.slicing:
            session.sink.tcp_receive(self.id, data)
            return
        at, size, me, receive = 0, len(data), self.id, session.sink.tcp_receive
        while at < size:
            end = at + self._slice
            receive(me, data[at:end])
            at = end
            if not self._reading:
                if self.raw is raw and at < size:
                    self._held = data[at:]
                return

    def _end(self, code: int) -> None:
        """The stream is over, and all of it was handed over: tell that."""
        self.paused = True
        abandoned = self.drop(flush=code == NetErrorCode.CONNECTION_CLOSED)
        strict = self._session.engine.strict_chromium
        for pending in abandoned:
            # In Chromium too some are answered, and others never: whatever it heard of first.
            pending.done(ABANDONED if strict else send_failed(NetErrorCode.SOCKET_NOT_CONNECTED))
        if strict:
            code = NetErrorCode.CONNECTION_CLOSED
        self._session.sink.tcp_receive_error(self.id, int(code))

    # Sending

    def send(self, data: Buffer, size: int, done: Done, promised: bool = False) -> None:
        """Send all of ``data``; ``done`` once the kernel has taken it."""
        clear = self.clear
        if clear is None or not size:
            self._send_in_turn(data, size, done, promised)
            return
        try:
            taken = clear.send(data)
        except BlockingIOError:
            taken = 0
        except OSError as error:
            self.fail(error, done)
            return
        if taken == size:
            self._session.sent += size
            done(sent(size))
        else:
            self._enqueue(data, taken, size, done, promised)

    def _send_in_turn(self, data: Buffer, size: int, done: Done, promised: bool) -> None:
        """As :meth:`send`, where it cannot be done at once, or is not plain."""
        if self.raw is None or self._broken or self.handshake is not None:
            done(send_failed(NetErrorCode.SOCKET_NOT_CONNECTED))
        elif self._queue:
            self._enqueue(data, 0, size, done, promised)
        elif not size:
            done(sent(0))
        elif self.tls is not None:
            self._send_secured(self.tls, data, size, done)
        else:
            # The queue has just run empty, and one of its callbacks sends on.
            self._enqueue(data, 0, size, done, promised)

    def _send_secured(self, tls: TlsStream, data: Buffer, size: int, done: Done) -> None:
        try:
            taken = tls.send(data)
        except BlockingIOError:
            taken = 0
        except OSError as error:
            self.fail(error, done)
            return
        if taken == size and tls.flushed:
            self._session.sent += size
            done(sent(size))
        else:
            self._enqueue(data, taken, size, done, False)

    def _enqueue(self, data: Buffer, taken: int, size: int, done: Done, promised: bool) -> None:
        if self._queue is None:
            self._queue = deque()
            self.clear = None
            self._session.network.add_writer(self.raw, self._writable)  # type: ignore[arg-type]
        self._session.quota.charge(size)
        self._queue.append(Pending(data, taken, size, done, promised))

    def _writable(self) -> None:
        while self._queue:
            pending = self._queue[0]
            try:
                finished = self._push(pending)
            except BlockingIOError:
                return
            except OSError as error:
                self.fail(error)
                return
            if not finished:
                return
            self._queue.popleft()
            self._session.quota.give(pending.size)
            self._session.sent += pending.size
            pending.done(sent(pending.size))
        self._stop_writing()

    def _push(self, pending: Pending) -> bool:
        """Send on; whether that is all of it. Raises :class:`BlockingIOError`."""
        for _ in range(1 if self.tls is None else _RECORDS_AT_ONCE):
            if pending.rest:
                taken = self._stream.send(pending.rest)  # type: ignore[union-attr]
                pending.rest = pending.rest[taken:]
        return not pending.rest and (self.tls is None or self.tls.flush())

    def _stop_writing(self) -> list[Pending]:
        """Forget the queue. Gives what was in it."""
        queue, self._queue = self._queue, None
        if queue is None:
            return []
        if self.raw is not None:
            self._session.network.remove_writer(self.raw)
        if self.tls is None and not self._broken:
            self.clear = self.raw
        for pending in queue:
            self._session.quota.give(pending.size)
        return list(queue)

    def fail(self, error: OSError, done: Done | None = None) -> None:
        """A send failed, and so do those behind it. The stream ends as soon as all is read.

        ``done``: who waits for that one.
        """
        self._broken = code_of(error)
        self.clear = None
        failing = [pending.done for pending in self._stop_writing()]
        if done is not None:
            failing.insert(0, done)
        outcome = send_failed(NetErrorCode.FAILED)
        for one in failing:
            one(outcome)
            outcome = send_failed(NetErrorCode.SOCKET_NOT_CONNECTED)
        if self._reading:
            self._soon()

    # The end

    def disconnect(self, done: Done, outcome: Outcome) -> None:
        """Drop the connection on the app's wish. ``done`` gets ``outcome``."""
        was_reading = self.raw is not None and not self.paused
        nobody_waits = [] if self.connecting is None else [self.connecting.cancel()]
        abandoned = self.drop(flush=True)
        self.paused = self.paused or was_reading
        for one in (*nobody_waits, *(pending.done for pending in abandoned)):
            one(ABANDONED)
        done(outcome)
        if was_reading:
            self._session.sink.tcp_receive_error(self.id, int(NetErrorCode.CONNECTION_CLOSED))

    def drop(self, *, flush: bool) -> list[Pending]:
        """Let go of the connection, silently. Gives the sends that it leaves unfinished.

        ``flush``: what the kernel has taken, and what was promised, still reaches the peer.
        """
        self.stop_reading()
        self.unwatch()
        abandoned = self._stop_writing()
        handshake, self.handshake = self.handshake, None
        if handshake is not None:
            handshake.abandon()
        if self._held and self._session.credit is not None:
            self._session.credit.repay(self, len(self._held))
        self._held = b""
        self._chunk = SMALL_READ
        self._broken = 0
        raw, tls = self.raw, self.tls
        rest = b""
        if abandoned and flush and tls is None:
            rest = promised_rest(abandoned)
        self.raw = self._stream = self.clear = self.tls = self.local = self.peer = None
        if tls is not None:
            tls.say_goodbye()
        if raw is not None:
            self._session.allowance.give()
            self._session.engine.closer.close(raw, flush=flush, rest=rest)
        return abandoned


def code_of(error: OSError) -> int:
    """The network's code for an error of the operating system or of TLS."""
    code = getattr(error, "code", None)
    return code if isinstance(code, int) else from_errno(error.errno)
