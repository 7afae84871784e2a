"""Cancelling a task wherever it waits."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any


class Cancelling:
    """Runs a coroutine as a task that is cancelled at one of its suspensions.

    ``late``: when what it waited for is there, and before it hears so.
    """

    def __init__(self, work: Coroutine[Any, Any, None], at: int, *, late: bool) -> None:
        self._work = work
        self._at = at
        self._late = late
        self.suspensions = 0
        self.task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        await self._driven()

    @types.coroutine
    def _driven(self) -> Generator[Any, Any, None]:
        step = go_on = partial(self._work.send, None)
        while True:
            try:
                waits_for = step()
            except StopIteration:
                return
            if self.suspensions == self._at:
                if self._late and waits_for is not None:
                    waits_for.add_done_callback(lambda _: self.task.cancel())
                else:
                    self.task.cancel()
            self.suspensions += 1
            try:
                yield waits_for
            except BaseException as error:
                step = partial(self._work.throw, error)
            else:
                step = go_on
