"""Calls by name: what stands behind a page's ``chrome`` object.

``sockets.*`` goes to the engine's session. Other namespaces have handlers, which are registered by name.
Whatever happens, each call is answered exactly once, unless the dispatcher closes first.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from homeport.engine import Outcome
from homeport.errors import HomeportError

if TYPE_CHECKING:
    from homeport.engine import Session

    from ._routes import Route
    from ._schema import Function

__all__ = ["After", "ApiError", "Dispatcher", "Handler", "Reply"]

#: Gets the call's end, with the engine's values: :func:`to_api` shows them as the API does.
Reply: TypeAlias = Callable[[Outcome], None]

#: Called with the function's arguments by position. What it gives, or what its awaitable gives, is the
#: callback's argument; an :class:`~homeport.engine.Outcome` is taken as it is.
Handler: TypeAlias = Callable[..., Any]

_log = logging.getLogger("homeport.chrome")
_UNKNOWN_ERROR = "Unknown error."


class ApiError(HomeportError):
    """A handler's function failed; the text becomes ``chrome.runtime.lastError``."""


class After(NamedTuple):
    """What a handler gives whose call has events: they come right before its answer, behind earlier ones."""

    #: Tells of them.
    events: Callable[[], None]


class Dispatcher:
    """Answers one page's calls."""

    def __init__(self, session: Session) -> None:
        self._session = session
        #: The functions of the engine, by name, once they were prepared.
        self._routes: dict[str, Route] | None = None
        self._handlers: dict[str, Handler] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def register(self, name: str, handler: Handler) -> None:
        """Let ``handler`` answer the function ``name``, such as ``storage.local.get``.

        Its arguments are checked where the table knows the function; else it gets what the page sent.
        """
        self._handlers[name] = handler

    def prepare(self) -> dict[str, Route]:
        """Load the table and what is made of it, which takes a while, before a call has to wait for it."""
        from ._routes import engine_routes

        if self._routes is None:
            self._routes = engine_routes(self._session)
        return self._routes

    def call(self, name: str, args: Sequence[Any], reply: Reply) -> None:
        """Call a function. ``reply`` may run before this returns. Never raises."""
        routes = self.prepare() if self._routes is None else self._routes
        route = routes.get(name)
        if route is not None:
            try:
                route.call(args, reply)
            except Exception as error:
                reply(_failure(error, name))
        elif name in self._handlers:
            self._handle(name, args, reply)
        else:
            reply(Outcome((), f"{name} is not available."))

    def close(self) -> None:
        """Cancel the handlers that still run; their calls stay unanswered."""
        for task in self._tasks:
            task.cancel()

    def _handle(self, name: str, args: Sequence[Any], reply: Reply) -> None:
        from ._functions import find, validate

        function = find(name)
        try:
            values = list(args) if function is None else validate(function, args)
            result = self._handlers[name](*values)
        except Exception as error:
            reply(_failure(error, name))
            return
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(_finish(name, function, result, reply))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            reply(_outcome(function, result))


async def _finish(name: str, function: Function | None, result: Awaitable[Any], reply: Reply) -> None:
    try:
        outcome = _outcome(function, await result)
    except Exception as error:
        outcome = _failure(error, name)
    reply(outcome)


def _outcome(function: Function | None, result: object) -> Outcome:
    if isinstance(result, After):
        result.events()
        result = None
    if isinstance(result, Outcome):
        return result
    silent = function is not None and (function.callback is None or not function.callback.params)
    return Outcome() if silent else Outcome((result,))


def _failure(error: Exception, name: str) -> Outcome:
    """What the page may know: a mistake of ours stays in the log."""
    if isinstance(error, HomeportError):
        return Outcome((), str(error))
    _log.error("%s failed", name, exc_info=error)
    return Outcome((), _UNKNOWN_ERROR)
