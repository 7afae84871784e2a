"""The engine's one way to the network: raw sockets, readiness, timers, name look-ups.

Everything in the engine is built on :class:`Network`. There are two: :class:`OsNetwork`, here, over the
operating system and the running event loop; and the in-memory twin in ``_memory``. No other module of
Homeport but ``_local_pair`` imports ``socket``; the constants that others need are here to import.
"""

from __future__ import annotations

import asyncio
import socket as _socket
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import closing, suppress
from threading import Thread
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, TypeVar

from homeport.errors import UserError

AF_INET: Final = int(_socket.AF_INET)
AF_INET6: Final = int(_socket.AF_INET6)
SOCK_STREAM: Final = int(_socket.SOCK_STREAM)
SOCK_DGRAM: Final = int(_socket.SOCK_DGRAM)
MSG_PEEK: Final = int(_socket.MSG_PEEK)
MSG_TRUNC: Final = int(getattr(_socket, "MSG_TRUNC", 0))
SHUT_WR: Final = int(_socket.SHUT_WR)
SOMAXCONN: Final = int(_socket.SOMAXCONN)

SOL_SOCKET: Final = int(_socket.SOL_SOCKET)
SO_ERROR: Final = int(_socket.SO_ERROR)
SO_BROADCAST: Final = int(_socket.SO_BROADCAST)
SO_KEEPALIVE: Final = int(_socket.SO_KEEPALIVE)
SO_REUSEADDR: Final = int(_socket.SO_REUSEADDR)
SO_REUSEPORT: Final[int | None] = getattr(_socket, "SO_REUSEPORT", None)
#: Windows only: nobody else may bind the port, SO_REUSEADDR or not. ``None`` elsewhere.
SO_EXCLUSIVEADDRUSE: Final[int | None] = getattr(_socket, "SO_EXCLUSIVEADDRUSE", None)

IPPROTO_TCP: Final = int(_socket.IPPROTO_TCP)
TCP_NODELAY: Final = int(_socket.TCP_NODELAY)
#: Seconds without traffic before the first keep-alive probe, where the platform has the option.
TCP_KEEPIDLE: Final[int | None] = getattr(_socket, "TCP_KEEPIDLE", getattr(_socket, "TCP_KEEPALIVE", None))
TCP_KEEPINTVL: Final[int | None] = getattr(_socket, "TCP_KEEPINTVL", None)

IPPROTO_IP: Final = int(_socket.IPPROTO_IP)
IP_ADD_MEMBERSHIP: Final = int(_socket.IP_ADD_MEMBERSHIP)
IP_DROP_MEMBERSHIP: Final = int(_socket.IP_DROP_MEMBERSHIP)
IP_MULTICAST_IF: Final = int(_socket.IP_MULTICAST_IF)
IP_MULTICAST_LOOP: Final = int(_socket.IP_MULTICAST_LOOP)
IP_MULTICAST_TTL: Final = int(_socket.IP_MULTICAST_TTL)

IPPROTO_IPV6: Final = int(_socket.IPPROTO_IPV6)
IPV6_JOIN_GROUP: Final = int(_socket.IPV6_JOIN_GROUP)
IPV6_LEAVE_GROUP: Final = int(_socket.IPV6_LEAVE_GROUP)
IPV6_MULTICAST_HOPS: Final = int(_socket.IPV6_MULTICAST_HOPS)
IPV6_MULTICAST_IF: Final = int(_socket.IPV6_MULTICAST_IF)
IPV6_MULTICAST_LOOP: Final = int(_socket.IPV6_MULTICAST_LOOP)
IPV6_V6ONLY: Final = int(_socket.IPV6_V6ONLY)

if sys.platform == "linux":
    from fcntl import ioctl as _ioctl

T = TypeVar("T")

#: What the socket functions take and give as an address: ``(host, port)`` or ``(host, port, flow, scope)``.
SockAddr: TypeAlias = "tuple[str, int] | tuple[str, int, int, int]"
Buffer: TypeAlias = "bytes | bytearray | memoryview"


class Address(NamedTuple):
    """One place on the network: a checked IP address in normal form, and a port."""

    family: int
    host: str
    port: int
    scope: int = 0

    @property
    def sockaddr(self) -> SockAddr:
        """The form that the socket functions take."""
        if self.family == AF_INET6:
            return (self.host, self.port, 0, self.scope)
        return (self.host, self.port)


