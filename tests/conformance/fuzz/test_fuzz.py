"""Chromium and Homeport run the same programs alike, whatever chance writes."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from tests.conformance.fuzz.difference import Difference, first_difference, meant
from tests.conformance.fuzz.strategies import ACCEPTED, BEGINNINGS, _allowed, call, ref
from tests.conformance.harness.case import HERE

#: What CI spends. By hand: ``python -m tests.conformance.fuzz --seconds 3600``.
SECONDS = 45

_SENT = {"result": {"args": [{"bytesSent": 1, "resultCode": 0}]}, "events": {}}
_FAILED = {"result": {"args": [{"resultCode": -2}], "lastError": "net::ERR_FAILED"}, "events": {}}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_same_programs_are_run_alike() -> None:
    """The programs are the same each time, as far as the time allows."""
    command = [sys.executable, "-m", "tests.conformance.fuzz", "--fixed", "--seconds", str(SECONDS)]
    run = subprocess.run(command, cwd=HERE.parent.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_difference_is_found_at_the_first_step_that_shows_it() -> None:
    steps = [call("tcp.create", {}, as_="a"), call("tcp.getSockets")]
    same = {"result": {"made": True}, "events": {}}
    theirs: dict[str, Any] = {"result": {"args": [[]]}, "events": {}}
    ours: dict[str, Any] = {"result": {"args": [[1]]}, "events": {}}
    found = first_difference(steps, [same, theirs], [same, ours])
    assert found == Difference(steps, 1, theirs, ours)
    assert found.same_as(Difference(steps, 1, theirs, ours))
    assert not found.same_as(None)
    assert "tcp.getSockets" in str(found)


def test_what_a_row_explains_is_no_difference() -> None:
    send = call("tcp.send", ref("a"), {"bytes": 1})
    assert first_difference([send], [_SENT], [_FAILED]) is None
    assert not meant(send, _FAILED, _SENT)
    assert not meant(call("tcp.getInfo", ref("a")), _SENT, _FAILED)


def test_a_program_gives_no_name_twice() -> None:
    first = call("tcp.create", {}, as_="a")
    assert _allowed([first, call("tcp.create", {"name": "n"}, as_="a")]) == [first]


def test_a_program_pauses_only_what_does_not_read_yet() -> None:
    pause = call("tcp.setPaused", ref("a"), True)
    connection = BEGINNINGS["a connection"]
    assert _allowed([*connection, pause]) == connection
    assert _allowed([*BEGINNINGS["a client"], pause]) == [*BEGINNINGS["a client"], pause]
    assert _allowed([call("tcp.setPaused", ref(ACCEPTED[0]), True)]) == []
