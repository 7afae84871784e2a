"""Programs of ``chrome.socket``: what chance writes is about sockets that are there."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.fuzz.difference import old_meant
from tests.conformance.fuzz.kinds import KINDS
from tests.conformance.fuzz.machines import Side
from tests.conformance.fuzz.old import BEGINNINGS, _allowed
from tests.conformance.fuzz.steps import call, ref
from tests.conformance.harness.headless import HeadlessHost
from tests.conformance.harness.host import new_setting

_UNMATCHED = "TypeError: Error in invocation of socket.read(…): No matching signature."


def test_a_program_connects_nothing_that_was_secured() -> None:
    made = [*BEGINNINGS["a client of tls"], call("secure", ref("a"), {})]
    again = [call(name, ref(socket), "127.0.0.1", 0) for name in ("connect", "bind") for socket in "ab"]
    assert _allowed([*made, *again]) == [*made, again[1], again[3]]


@pytest.mark.parametrize("end", ["resolves", "rejects", "waits"])
def test_a_function_that_wants_a_callback_in_chromium_may_give_a_promise(end: str) -> None:
    theirs: dict[str, Any] = {"result": {"throws": _UNMATCHED}, "events": {}}
    ours: dict[str, Any] = {"result": {end: 0}, "events": {}}
    bare = {**call("read", ref("a")), "bare": True}
    assert old_meant(bare, theirs, ours)
    assert not old_meant(bare, ours, theirs)
    assert not old_meant(call("read", ref("a")), theirs, ours)


def test_an_end_that_chromium_does_not_tell_may_be_told() -> None:
    silent: dict[str, Any] = {"result": {"returns": "undefined"}, "events": {}}
    for asked, code, end in (("accept", -100, True), ("read", -100, True), ("recvFrom", -100, False)):
        told = {**silent, "events": {"call 2": [[asked, {"args": [{"resultCode": code}]}]]}}
        assert old_meant(call("destroy", ref("s")), silent, told) == end
    waits: dict[str, Any] = {"result": {"waits": True}, "events": {}}
    connects: dict[str, Any] = {"result": {"args": [0]}, "events": {}}
    assert old_meant(call("connect", ref("a")), waits, connects)
    assert not old_meant(call("write", ref("a")), waits, connects)


def test_bytes_that_secure_does_not_expect_may_be_told_otherwise() -> None:
    gone: dict[str, Any] = {"result": {"args": [-15]}, "events": {}}
    ours: dict[str, Any] = {"result": {"args": [-107]}, "events": {}}
    for theirs in (gone, {"result": {"waits": True}, "events": {}}):
        assert old_meant(call("secure", ref("a")), theirs, ours)
        assert not old_meant(call("secure", ref("a")), ours, theirs)


async def test_a_call_that_waits_is_told_at_the_step_that_ends_it() -> None:
    program = [
        *BEGINNINGS["a server that waits"],
        call("read", ref("s.1")),
        call("write", ref("a"), {"text": "hi"}),
    ]
    async with new_setting() as setting:
        side = Side(HeadlessHost, setting, KINDS["old"])
        await side.start()
        try:
            [seen] = await side.execute([program], 30)
        finally:
            await side.aclose()
    assert [step["result"] for step in seen[2:]] == [
        {"waits": True},
        {"args": [{"socketId": "a"}]},
        {"args": [0]},
        {"waits": True},
        {"args": [{"bytesWritten": 2}]},
    ]
    assert seen[4]["events"] == {"call 2": [["accept", {"args": [{"resultCode": 0, "socketId": "s.1"}]}]]}
    data = {"$binary": 2, "text": "hi"}
    assert seen[6]["events"] == {"call 5": [["read", {"args": [{"data": data, "resultCode": 2}]}]]}
