"""What both kinds of sockets of the network in memory have in common."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any, ClassVar

from ._address import ip, normal_ip, spellings
from ._network import AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY

if TYPE_CHECKING:
    from ._memory import MemoryNetwork, Place


def error(number: int) -> OSError:
    """The error of a system call."""
    return OSError(number, os.strerror(number))


class MemorySocket:
    """A socket: its address, its options, its end."""

    kind: ClassVar[int]

    def __init__(self, network: MemoryNetwork, family: int, fileno: int) -> None:
        self._network = network
        self._fileno = fileno
        self.family = family
        self.options: dict[tuple[int, int], int | bytes] = {}
        #: Where it is bound, else ``None``.
        self.place: Place | None = None
        #: Of a peer: it may have any address, and is on a machine of its own if that is not local.
        self.anywhere = False
        #: Bytes that were sent and did not arrive yet.
        self.in_flight = 0

    @property
    def readable(self) -> bool:
        """Whether reading would not block."""
        raise NotImplementedError

    @property
    def writable(self) -> bool:
        """Whether writing would not block."""
        raise NotImplementedError

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._fileno < 0

    @property
    def takes_ipv4(self) -> bool:
        """Whether, bound to ``::``, it gets IPv4 too."""
        return not self.options.get((IPPROTO_IPV6, IPV6_V6ONLY), 0)

    @property
    def machine(self) -> str:
        """The machine it is on: the engine's, which has no name, or that of its address."""
        if self.place is None or not self.anywhere or self._network.is_local(self.place.host):
            return ""
        return self.place.host

    def fileno(self) -> int:
        """A number, or -1 once closed."""
        return self._fileno

    def setblocking(self, flag: bool, /) -> None:
        """It never blocks."""

    def getsockopt(self, level: int, option: int, /) -> int:
        """An option that is a number."""
        self.check_open()
        value = self.options.get((level, option), 0)
        return value if isinstance(value, int) else int.from_bytes(value, "little")

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        """Set an option."""
        self.check_open()
        self.options[(level, option)] = value

    def bind(self, address: Any, /) -> None:
        """Take a local address."""
        self.check_open()
        if self.place is not None:
            raise error(errno.EINVAL)
        self.place = self._network.take_place(self, self.kind, self.to_place(address))

    def getsockname(self) -> Any:
        """The local address."""
        self.check_open()
        if self.place is None:
            return ("::", 0, 0, 0) if self.family == AF_INET6 else ("0.0.0.0", 0)  # noqa: S104
        return self.to_sockaddr(self.place)

    def check_open(self) -> None:
        """Raise if it was closed."""
        if self.closed:
            raise error(errno.EBADF)

    def close(self) -> None:
        """Give the socket back. May be called again."""
        if not self.closed:
            self._fileno = -1
            if self.place is not None:
                self._network.leave_place(self, self.kind, self.place)
            self.on_close()

    def on_close(self) -> None:
        """It is closed now."""

    def overlaps(self, other: MemorySocket, place: Place, at: Place) -> bool:
        """Whether two sockets of one port, at ``place`` and ``at``, would get the same things."""
        if place.host == at.host:
            return True
        if other.machine != ("" if not self.anywhere or self._network.is_local(place.host) else place.host):
            return False
        if place.family == at.family:
            return ip(place.host).is_unspecified or ip(at.host).is_unspecified
        six, sock = (place, self) if place.family == AF_INET6 else (at, other)
        return six.host == "::" and sock.takes_ipv4

    def to_place(self, address: Any) -> Place:
        """From the form of the socket functions."""
        from ._memory import Place

        host = normal_ip(address[0])
        *_, last = spellings(ip(host)) if host.startswith("::ffff:") else (host,)
        return Place(str(last), address[1])

    def to_sockaddr(self, place: Place) -> Any:
        """To the form of the socket functions."""
        if self.family != AF_INET6:
            return (place.host, place.port)
        host = place.host if place.family == AF_INET6 else f"::ffff:{place.host}"
        return (host, place.port, 0, 0)

    def any_local(self, toward: str) -> str:
        """The local address from which ``toward`` is reached."""
        if self._network.is_local(toward):
            return toward
        version = ip(toward).version
        for address in self._network.addresses:
            if ip(address).version == version:
                return address
        raise error(errno.ENETUNREACH)
