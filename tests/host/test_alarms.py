"""Alarms that nobody is there to ring wake who will."""

from __future__ import annotations

import asyncio
import time

import pytest

from homeport.host._alarms import KeptAlarms, checked_alarms
from homeport.wire import ProtocolError


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
    [[1], [{}], [{"scheduledTime": "x"}], [{"scheduledTime": float("nan")}], [{"scheduledTime": 1}] * 501],
)
def test_what_is_no_alarm_breaks_the_protocol(given: list[object]) -> None:
    with pytest.raises(ProtocolError):
        checked_alarms(given)
