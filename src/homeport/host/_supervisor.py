"""Starts an app again when it ends by itself: after a delay that grows, and not for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Protocol

from ._page import PageEnd

__all__ = ["RestartPolicy", "Supervised", "Supervisor", "either"]


class RestartPolicy(NamedTuple):
    """When to start again, in seconds.

    Attributes:
        first: the delay before the first restart.
        factor: how much longer each next one is.
        most: the longest delay.
        limit: restarts in a row before it is given up; None: never.
        settled: an app that ran so long has recovered: the count begins anew.
    """

    first: float = 1.0
    factor: float = 2.0
    most: float = 60.0
    limit: int | None = 10
    settled: float = 300.0

    def delay(self, restarts: int) -> float:
        """The delay after so many restarts in a row."""
        return float(min(self.most, self.first * self.factor**restarts))


async def either(event: asyncio.Event, end: asyncio.Future[PageEnd]) -> None:
    """Wait for the first of the two: an app is there, or has ended."""
    waiting = asyncio.ensure_future(event.wait())
    waits: set[asyncio.Future[Any]] = {waiting, end}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


class Supervised(Protocol):
    """What is supervised: a :class:`~homeport.host.HeadlessApp`."""

    async def wait(self) -> PageEnd:
        """Until it has ended."""

    async def stop(self, reason: str = ...) -> PageEnd:
        """End it."""


class Supervisor:
    """Keeps an app running until it is stopped, or ends too often.

    Args:
        start: starts the app. What it raises ends :meth:`run`.
        note: hears in one line why and when the app starts again.
        sleep, clock: time, replaced in tests.
    """

    def __init__(
        self,
        start: Callable[[], Awaitable[Supervised]],
        policy: RestartPolicy | None = None,
        *,
        note: Callable[[str], None] = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app: Supervised | None = None
        self.restarts = 0
        self._start = start
        self._policy = policy or RestartPolicy()
        self._note = note
        self._sleep = sleep
        self._clock = clock
        #: Why it shall end; before that, empty.
        self._reason = ""
        self._stopping = asyncio.Event()

    async def run(self) -> PageEnd:
        """Run the app until it is over; why."""
        in_a_row = 0
        while not self._stopping.is_set():
            since = self._clock()
            app = self.app = await self._start()
            if self._stopping.is_set():  # while it started, when there was nothing to end yet
                return await app.stop(self._reason)
            end = await app.wait()
            if end.wanted or self._stopping.is_set():
                return end
            if self._clock() - since >= self._policy.settled:
                in_a_row = 0
            if self._policy.limit == 0:
                return end
            if in_a_row == self._policy.limit:
                return PageEnd(f"{end}; it was started again {in_a_row} times in a row", status=end.status)
            delay = self._policy.delay(in_a_row)
            self._note(f"The app ended: {end}. It starts again in {delay:g} s.")
            await self._stopped_or(self._sleep(delay))
            if not self._stopping.is_set():
                in_a_row += 1
                self.restarts += 1
        return PageEnd(self._reason, wanted=True)

    async def stop(self, reason: str = "it was stopped") -> None:
        """End the app, and do not start it again."""
        if not self._stopping.is_set():
            self._reason = reason
            self._stopping.set()
        if self.app is not None:
            await self.app.stop(reason)

    async def _stopped_or(self, other: Awaitable[None]) -> None:
        waits = {asyncio.ensure_future(other), asyncio.ensure_future(self._stopping.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
