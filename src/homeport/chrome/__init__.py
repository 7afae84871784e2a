"""The API of Chrome Apps as data, and what is made from it: validation, dispatch, the page's schema."""

from __future__ import annotations

from collections.abc import Sequence

from ._schema import (
    Callback,
    Dictionary,
    Enum,
    Event,
    Failure,
    Function,
    Namespace,
    Param,
    Permission,
    TableError,
    Type,
)
from ._schema_json import table_json
from ._table import TABLE
from ._validate import InvocationError, Validator

__all__ = [
    "TABLE",
    "Callback",
    "Dictionary",
    "Enum",
    "Event",
    "Failure",
    "Function",
    "InvocationError",
    "Namespace",
    "Param",
    "Permission",
    "TableError",
    "Type",
    "find",
    "table_json",
    "validate",
]

_VALIDATOR = Validator({name: kind for space in TABLE.values() for name, kind in space.types.items()})
_FUNCTIONS = {
    f"{space.name}.{function.name}": function
    for space in TABLE.values()
    for function in space.functions.values()
}


def find(name: str) -> Function | None:
    """The function called ``name``, such as ``sockets.tcp.connect``, or ``None``."""
    return _FUNCTIONS.get(name)


def validate(function: Function, args: Sequence[object], *, callback_required: bool = False) -> list[object]:
    """See :meth:`Validator.validate`."""
    return _VALIDATOR.validate(function, args, callback_required=callback_required)
