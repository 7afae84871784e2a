"""UDP in memory: queues, groups, broadcast."""

from __future__ import annotations

import errno
from collections import deque
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from ._address import ip
from ._memory_socket import MemorySocket, error
from ._network import (
    AF_INET,
    IP_ADD_MEMBERSHIP,
    IP_DROP_MEMBERSHIP,
    IP_MULTICAST_LOOP,
    IP_MULTICAST_TTL,
    IPPROTO_IP,
    IPPROTO_IPV6,
    IPV6_JOIN_GROUP,
    IPV6_LEAVE_GROUP,
    IPV6_MULTICAST_HOPS,
    IPV6_MULTICAST_LOOP,
    SO_BROADCAST,
    SOCK_DGRAM,
    SOL_SOCKET,
)

if TYPE_CHECKING:
    from ._memory import MemoryNetwork, Place
    from ._network import Buffer

#: What a queue holds, in bytes; what comes when it is full is dropped.
_QUEUE: Final = 212_992
_OVERHEAD: Final = 64
_MAX: Final = 65_507

_JOIN: Final = {(IPPROTO_IP, IP_ADD_MEMBERSHIP): 4, (IPPROTO_IPV6, IPV6_JOIN_GROUP): 16}
_LEAVE: Final = {(IPPROTO_IP, IP_DROP_MEMBERSHIP): 4, (IPPROTO_IPV6, IPV6_LEAVE_GROUP): 16}


class MemoryDatagram(MemorySocket):
    """A UDP socket."""

    kind = SOCK_DGRAM

    def __init__(self, network: MemoryNetwork, family: int, fileno: int) -> None:
        super().__init__(network, family, fileno)
        self.groups: list[str] = []
        #: Datagrams that came when the queue was full.
        self.dropped = 0
        self._queue: deque[tuple[bytes, Place]] = deque()
        self._queued = 0
        self._peer: Place | None = None

    @property
    def readable(self) -> bool:
        """Whether a datagram waits."""
        return bool(self._queue) and not self.closed

    @property
    def writable(self) -> bool:
        """Always: what finds no room is lost elsewhere."""
        return not self.closed

    def setsockopt(self, level: int, option: int, value: int | bytes, /) -> None:
        """Set an option, join or leave a group."""
        self.check_open()
        key = (level, option)
        size = _JOIN.get(key) or _LEAVE.get(key)
        if size is None or not isinstance(value, bytes):
            super().setsockopt(level, option, value)
            return
        group = ip_address(value[:size])
        if key in _LEAVE:
            if str(group) not in self.groups:
                raise error(errno.EADDRNOTAVAIL)
            self.groups.remove(str(group))
        elif not group.is_multicast:
            raise error(errno.EINVAL)
        elif str(group) in self.groups:
            raise error(errno.EADDRINUSE)
        else:
            self.groups.append(str(group))

    def recvfrom(self, size: int, flags: int = 0, /) -> tuple[bytes, Any]:
        """One datagram, and where it came from."""
        self.check_open()
        if not self._queue:
            raise error(errno.EAGAIN)
        data, source = self._queue.popleft()
        self._queued -= len(data) + _OVERHEAD
        return data[:size], self.to_sockaddr(source)

    def recvfrom_into(
        self, buffer: bytearray | memoryview, size: int = 0, flags: int = 0, /
    ) -> tuple[int, Any]:
        """As ``recvfrom``, into ``buffer``."""
        data, source = self.recvfrom(size or len(buffer), flags)
        buffer[: len(data)] = data
        return len(data), source

    def connect_ex(self, address: Any, /) -> int:
        """Exchange datagrams with one peer only."""
        self.check_open()
        peer = self.to_place(address)
        try:
            if self.place is None:
                self.bind(self.to_sockaddr(peer._replace(host=self.any_local(peer.host), port=0)))
        except OSError as failure:
            return failure.errno or errno.EINVAL
        self._peer = peer
        return 0

    def send(self, data: Buffer, flags: int = 0, /) -> int:
        """Send one datagram to the peer."""
        if self._peer is None:
            raise error(errno.EDESTADDRREQ)
        return self.sendto(data, self.to_sockaddr(self._peer))

    def sendto(self, data: Buffer, address: Any, /) -> int:
        """Send one datagram."""
        self.check_open()
        target, size = self.to_place(address), len(data)
        if self.place is None:
            self.bind(("::", 0, 0, 0) if self.family != AF_INET else ("0.0.0.0", 0))  # noqa: S104
        if target.port == 0:
            raise error(errno.EINVAL)
        if size > _MAX:
            raise error(errno.EMSGSIZE)
        receivers = self._receivers(target)
        source = self._source(target)
        datagram = bytes(data)
        for receiver in receivers:
            if not self._network.chance(self._network.weather.drop):
                self._network.carry(partial(receiver.arrived, datagram, source))
        return size

    def _source(self, target: Place) -> Place:
        assert self.place is not None  # noqa: S101 (bound by sendto)
        own = ip(self.place.host)
        if not own.is_unspecified:
            if self.place.family != target.family:
                raise error(errno.ENETUNREACH)
            return self.place
        toward = target.host
        if ip(toward).is_multicast or self._is_broadcast(toward):
            toward = "127.0.0.1" if toward.startswith("127.") else _SOMEWHERE[target.family == AF_INET]
        return self.place._replace(host=self.any_local(toward))

    def _receivers(self, target: Place) -> list[Any]:
        at_port = self._network.at_port(SOCK_DGRAM, target.port)
        if ip(target.host).is_multicast:
            return [sock for sock in at_port if target.host in sock.groups and self._group_reaches(sock)]
        if self._is_broadcast(target.host):
            if not self.options.get((SOL_SOCKET, SO_BROADCAST)):
                raise error(errno.EACCES)
            return [sock for sock in at_port if sock.place and sock.hears_all(target)]
        found = self._network.at(SOCK_DGRAM, target)
        return [] if found is None else [found]

    def _group_reaches(self, sock: MemoryDatagram) -> bool:
        four = self.family == AF_INET
        loop = (IPPROTO_IP, IP_MULTICAST_LOOP) if four else (IPPROTO_IPV6, IPV6_MULTICAST_LOOP)
        ttl = (IPPROTO_IP, IP_MULTICAST_TTL) if four else (IPPROTO_IPV6, IPV6_MULTICAST_HOPS)
        if sock.machine == self.machine:
            return bool(self.options.get(loop, 1))
        return bool(self.options.get(ttl, 1))

    def _is_broadcast(self, host: str) -> bool:
        """Networks are taken to be /24, the loopback /8."""
        if host in ("255.255.255.255", "127.255.255.255"):
            return True
        return any(host == address.rpartition(".")[0] + ".255" for address in self._network.addresses)

    def hears_all(self, target: Place) -> bool:
        """Whether what is sent to the broadcast address ``target`` comes here."""
        if self.place is None:
            return False
        return self.anywhere or ip(self.place.host).is_unspecified or self.place.host == target.host

    def arrived(self, data: bytes, source: Place) -> None:
        """A datagram is here."""
        size = len(data) + _OVERHEAD
        if self.closed or self._peer not in (None, source):
            return
        if self._queued + size > _QUEUE:
            self.dropped += 1
            return
        self._queued += size
        self._queue.append((data, source))
        self._network.poke(self)


#: An address of no machine here, to find from where the outside is reached; by whether it is IPv4.
_SOMEWHERE: Final = {True: "198.51.100.1", False: "2001:db8:ffff::1"}
