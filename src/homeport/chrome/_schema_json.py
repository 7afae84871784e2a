"""The API table as JSON, in the form that the page's JavaScript reads.

The form is documented in ``docs/wire.md``'s neighbour, the page: a namespace has ``functions``, ``events``,
``types``, ``enums``, ``constants``, ``requires`` and ``prefix`` (the name in error texts, where it differs).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ._schema import Function, Namespace, Param, Type

__all__ = ["table_json"]


def table_json(table: Mapping[str, Namespace]) -> dict[str, Any]:
    """The whole table."""
    return {name: _namespace(space) for name, space in table.items()}


def _namespace(space: Namespace) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "requires": space.requires,
        "functions": {name: _function(f) for name, f in space.functions.items()},
        "events": {name: {"params": _params(e.params)} for name, e in space.events.items()},
        "types": {name: _type(t) for name, t in space.types.items()},
        "enums": {enum.name: enum.members for enum in space.enums},
    }
    if space.constants:
        entry["constants"] = dict(space.constants)
    if space.prefix != space.name:
        entry["prefix"] = space.prefix
    return entry


def _function(function: Function) -> dict[str, Any]:
    entry: dict[str, Any] = {"params": _params(function.params)}
    if function.callback is not None:
        entry["callback"] = {
            "optional": function.callback.optional,
            "promise": function.callback.promise,
            "params": _params(function.callback.params),
        }
    if function.returns is not None:
        entry["returns"] = _type(function.returns)
    return entry


def _params(params: Iterable[Param]) -> list[dict[str, Any]]:
    return [{"name": p.name, **_slot(p)} for p in params]


def _slot(param: Param) -> dict[str, Any]:
    slot: dict[str, Any] = {"type": _type(param.type)}
    if param.optional:
        slot["optional"] = True
    return slot


def _type(t: Type) -> dict[str, Any]:
    if t.kind == "ref":
        return {"ref": t.ref}
    entry: dict[str, Any] = {"kind": t.kind}
    if t.kind == "instance":
        entry["name"] = t.ref
    if t.items is not None:
        entry["items"] = _type(t.items)
    if t.choices:
        entry["choices"] = [_type(choice) for choice in t.choices]
    if t.minimum is not None:
        entry["minimum"] = t.minimum
    if t.values:
        entry["values"] = list(t.values)
    if t.kind == "object":
        entry["properties"] = {name: _slot(p) for name, p in t.properties.items()}
        if t.additional is not None:
            entry["additional"] = _type(t.additional)
    return entry
