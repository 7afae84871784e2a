"""From a function of the table to the engine's method for it.

Both faces, the dispatcher behind a page and the Python API, call the engine through these routes, so that
they check the same arguments in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ._convert import FROM_API, snake_case
from ._functions import VALIDATOR
from ._schema import Function
from ._table import TABLE

if TYPE_CHECKING:
    from homeport.engine import Done, Session

__all__ = ["Route", "engine_routes"]


class Route:
    """One function, ready to be called on one session."""

    __slots__ = ("_check", "_converters", "function", "method")

    def __init__(self, function: Function, method: Callable[..., None]) -> None:
        self.function = function
        self.method = method
        self._check = VALIDATOR.checker(function)
        converters = [(i, FROM_API.get(p.type.ref or "")) for i, p in enumerate(function.params)]
        self._converters = [(index, convert) for index, convert in converters if convert is not None]

    def call(self, args: Sequence[object], done: Done) -> None:
        """Check the arguments, then call the engine.

        Raises:
            InvocationError: the arguments do not fit; nothing was called.
        """
        values: Sequence[Any] = self._check(args)
        if self._converters:
            values = list(values)
            for index, convert in self._converters:
                if values[index] is not None:
                    values[index] = convert(values[index])
        self.method(*values, done)


def engine_routes(session: Session) -> dict[str, Route]:
    """The routes to ``session``, by full name; none when its app has no ``sockets`` key."""
    if session.permissions is None:
        return {}
    routes = {}
    for space in TABLE.values():
        if space.requires != "sockets":
            continue
        target = getattr(session, snake_case(space.name.rpartition(".")[2]))
        for function in space.functions.values():
            name = f"{space.name}.{function.name}"
            routes[name] = Route(function, getattr(target, snake_case(function.name)))
    return routes
