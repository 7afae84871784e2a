"""One UDP socket: what it is, its receive loop and its queue of sends.

The receive loop runs while the socket is bound and not paused. A datagram larger than ``bufferSize`` is lost,
told as ``ERR_MSG_TOO_BIG``, and pauses the socket. While the face is slow nothing is read: the kernel's queue
fills, and the kernel drops.

Almost every send is done in its call. Only when the kernel has no room it waits, and a few behind it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from homeport.net_errors import NetErrorCode, from_errno

from ._address import normal_ip
from ._allowance import LONGEST_NAME
from ._interfaces import ABANDONED, Done, SocketProperties, UdpSocketInfo
from ._multicast import DEFAULT_TTL, send_from, set_group_options
from ._network import AF_INET, AF_INET6, SOCK_DGRAM, Address
from ._outcomes import send_failed, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._network import Buffer, RawSocket, SockAddr
    from ._session import Session

DEFAULT_BUFFER: Final = 4096
#: No datagram is larger, so that what is read is whole.
_MAX_DATAGRAM: Final = 65536
#: Datagrams read before the event loop gets its turn.
_MAX_BURST: Final = 64
#: Wake-ups with nothing left over, after which more is tried: it saves a useless call at one datagram a time.
_PATIENCE: Final = 4
#: Sends that may wait: one in the kernel's door, as Chromium counts, and 32 behind it.
_MAX_QUEUE: Final = 33
_MAX_ROUTES: Final = 1024

#: Echoes of earlier sends that nobody took, which some systems report when receiving (reset, refused).
_ECHOES: Final = frozenset({NetErrorCode.CONNECTION_RESET, NetErrorCode.CONNECTION_REFUSED})


class Route(NamedTuple):
    """Where a destination leads: allowed, and in the form that the socket takes."""

    sockaddr: SockAddr
    #: Whether the app's budget pays: for everything that leaves the machine.
    metered: bool


class Waiting(NamedTuple):
    """A send that waits for room in the kernel."""

    data: bytes
    sockaddr: SockAddr
    done: Done


class UdpSocket:
    """A socket of the udp namespace, bound or not."""

    __slots__ = (
        "_burst",
        "_full",
        "_limit",
        "_queue",
        "_reading",
        "_session",
        "bind_tried",
        "buffer_size",
        "generation",
        "groups",
        "id",
        "local",
        "loopback",
        "name",
        "owed",
        "paused",
        "peer",
        "persistent",
        "raw",
        "routes",
        "ttl",
    )

    def __init__(self, session: Session, socket_id: int) -> None:
        self._session = session
        self.id = socket_id
        self.persistent = False
        self.name = ""
        self.paused = False
        self.buffer_size = 0
        self._limit = DEFAULT_BUFFER
        self.owed = 0
        #: The bound socket of the system, else ``None``.
        self.raw: RawSocket | None = None
        self.local: Address | None = None
        #: The one peer of a connected socket, see :meth:`connect`.
        self.peer: Address | None = None
        self.bind_tried = False
        self.ttl = DEFAULT_TTL
        self.loopback = True
        #: Joined groups in normal form, in the order of joining.
        self.groups: list[str] = []
        #: Destinations that were allowed, by (address, port, dnsQueryType) as the app writes them.
        self.routes: dict[tuple[str, int, str | None], Route] = {}
        #: The door's generation that the routes belong to.
        self.generation = -1
        self._queue: deque[Waiting] | None = None
        self._reading = False
        self._burst = 1
        self._full = 0

    # Properties and state

    def update(self, properties: SocketProperties) -> None:
        """Overwrite what ``properties`` gives."""
        if properties.persistent is not None:
            self.persistent = properties.persistent
        if properties.name is not None:
            self.name = properties.name[:LONGEST_NAME]
        if properties.buffer_size is not None:
            self.buffer_size = properties.buffer_size
            self._limit = properties.buffer_size if properties.buffer_size > 0 else DEFAULT_BUFFER

    def info(self) -> UdpSocketInfo:
        """What ``getInfo`` tells."""
        local = self.local
        return UdpSocketInfo(
            self.id,
            self.persistent,
            self.paused,
            self.name or None,
            self.buffer_size if self.buffer_size > 0 else None,
            local and local.host,
            local and local.port,
        )

    def set_paused(self, paused: bool) -> None:
        """Stop or start the receive loop."""
        if paused == self.paused:
            return
        self.paused = paused
        if paused:
            self.stop_reading()
        else:
            self.start_reading()

    @property
    def dropped(self) -> int | None:
        """Datagrams that the system lost because they were not read in time; ``None``: it does not say."""
        return None if self.raw is None else self._session.network.dropped(self.raw)

    # Binding

    def bind(self, local: Address) -> None:
        """Take a local address. Raises :class:`OSError`."""

        def take(raw: RawSocket) -> None:
            raw.bind(local.sockaddr)
            if not self._session.engine.multicast_interface:
                send_from(raw, local)

        self._open(local.family, take)

    def connect(self, peer: Address) -> None:
        """Exchange datagrams with one peer only, as ``chrome.socket`` can. Raises :class:`OSError`."""

        def take(raw: RawSocket) -> None:
            if code := raw.connect_ex(peer.sockaddr):
                raise OSError(code, "connect")

        self._open(peer.family, take)
        self.peer = peer

    def _open(self, family: int, take: Callable[[RawSocket], None]) -> None:
        """Have the system's socket, with what ``take`` gives it.

        The options for groups are used up by the attempt: another one gets the defaults, as in Chromium.
        """
        ttl, loopback = self.ttl, self.loopback
        self.bind_tried, self.ttl, self.loopback = True, DEFAULT_TTL, True
        raw = self._session.network.socket(family, SOCK_DGRAM)
        try:
            set_group_options(raw, ttl, loopback, self._session.engine.multicast_interface)
            take(raw)
            name = raw.getsockname()
        except OSError:
            raw.close()
            raise
        self.raw = raw
        self._session.allowance.take()
        self.local = Address(family, normal_ip(name[0]), name[1])

    # Receiving

    def start_reading(self) -> None:
        """Run the receive loop, if the socket is in a state for it."""
        if self.paused or self._reading or self.raw is None or self._session.halted:
            return
        self._reading = True
        self._session.network.add_reader(self.raw, self._readable)

    def stop_reading(self) -> None:
        """Receive no more, for now."""
        if self._reading:
            self._reading = False
            if self.raw is not None:
                self._session.network.remove_reader(self.raw)
            if self._session.credit is not None:
                self._session.credit.unpark(self)

    def credit_back(self) -> None:
        """There is room again for what the face gets."""
        if self._reading and self.raw is not None:
            self._session.network.add_reader(self.raw, self._readable)

    def _readable(self) -> None:
        session, raw = self._session, self.raw
        if raw is None:
            return
        credit, room = session.credit, _MAX_DATAGRAM
        for count in range(self._burst):
            if credit is not None:
                if count == 0:
                    room = credit.room(self)
                    if room <= 0:
                        session.network.remove_reader(raw)
                        return
                elif room <= 0:
                    # Asked for again once there is more to read: a turn for a socket that has nothing to read
                    # would keep that credit from the others for as long as nothing comes.
                    return
            try:
                data, peer = raw.recvfrom(_MAX_DATAGRAM)
            except (BlockingIOError, InterruptedError):
                self._full, self._burst = 0, count or 1
                if credit is not None:
                    credit.pass_on()
                return
            except OSError as error:
                code = from_errno(error.errno, "receive")
                if code in _ECHOES and self.peer is None:
                    continue
                self._receive_failed(code)
                return
            size = len(data)
            if size > self._limit:
                self._receive_failed(NetErrorCode.MSG_TOO_BIG)
                return
            session.received += size
            if credit is not None:
                credit.charge(self, size)
                room -= size
            host = peer[0]
            session.sink.udp_receive(self.id, data, normal_ip(host) if ":" in host else host, peer[1])
            if not self._reading:
                return
        self._full += 1
        if self._full >= _PATIENCE:
            self._full, self._burst = 0, min(2 * self._burst, _MAX_BURST)

    def _receive_failed(self, code: int) -> None:
        self.set_paused(True)
        self._session.sink.udp_receive_error(self.id, code)

    # Sending

    def route(self, address: Address, metered: bool) -> Route | int:
        """The way to an allowed address from this socket, or the code why there is none."""
        assert self.raw is not None  # noqa: S101 (only bound sockets are asked)
        if self.raw.family == AF_INET6 and address.family == AF_INET:
            return Route((f"::ffff:{address.host}", address.port, 0, 0), metered)
        if self.raw.family == AF_INET and address.family == AF_INET6:
            return int(NetErrorCode.ADDRESS_UNREACHABLE)
        return Route(address.sockaddr, metered)

    def remember(self, key: tuple[str, int, str | None], route: Route, generation: int) -> None:
        """Use ``route`` for ``key`` without asking again, as long as ``generation`` stays."""
        if self.generation != generation or len(self.routes) >= _MAX_ROUTES:
            self.routes.clear()
            self.generation = generation
        self.routes[key] = route

    def send(self, data: Buffer, size: int, sockaddr: Any, done: Done) -> None:
        """Send one datagram. The socket is bound, and the destination allowed."""
        raw = self.raw
        if raw is None:
            done(send_failed(NetErrorCode.SOCKET_NOT_CONNECTED))
            return
        if self._queue:
            self._enqueue(raw, data, size, sockaddr, done)
            return
        try:
            self._hand_over(raw, data, sockaddr)
        except (BlockingIOError, InterruptedError):
            self._enqueue(raw, data, size, sockaddr, done)
        except OSError as error:
            done(send_failed(from_errno(error.errno, "send")))
        else:
            self._session.sent += size
            done(sent(size))

    def _hand_over(self, raw: RawSocket, data: Buffer, sockaddr: SockAddr) -> None:
        if self.peer is None:
            raw.sendto(data, sockaddr)
        else:
            raw.send(data)

    def _enqueue(self, raw: RawSocket, data: Buffer, size: int, sockaddr: SockAddr, done: Done) -> None:
        if self._queue is None:
            self._queue = deque()
        if len(self._queue) >= _MAX_QUEUE:
            done(send_failed(NetErrorCode.INSUFFICIENT_RESOURCES))
            return
        if not self._queue:
            self._session.network.add_writer(raw, self._writable)
        self._session.quota.take(size)
        self._queue.append(Waiting(bytes(data), sockaddr, done))

    def _writable(self) -> None:
        while self._queue and self.raw is not None:
            data, sockaddr, done = self._queue[0]
            try:
                self._hand_over(self.raw, data, sockaddr)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                outcome = send_failed(from_errno(error.errno, "send"))
            else:
                self._session.sent += len(data)
                outcome = sent(len(data))
            self._queue.popleft()
            self._session.quota.give(len(data))
            done(outcome)
        if not self._queue and self.raw is not None:
            self._session.network.remove_writer(self.raw)

    # The end

    def close(self, *, silently: bool = False) -> None:
        """Give the socket back. Sends that wait are abandoned."""
        self.stop_reading()
        queue, self._queue = self._queue, None
        raw, self.raw, self.local, self.peer = self.raw, None, None, None
        self.routes.clear()
        self.groups.clear()
        if raw is not None:
            if queue:
                self._session.network.remove_writer(raw)
            self._session.allowance.give()
            raw.close()
        for waiting in queue or ():
            self._session.quota.give(len(waiting.data))
            if not silently:
                waiting.done(ABANDONED)
