"""The engine owns every OS socket of the process, and gives them out as ``chrome.sockets`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeport._lazy import lazy

if TYPE_CHECKING:
    from ._address import canonical_host
    from ._allowance import SocketLimits
    from ._authorize import Decision, Permissions
    from ._engine import Engine
    from ._explain import AddressReason, Explanation
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
    from ._local_pair import local_pair
    from ._network import (
        Address,
        Network,
        OsNetwork,
        OsSocket,
        RawSocket,
        interface_index,
        new_event_loop,
        run,
    )
    from ._observer import Observer, observers
    from ._outcomes import Refused
    from ._owner import connection_owner
    from ._policy import OPERATIONS, Operation, Policy, PolicyError, Rule, UdpLimits
    from ._policy_file import PolicyFile, parse_policy, read_policy
    from ._policy_text import format_policy
    from ._probe import can_bind, first_unprivileged_port, is_connected
    from ._resolve import HostMap, parse_host_map
    from ._session import Session
    from ._systemd import network_of_this_process, notify
    from ._tls import TlsConfig
else:
    __getattr__ = lazy(
        __name__,
        {
            "_address": ["canonical_host"],
            "_allowance": ["SocketLimits"],
            "_authorize": ["Decision", "Permissions"],
            "_engine": ["Engine"],
            "_explain": ["AddressReason", "Explanation"],
            "_interfaces": [
                "ABANDONED",
                "OK",
                "CreateInfo",
                "Credit",
                "Done",
                "Outcome",
                "SendInfo",
                "Sink",
                "SocketProperties",
                "TcpServerSocketInfo",
                "TcpSocketInfo",
                "TlsVersions",
                "UdpSocketInfo",
            ],
            "_local_pair": ["local_pair"],
            "_network": [
                "Address",
                "Network",
                "OsNetwork",
                "OsSocket",
                "RawSocket",
                "interface_index",
                "new_event_loop",
                "run",
            ],
            "_observer": ["Observer", "observers"],
            "_outcomes": ["Refused"],
            "_owner": ["connection_owner"],
            "_policy": ["OPERATIONS", "Operation", "Policy", "PolicyError", "Rule", "UdpLimits"],
            "_policy_file": ["PolicyFile", "parse_policy", "read_policy"],
            "_policy_text": ["format_policy"],
            "_probe": ["can_bind", "first_unprivileged_port", "is_connected"],
            "_resolve": ["HostMap", "parse_host_map"],
            "_session": ["Session"],
            "_systemd": ["network_of_this_process", "notify"],
            "_tls": ["TlsConfig"],
        },
    )

__all__ = [
    "ABANDONED",
    "OK",
    "OPERATIONS",
    "Address",
    "AddressReason",
    "CreateInfo",
    "Credit",
    "Decision",
    "Done",
    "Engine",
    "Explanation",
    "HostMap",
    "Network",
    "Observer",
    "Operation",
    "OsNetwork",
    "OsSocket",
    "Outcome",
    "Permissions",
    "Policy",
    "PolicyError",
    "PolicyFile",
    "RawSocket",
    "Refused",
    "Rule",
    "SendInfo",
    "Session",
    "Sink",
    "SocketLimits",
    "SocketProperties",
    "TcpServerSocketInfo",
    "TcpSocketInfo",
    "TlsConfig",
    "TlsVersions",
    "UdpLimits",
    "UdpSocketInfo",
    "can_bind",
    "canonical_host",
    "connection_owner",
    "first_unprivileged_port",
    "format_policy",
    "interface_index",
    "is_connected",
    "local_pair",
    "network_of_this_process",
    "new_event_loop",
    "notify",
    "observers",
    "parse_host_map",
    "parse_policy",
    "read_policy",
    "run",
]
