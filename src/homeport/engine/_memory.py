"""A network in memory, with the interface of the real one: for tests that need peers, faults and no machine.

The engine's sockets live on one machine of this network, which has the loopback and :attr:`addresses`. Peers
live wherever their address says. With the same seed and the same calls the same happens.
"""

from __future__ import annotations

import asyncio
import errno
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ._address import ip, normal_ip
from ._memory_peers import Connection, Datagrams, Listener, connect
from ._memory_socket import error
from ._memory_tcp import MemoryStream
from ._memory_udp import MemoryDatagram
from ._network import AF_INET, AF_INET6, SOCK_DGRAM

if TYPE_CHECKING:
    from ._memory_socket import MemorySocket
    from ._network import RawSocket, Timer

_FIRST_PORT: Final = 49152
_ANY: Final = {AF_INET: "0.0.0.0", AF_INET6: "::"}  # noqa: S104 (in memory)


class Place(NamedTuple):
    """An address on this network. IPv4 is IPv4, however it is written."""

    host: str
    port: int

    @property
    def family(self) -> int:
        """Of the address."""
        return AF_INET6 if ":" in self.host else AF_INET


@dataclass(frozen=True, slots=True)
class Weather:
    """What the network does to what is sent over it. Chances are from 0 to 1."""

    #: Seconds until what is sent arrives.
    delay: float = 0.0
    #: Up to so many seconds more, by chance. It may swap datagrams.
    jitter: float = 0.0
    #: The most bytes that one call moves on a connection, a random number of them; 0: as many as fit.
    split: int = 0
    #: The chance that a datagram is lost.
    drop: float = 0.0
    #: The chance, with each piece sent on a connection, that the connection is reset at both ends.
    reset: float = 0.0


