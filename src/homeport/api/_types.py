"""What the API's functions take and what its events carry. What they give is the engine's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

from homeport.engine import TlsVersions

__all__ = [
    "AcceptErrorInfo",
    "AcceptInfo",
    "Buffer",
    "DnsQuery",
    "DnsQueryType",
    "ReceiveErrorInfo",
    "SecureOptions",
    "TcpReceiveInfo",
    "UdpReceiveInfo",
]

#: What can be sent.
Buffer: TypeAlias = "bytes | bytearray | memoryview"


class DnsQueryType(StrEnum):
    """Which addresses of a name to use."""

    ANY = "any"
    IPV4 = "ipv4"
    IPV6 = "ipv6"


#: A query type, or its text.
DnsQuery: TypeAlias = "DnsQueryType | Literal['any', 'ipv4', 'ipv6']"


@dataclass(frozen=True, slots=True)
class SecureOptions:
    """Limits for ``secure``. TLS 1.2 is the lowest version there is."""

    tls_version: TlsVersions | None = None


class TcpReceiveInfo(NamedTuple):
    """Bytes of a TCP socket, at most its buffer size."""

    socket_id: int
    data: bytes


class UdpReceiveInfo(NamedTuple):
    """A datagram, possibly empty, and who sent it."""

    socket_id: int
    data: bytes
    remote_address: str
    remote_port: int


class ReceiveErrorInfo(NamedTuple):
    """Receiving has ended, for the reason that ``result_code`` says; -100: the peer closed."""

    socket_id: int
    result_code: int


class AcceptInfo(NamedTuple):
    """A connection was accepted; its socket is ``client_socket_id``, of ``sockets.tcp``, and is paused."""

    socket_id: int
    client_socket_id: int


class AcceptErrorInfo(NamedTuple):
    """Accepting has ended, for the reason that ``result_code`` says."""

    socket_id: int
    result_code: int
