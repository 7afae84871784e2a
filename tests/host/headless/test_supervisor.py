"""Restarts, with time that the tests own."""

# ruff: noqa: ASYNC110 - what is waited for has no event

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

from homeport.errors import UserError
from homeport.host import PageEnd, RestartPolicy, Supervisor


@dataclass
class World:
    """Apps that end when they are told to, and a clock."""

    lives: list[float]
    now: float = 0.0
    slept: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    async def start(self) -> World:
        return self

    async def wait(self) -> PageEnd:
        self.now += self.lives.pop(0)
        return PageEnd("it fell", status=1) if self.lives else PageEnd("it was stopped", wanted=True)

    async def stop(self, reason: str = "") -> PageEnd:
        self.stopped.append(reason)
        return PageEnd(reason, wanted=True)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def supervisor(self, **policy: Any) -> Supervisor:
        return Supervisor(
            self.start,
            RestartPolicy(**policy),
            note=self.notes.append,
            sleep=self.sleep,
            clock=lambda: self.now,
        )


async def test_delays_grow_up_to_the_longest() -> None:
    world = World([0.0] * 6)
    end = await world.supervisor(first=1, factor=3, most=20).run()
    assert end == PageEnd("it was stopped", wanted=True)
    assert world.slept == [1, 3, 9, 20, 20]
    assert world.notes[1] == "The app ended: it fell. It starts again in 3 s."


async def test_it_is_given_up_after_the_limit_with_the_last_reason() -> None:
    world = World([0.0] * 9)
    end = await world.supervisor(first=1, limit=3).run()
    assert str(end) == "it fell; it was started again 3 times in a row"
    assert not end.wanted
    assert len(world.slept) == 3


async def test_one_that_is_not_to_be_started_again_ends_with_its_own_reason() -> None:
    assert str(await World([0.0] * 3).supervisor(limit=0).run()) == "it fell"


async def test_an_app_that_ran_long_begins_anew() -> None:
    world = World([0.0, 0.0, 500.0, 0.0, 0.0])
    await world.supervisor(first=1, settled=300).run()
    assert world.slept == [1, 2, 1, 2]


async def test_an_app_that_cannot_start_is_not_started_again() -> None:
    async def start() -> Any:
        raise UserError("no such app")

    with pytest.raises(UserError, match="no such app"):
        await Supervisor(start).run()


async def test_a_stop_during_the_delay_ends_it_at_once() -> None:
    world = World([0.0] * 5)
    supervisor = Supervisor(world.start, RestartPolicy(first=3600), note=world.notes.append)
    running = asyncio.create_task(supervisor.run())
    while not world.notes:
        await asyncio.sleep(0)
    await supervisor.stop("enough")
    assert await running == PageEnd("enough", wanted=True)


async def test_a_run_that_is_cancelled_during_the_delay_leaves_no_task() -> None:
    world = World([0.0, 1e9])
    asleep = asyncio.Event()

    async def sleep(_: float) -> None:
        asleep.set()
        await asyncio.get_running_loop().create_future()

    before = asyncio.all_tasks()
    running = asyncio.ensure_future(Supervisor(world.start, sleep=sleep).run())
    await asleep.wait()
    running.cancel()
    await asyncio.wait([running])
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_who_waits_for_an_app_to_be_ready_and_gives_up_leaves_no_task(start_app: Any) -> None:
    app = (await start_app("")).app
    waiting = asyncio.ensure_future(app.ready())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await asyncio.sleep(0)
    assert not [task for task in asyncio.all_tasks() if "Event.wait" in repr(task.get_coro())]


async def test_a_stop_while_it_starts_ends_it_as_soon_as_it_has() -> None:
    world = World([])
    starting, may_start = asyncio.Event(), asyncio.Event()

    async def start() -> World:
        starting.set()
        await may_start.wait()
        return world

    supervisor = Supervisor(start)
    running = asyncio.create_task(supervisor.run())
    await starting.wait()
    await supervisor.stop("enough")
    may_start.set()
    assert await running == PageEnd("enough", wanted=True)
    assert world.stopped == ["enough"]


async def test_a_stop_before_it_starts_leaves_it_unstarted() -> None:
    async def start() -> World:
        raise AssertionError("it was started")

    supervisor = Supervisor(start)
    running = asyncio.create_task(supervisor.run())
    await supervisor.stop("enough")
    assert await running == PageEnd("enough", wanted=True)


async def test_a_real_app_that_is_killed_runs_again(start_app: Any) -> None:
    first = await start_app("console.log('here');")
    apps = [first]

    async def start() -> Any:
        if len(apps) == 1 and not apps[0].app.status().end:
            apps.append(first)
        else:
            apps.append(await start_app.run(first.app.app.root))
        return apps[-1].app

    notes: list[str] = []
    supervisor = Supervisor(start, RestartPolicy(first=0.01), note=notes.append)
    running = asyncio.create_task(supervisor.run())
    await first.hears("here")
    os.kill(first.app.status().pid, 9)
    while len(apps) < 3:
        await asyncio.sleep(0.01)
    await apps[-1].hears("here")
    assert supervisor.restarts == 1
    how = "ended with status 9" if sys.platform == "win32" else "was ended by SIGKILL"
    assert notes == [f"The app ended: its process {how}. It starts again in 0.01 s."]
    await supervisor.stop()
    assert (await running).wanted