class MemoryNetwork:
    """A network without one: ``homeport.open(…, network=MemoryNetwork())``.

    Play the other side with ``listen``, ``connect`` and ``datagrams``. The faults are those of
    :class:`Weather`; with the same ``seed`` they are the same.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        names: Mapping[str, Iterable[str]] | None = None,
        addresses: Iterable[str] = ("192.0.2.1", "2001:db8::1"),
        delay: float = 0.0,
        jitter: float = 0.0,
        split: int = 0,
        drop: float = 0.0,
        reset: float = 0.0,
    ) -> None:
        #: What happens to what is sent from now on; may be replaced at any time.
        self.weather = Weather(delay, jitter, split, drop, reset)
        #: Names, in lower case, and their addresses. Others do not resolve.
        self.names: dict[str, list[str]] = {name: list(found) for name, found in (names or {}).items()}
        #: The addresses of the machine that the engine runs on, beside the loopback.
        self.addresses = [normal_ip(address) for address in addresses]
        #: Whether the machine has lost its network: names fail as offline.
        self.is_offline = False
        self.random = random.Random(seed)  # noqa: S311 (faults, not secrets)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._readers: dict[RawSocket, Callable[[], object]] = {}
        self._writers: dict[RawSocket, Callable[[], object]] = {}
        self._due: set[RawSocket] = set()
        self._bound: dict[int, dict[Place, Any]] = {}
        self._next_port = _FIRST_PORT
        self._next_fileno = 1_000_000

    # What tests use

    def listen(self, host: str = "127.0.0.1", port: int = 0) -> Listener:
        """A server to be played by the test, at any address of the network."""
        return Listener(self, Place(normal_ip(host), port))

    async def connect(self, host: str, port: int, *, source: str | None = None) -> Connection:
        """A client to be played by the test, from ``source``. Raises :class:`OSError`."""
        return await connect(self, Place(normal_ip(host), port), source and normal_ip(source))

    def datagrams(self, host: str = "127.0.0.1", port: int = 0) -> Datagrams:
        """A UDP peer to be played by the test, at any address of the network."""
        return Datagrams(self, Place(normal_ip(host), port))

    # The interface of a network

    def socket(self, family: int, kind: int) -> Any:
        """A new non-blocking socket."""
        self._next_fileno += 1
        if kind == SOCK_DGRAM:
            return MemoryDatagram(self, family, self._next_fileno)
        return MemoryStream(self, family, self._next_fileno)

    def add_reader(self, sock: RawSocket, callback: Callable[[], object]) -> None:
        """Call ``callback`` whenever ``sock`` can be read without blocking."""
        self._readers[sock] = callback
        self.poke(sock)

    def remove_reader(self, sock: RawSocket) -> None:
        """Stop that."""
        self._readers.pop(sock, None)

    def add_writer(self, sock: RawSocket, callback: Callable[[], object]) -> None:
        """Call ``callback`` whenever ``sock`` can be written to."""
        self._writers[sock] = callback
        self.poke(sock)

    def remove_writer(self, sock: RawSocket) -> None:
        """Stop that."""
        self._writers.pop(sock, None)

    def call_soon(self, callback: Callable[..., object], *args: object) -> object:
        """Call once, after what runs now."""
        return self.loop.call_soon(callback, *args)

    def call_later(self, delay: float, callback: Callable[..., object], *args: object) -> Timer:
        """Call once, ``delay`` seconds from now."""
        return self.loop.call_later(delay, callback, *args)

    def time(self) -> float:
        """The loop's clock."""
        return self.loop.time()

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        """The addresses in :attr:`names`."""
        found = [Place(normal_ip(text), 0) for text in self.names.get(host.removesuffix("."), ())]
        answer = [(place.family, place.host, 0) for place in found if family in (0, place.family)]
        if not answer:
            raise OSError(errno.ENOENT, "no such name")
        return answer

    @property
    def forgets_errors(self) -> bool:
        """A socket with an error is readable until the error is taken."""
        return False

    def offline(self) -> bool:
        """Whether names fail because there is no network."""
        return self.is_offline

    def dropped(self, sock: Any) -> int | None:
        """How many datagrams came when the queue was full."""
        dropped: int = sock.dropped
        return dropped

    def unsent(self, sock: Any) -> int | None:
        """How many sent bytes have not arrived."""
        unsent: int = sock.in_flight
        return unsent

    # What its sockets use

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop of whoever used this network first."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    def poke(self, sock: Any) -> None:
        """Something changed at ``sock``: call who watches it, if it is ready, in a while."""
        if sock not in self._due and (
            (sock in self._readers and sock.readable) or (sock in self._writers and sock.writable)
        ):
            self._due.add(sock)
            self.loop.call_soon(self._serve, sock)

    def _serve(self, sock: Any) -> None:
        self._due.discard(sock)
        try:
            reader = self._readers.get(sock)
            if reader is not None and sock.readable:
                reader()
            writer = self._writers.get(sock)
            if writer is not None and sock.writable:
                writer()
        finally:
            self.poke(sock)

    def carry(self, arrive: Callable[[], object]) -> None:
        """Let something that was sent arrive: now, or when the weather lets it."""
        weather = self.weather
        delay = weather.delay + (self.random.uniform(0, weather.jitter) if weather.jitter else 0)
        if delay:
            self.loop.call_later(delay, arrive)
        else:
            arrive()

    def piece(self, size: int) -> int:
        """How many of ``size`` bytes one call moves."""
        split = self.weather.split
        return min(size, self.random.randint(1, split)) if split and size else size

    def chance(self, share: float) -> bool:
        """Whether something of that chance happens now."""
        return bool(share) and self.random.random() < share

    def is_local(self, host: str) -> bool:
        """Whether the engine's machine has this address."""
        return host in self.addresses or ip(host).is_loopback

    def take_place(self, sock: MemorySocket, kind: int, place: Place) -> Place:
        """Give ``sock`` an address that nobody has. Raises :class:`OSError`."""
        number = ip(place.host)
        ours = number.is_unspecified or number.is_multicast or place.host.endswith(".255")
        if not (sock.anywhere or ours or self.is_local(place.host)):
            raise error(errno.EADDRNOTAVAIL)
        taken = self._bound.setdefault(kind, {})
        if place.port == 0:
            place = place._replace(port=self._free_port(taken))
        elif any(sock.overlaps(other, place, at) for at, other in taken.items() if at.port == place.port):
            raise error(errno.EADDRINUSE)
        taken[place] = sock
        return place

    def _free_port(self, taken: Mapping[Place, object]) -> int:
        ports = {place.port for place in taken}
        for _ in range(_FIRST_PORT, 65536):
            port, self._next_port = self._next_port, self._next_port + 1
            if self._next_port > 65535:
                self._next_port = _FIRST_PORT
            if port not in ports:
                return port
        raise error(errno.EADDRINUSE)

    def leave_place(self, sock: object, kind: int, place: Place) -> None:
        """The address is free again."""
        if self._bound.get(kind, {}).get(place) is sock:
            del self._bound[kind][place]

    def at(self, kind: int, place: Place) -> Any:
        """The socket that gets what is sent to ``place``, if any."""
        taken = self._bound.get(kind, {})
        found = taken.get(place)
        if found is None and self.is_local(place.host):
            found = taken.get(Place(_ANY[place.family], place.port))
            if found is None and place.family == AF_INET:
                found = taken.get(Place("::", place.port))
                if found is not None and not found.takes_ipv4:
                    found = None
        return found

    def at_port(self, kind: int, port: int) -> list[Any]:
        """All sockets of one port, in the order of binding."""
        return [sock for place, sock in self._bound.get(kind, {}).items() if place.port == port]

    def knows(self, host: str) -> bool:
        """Whether there is a machine with this address."""
        places = (place for taken in self._bound.values() for place in taken)
        return (
            self.is_local(host)
            or any(host in found for found in self.names.values())
            or any(place.host == host for place in places)
        )