class RawSocket(Protocol):
    """The part of ``socket.socket`` that the engine uses. Never blocks.

    Everything raises :class:`OSError` with the platform's ``errno``: :class:`BlockingIOError` where a call
    would block. ``close`` may be called twice. A socket that is watched must be unwatched before ``close``.
    """

    @property
    def family(self) -> int:
        """``AF_INET`` or ``AF_INET6``."""

    def fileno(self) -> int:
        """The descriptor, or -1 once closed."""

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Up to ``size`` bytes; none at the end of the stream."""

    def recv_into(self, buffer: bytearray | memoryview, size: int = 0, flags: int = 0, /) -> int:
        """As ``recv``, into ``buffer``; how many bytes."""

    def recvfrom(self, size: int, flags: int = 0, /) -> tuple[bytes, Any]:
        """One datagram and the address it came from."""

    def recvfrom_into(
        self, buffer: bytearray | memoryview, size: int = 0, flags: int = 0, /
    ) -> tuple[int, Any]:
        """As ``recvfrom``, into ``buffer``."""

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        """Send some of ``data``; how many bytes were taken."""

    def sendto(self, data: Buffer, address: Any, /) -> int:
        """Send one datagram."""

    def connect_ex(self, address: Any, /) -> int:
        """Begin to connect; an errno, 0 when it is done. Writable once decided: then read ``SO_ERROR``."""

    def bind(self, address: Any, /) -> None:
        """Take a local address."""

    def listen(self, backlog: int = ..., /) -> None:
        """Let peers connect."""

    def accept(self) -> tuple[RawSocket, Any]:
        """The next connection (still to be made non-blocking) and its peer."""

    def getsockname(self) -> Any:
        """The local address."""

    def getpeername(self) -> Any:
        """The peer's address."""

    def getsockopt(self, level: int, option: int, /) -> int:
        """An option that is a number."""

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        """Set an option."""

    def setblocking(self, flag: bool, /) -> None:
        """Called with ``False`` on every accepted socket."""

    def shutdown(self, how: int, /) -> None:
        """Half-close."""

    def close(self) -> None:
        """Give the socket back."""


def send_gathered(raw: RawSocket, *pieces: Buffer) -> int:
    """Send some of the ``pieces``, one behind the other, in one go; how many bytes were taken."""
    gather: Callable[[Sequence[Buffer]], int] | None = getattr(raw, "sendmsg", None)
    return raw.send(b"".join(pieces)) if gather is None else gather(pieces)


class Timer(Protocol):
    """What ``call_later`` gives."""

    def cancel(self) -> None:
        """Do not call any more."""


class Network(Protocol):
    """Sockets, readiness, time and names. One network belongs to one event loop.

    Readiness is level-triggered: a reader is called again as long as there is something to read. One reader
    and one writer per socket; adding replaces. Removing what is not there is allowed.
    """

    def socket(self, family: int, kind: int) -> RawSocket:
        """A new non-blocking socket that child processes do not inherit."""

    def add_reader(self, sock: RawSocket, callback: Callable[[], object]) -> None:
        """Call ``callback`` whenever ``sock`` can be read, or accepted from, without blocking."""

    def remove_reader(self, sock: RawSocket) -> None:
        """Stop that."""

    def add_writer(self, sock: RawSocket, callback: Callable[[], object]) -> None:
        """Call ``callback`` whenever ``sock`` can be written to, or its connecting is decided."""

    def remove_writer(self, sock: RawSocket) -> None:
        """Stop that."""

    def call_soon(self, callback: Callable[..., object], *args: object) -> object:
        """Call once, after what runs now."""

    def call_later(self, delay: float, callback: Callable[..., object], *args: object) -> Timer:
        """Call once, ``delay`` seconds from now."""

    def time(self) -> float:
        """Seconds of a monotonic clock: the clock of ``call_later``."""

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        """Ask the system for the addresses of a name: ``(family, address, scope)`` in order of preference.

        ``family`` is ``AF_INET``, ``AF_INET6``, or 0 for both. Raises :class:`OSError` (``gaierror``).
        """

    @property
    def forgets_errors(self) -> bool:
        """Whether a socket with an error is told as readable only once."""

    def offline(self) -> bool:
        """Whether this machine has no network but itself."""

    def dropped(self, sock: RawSocket) -> int | None:
        """How many datagrams were lost because nobody read them; ``None`` where the platform does not say."""

    def unsent(self, sock: RawSocket) -> int | None:
        """How many sent bytes the peer has not acknowledged; ``None`` where the platform does not say."""


#: What a server elsewhere in this process may be given, see :meth:`Engine.listening_socket`.
OsSocket: TypeAlias = _socket.socket


