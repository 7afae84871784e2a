"""Results as TAP and as JUnit XML."""

from __future__ import annotations

import io
from itertools import count
from xml.etree import ElementTree as ET

from homeport.launch._test_report import Report


def report(*events):
    output, ticks = io.StringIO(), count()
    made = Report("App", output, clock=lambda: float(next(ticks)))
    for event in events:
        made.hear(event)
    made.end()
    return made, output.getvalue().splitlines()


def test_what_tap_would_misread_is_escaped():
    _, lines = report({"type": "pass", "name": "a # b\n\\ c"})
    assert lines[1] == "ok 1 - a \\# b \\\\ c"


def test_a_failure_keeps_all_its_lines():
    made, lines = report({"type": "fail", "name": "x", "message": "one\ntwo"})
    assert lines[1:7] == ["not ok 1 - x", "  ---", "  message: |", "    one", "    two", "  ..."]
    assert made.failed == 1


def test_fewer_results_than_planned_are_incomplete():
    made, lines = report({"type": "plan", "count": 3}, {"type": "pass", "name": "x"})
    assert made.incomplete
    assert lines[-1] == "1..3"


def test_xml_holds_what_an_app_may_write():
    made, _ = report({"type": "fail", "name": '<"\x00', "message": "]]> & \x1b"})
    case = next(ET.fromstring(made.junit()).iter("testcase"))  # noqa: S314 - our own
    assert case.get("name") == '<"\ufffd'
    assert case.findtext("failure") == "]]> & \ufffd"


def test_times_are_between_start_and_end():
    made, _ = report({"type": "start", "name": "x"}, {"type": "pass", "name": "x"})
    assert [result.seconds for result in made.results] == [1.0]


def test_events_that_make_no_sense_are_ignored():
    made, lines = report({"type": "pass"}, {}, {"type": "start", "name": 5})
    assert (made.results, lines[1:]) == ([], ["1..0"])
