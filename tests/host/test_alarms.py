"""Alarms that nobody is there to ring wake who will."""

from __future__ import annotations

import asyncio
import time

import pytest
from tests.support.processes import write_app

from homeport.appfiles import open_app
from homeport.host._alarms import KeptAlarms, checked_alarms, store_alarms, stored_alarms
from homeport.storage import Storage
from homeport.wire import ProtocolError

__all__ = ["write_app"]


async def test_the_first_alarm_wakes_and_all_are_given_back() -> None:
    woken = asyncio.Event()
    kept = KeptAlarms(woken.set)
    now = time.time() * 1000
    alarms = [{"name": "b", "scheduledTime": now + 1e7}, {"name": "a", "scheduledTime": now + 20.5}]
    kept.keep(alarms)
    assert not woken.is_set()
    async with asyncio.timeout(20):
        await woken.wait()
    assert time.time() * 1000 >= now + 20
    assert kept.take() == alarms
    assert kept.take() == []


async def test_an_alarm_that_is_overdue_wakes_at_once() -> None:
    woken = asyncio.Event()
    KeptAlarms(woken.set).keep([{"name": "a", "scheduledTime": 0}])
    assert woken.is_set()


async def test_alarms_that_were_taken_wake_nobody() -> None:
    loop = asyncio.get_running_loop()
    kept = KeptAlarms(lambda: pytest.fail("woken"))
    kept.keep([{"name": "a", "scheduledTime": time.time() * 1000 + 10}])
    kept.take()
    later = loop.create_future()
    loop.call_later(0.03, later.set_result, None)
    await later


@pytest.mark.parametrize(
    "given",
    [
        [{"scheduledTime": 1, "name": "n" * (1 << 20)}],
        [1],
        [{}],
        [{"scheduledTime": "x"}],
        [{"scheduledTime": float("nan")}],
        [{"scheduledTime": 1}] * 501,
    ],
)
def test_what_is_no_alarm_breaks_the_protocol(given: list[object]) -> None:
    with pytest.raises(ProtocolError):
        checked_alarms(given)


async def test_alarms_are_stored_for_the_next_run_of_an_app_that_may_have_some(write_app, tmp_path) -> None:
    alarms = [{"name": "daily", "scheduledTime": 1e12, "periodInMinutes": 1440}]
    app = open_app(write_app(permissions=["alarms"]))
    storage = Storage(tmp_path / "data")
    assert await stored_alarms(storage, app) == []
    await store_alarms(storage, app, alarms)
    await storage.aclose()
    storage = Storage(tmp_path / "data")
    assert await stored_alarms(storage, app) == alarms
    await store_alarms(storage, app, [])
    assert await stored_alarms(storage, app) == []
    assert await stored_alarms(storage, open_app(write_app())) == []
    await storage.aclose()


async def test_an_alarm_may_end_with_the_process_that_was_to_ring_it(write_app, tmp_path) -> None:
    passing = {"name": "passing", "scheduledTime": 1e12, "persistAcrossSessions": False}
    lasting = {"name": "lasting", "scheduledTime": 1e12, "persistAcrossSessions": True}
    app = open_app(write_app(permissions=["alarms"]))
    storage = Storage(tmp_path / "data")
    await store_alarms(storage, app, [passing, lasting])
    assert await stored_alarms(storage, app) == [passing, lasting]
    assert await stored_alarms(storage, app, restarted=True) == [lasting]
    await storage.aclose()
