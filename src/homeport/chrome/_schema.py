"""The words in which the API table is written: namespaces, functions, parameters, types, events.

Everything here is immutable data. A function is written down once, in ``_table``; validation, the dispatcher,
the page's JavaScript, the Python API's tests and the reference pages all read it from there.

What makes no sense is refused when the table is imported: a function without a permission decision, a
parameter that the decision names but the function lacks, a name used twice, a type that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from homeport.net_errors import NetErrorCode, error_text

__all__ = [
    "ANY",
    "BINARY",
    "BOOLEAN",
    "FUNCTION",
    "INTEGER",
    "NO_PERMISSION",
    "NUMBER",
    "OBJECT",
    "STRING",
    "Callback",
    "Dictionary",
    "Enum",
    "Event",
    "Failure",
    "Function",
    "Namespace",
    "Param",
    "Permission",
    "TableError",
    "Type",
    "array",
    "at_least",
    "choice",
    "instance",
    "net",
    "object_of",
    "ref",
]

Kind = Literal[
    "integer",
    "number",
    "boolean",
    "string",
    "binary",
    "array",
    "at_least",
    "object",
    "function",
    "any",
    "enum",
    "choices",
    "instance",
    "ref",
]


class TableError(Exception):
    """The API table contradicts itself; raised while it is imported."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a function, an argument of a callback or event, or a property of a dictionary."""

    name: str
    type: Type
    doc: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Type:
    """What a value may be. ``kind`` decides which of the other fields mean something."""

    kind: Kind
    ref: str | None = None
    items: Type | None = None
    choices: tuple[Type, ...] = ()
    additional: Type | None = None
    values: tuple[str, ...] = ()
    properties: Mapping[str, Param] = field(default_factory=dict)
    minimum: int | None = None

    @property
    def text(self) -> str:
        """The type as a signature shows it."""
        if self.kind == "choices":
            return f"[{'|'.join(choice.text for choice in self.choices)}]"
        return self.ref or self.kind


INTEGER = Type("integer")
NUMBER = Type("number")
BOOLEAN = Type("boolean")
STRING = Type("string")
BINARY = Type("binary")
FUNCTION = Type("function")
ANY = Type("any")
#: An object with any properties.
OBJECT = Type("object", additional=ANY)


def at_least(minimum: int) -> Type:
    """An integer that is not less than ``minimum``."""
    return Type("integer", minimum=minimum)


def array(items: Type) -> Type:
    """A list whose every element is ``items``."""
    return Type("array", items=items)


def choice(*choices: Type) -> Type:
    """Any one of several types."""
    return Type("choices", choices=choices)


def instance(name: str) -> Type:
    """An object that the page made, such as ``Entry``; known to the page alone."""
    return Type("instance", ref=name)


def object_of(*properties: Param, additional: Type | None = None) -> Type:
    """An object without a name of its own."""
    return Type("object", properties={p.name: p for p in properties}, additional=additional)


def ref(name: str) -> Type:
    """A type that a namespace defines, by its full name."""
    return Type("ref", ref=name)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A named object type of a namespace. ``additional`` is the type of further keys, if any."""

    name: str
    properties: tuple[Param, ...]
    doc: str = ""
    additional: Type | None = None

    @property
    def type(self) -> Type:
        """The type that a reference to this dictionary stands for."""
        properties = MappingProxyType({p.name: p for p in self.properties})
        return Type("object", properties=properties, additional=self.additional)


@dataclass(frozen=True, slots=True)
class Enum:
    """A named set of strings; apps find the values in an object of that name, under ``keys``."""

    name: str
    values: tuple[str, ...]
    doc: str = ""

    @property
    def type(self) -> Type:
        """The type that a reference to this enum stands for."""
        return Type("enum", values=self.values)

    @property
    def members(self) -> dict[str, str]:
        """The object that apps see, such as ``{ANY: "any"}``."""
        return {_enum_key(value): value for value in self.values}


def _enum_key(value: str) -> str:
    """``openWritableFile`` and ``x86-32`` become ``OPEN_WRITABLE_FILE`` and ``X86_32``; ``OPEN_X`` stays."""
    spaced = value.replace("-", "_")
    if spaced.isupper():
        return spaced
    return "".join(f"_{c}" if c.isupper() and i else c for i, c in enumerate(spaced)).upper()


@dataclass(frozen=True, slots=True)
class Permission:
    """What a function asks of the manifest's ``sockets`` key, and which of its arguments are asked about.

    ``operation`` is ``None`` when nothing is asked; ``host`` and ``port`` are parameter names, or ``None``
    when the question is about the operation as such (joining multicast groups).
    """

    operation: str | None
    host: str | None = None
    port: str | None = None


#: The decision that a function needs no permission beyond its namespace.
NO_PERMISSION = Permission(None)


@dataclass(frozen=True, slots=True)
class Failure:
    """A way in which a function fails: ``lastError``'s text, the code that comes with it, and when."""

    text: str
    code: int | None
    when: str


def net(code: int, when: str = "") -> Failure:
    """A failure of the network, with its code and Chromium's text for it."""
    return Failure(error_text(code), code, when or NetErrorCode(code).description)


@dataclass(frozen=True, slots=True)
class Callback:
    """A function's last parameter. ``promise``: Chromium returns a promise when it is left out."""

    params: tuple[Param, ...] = ()
    optional: bool = False
    promise: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the API. ``permission`` has no default: each function's author must decide."""

    name: str
    params: tuple[Param, ...]
    callback: Callback | None
    permission: Permission
    doc: str
    errors: tuple[Failure, ...] = ()
    returns: Type | None = None
    #: The name in error texts, where it is not namespace and name.
    full_name: str = ""

    def __post_init__(self) -> None:
        """Refuse a permission decision that is missing or does not fit the parameters."""
        if not isinstance(self.permission, Permission):
            raise TableError(f"{self.name}: no permission decision")
        names = [p.name for p in self.params]
        for asked in (self.permission.host, self.permission.port):
            if asked is not None and asked not in names:
                raise TableError(f"{self.name}: the permission asks about {asked!r}, which is no parameter")
        if len(set(names)) != len(names):
            raise TableError(f"{self.name}: a parameter is named twice")

    @property
    def signature(self) -> str:
        """The function as error texts show it, such as ``sockets.tcp.close(integer socketId, …)``."""
        parts = [f"{'optional ' if p.optional else ''}{p.type.text} {p.name}" for p in self.params]
        if self.callback is not None:
            parts.append(f"{'optional ' if self.callback.optional else ''}function callback")
        return f"{self.full_name}({', '.join(parts)})"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the API, and what its listeners get."""

    name: str
    params: tuple[Param, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class Namespace:
    """One object under ``chrome``.

    ``requires`` says what makes it visible: ``"sockets"`` (that manifest key), ``"permission:storage"``
    (that entry of the ``permissions`` list) or ``None`` (always there). ``prefix`` stands for the name in
    error texts.
    """

    name: str
    doc: str
    requires: str | None
    functions: Mapping[str, Function]
    events: Mapping[str, Event]
    dictionaries: tuple[Dictionary, ...] = ()
    enums: tuple[Enum, ...] = ()
    constants: Mapping[str, int] = field(default_factory=dict)
    prefix: str = ""

    @property
    def types(self) -> dict[str, Type]:
        """The types that this namespace defines, by full name."""
        named: tuple[Dictionary | Enum, ...] = (*self.dictionaries, *self.enums)
        return {f"{self.name}.{entry.name}": entry.type for entry in named}
