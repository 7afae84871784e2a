"""Scripts and programs in several pages: what is seen of them says what came before what, and where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from tests.conformance.fuzz.difference import Observations
from tests.conformance.fuzz.kinds import KINDS
from tests.conformance.fuzz.machines import Side
from tests.conformance.fuzz.placed import _placed
from tests.conformance.fuzz.scripts import BEGINNING
from tests.conformance.fuzz.steps import call, ref
from tests.conformance.harness.case import Step
from tests.conformance.harness.headless import HeadlessHost
from tests.conformance.harness.host import new_setting

_Run = Callable[[str, list[Step]], Awaitable[Observations]]
_NOT_FOUND = "Socket not found"


@pytest.fixture
def run() -> _Run:
    """Runs a program of a kind without a browser."""

    async def execute(kind: str, program: list[Step]) -> Observations:
        async with new_setting() as setting:
            side = Side(HeadlessHost, setting, KINDS[kind])
            await side.start()
            try:
                return (await side.execute([program], 60))[0]
            finally:
                await side.aclose()

    return execute


def _at_once(*actions: Step) -> Step:
    return {"do": "at once", "then": list(actions)}


async def test_each_stream_of_a_script_says_what_was_done_in_its_order(run: _Run) -> None:
    error: Step = {"do": "lastError"}
    asks = {**call("tcp.getInfo", ref("none")), "how": "callback"}
    asks["then"] = [error, {"do": "microtask", "then": [error]}, {"do": "throw"}, error]
    [_, seen] = await run("scripts", [*BEGINNING, _at_once(asks, {"do": "timer", "then": []}, error)])
    assert seen["result"] == {"returns": "undefined"}
    assert seen["events"] == {
        "at once": [["1.0", "returns", "undefined"], ["1.2", None]],
        " answers": [["1.0"], ["1.0.0", _NOT_FOUND], ["1.0.1"], ["1.0.1.0", _NOT_FOUND]],
        " timer": [["1.1"]],
    }


async def test_a_script_hears_datagrams_and_rejections(run: _Run) -> None:
    throws: list[Step] = [{"do": "throw"}]
    listens = {"do": "listen", "on": "udp.onReceive", "listener": "f", "then": throws}
    sends = call("udp.send", ref("v"), {"bytes": 1}, "127.0.0.1", {"port": "u"})
    asks = call("tcp.getSockets")
    script = _at_once(
        listens, {**sends, "how": "callback", "then": []}, {**asks, "how": "async", "then": throws}
    )
    [_, seen] = await run("scripts", [*BEGINNING, script])
    assert seen["events"]["on udp.onReceive"] == [["1.0", "f", "u"]]
    assert seen["events"][" answers"] == [["1.2", "a list"]]
    assert seen["events"]["rejections answers"] == [["1.2.0", "Error: thrown by 1.2.0"]]


async def test_events_are_heard_in_every_page_that_is_open(run: _Run) -> None:
    sends = call("udp.send", ref("u"), {"text": "x"}, "127.0.0.1", {"port": "u"})
    seen = await run(
        "placed",
        [
            {**call("udp.create", {}, as_="u"), "in": "one"},
            call("udp.bind", ref("u"), "127.0.0.1", 0),
            {**sends, "in": "one"},
            {"do": "close", "in": "one"},
            sends,
        ],
    )
    heard = ["onReceive", {"$binary": 1, "text": "x"}, "127.0.0.1", "port of u"]
    assert seen[2]["events"] == {"u": [heard], "u in one": [heard]}
    assert seen[3] == {"result": {}, "events": {}}
    assert seen[4]["events"] == {"u": [heard]}


def test_steps_are_spread_over_pages_and_pages_close_between_them() -> None:
    steps = [call("tcp.getSockets"), {"together": [call("udp.getSockets"), call("tcp.getSockets")]}]
    close: Step = {"do": "close", "in": "one"}
    assert _placed(steps, ["", "one"], [(0, close)]) == [
        steps[0],
        close,
        {"together": [{**one, "in": "one"} for one in steps[1]["together"]]},
    ]
