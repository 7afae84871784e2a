"""The API of Chrome Apps as data, and what is made from it: validation, dispatch, the page's schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeport._lazy import lazy

if TYPE_CHECKING:
    from ._convert import to_api
    from ._dispatcher import After, ApiError, Dispatcher, Handler, Reply
    from ._functions import find, validate
    from ._routes import Route, engine_routes
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
else:
    __getattr__ = lazy(
        __name__,
        {
            "_convert": ["to_api"],
            "_dispatcher": ["After", "ApiError", "Dispatcher", "Handler", "Reply"],
            "_functions": ["find", "validate"],
            "_routes": ["Route", "engine_routes"],
            "_schema": [
                *("Callback", "Dictionary", "Enum", "Event", "Failure", "Function", "Namespace", "Param"),
                *("Permission", "TableError", "Type"),
            ],
            "_schema_json": ["table_json"],
            "_table": ["TABLE"],
            "_validate": ["InvocationError"],
        },
    )

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
    "to_api",
    "validate",
]
