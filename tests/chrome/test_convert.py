"""Names and objects between the API and the engine."""

from __future__ import annotations

from typing import Any

import pytest

from homeport.chrome import TABLE
from homeport.chrome._convert import FROM_API, camel_case, snake_case, to_api
from homeport.engine import CreateInfo, SendInfo, SocketProperties, TcpServerSocketInfo, TlsVersions


@pytest.mark.parametrize(
    ("api", "python"),
    [
        ("tcpServer", "tcp_server"),
        ("setMulticastTimeToLive", "set_multicast_time_to_live"),
        ("dnsQueryType", "dns_query_type"),
        ("create", "create"),
    ],
)
def test_names_are_spelled_both_ways(api: str, python: str) -> None:
    assert snake_case(api) == python
    assert camel_case(python) == api


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, 0),
        ("text", "text"),
        (b"bytes", b"bytes"),
        (CreateInfo(3), {"socketId": 3}),
        (SendInfo(0, 5), {"resultCode": 0, "bytesSent": 5}),
        (SendInfo(-15), {"resultCode": -15}),
        (["239.1.2.3"], ["239.1.2.3"]),
        (
            [TcpServerSocketInfo(1, persistent=False, paused=True, local_port=80)],
            [{"socketId": 1, "persistent": False, "paused": True, "localPort": 80}],
        ),
        ({"some_key": None}, {"some_key": None}),
    ],
)
def test_the_engines_values_are_shown_as_the_apis(value: Any, shown: Any) -> None:
    assert to_api(value) == shown


@pytest.mark.parametrize("namespace", ["tcp", "udp", "tcpServer"])
def test_properties_that_are_not_given_are_none(namespace: str) -> None:
    convert = FROM_API[f"sockets.{namespace}.SocketProperties"]
    assert convert({}) == SocketProperties()
    assert convert({"name": "n", "persistent": False}) == SocketProperties(persistent=False, name="n")


def test_secure_options_become_versions() -> None:
    convert = FROM_API["sockets.tcp.SecureOptions"]
    assert convert({}) == TlsVersions()
    assert convert({"tlsVersion": {"max": "tls1.3"}}) == TlsVersions(max="tls1.3")


def test_every_object_that_a_socket_function_takes_is_converted() -> None:
    spaces = [space for space in TABLE.values() if space.requires == "sockets"]
    params = [p for space in spaces for function in space.functions.values() for p in function.params]
    taken = {p.type.ref for p in params if p.type.ref and not p.type.ref.endswith("DnsQueryType")}
    assert taken == set(FROM_API)
