"""Chromium and Homeport run the same programs alike, whatever chance writes."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from tests.conformance.fuzz.difference import (
    GONE,
    Difference,
    Observations,
    first_difference,
    sockets_meant,
)
from tests.conformance.fuzz.kinds import KINDS
from tests.conformance.fuzz.machines import Side
from tests.conformance.fuzz.search import ends
from tests.conformance.fuzz.sockets import ACCEPTED, BEGINNINGS, _allowed
from tests.conformance.fuzz.steps import call, ref
from tests.conformance.harness.case import HERE
from tests.conformance.harness.headless import HeadlessHost
from tests.conformance.harness.host import new_setting
from tests.conformance.harness.report import OTHER_CHROMIUM

#: What CI spends on each kind. By hand: ``python -m tests.conformance.fuzz --seconds 3600``.
SECONDS = 5

_SENT = {"result": {"args": [{"bytesSent": 1, "resultCode": 0}]}, "events": {}}
_FAILED = {"result": {"args": [{"resultCode": -2}], "lastError": "net::ERR_FAILED"}, "events": {}}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_programs_are_run_alike(kind: str) -> None:
    """The programs are the same each time, as far as the time allows."""
    command = [sys.executable, "-m", "tests.conformance.fuzz", "--kind", kind, "--fixed"]
    command += ["--seconds", str(SECONDS)]
    run = subprocess.run(command, cwd=HERE.parent.parent, capture_output=True, text=True, check=False)
    if run.returncode == OTHER_CHROMIUM:
        pytest.xfail(f"this Chromium is not the recorded one, and differs from Homeport:\n{run.stdout}")
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_difference_is_found_at_the_first_step_that_shows_it() -> None:
    steps = [call("tcp.create", {}, as_="a"), call("tcp.getSockets")]
    same = {"result": {"made": True}, "events": {}}
    theirs: dict[str, Any] = {"result": {"args": [[]]}, "events": {}}
    ours: dict[str, Any] = {"result": {"args": [[1]]}, "events": {}}
    found = first_difference(steps, [same, theirs], [same, ours], sockets_meant)
    assert found == Difference(steps, 1, theirs, ours)
    assert found.same_as(Difference(steps, 1, theirs, ours))
    assert not found.same_as(None)
    assert "tcp.getSockets" in str(found)


def test_what_a_row_explains_is_no_difference() -> None:
    send = call("tcp.send", ref("a"), {"bytes": 1})
    assert first_difference([send], [_SENT], [_FAILED], sockets_meant) is None
    assert not sockets_meant(send, _FAILED, _SENT)
    assert not sockets_meant(call("tcp.getInfo", ref("a")), _SENT, _FAILED)


def test_bytes_that_secure_does_not_expect_may_be_told_otherwise() -> None:
    secure = call("tcp.secure", ref("a"))
    waits: dict[str, Any] = {"result": {"never": True}, "events": {}}
    gone: dict[str, Any] = {
        "result": {"args": [-15], "lastError": "net::ERR_SOCKET_NOT_CONNECTED"},
        "events": {},
    }
    ours: dict[str, Any] = {
        "result": {"args": [-107], "lastError": "net::ERR_SSL_PROTOCOL_ERROR"},
        "events": {},
    }
    assert sockets_meant(secure, waits, ours)
    assert sockets_meant(secure, gone, ours)
    assert not sockets_meant(secure, ours, gone)
    both = {"together": [secure, call("tcp.getInfo", ref("a"))]}
    for first, second in ((gone, ours), (ours, gone)):
        seen = [{"results": [one["result"], {"args": []}], "events": {}} for one in (first, second)]
        assert sockets_meant(both, *seen) == (first is gone)
    assert not sockets_meant(secure, gone, {**ours, "events": {"a": [["onReceiveError", -100]]}})


@pytest.mark.parametrize("answer", [{"args": [0]}, {"args": [-2], "lastError": "net::ERR_FAILED"}])
def test_an_option_may_be_answered_though_the_connection_is_ended_at_once(answer: dict[str, Any]) -> None:
    ended = {"together": [call("tcp.setNoDelay", ref("a"), True), call("tcp.close", ref("a"))]}
    closed: dict[str, Any] = {"args": []}
    theirs: dict[str, Any] = {"results": [{"never": True}, closed], "events": {}}
    ours: dict[str, Any] = {"results": [answer, closed], "events": {}}
    assert sockets_meant(ended, theirs, ours)
    assert not sockets_meant(ended, ours, theirs)


def test_a_program_that_crashes_chromium_is_no_difference() -> None:
    steps = [call("tcp.getSockets")]
    ours: Observations = [{"result": {"args": [[]]}, "events": {}}]
    assert first_difference(steps, GONE, ours, sockets_meant) is None
    assert first_difference(steps, ours, GONE, sockets_meant) == Difference(steps, 0, ours[0], GONE[0])


async def test_an_implementation_that_went_away_is_started_anew() -> None:
    program = [call("tcp.create", {"name": "n"}, as_="a"), call("tcp.getInfo", ref("a"))]
    async with new_setting() as setting:
        side = Side(HeadlessHost, setting, KINDS["sockets"])
        await side.start()
        try:
            before = await side.execute([program], 30)
            side._machine._writer.close()
            assert await side.execute([program, program], 30) == before * 2
        finally:
            await side.aclose()
    assert before[0][1]["result"]["args"][0]["name"] == "n"


def test_how_calls_ended_is_counted_by_function() -> None:
    steps = [call("tcp.getInfo", 1), {"together": [call("tcp.close", 1), call("tcp.close", 2)]}]
    thrown = "TypeError: Error in invocation of sockets.tcp.getInfo(integer socketId): No matching signature."
    seen: list[dict[str, Any]] = [
        {"result": {"throws": thrown}, "events": {"a": [["onReceiveError", -100], ["onReceive", {}]]}},
        {"results": [{"args": []}, {"args": [], "lastError": "Socket not found"}], "events": {}},
    ]
    assert list(ends(steps, seen)) == [
        ("tcp.getInfo", "throws No matching signature."),
        ("onReceiveError", "-100"),
        ("onReceive", ""),
        ("tcp.close", "answered"),
        ("tcp.close", "Socket not found"),
    ]


def test_a_program_pauses_a_server_only_before_it_listens_and_for_good() -> None:
    create = call("tcpServer.create", {}, as_="s")
    pause, resume = (call("tcpServer.setPaused", ref("s"), paused) for paused in (True, False))
    listen = call("tcpServer.listen", ref("s"), "127.0.0.1", 0)
    assert _allowed([create, pause, resume, listen, resume]) == [create, pause, listen]
    assert _allowed([create, resume, listen, pause]) == [create, resume, listen]


def test_a_program_gives_no_name_twice() -> None:
    first = call("tcp.create", {}, as_="a")
    assert _allowed([first, call("tcp.create", {"name": "n"}, as_="a")]) == [first]


def test_a_program_pauses_only_what_does_not_read_yet() -> None:
    pause = call("tcp.setPaused", ref("a"), True)
    connection = BEGINNINGS["a connection"]
    assert _allowed([*connection, pause]) == connection
    assert _allowed([*BEGINNINGS["a client"], pause]) == [*BEGINNINGS["a client"], pause]
    assert _allowed([call("tcp.setPaused", ref(ACCEPTED[0]), True)]) == []
