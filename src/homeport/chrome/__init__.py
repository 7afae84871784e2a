"""The API of Chrome Apps as data, and what is made from it: validation, dispatch, the page's schema."""

from __future__ import annotations

from collections.abc import Sequence

from ._dispatcher import After, ApiError, Dispatcher, Handler, Reply
from ._routes import VALIDATOR, Route, engine_routes
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
from ._validate import InvocationError

__all__ = [
    "TABLE",
    "After",
    "ApiError",
    "Callback",
    "Dictionary",
    "Dispatcher",
    "Enum",
    "Event",
    "Failure",
    "Function",
    "Handler",
    "InvocationError",
    "Namespace",
    "Param",
    "Permission",
    "Reply",
    "Route",
    "TableError",
    "Type",
    "engine_routes",
    "find",
    "table_json",
    "validate",
]

_FUNCTIONS = {
    f"{space.name}.{function.name}": function
    for space in TABLE.values()
    for function in space.functions.values()
}


def find(name: str) -> Function | None:
    """The function called ``name``, such as ``sockets.tcp.connect``, or ``None``."""
    return _FUNCTIONS.get(name)


def validate(function: Function, args: Sequence[object], *, callback_required: bool = False) -> list[object]:
    """The arguments by position, one for each parameter, ``None`` where one was left out.

    A callable in the callback's place is accepted and dropped. It may always be left out, but for
    ``callback_required``, which asks for it where the signature does.

    Raises:
        InvocationError: the arguments do not fit; the text is Chromium's.
    """
    return VALIDATOR.validate(function, args, callback_required=callback_required)
