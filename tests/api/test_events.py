"""Events: listeners as in Chromium, streams, and how both hold the peer back."""

from __future__ import annotations

import asyncio
import gc
from typing import Any, NamedTuple

import pytest

import homeport
from homeport.api._events import Event


class Info(NamedTuple):
    socket_id: int
    data: bytes = b""


class Bench:
    """An event by itself, and what it said was consumed."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[object]] = set()
        self.kept: list[Info] = []
        self.consumed: list[Info] = []
        self.event: Event[Info] = Event("test.onInfo", self.tasks, self)
        self.problems: list[Any] = []

    def keep(self, info: Info) -> None:
        self.kept.append(info)

    def consume(self, info: Info, *, kept: bool) -> None:
        if kept:
            self.kept.remove(info)
        self.consumed.append(info)


@pytest.fixture
async def bench() -> Bench:
    bench = Bench()
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: bench.problems.append(context))
    return bench


async def test_listeners_hear_in_the_order_in_which_they_were_added(bench: Bench) -> None:
    heard: list[str] = []
    bench.event.add_listener(lambda info: heard.append("first"))
    bench.event.add_listener(lambda info: heard.append("second"))
    bench.event.dispatch(Info(1))
    assert heard == ["first", "second"]


async def test_adding_a_listener_again_changes_nothing(bench: Bench) -> None:
    heard: list[Info] = []
    bench.event.add_listener(heard.append)
    bench.event.add_listener(heard.append)
    bench.event.dispatch(Info(1))
    assert heard == [Info(1)]
    bench.event.remove_listener(heard.append)
    assert not bench.event.has_listeners()


async def test_has_listener_and_removal(bench: Bench) -> None:
    def listener(info: Info) -> None:
        raise AssertionError

    bench.event.remove_listener(listener)
    assert not bench.event.has_listener(listener)
    bench.event.add_listener(listener)
    assert bench.event.has_listener(listener)
    bench.event.remove_listener(listener)
    bench.event.dispatch(Info(1))
    assert not bench.event.has_listeners()


async def test_what_is_no_function_is_refused(bench: Bench) -> None:
    nothing: Any = None
    with pytest.raises(TypeError, match="a listener is a function"):
        bench.event.add_listener(nothing)


async def test_a_dispatch_goes_over_the_listeners_there_were_at_its_beginning(bench: Bench) -> None:
    heard: list[str] = []

    def removes_and_adds(info: Info) -> None:
        bench.event.remove_listener(removed)
        bench.event.add_listener(added)

    def removed(info: Info) -> None:
        heard.append("removed")

    def added(info: Info) -> None:
        heard.append("added")

    bench.event.add_listener(removes_and_adds)
    bench.event.add_listener(removed)
    bench.event.dispatch(Info(1))
    assert heard == ["removed"]
    bench.event.dispatch(Info(2))
    assert heard == ["removed", "added"]


async def test_a_listener_that_raises_stops_nobody_and_is_reported(bench: Bench) -> None:
    heard: list[Info] = []

    def broken(info: Info) -> None:
        raise ValueError("broken")

    bench.event.add_listener(broken)
    bench.event.add_listener(heard.append)
    bench.event.dispatch(Info(1))
    assert heard == [Info(1)]
    [problem] = bench.problems
    assert problem["message"] == "Error in event handler of test.onInfo"
    assert isinstance(problem["exception"], ValueError)
    assert bench.consumed == [Info(1)]


async def test_a_listener_that_asks_a_cancelled_future_cancels_nobody_else(bench: Bench) -> None:
    heard: list[Info] = []
    future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    future.cancel()
    bench.event.add_listener(lambda info: future.result())
    bench.event.add_listener(heard.append)
    bench.event.dispatch(Info(1))
    assert heard == bench.consumed == [Info(1)]
    assert isinstance(bench.problems[0]["exception"], asyncio.CancelledError)


async def test_a_stream_of_a_closed_event_is_at_its_end(bench: Bench) -> None:
    bench.event.close()
    assert [info async for info in bench.event] == []
    assert [info async for info in bench.event.for_socket(1)] == []


async def test_an_event_without_listeners_is_consumed_at_once(bench: Bench) -> None:
    bench.event.dispatch(Info(1))
    assert bench.consumed == [Info(1)]
    assert bench.kept == []


async def test_an_event_is_consumed_when_a_coroutine_listener_is_done(bench: Bench) -> None:
    go_on = asyncio.Event()

    async def slow(info: Info) -> None:
        await go_on.wait()

    bench.event.add_listener(slow)
    bench.event.dispatch(Info(1))
    assert len(bench.tasks) == 1
    await asyncio.sleep(0)
    assert bench.consumed == []
    assert bench.kept == [Info(1)]
    go_on.set()
    await asyncio.gather(*bench.tasks)
    await asyncio.sleep(0)
    assert bench.consumed == [Info(1)]
    assert bench.kept == []
    assert bench.tasks == set()


async def test_a_coroutine_listener_that_raises_is_reported(bench: Bench) -> None:
    async def broken(info: Info) -> None:
        raise ValueError("broken")

    bench.event.add_listener(broken)
    bench.event.dispatch(Info(1))
    await asyncio.gather(*bench.tasks, return_exceptions=True)
    await asyncio.sleep(0)
    assert [problem["exception"].args for problem in bench.problems] == [("broken",)]
    assert bench.consumed == [Info(1)]


async def test_a_stream_gets_events_in_order_and_consumes_each_when_it_asks_for_the_next(
    bench: Bench,
) -> None:
    stream = bench.event.for_socket(1)
    for info in (Info(1, b"a"), Info(2, b"other"), Info(1, b"b")):
        bench.event.dispatch(info)
    assert bench.consumed == [Info(2, b"other")]
    assert await anext(stream) == Info(1, b"a")
    assert len(bench.consumed) == 1
    assert await anext(stream) == Info(1, b"b")
    assert bench.consumed == [Info(2, b"other"), Info(1, b"a")]


async def test_a_stream_waits_for_an_event(bench: Bench) -> None:
    stream = bench.event.for_socket(1)
    asyncio.get_running_loop().call_soon(bench.event.dispatch, Info(1))
    assert await anext(stream) == Info(1)


async def test_an_event_itself_can_be_looped_over(bench: Bench) -> None:
    asyncio.get_running_loop().call_soon(bench.event.dispatch, Info(1))
    asyncio.get_running_loop().call_soon(bench.event.dispatch, Info(2))
    heard = []
    async for info in bench.event:
        heard.append(info)
        if len(heard) == 2:
            break
    assert heard == [Info(1), Info(2)]


async def test_leaving_a_loop_lets_go_of_the_stream(bench: Bench) -> None:
    asyncio.get_running_loop().call_soon(bench.event.dispatch, Info(1))
    async for _ in bench.event:
        break
    gc.collect()
    bench.event.dispatch(Info(2))
    assert bench.consumed == [Info(1), Info(2)]


async def test_a_closed_stream_has_consumed_everything(bench: Bench) -> None:
    with bench.event.for_socket(1) as stream:
        bench.event.dispatch(Info(1, b"a"))
        bench.event.dispatch(Info(1, b"b"))
        await anext(stream)
    assert bench.consumed == [Info(1, b"a"), Info(1, b"b")]
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_a_stream_ends_after_what_it_has(bench: Bench) -> None:
    stream = bench.event.for_socket(1)
    bench.event.dispatch(Info(1))
    bench.event.end(1)
    assert [info async for info in stream] == [Info(1)]


async def test_a_stream_raises_the_reason_once_after_what_it_has(bench: Bench) -> None:
    stream = bench.event.for_socket(1)
    bench.event.dispatch(Info(1))
    bench.event.end(1, homeport.NetError("test.onError", -101, "net::ERR_CONNECTION_RESET"))
    assert await anext(stream) == Info(1)
    with pytest.raises(homeport.NetError, match="CONNECTION_RESET"):
        await anext(stream)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_ending_wakes_a_stream_that_waits(bench: Bench) -> None:
    stream = bench.event.for_socket(1)
    asyncio.get_running_loop().call_soon(bench.event.end, None)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_cancelling_a_wait_loses_no_event(bench: Bench) -> None:
    stream = bench.event.for_socket(1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(stream), 0.01)
    bench.event.dispatch(Info(1))
    assert await anext(stream) == Info(1)


async def test_two_tasks_cannot_wait_for_one_stream(bench: Bench) -> None:
    stream = bench.event.for_socket(1)
    first = asyncio.ensure_future(stream.__anext__())
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="another task waits"):
        await anext(stream)
    first.cancel()
    await asyncio.wait([first])


async def test_a_listener_and_a_stream_must_both_have_consumed(bench: Bench) -> None:
    heard: list[Info] = []
    bench.event.add_listener(heard.append)
    stream = bench.event.for_socket(1)
    bench.event.dispatch(Info(1))
    assert heard == [Info(1)]
    assert bench.consumed == []
    await anext(stream)
    stream.close()
    assert bench.consumed == [Info(1)]
