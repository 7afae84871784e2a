"""The engine owns every OS socket of the process, and gives them out as ``chrome.sockets`` does."""

from ._allowance import SocketLimits
from ._authorize import Decision
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
from ._network import Address, Network, OsNetwork, OsSocket, RawSocket, local_pair, new_event_loop, run
from ._policy import Policy, PolicyError
from ._policy_file import PolicyFile, parse_policy, read_policy
from ._resolve import HostMap, parse_host_map
from ._session import Session
from ._systemd import inherited_sockets, notify
from ._tls import TlsConfig

__all__ = [
    "ABANDONED",
    "OK",
    "Address",
    "CreateInfo",
    "Credit",
    "Decision",
    "Done",
    "Engine",
    "HostMap",
    "Network",
    "Observer",
    "OsNetwork",
    "OsSocket",
    "Outcome",
    "Policy",
    "PolicyError",
    "PolicyFile",
    "RawSocket",
    "SendInfo",
    "Session",
    "Sink",
    "SocketLimits",
    "SocketProperties",
    "TcpServerSocketInfo",
    "TcpSocketInfo",
    "TlsConfig",
    "TlsVersions",
    "UdpSocketInfo",
    "inherited_sockets",
    "local_pair",
    "new_event_loop",
    "notify",
    "parse_host_map",
    "parse_policy",
    "read_policy",
    "run",
]
