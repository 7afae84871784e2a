"""The Python API against the table: the two faces have the same functions, parameters, results and events."""

from __future__ import annotations

import inspect
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import homeport
from homeport import api
from homeport.chrome import TABLE, Param, Type
from homeport.chrome._convert import camel_case, snake_case

CLASSES: dict[str, type[Any]] = {
    "sockets.tcp": homeport.Tcp,
    "sockets.udp": homeport.Udp,
    "sockets.tcpServer": homeport.TcpServer,
}
FUNCTIONS = [(space, name) for space in CLASSES for name in TABLE[space].functions]
EVENTS = [(space, name) for space in CLASSES for name in TABLE[space].events]

#: The Python class for each of the API's types.
TYPES: dict[str, Any] = {
    "sockets.tcp.SocketProperties": homeport.SocketProperties,
    "sockets.udp.SocketProperties": homeport.SocketProperties,
    "sockets.tcpServer.SocketProperties": homeport.SocketProperties,
    "sockets.tcp.CreateInfo": homeport.CreateInfo,
    "sockets.udp.CreateInfo": homeport.CreateInfo,
    "sockets.tcpServer.CreateInfo": homeport.CreateInfo,
    "sockets.tcp.SendInfo": homeport.SendInfo,
    "sockets.udp.SendInfo": homeport.SendInfo,
    "sockets.tcp.SocketInfo": homeport.TcpSocketInfo,
    "sockets.udp.SocketInfo": homeport.UdpSocketInfo,
    "sockets.tcpServer.SocketInfo": homeport.TcpServerSocketInfo,
    "sockets.tcp.SecureOptions": homeport.SecureOptions,
    "sockets.tcp.TLSVersionConstraints": homeport.TlsVersions,
    "sockets.tcp.ReceiveInfo": homeport.TcpReceiveInfo,
    "sockets.udp.ReceiveInfo": homeport.UdpReceiveInfo,
    "sockets.tcp.ReceiveErrorInfo": homeport.ReceiveErrorInfo,
    "sockets.udp.ReceiveErrorInfo": homeport.ReceiveErrorInfo,
    "sockets.tcpServer.AcceptInfo": homeport.AcceptInfo,
    "sockets.tcpServer.AcceptErrorInfo": homeport.AcceptErrorInfo,
}
#: One class serves several namespaces; these fields are not of all of them.
EXTRA = {("sockets.tcpServer.SocketProperties", "buffer_size")}
NAMES = {
    "CreateInfo": homeport.CreateInfo,
    "SendInfo": homeport.SendInfo,
    "SocketProperties": homeport.SocketProperties,
    "TcpSocketInfo": homeport.TcpSocketInfo,
    "UdpSocketInfo": homeport.UdpSocketInfo,
    "TcpServerSocketInfo": homeport.TcpServerSocketInfo,
    "Call": homeport.Call,
    "Event": homeport.Event,
    "Buffer": api.Buffer,
    "DnsQuery": "homeport.DnsQueryType | None",
    "ReceiveErrorInfo": homeport.ReceiveErrorInfo,
    "SecureOptions": homeport.SecureOptions,
    "TcpReceiveInfo": homeport.TcpReceiveInfo,
    "UdpReceiveInfo": homeport.UdpReceiveInfo,
    "AcceptInfo": homeport.AcceptInfo,
    "AcceptErrorInfo": homeport.AcceptErrorInfo,
}


def python_type(wanted: Type) -> Any:
    if wanted.kind == "ref" and (wanted.ref or "").endswith(".DnsQueryType"):
        return homeport.DnsQueryType
    if wanted.kind == "ref":
        return TYPES[wanted.ref or ""]
    if wanted.kind == "array" and wanted.items is not None:
        return list[python_type(wanted.items)]  # type: ignore[misc]
    return {"integer": int, "boolean": bool, "string": str, "binary": bytes}[wanted.kind]


def hints(function: Any) -> dict[str, Any]:
    return get_type_hints(function, localns={**NAMES, "DnsQuery": homeport.DnsQueryType})


@pytest.mark.parametrize(("space", "name"), FUNCTIONS)
def test_a_method_has_the_functions_parameters_in_order(space: str, name: str) -> None:
    function = TABLE[space].functions[name]
    method = getattr(CLASSES[space], snake_case(name))
    _, *parameters = inspect.signature(method).parameters.values()
    assert [p.name for p in parameters] == [snake_case(p.name) for p in function.params]
    for parameter, param in zip(parameters, function.params, strict=True):
        assert (parameter.default is None) == param.optional, param.name
        said = hints(method)[param_name(param)]
        accepted = get_args(said) if not isinstance(said, type) else (said,)
        assert python_type(param.type) in (said, *accepted), param.name
        assert (type(None) in accepted) == param.optional, param.name


def param_name(param: Param) -> str:
    return snake_case(param.name)


@pytest.mark.parametrize(("space", "name"), FUNCTIONS)
def test_a_method_gives_what_the_callback_gets(space: str, name: str) -> None:
    callback = TABLE[space].functions[name].callback
    assert callback is not None
    wanted: Any = python_type(callback.params[0].type) if callback.params else None
    said = hints(getattr(CLASSES[space], snake_case(name)))["return"]
    assert (get_origin(said), get_args(said)) == (homeport.Call, (wanted,))


@pytest.mark.parametrize(("space", "name"), EVENTS)
def test_an_event_carries_what_the_listener_gets(space: str, name: str) -> None:
    [param] = TABLE[space].events[name].params
    event = getattr(CLASSES[space], snake_case(name)).fget
    said = hints(event)["return"]
    assert (get_origin(said), get_args(said)) == (homeport.Event, (python_type(param.type),))


@pytest.mark.parametrize("space", CLASSES)
def test_there_is_nothing_beside_the_table(space: str) -> None:
    public = {name for name in vars(CLASSES[space]) if not name.startswith("_")} - {"DnsQueryType"}
    table = {snake_case(name) for name in (*TABLE[space].functions, *TABLE[space].events)}
    assert public == table


@pytest.mark.parametrize("name", TYPES)
def test_a_class_has_the_fields_of_its_type(name: str) -> None:
    space, _, short = name.rpartition(".")
    [dictionary] = [d for d in TABLE[space].dictionaries if d.name == short]
    fields = list(inspect.signature(TYPES[name]).parameters)
    extra = {field for type_name, field in EXTRA if type_name == name}
    assert {camel_case(field) for field in fields if field not in extra} == {
        p.name for p in dictionary.properties
    }


def test_every_type_of_the_table_has_its_class() -> None:
    for space in CLASSES:
        for dictionary in TABLE[space].dictionaries:
            assert f"{space}.{dictionary.name}" in TYPES


def test_the_enum_has_the_tables_members() -> None:
    for space in ("sockets.tcp", "sockets.udp"):
        [enum] = TABLE[space].enums
        assert {member.name: member.value for member in homeport.DnsQueryType} == enum.members
        assert CLASSES[space].DnsQueryType is homeport.DnsQueryType
