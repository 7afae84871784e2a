"""Between the API's words and the engine's: names and objects, in both directions.

The API says ``bufferSize`` and plain objects; the engine says ``buffer_size`` and named tuples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from homeport.engine import CreateInfo, SendInfo, SocketProperties, TlsVersions

__all__ = ["FROM_API", "camel_case", "snake_case", "to_api"]


@cache
def snake_case(name: str) -> str:
    """``tcpServer`` and ``dnsQueryType`` as Python spells them."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@cache
def camel_case(name: str) -> str:
    """``tcp_server`` and ``dns_query_type`` as JavaScript spells them."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def to_api(value: object) -> Any:
    """The engine's value as the API shows it; what a named tuple leaves ``None`` is left out."""
    if type(value) is SendInfo:  # Once for each send.
        if value.bytes_sent is None:
            return {"resultCode": value.result_code}
        return {"resultCode": value.result_code, "bytesSent": value.bytes_sent}
    if type(value) is CreateInfo:  # Once for each connection.
        return {"socketId": value.socket_id}
    if isinstance(value, (list, tuple)):
        names: Sequence[str] | None = getattr(value, "_fields", None)
        if names is not None:
            pairs = zip(names, value, strict=True)
            return {camel_case(name): to_api(inner) for name, inner in pairs if inner is not None}
        return [to_api(inner) for inner in value]
    return value


def _socket_properties(value: Mapping[str, Any]) -> SocketProperties:
    return SocketProperties(value.get("persistent"), value.get("name"), value.get("bufferSize"))


def _secure_options(value: Mapping[str, Any]) -> TlsVersions:
    versions = value.get("tlsVersion") or {}
    return TlsVersions(versions.get("min"), versions.get("max"))


#: What the engine wants in place of an object of the API, by the API's name for the type.
FROM_API: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "sockets.tcp.SocketProperties": _socket_properties,
    "sockets.udp.SocketProperties": _socket_properties,
    "sockets.tcpServer.SocketProperties": _socket_properties,
    "sockets.tcp.SecureOptions": _secure_options,
}
