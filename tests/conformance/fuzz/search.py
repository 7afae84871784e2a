"""Looks for a program that Chromium and Homeport run differently, and for the shortest like it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from tests.conformance.harness.case import Step
from tests.conformance.harness.chromium import ChromiumHost
from tests.conformance.harness.headless import HeadlessHost
from tests.conformance.harness.host import new_setting

from .difference import Difference, first_difference
from .machines import Machine, machine
from .strategies import programs

#: How long things must be quiet after a step; longer when a difference is looked at again.
QUIET_MS = (80, 300, 600)
SIDE_BY_SIDE = 8


class Found(Exception):  # noqa: N818 - it is the aim
    """A program that two implementations run differently."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference)
        self.difference = difference

    def __str__(self) -> str:
        return f"\n{self.difference}"


class _TimeIsUp(KeyboardInterrupt):
    """The one way to make hypothesis stop where it is."""


class Pair:
    """Chromium and Homeport, ready to run programs."""

    def __init__(self, chromium: Machine, homeport: Machine) -> None:
        self._chromium = chromium
        self._homeport = homeport
        self.run = 0

    async def differ(self, batch: list[list[Step]]) -> Difference | None:
        """The first program of ``batch`` that is run differently, again and again."""
        self.run += len(batch)
        for difference in await self._differences(batch, QUIET_MS[0]):
            if difference and await self._confirmed(difference):
                return difference
        return None

    async def _confirmed(self, difference: Difference) -> bool:
        for quiet in QUIET_MS[1:]:
            (again,) = await self._differences([difference.steps], quiet)
            if not difference.same_as(again):
                return False
        return True

    async def _differences(self, batch: list[list[Step]], quiet: int) -> list[Difference | None]:
        theirs, ours = await asyncio.gather(
            self._chromium.execute(batch, quiet), self._homeport.execute(batch, quiet)
        )
        return [first_difference(*parts) for parts in zip(batch, theirs, ours, strict=True)]


@contextlib.asynccontextmanager
async def pair() -> AsyncIterator[Pair]:
    """Start both. Homeport is strict: what may be as in Chromium is."""
    async with new_setting() as setting:
        chromium, homeport = ChromiumHost(), HeadlessHost(strict_chromium=True)
        await chromium.start(setting)
        await homeport.start(setting)
        try:
            async with machine(chromium, setting) as theirs, machine(homeport, setting) as ours:
                yield Pair(theirs, ours)
        finally:
            await homeport.aclose()
            await chromium.aclose()


def search(seconds: float, *, seed: int | None = None, longest: int = 10) -> int:
    """Look for ``seconds``; how many programs were run. Without a seed the same ones each time.

    Raises:
        Found: with the shortest program that hypothesis came to.
    """
    with asyncio.Runner() as runner:
        context = pair()
        both = runner.run(context.__aenter__())
        ends = time.monotonic() + seconds
        shortest: Difference | None = None

        def look(batch: list[list[Step]]) -> None:
            nonlocal shortest
            if time.monotonic() > ends:
                raise _TimeIsUp
            difference = runner.run(both.differ(batch))
            if difference is not None:
                shortest = min(shortest or difference, difference, key=lambda d: len(d.steps))
                raise Found(difference)

        configured = settings(
            max_examples=1_000_000,
            deadline=None,
            database=None,
            derandomize=seed is None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        test = configured(given(st.lists(programs(longest), min_size=1, max_size=SIDE_BY_SIDE))(look))
        try:
            (test if seed is None else seeded(seed)(test))()
        except (_TimeIsUp, Flaky):
            # A flaky one was confirmed, but depends on the time too.
            if shortest is not None:
                raise Found(shortest) from None
        finally:
            runner.run(context.__aexit__(None, None, None))
        return both.run
