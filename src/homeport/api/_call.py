"""A call under way.

A function of the API acts when it is called, as in JavaScript; what it returns can be awaited for the
result, or left alone. A call that is done already when it is awaited does not suspend the task.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from homeport.engine import ABANDONED, Outcome

from ._errors import error_from

if TYPE_CHECKING:
    from ._errors import NetError

__all__ = ["Call", "Waiters"]

T = TypeVar("T")

_log = logging.getLogger("homeport.api")


class Waiters(Protocol):
    """What a call asks of the face that made it."""

    def suspended(self, call: Call[Any]) -> None:
        """A task waits for ``call``."""

    def woken(self, call: Call[Any]) -> None:
        """The task that waits for ``call`` is about to run; what happens from now on comes after it."""

    def cancelled(self, call: Call[Any]) -> None:
        """The task that waited for ``call`` was cancelled: undo what the call was for."""


class Call(Awaitable[T], Generic[T]):
    """The result of an API function, to be awaited or not.

    Awaiting raises :class:`~homeport.NetError` if the function failed. An error that nobody awaits is logged,
    as Chromium writes unchecked errors to the console.

    Cancelling the task that awaits a ``connect`` disconnects the socket; a ``secure``: closes it. A
    ``send`` is not undone. Only one task can await a call.
    """

    __slots__ = ("_face", "_follower", "_outcome", "_seen", "_waiter", "args", "function")

    def __init__(self, face: Waiters, function: str, args: tuple[object, ...]) -> None:
        self._face = face
        #: The function's full name, and what it was called with.
        self.function = function
        self.args = args
        self._outcome: Outcome | None = None
        self._waiter: asyncio.Future[Outcome] | None = None
        self._follower: Callable[[NetError | None], None] | None = None
        self._seen = False

    @property
    def done(self) -> bool:
        """Whether the result is there."""
        return self._outcome is not None

    def __await__(self) -> Generator[Any, None, T]:
        self._seen = True
        outcome = self._outcome
        if outcome is None:
            outcome = yield from self._wait()
        if outcome.error is not None:
            raise error_from(self.function, outcome)
        return cast("T", outcome.args[0] if outcome.args else None)

    def _wait(self) -> Generator[Any, None, Outcome]:
        if self._waiter is not None:
            raise RuntimeError(f"{self.function} is awaited already")
        self._waiter = asyncio.get_running_loop().create_future()
        self._face.suspended(self)
        try:
            return (yield from self._waiter)
        except asyncio.CancelledError:
            self._face.cancelled(self)
            raise

    def finish(self, outcome: Outcome) -> None:
        """For the engine: the call is over."""
        self._outcome = outcome
        if self._waiter is not None:
            if not self._waiter.done():
                self._waiter.set_result(outcome)
            self._face.woken(self)
        if self._follower is not None:
            follower, self._follower = self._follower, None
            follower(self._error())

    def follow(self, follower: Callable[[NetError | None], None]) -> None:
        """Call ``follower`` with the error, or ``None``, when the call is over; at once if it is."""
        self._seen = True
        if self._outcome is not None:
            follower(self._error())
        else:
            self._follower = follower

    def _error(self) -> NetError | None:
        outcome = self._outcome
        if outcome is None or outcome.error is None:
            return None
        return error_from(self.function, outcome)

    def __del__(self) -> None:
        outcome = self._outcome
        if not self._seen and outcome is not None and outcome.error is not None and outcome is not ABANDONED:
            _log.warning("Unchecked error: %s", error_from(self.function, outcome))

    def __repr__(self) -> str:
        state = "under way" if self._outcome is None else self._outcome.error or "done"
        return f"<{self.function}: {state}>"
