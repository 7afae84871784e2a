"""Homeport runs the network side of Chrome Apps: ``chrome.sockets``, in a browser, without, or in Python.

In Python::

    async with homeport.open("path/to/app") as chrome:
        socket = await chrome.sockets.tcp.create()
        await chrome.sockets.tcp.connect(socket.socket_id, "printer", 9100)
        await chrome.sockets.tcp.send(socket.socket_id, b"^XA^XZ")

What is named here is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as of typing, which takes longer to load than all that stands here

if TYPE_CHECKING:
    from homeport.api import (
        Aborted,
        AcceptErrorInfo,
        AcceptInfo,
        Call,
        Chrome,
        DnsQueryType,
        Event,
        NetError,
        PermissionDenied,
        QuotaExceeded,
        ReceiveErrorInfo,
        SecureOptions,
        SocketNotFound,
        Sockets,
        SocketStateError,
        Stream,
        Tcp,
        TcpReceiveInfo,
        TcpServer,
        Udp,
        UdpReceiveInfo,
    )
    from homeport.api import open_app as open  # noqa: A004
    from homeport.chrome import InvocationError
    from homeport.engine import (
        CreateInfo,
        Credit,
        Decision,
        Policy,
        PolicyError,
        Rule,
        SendInfo,
        SocketLimits,
        SocketProperties,
        TcpServerSocketInfo,
        TcpSocketInfo,
        TlsVersions,
        UdpLimits,
        UdpSocketInfo,
        run,
    )
    from homeport.errors import HomeportError, UserError
    from homeport.manifest import Manifest, ManifestError
    from homeport.net_errors import NetErrorCode, error_text

__all__ = [
    "Aborted",
    "AcceptErrorInfo",
    "AcceptInfo",
    "Call",
    "Chrome",
    "CreateInfo",
    "Credit",
    "Decision",
    "DnsQueryType",
    "Event",
    "HomeportError",
    "InvocationError",
    "Manifest",
    "ManifestError",
    "NetError",
    "NetErrorCode",
    "PermissionDenied",
    "Policy",
    "PolicyError",
    "QuotaExceeded",
    "ReceiveErrorInfo",
    "Rule",
    "SecureOptions",
    "SendInfo",
    "SocketLimits",
    "SocketNotFound",
    "SocketProperties",
    "SocketStateError",
    "Sockets",
    "Stream",
    "Tcp",
    "TcpReceiveInfo",
    "TcpServer",
    "TcpServerSocketInfo",
    "TcpSocketInfo",
    "TlsVersions",
    "Udp",
    "UdpLimits",
    "UdpReceiveInfo",
    "UdpSocketInfo",
    "UserError",
    "error_text",
    "open",
    "run",
]

_HOMES = ("api", "chrome", "engine", "errors", "manifest", "net_errors")
_RENAMED = {"open": "open_app"}


if not TYPE_CHECKING:  # else a misspelled name would be an object to whoever checks types

    def __getattr__(name: str) -> object:
        # `homeport --version` and the command line's other quick answers need no event loop and no TLS.
        if name in __all__:
            for home in _HOMES:
                module = import_module(f"homeport.{home}")
                if hasattr(module, _RENAMED.get(name, name)):
                    value: object = getattr(module, _RENAMED.get(name, name))
                    globals()[name] = value
                    return value
        raise AttributeError(f"module 'homeport' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
