"""A call under way.

A function of the API acts when it is called, as in JavaScript; what it returns can be awaited for the
result, or left alone. A call that is done already when it is awaited does not suspend the task.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Generator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from homeport.engine import ABANDONED, Outcome

from ._errors import CLOSED, error_from

if TYPE_CHECKING:
    from ._errors import NetError

__all__ = ["Call", "Waiters"]

T = TypeVar("T")

#: Of a call of which no task was made; most are awaited.
_NO_STEPS: Mapping[Any, Generator[Any, None, Any]] = MappingProxyType({})

_log = logging.getLogger("homeport.api")


class Waiters(Protocol):
    """What a call asks of the face that made it."""

    @property
    def closed(self) -> bool:
        """Whether everything is closed, so that nothing is under way."""

    def suspended(self, call: Call[Any]) -> None:
        """A task waits for ``call``."""

    def woken(self, call: Call[Any]) -> None:
        """The task that waits for ``call`` is about to run; what happens from now on comes after it."""

    def cancelled(self, call: Call[Any]) -> None:
        """The task that waited for ``call`` was cancelled: undo what the call was for."""


class Call(Coroutine[Any, Any, T], Generic[T]):
    """The result of an API function, to be awaited or not, or to be made a task of.

    Awaiting raises :class:`~homeport.NetError` if the function failed. An error that nobody awaits is logged,
    as Chromium writes unchecked errors to the console.

    Cancelling the task that awaits a ``connect`` disconnects the socket; a ``secure``: closes it. A
    ``send`` is not undone, and may be awaited again. Only one task at a time can await a call.
    """

    __slots__ = ("_face", "_follower", "_outcome", "_steps", "_unchecked", "_waiter", "args", "function")

    def __init__(self, face: Waiters, function: str, args: tuple[object, ...]) -> None:
        self._face = face
        #: The function's full name.
        self.function = function
        #: What it was called with.
        self.args = args
        self._outcome: Outcome | None = None
        self._waiter: asyncio.Future[Outcome] | None = None
        self._follower: Callable[[NetError | None], None] | None = None
        self._unchecked: _Unchecked | None = None
        self._steps = _NO_STEPS

    @property
    def done(self) -> bool:
        """Whether the result is there."""
        return self._outcome is not None

    def __await__(self) -> Generator[Any, None, T]:
        outcome = self._outcome
        if outcome is None:
            outcome = yield from self._wait()
        if outcome.error is not None:
            raise self._checked(outcome)
        return cast("T", outcome.args[0] if outcome.args else None)

    # For a task that was made of it

    @property
    def __name__(self) -> str:
        """What a task calls it."""
        return self.function

    def send(self, value: None, /) -> Any:
        """Go on."""
        return self._step(lambda steps: steps.send(value))

    def throw(self, kind: Any, value: Any = None, trace: Any = None, /) -> Any:
        """Go on with an exception."""
        if isinstance(kind, asyncio.CancelledError) and self._waiter is None and self._outcome is None:
            self._face.cancelled(self)  # before the task began to wait
        return self._step(lambda steps: steps.throw(kind))

    def close(self) -> None:
        """Nothing is to be closed."""

    def _step(self, step: Callable[[Generator[Any, None, T]], Any]) -> Any:
        task = asyncio.current_task()
        steps = self._steps.get(task) or self.__await__()
        self._steps = {**self._steps, task: steps}
        try:
            return step(steps)
        except BaseException:
            self._steps = {other: steps for other, steps in self._steps.items() if other is not task}
            raise

    def _wait(self) -> Generator[Any, None, Outcome]:
        if self._waiter is not None:
            raise RuntimeError(f"{self.function} is awaited already")
        if self._face.closed:
            return CLOSED
        self._waiter = asyncio.get_running_loop().create_future()
        self._face.suspended(self)
        try:
            return (yield from self._waiter)
        except asyncio.CancelledError:
            self._waiter = None
            self._face.cancelled(self)
            raise

    def finish(self, outcome: Outcome) -> None:
        """For the engine: the call is over."""
        self._outcome = outcome
        if outcome.error is not None and outcome not in (ABANDONED, CLOSED):
            self._unchecked = _Unchecked(self.function, outcome)
        if self._waiter is not None:
            if not self._waiter.done():
                self._waiter.set_result(outcome)
            self._face.woken(self)
        if self._follower is not None:
            follower, self._follower = self._follower, None
            follower(None if outcome.error is None else self._checked(outcome))

    def follow(self, follower: Callable[[NetError | None], None]) -> None:
        """Call ``follower`` with the error, or ``None``, when the call is over; at once if it is."""
        outcome = self._outcome
        if outcome is None:
            self._follower = follower
        else:
            follower(None if outcome.error is None else self._checked(outcome))

    def _checked(self, outcome: Outcome) -> NetError:
        """The error, which somebody sees now."""
        if self._unchecked is not None:
            self._unchecked.seen = True
        return error_from(self.function, outcome)

    def __repr__(self) -> str:
        state = "under way" if self._outcome is None else self._outcome.error or "done"
        return f"<{self.function}: {state}>"


class _Unchecked:
    """Goes with a call that failed, and says so at the end if nobody else did."""

    __slots__ = ("_function", "_outcome", "seen")

    def __init__(self, function: str, outcome: Outcome) -> None:
        self._function = function
        self._outcome = outcome
        self.seen = False

    def __del__(self) -> None:
        if not self.seen:
            _log.warning("Unchecked error: %s", error_from(self._function, self._outcome))
