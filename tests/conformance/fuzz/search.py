"""Looks for a program that Chromium and Homeport run differently, and for the shortest like it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from tests.conformance.harness.case import Step
from tests.conformance.harness.chromium import ChromiumHost
from tests.conformance.harness.headless import HeadlessHost
from tests.conformance.harness.host import new_setting
from tests.conformance.harness.tabs import TabHost

from .difference import GONE, Difference, Observations, first_difference
from .kinds import Kind
from .machines import Launcher, Side

#: How long things must be quiet after a step; longer when a difference is looked at again.
QUIET_MS = (80, 300, 600)

#: Homeport's hosts that run programs. They are strict: what may be as in Chromium is.
FACES: dict[str, Callable[[], Launcher]] = {
    "headless": lambda: HeadlessHost(strict_chromium=True),
    "chromium-tab": lambda: TabHost("chromium", strict_chromium=True),
    "firefox-tab": lambda: TabHost("firefox", strict_chromium=True),
}


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

    def __init__(self, kind: Kind, chromium: Side, homeport: Side) -> None:
        self._kind = kind
        self._chromium = chromium
        self._homeport = homeport
        self.run = 0
        #: The programs that Chromium did not survive.
        self.crashes: list[list[Step]] = []
        #: How calls ended in Chromium, by function: how far the programs get.
        self.reached: Counter[tuple[str, str]] = Counter()

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
        for program, seen in zip(batch, theirs, strict=True):
            self.reached.update(ends(program, seen))
        self.crashes += [program for program, seen in zip(batch, theirs, strict=True) if seen == GONE]
        meant = self._kind.meant
        return [first_difference(*parts, meant) for parts in zip(batch, theirs, ours, strict=True)]


def ends(program: list[Step], seen: Observations) -> Iterator[tuple[str, str]]:
    """Each call's function, and in short how it ended; each event's name and code."""
    for step, observation in zip(program, seen, strict=False):
        for one, result in zip(
            step.get("together", [step]),
            observation.get("results", [observation.get("result", {})]),
            strict=False,
        ):
            thrown = re.sub(r"^.*?\): ", "", result.get("throws", ""))
            waits = [word for word in ("never", "waits", "rejects") if word in result]
            fate = waits[0] if waits else result.get("lastError", "answered")
            yield one.get("call", one.get("do")), f"throws {thrown}" if thrown else fate
        if "do" in step:
            continue  # its events are what was done where
        for events in observation.get("events", {}).values():
            yield from ((name, str(rest[0]) if name.endswith("Error") else "") for name, *rest in events)


@contextlib.asynccontextmanager
async def pair(kind: Kind, face: str) -> AsyncIterator[Pair]:
    """Start both."""
    async with new_setting() as setting:
        chromium = Side(ChromiumHost, setting, kind)
        homeport = Side(FACES[face], setting, kind)
        try:
            await chromium.start()
            await homeport.start()
            yield Pair(kind, chromium, homeport)
        finally:
            await homeport.aclose()
            await chromium.aclose()


def search(
    kind: Kind,
    face: str,
    seconds: float,
    *,
    seed: int | None = None,
    longest: int = 10,
    reach: bool = False,
) -> int:
    """Look for ``seconds`` on a face; how many programs were run. Without a seed the same ones each time.

    ``reach``: print how calls ended.

    Raises:
        Found: with the shortest program that hypothesis came to.
    """
    with asyncio.Runner() as runner:
        context = pair(kind, face)
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

        def explore(seed: int | None) -> None:
            configured = settings(
                max_examples=1_000_000,
                deadline=None,
                database=None,
                derandomize=seed is None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            )
            # What a program takes is mostly waiting, so many at once take hardly longer.
            count = kind.side_by_side
            batches = st.lists(kind.programs(longest), min_size=count, max_size=count)
            test = configured(given(batches)(look))
            (test if seed is None else seeded(seed)(test))()

        try:
            for again in itertools.count():
                # One that depends on the time too does not come again, and hypothesis stops there: go on.
                with contextlib.suppress(Flaky):
                    explore(seed if again == 0 else (seed or 0) + again)
                if shortest is not None:
                    raise Found(shortest)
        except _TimeIsUp:
            if shortest is not None:
                raise Found(shortest) from None
        finally:
            for program in both.crashes:
                print("crashes Chromium:", json.dumps(program), flush=True)
            for (call, end), count in sorted(both.reached.items()) if reach else ():
                print(f"{count:6} {call:32} {end}")
            runner.run(context.__aexit__(None, None, None))
        return both.run
