"""The table's own rules."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any, cast

import pytest

from homeport.chrome import TABLE, Callback, Function, Param, Permission, TableError, table_json

SCHEMA = importlib.import_module("homeport.chrome._schema")
NAMESPACE = importlib.import_module("homeport.chrome._namespace")
SIGNATURES = json.loads((Path(__file__).parent / "signatures.json").read_text(encoding="utf-8"))


def test_chrome_sockets_has_34_functions_and_6_events() -> None:
    spaces = [space for name, space in TABLE.items() if name.startswith("sockets.")]
    assert sum(len(space.functions) for space in spaces) == 34
    assert sum(len(space.events) for space in spaces) == 6


def test_every_signature_is_chromiums() -> None:
    ours = {
        f"{space.name}.{f.name}": f.signature for space in TABLE.values() for f in space.functions.values()
    }
    assert {name: text for name, text in ours.items() if SIGNATURES["functions"].get(name) != text} == {}


def test_every_enum_object_is_chromiums() -> None:
    ours = {f"{space.name}.{enum.name}": enum.members for space in TABLE.values() for enum in space.enums}
    assert {name: members for name, members in ours.items() if SIGNATURES["enums"].get(name) != members} == {}


def test_a_function_without_a_permission_decision_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="permission"):
        cast("Any", Function)("f", (), None, doc="")
    with pytest.raises(TableError, match="no permission decision"):
        Function("f", (), None, permission=cast("Permission", None), doc="")


def test_a_permission_about_a_parameter_that_is_not_there_cannot_be_written() -> None:
    with pytest.raises(TableError, match="'port'"):
        Function("f", (), None, permission=Permission("tcp.connect", port="port"), doc="")


def test_a_function_is_there_once() -> None:
    twice = [Function("f", (), None, permission=SCHEMA.NO_PERMISSION, doc="")] * 2
    with pytest.raises(TableError, match=r"a\.f is there twice"):
        NAMESPACE.namespace("a", doc="", requires=None, functions=twice)


def test_a_reference_to_nothing_cannot_be_written() -> None:
    gives = Callback((Param("x", SCHEMA.array(SCHEMA.ref("a.Nothing"))),))
    space = NAMESPACE.namespace(
        "a",
        doc="",
        requires=None,
        functions=[Function("f", (), gives, permission=SCHEMA.NO_PERMISSION, doc="")],
    )
    with pytest.raises(TableError, match=r"a\.f\.x refers to a\.Nothing"):
        NAMESPACE.build_table(space)


def test_everything_in_the_table_is_described() -> None:
    for space in TABLE.values():
        assert space.doc
        for function in space.functions.values():
            given = function.callback.params if function.callback else ()
            assert function.doc, function.name
            assert all(p.doc for p in (*function.params, *given)), function.full_name
        assert all(event.doc and all(p.doc for p in event.params) for event in space.events.values())
        assert all(d.doc and all(p.doc for p in d.properties) for d in space.dictionaries)


def test_the_json_holds_every_function_with_its_parameters() -> None:
    schema = table_json(TABLE)
    connect = schema["sockets.tcp"]["functions"]["connect"]
    assert connect["params"][3] == {
        "name": "dnsQueryType",
        "type": {"ref": "sockets.tcp.DnsQueryType"},
        "optional": True,
    }
    assert connect["callback"]["promise"] is False
    assert schema["storage.local"]["prefix"] == "storage"
    assert schema["storage.local"]["constants"] == {"QUOTA_BYTES": 10_485_760}
    assert json.loads(json.dumps(schema)) == schema
