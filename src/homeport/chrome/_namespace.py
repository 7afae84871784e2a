"""How a namespace of the table is put together and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from ._schema import Dictionary, Enum, Event, Function, Namespace, Param, TableError, Type

_Named = TypeVar("_Named", Function, Event)


def namespace(
    name: str,
    *,
    doc: str,
    requires: str | None,
    functions: Iterable[Function] = (),
    events: Iterable[Event] = (),
    dictionaries: Iterable[Dictionary] = (),
    enums: Iterable[Enum] = (),
    constants: Mapping[str, int] | None = None,
    prefix: str = "",
) -> Namespace:
    """A namespace with its functions and events by name, each knowing its full name."""
    named = [replace(f, full_name=f.full_name or f"{prefix or name}.{f.name}") for f in functions]
    return Namespace(
        name=name,
        doc=doc,
        requires=requires,
        functions=_by_name(name, named),
        events=_by_name(name, events),
        dictionaries=tuple(dictionaries),
        enums=tuple(enums),
        constants=MappingProxyType(dict(constants or {})),
        prefix=prefix or name,
    )


def _by_name(owner: str, entries: Iterable[_Named]) -> Mapping[str, _Named]:
    table: dict[str, _Named] = {}
    for entry in entries:
        if entry.name in table:
            raise TableError(f"{owner}.{entry.name} is there twice")
        table[entry.name] = entry
    return MappingProxyType(table)


def build_table(*namespaces: Namespace) -> Mapping[str, Namespace]:
    """The whole API by namespace name, once every reference has been found in it."""
    table = {space.name: space for space in namespaces}
    if len(table) != len(namespaces):
        raise TableError("a namespace is there twice")
    known = {name for space in namespaces for name in space.types}
    for space in namespaces:
        for where, used in _types_of(space):
            for name in _references(used):
                if name not in known:
                    raise TableError(f"{where} refers to {name}, which is nowhere defined")
    return MappingProxyType(table)


def _types_of(space: Namespace) -> Iterator[tuple[str, Type]]:
    """Every type that the namespace mentions, with the place where it does."""

    def under(where: str, params: Iterable[Param]) -> Iterator[tuple[str, Type]]:
        return ((f"{space.name}.{where}.{param.name}", param.type) for param in params)

    for function in space.functions.values():
        yield from under(function.name, function.params)
        yield from under(function.name, function.callback.params if function.callback else ())
    for event in space.events.values():
        yield from under(event.name, event.params)
    for dictionary in space.dictionaries:
        yield from under(dictionary.name, dictionary.properties)


def _references(used: Type) -> Iterator[str]:
    if used.kind == "ref" and used.ref:
        yield used.ref
    inner = [used.items, used.additional, *used.choices, *(p.type for p in used.properties.values())]
    for part in inner:
        if part is not None:
            yield from _references(part)
