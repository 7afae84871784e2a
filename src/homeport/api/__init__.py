"""The Python API: ``chrome.sockets`` for programs that took over an app's logic."""

from __future__ import annotations

from ._call import Call
from ._chrome import Chrome, Sockets
from ._errors import Aborted, NetError, PermissionDenied, QuotaExceeded, SocketNotFound, SocketStateError
from ._events import Event, Listener, Stream
from ._open import App, open_app
from ._tcp import Tcp
from ._tcp_server import TcpServer
from ._types import (
    AcceptErrorInfo,
    AcceptInfo,
    Buffer,
    DnsQueryType,
    ReceiveErrorInfo,
    SecureOptions,
    TcpReceiveInfo,
    UdpReceiveInfo,
)
from ._udp import Udp

__all__ = [
    "Aborted",
    "AcceptErrorInfo",
    "AcceptInfo",
    "App",
    "Buffer",
    "Call",
    "Chrome",
    "DnsQueryType",
    "Event",
    "Listener",
    "NetError",
    "PermissionDenied",
    "QuotaExceeded",
    "ReceiveErrorInfo",
    "SecureOptions",
    "SocketNotFound",
    "SocketStateError",
    "Sockets",
    "Stream",
    "Tcp",
    "TcpReceiveInfo",
    "TcpServer",
    "Udp",
    "UdpReceiveInfo",
    "open_app",
]
