"""The engine owns every OS socket of the process, and gives them out as ``chrome.sockets`` does."""

from ._engine import Engine, Observer
from ._interfaces import (
    ABANDONED,
    OK,
    CreateInfo,
    Credit,
    Done,
    Outcome,
    SendInfo,
    Sink,
    SocketProperties,
    TcpServerSocketInfo,
    TcpSocketInfo,
    TlsVersions,
    UdpSocketInfo,
)
from ._network import Address, Network, OsNetwork, RawSocket, local_pair, new_event_loop, run
from ._session import Session
from ._tls import TlsConfig

__all__ = [
    "ABANDONED",
    "OK",
    "Address",
    "CreateInfo",
    "Credit",
    "Done",
    "Engine",
    "Network",
    "Observer",
    "OsNetwork",
    "Outcome",
    "RawSocket",
    "SendInfo",
    "Session",
    "Sink",
    "SocketProperties",
    "TcpServerSocketInfo",
    "TcpSocketInfo",
    "TlsConfig",
    "TlsVersions",
    "UdpSocketInfo",
    "local_pair",
    "new_event_loop",
    "run",
]
