"""Peers to be played by a test, on the network in memory: servers, clients, UDP peers.

Their sockets are as good as the engine's, and may have any address. They wait by ``await``, so a test that
awaits them needs no sleep.
"""

from __future__ import annotations

import asyncio
import errno
from typing import TYPE_CHECKING, Any, Self

from ._address import ip
from ._memory_socket import error
from ._multicast import change_membership, set_broadcast
from ._network import AF_INET, SHUT_WR, SO_ERROR, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, Address

if TYPE_CHECKING:
    from ._memory import MemoryNetwork, Place
    from ._memory_socket import MemorySocket
    from ._memory_tcp import MemoryStream
    from ._memory_udp import MemoryDatagram


class _Peer:
    """A socket, and waiting for it."""

    def __init__(self, network: MemoryNetwork, sock: MemorySocket) -> None:
        self._network = network
        self._raw: Any = sock

    @property
    def host(self) -> str:
        """Its address."""
        return str(self._raw.place.host)

    @property
    def port(self) -> int:
        """Its port."""
        return int(self._raw.place.port)

    async def _until_readable(self) -> None:
        ready = asyncio.Event()
        self._network.add_reader(self._raw, ready.set)
        try:
            await ready.wait()
        finally:
            self._network.remove_reader(self._raw)

    async def _until_writable(self) -> None:
        ready = asyncio.Event()
        self._network.add_writer(self._raw, ready.set)
        try:
            await ready.wait()
        finally:
            self._network.remove_writer(self._raw)

    def close(self) -> None:
        """Close the socket; a connection ends, or is reset if something was not read."""
        self._raw.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


class Connection(_Peer):
    """One end of a TCP connection."""

    async def send(self, data: bytes) -> None:
        """Send all of ``data``; returns when it is under way. Raises :class:`OSError`."""
        while data:
            try:
                data = data[self._raw.send(data) :]
            except BlockingIOError:
                await self._until_writable()

    async def receive(self, size: int = 65536) -> bytes:
        """Some bytes, as soon as there are any; none at the end. Raises :class:`ConnectionResetError`."""
        while True:
            try:
                return bytes(self._raw.recv(size))
            except BlockingIOError:
                await self._until_readable()

    async def receive_exactly(self, size: int) -> bytes:
        """``size`` bytes. Raises :class:`EOFError` if the peer ends before."""
        found = bytearray()
        while len(found) < size:
            piece = await self.receive(size - len(found))
            if not piece:
                raise EOFError(f"the peer ended after {len(found)} of {size} bytes")
            found += piece
        return bytes(found)

    async def receive_all(self) -> bytes:
        """Everything up to the end."""
        pieces = []
        while piece := await self.receive():
            pieces.append(piece)
        return b"".join(pieces)

    def end(self) -> None:
        """Half-close: the other side reads to the end, and may still send."""
        self._raw.shutdown(SHUT_WR)

    def reset(self) -> None:
        """Break the connection: the other side gets ``ECONNRESET``."""
        self._raw.reset()
        self._raw.close()


class Listener(_Peer):
    """A TCP server."""

    def __init__(self, network: MemoryNetwork, place: Place) -> None:
        sock: MemoryStream = network.socket(place.family, SOCK_STREAM)
        sock.anywhere = True
        sock.bind(place)
        sock.listen(128)
        super().__init__(network, sock)

    async def accept(self) -> Connection:
        """The next connection."""
        while True:
            try:
                sock, _ = self._raw.accept()
            except BlockingIOError:
                await self._until_readable()
            else:
                return Connection(self._network, sock)


class Datagrams(_Peer):
    """A UDP peer."""

    def __init__(self, network: MemoryNetwork, place: Place) -> None:
        sock: MemoryDatagram = network.socket(place.family, SOCK_DGRAM)
        sock.anywhere = True
        sock.bind(place)
        super().__init__(network, sock)
        set_broadcast(self._raw, True)

    def send(self, data: bytes, host: str, port: int) -> None:
        """Send one datagram. Raises :class:`OSError`."""
        self._raw.sendto(data, (host, port))

    async def receive(self) -> tuple[bytes, str, int]:
        """The next datagram, with the address and port it came from."""
        while True:
            try:
                data, (host, port, *_) = self._raw.recvfrom(65536)
            except BlockingIOError:
                await self._until_readable()
            else:
                return data, host, port

    def join(self, group: str) -> None:
        """Receive what is sent to a group."""
        family = AF_INET if ip(group).version == 4 else int(self._raw.family)
        change_membership(self._raw, Address(family, group, 0), True, 0)


async def connect(network: MemoryNetwork, place: Place, source: str | None) -> Connection:
    """A connection from ``source``, or from wherever ``place`` is. Raises :class:`OSError`."""
    sock: MemoryStream = network.socket(place.family, SOCK_STREAM)
    sock.anywhere = True
    peer = Connection(network, sock)
    try:
        sock.bind((source or place.host, 0))
        number = sock.connect_ex(place)
        if number == errno.EINPROGRESS:
            await peer._until_writable()
            number = sock.getsockopt(SOL_SOCKET, SO_ERROR)
        if number:
            raise error(number)
    except BaseException:
        sock.close()
        raise
    return peer