class OsNetwork:
    """The operating system's network, watched by the running event loop."""

    __slots__ = ("_loop",)

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop or asyncio.get_running_loop()
        if not _can_watch(self._loop):
            raise RuntimeError(
                f"{type(self._loop).__name__} cannot watch sockets: "
                "use homeport.engine.run(), or a loop from homeport.engine.new_event_loop()"
            )

    def socket(self, family: int, kind: int) -> OsSocket:
        """A new non-blocking socket that child processes do not inherit."""
        sock = OsSocket(family, kind | _NONBLOCKING)
        if not _NONBLOCKING:
            sock.setblocking(False)
        if sys.platform == "win32" and family == AF_INET6:
            sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)  # as it is elsewhere: it takes IPv4 too
        return sock

    def add_reader(self, sock: RawSocket, callback: Callable[[], object]) -> None:
        """Call ``callback`` whenever ``sock`` can be read without blocking."""
        self._loop.add_reader(sock.fileno(), callback)

    def remove_reader(self, sock: RawSocket) -> None:
        """Stop that."""
        self._loop.remove_reader(sock.fileno())

    def add_writer(self, sock: RawSocket, callback: Callable[[], object]) -> None:
        """Call ``callback`` whenever ``sock`` can be written to."""
        self._loop.add_writer(sock.fileno(), callback)

    def remove_writer(self, sock: RawSocket) -> None:
        """Stop that."""
        self._loop.remove_writer(sock.fileno())

    def call_soon(self, callback: Callable[..., object], *args: object) -> object:
        """Call once, after what runs now."""
        return self._loop.call_soon(callback, *args)

    def call_later(self, delay: float, callback: Callable[..., object], *args: object) -> Timer:
        """Call once, ``delay`` seconds from now."""
        return self._loop.call_later(delay, callback, *args)

    def time(self) -> float:
        """The loop's clock."""
        return self._loop.time()

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        """Ask the system's resolver, in a thread that the end of the process need not wait for."""
        answer: asyncio.Future[list[Any]] = self._loop.create_future()
        work = (self._loop, answer, host, family)
        Thread(target=_look_up, args=work, daemon=True, name="homeport-lookup").start()
        infos = await answer
        return [(int(i[0]), str(i[4][0]).partition("%")[0], i[4][3] if len(i[4]) == 4 else 0) for i in infos]

    @property
    def forgets_errors(self) -> bool:
        """Loops over libuv do."""
        return type(self._loop).__module__.partition(".")[0] in ("uvloop", "winloop")

    def offline(self) -> bool:
        """No interface but the loopback has an address."""
        from ifaddr import get_adapters  # half of the time it takes to load this package

        addresses = (str(ip.ip[0] if ip.is_IPv6 else ip.ip) for a in get_adapters() for ip in a.ips)
        return all(address == "::1" or address.startswith("127.") for address in addresses)

    def dropped(self, sock: RawSocket) -> int | None:
        """Linux says by ``SO_MEMINFO``, whose ninth number it is."""
        if sys.platform == "linux" and isinstance(sock, _socket.socket):
            return int.from_bytes(sock.getsockopt(SOL_SOCKET, _SO_MEMINFO, 36)[32:], sys.byteorder)
        return None

    def unsent(self, sock: RawSocket) -> int | None:
        """Linux says by ``SIOCOUTQ``, macOS by ``SO_NWRITE``."""
        unsent: int | None = None
        if sys.platform == "linux":
            unsent = int.from_bytes(_ioctl(sock.fileno(), _SIOCOUTQ, bytes(4)), sys.byteorder)
        elif sys.platform == "darwin":
            unsent = sock.getsockopt(SOL_SOCKET, _SO_NWRITE)
        return unsent


#: With this, where there is it, a new socket need not be made so by another call.
_NONBLOCKING: Final = getattr(_socket, "SOCK_NONBLOCK", 0)
_SIOCOUTQ: Final = 0x5411
_SO_MEMINFO: Final = 55
_SO_NWRITE: Final = 0x1024


def _look_up(
    loop: asyncio.AbstractEventLoop, answer: asyncio.Future[list[Any]], host: str, family: int
) -> None:
    def tell(result: list[Any] | OSError | UnicodeError) -> None:
        if answer.done():  # Cancelled.
            return
        if isinstance(result, list):
            answer.set_result(result)
        else:
            answer.set_exception(result)

    result: list[Any] | OSError | UnicodeError
    try:
        result = _socket.getaddrinfo(host, None, family, SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        result = error
    with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
        loop.call_soon_threadsafe(tell, result)


def _can_watch(loop: asyncio.AbstractEventLoop) -> bool:
    proactor = getattr(asyncio, "ProactorEventLoop", None)
    return proactor is None or not isinstance(loop, proactor)


def interface_index(name: str) -> int:
    """The number of a network interface.

    Raises:
        UserError: there is none of that name; the text says which there are.
    """
    try:
        return _socket.if_nametoindex(name)
    except OSError:
        known = ", ".join(sorted(other for _, other in _socket.if_nameindex()))
        raise UserError(f"no interface is called {name!r}; there are {known}.") from None


def new_event_loop() -> asyncio.AbstractEventLoop:
    """The fastest event loop here that can watch sockets: uvloop or winloop, else the standard selector loop.

    Windows' standard loop, the proactor, cannot watch sockets.
    """
    try:
        if sys.platform == "win32":
            import winloop as fast
        else:
            import uvloop as fast
    except ImportError:
        return asyncio.SelectorEventLoop()
    loop: asyncio.AbstractEventLoop = fast.new_event_loop()
    return loop


def run(main: Coroutine[Any, Any, T]) -> T:
    """As :func:`asyncio.run`, on the fastest event loop that is installed."""
    if not asyncio.iscoroutine(main):
        raise ValueError(f"a coroutine was expected, got {main!r}")  # as asyncio.run says it
    with closing(main), asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
