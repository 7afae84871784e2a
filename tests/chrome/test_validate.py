"""Argument checking against what Chromium said to the same arguments.

``invocations.json`` holds calls and Chromium's reason to refuse each (``null``: it did
not). Values that JSON lacks are written ``{"$": "function"}``, ``undefined``, ``NaN``, ``Infinity``, ``-0``,
``buffer`` (with ``n`` bytes) and ``uint8``.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from homeport.chrome import InvocationError, find, validate

CASES = json.loads((Path(__file__).parent / "invocations.json").read_text(encoding="utf-8"))["cases"]
BY_FUNCTION = {name: list(cases) for name, cases in groupby(CASES, key=lambda case: case[0])}

SPECIAL = {
    "function": print,
    "undefined": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-0": -0.0,
}


def decode(value: Any) -> Any:
    if isinstance(value, list):
        return [decode(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if "$" not in value:
        return {key: decode(inner) for key, inner in value.items()}
    special = {
        "function": print,
        "undefined": None,
        "NaN": float("nan"),
        "Infinity": float("inf"),
        "-0": -0.0,
    }
    return special[value["$"]] if value["$"] in special else bytes(value["n"])


def reason_for(name: str, args: list[Any]) -> str | None:
    function = find(name)
    assert function is not None
    try:
        validate(function, args, callback_required=True)
    except InvocationError as error:
        return error.reason
    return None


@pytest.mark.parametrize("name", BY_FUNCTION)
def test_arguments_are_refused_for_chromiums_reasons(name: str) -> None:
    cases = BY_FUNCTION[name]
    wrong = [
        f"{json.dumps(args)}\n  Chromium: {want}\n  Homeport: {got}"
        for _, args, want in cases
        if (got := reason_for(name, decode(args))) != want
    ]
    assert not wrong, "\n".join(wrong)


PROPERTIES = "Error at parameter 'properties': Error at property 'bufferSize': "
TEXTS = {
    ("sockets.tcp.connect", ("1", "h", 80)): (
        "sockets.tcp.connect(integer socketId, string peerAddress, integer peerPort, "
        "optional sockets.tcp.DnsQueryType dnsQueryType, function callback): No matching signature."
    ),
    ("storage.local.get", (1,)): (
        "storage.get(optional [string|array|object] keys, optional function callback): No matching signature."
    ),
    ("sockets.udp.update", (1, (("bufferSize", 1.5),))): (
        "sockets.udp.update(integer socketId, sockets.udp.SocketProperties properties, "
        f"optional function callback): {PROPERTIES}Invalid type: expected integer, found number."
    ),
}


@pytest.mark.parametrize(("name", "args"), TEXTS)
def test_the_whole_text_names_function_and_signature(name: str, args: tuple[Any, ...]) -> None:
    function = find(name)
    assert function is not None
    with pytest.raises(InvocationError) as caught:
        validate(function, [dict(arg) if isinstance(arg, tuple) else arg for arg in args])
    assert str(caught.value) == f"Error in invocation of {TEXTS[name, args]}"
    assert isinstance(caught.value, TypeError)
    assert caught.value.function == name.replace("storage.local", "storage")


@pytest.mark.parametrize(
    ("name", "args", "normal"),
    [
        ("sockets.tcp.create", [], [None]),
        ("sockets.tcp.create", [print], [None]),
        ("sockets.tcp.create", [{"name": None, "persistent": True}], [{"persistent": True}]),
        ("sockets.tcp.connect", [1, "h", 80.0, print], [1, "h", 80, None]),
        ("sockets.tcp.connect", [1, "h", 80, "ipv6"], [1, "h", 80, "ipv6"]),
        ("sockets.tcp.setKeepAlive", [1, True, print], [1, True, None]),
        ("sockets.tcp.getSockets", [None], []),
        ("sockets.udp.send", [1, b"x", "h", 9, None], [1, b"x", "h", 9, None]),
        ("storage.local.get", [["a", "b"]], [["a", "b"]]),
        ("storage.local.set", [{"a": None}], [{"a": None}]),
        ("storage.local.set", [{"a": [1, {"b": 1.5}]}], [{"a": [1, {"b": 1.5}]}]),
    ],
)
def test_arguments_come_back_by_position(name: str, args: list[Any], normal: list[Any]) -> None:
    function = find(name)
    assert function is not None
    got = validate(function, args)
    assert got == normal
    assert [type(value) for value in got] == [type(value) for value in normal]
