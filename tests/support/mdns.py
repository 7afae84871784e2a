"""A responder of multicast DNS on loopback, one printer that answers and announces itself."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

GROUP, PORT = "224.0.0.251", 5353
_KINDS, _KIND = "_services._dns-sd._udp.local", "_ipp._tcp.local"
_A, _PTR, _TXT, _SRV = 1, 12, 16, 33
_ANSWER = 0x8400


def _name(name: str) -> bytes:
    return b"".join(bytes([len(label.encode())]) + label.encode() for label in name.split(".")) + b"\0"


def _record(name: bytes, kind: int, data: bytes, ttl: int = 120) -> bytes:
    return name + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


def _message(question: bytes, *records: bytes) -> bytes:
    header = struct.pack("!6H", 0, _ANSWER, bool(question), len(records), 0, 0)
    return header + question + b"".join(records)


class Printer(asyncio.DatagramProtocol):
    """A printer of that name: its kind, its place and what it says of itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        #: The questions that it heard.
        self.asked: list[str] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Answer a program that asks from a port of its own directly, with its question (RFC 6762 §6.7)."""
        if data[2] & 0x80:
            return
        at, labels = 12, []
        while length := data[at]:
            labels.append(data[at + 1 : at + 1 + length].decode())
            at += 1 + length
        question, asked = data[12 : at + 5], ".".join(labels)
        self.asked.append(asked)
        to = (GROUP, PORT) if addr[1] == PORT else addr
        if asked == _KINDS:
            self.transport.sendto(_message(question, _record(_name(_KINDS), _PTR, _name(_KIND))), to)
        elif asked == _KIND:
            self.transport.sendto(self._all(question), to)

    def announce(self, *, ttl: int = 120) -> None:
        """Tell everybody unasked that it is there; with no time to live, that it goes."""
        self.transport.sendto(self._all(b"", ttl), (GROUP, PORT))

    def _all(self, question: bytes, ttl: int = 120) -> bytes:
        # The kind is said once, at the beginning of the message, and pointed to from there on.
        kind, instance = b"\xc0\x0c", bytes([len(self.name.encode())]) + self.name.encode() + b"\xc0\x0c"
        host = _name("printer.local")
        first = kind if question else _name(_KIND)
        return _message(
            question,
            _record(first, _PTR, instance, ttl),
            _record(instance, _SRV, struct.pack("!HHH", 0, 0, 631) + host, ttl),
            _record(instance, _TXT, b"\x08ty=Paper\x00\x07color=T", ttl),
            _record(host, _A, socket.inet_aton("127.0.0.9"), ttl),
        )


@asynccontextmanager
async def printer(name: str, *, port: int = PORT) -> AsyncIterator[Printer]:
    """The printer on loopback; it hears questions only at the port of multicast DNS."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if port:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    lo = socket.inet_aton("127.0.0.1")
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, lo)
    sock.bind(("", port))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + lo)
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Printer(name), sock=sock
    )
    try:
        yield protocol
    finally:
        transport.close()
