"""Transcripts compared: one observation against another, and what differs between runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Observation = dict[str, Any]
Transcript = list[Observation]

#: An observation whose name ends so may differ from run to run; what was recorded is the set of its values.
RACE = "(race)"
#: One whose name holds this is the same only in a network without a way out.
OFFLINE = "(offline)"

Value = Mapping[str, Any] | None


def by_name(transcript: Iterable[Observation]) -> dict[str, Value]:
    """Each observation's value by its name."""
    return {o["what"]: {k: v for k, v in o.items() if k != "what"} for o in transcript}


def merged(runs: list[Transcript], before: Sequence[Observation] = ()) -> tuple[Transcript, list[str]]:
    """One transcript of several runs, and the names of observations that differed without leave.

    A race's observation becomes ``{"what", "any": [...]}``; the values that were recorded before stay in it.
    """
    named, old = [by_name(run) for run in runs], by_name(before)
    transcript: Transcript = []
    unsteady: list[str] = []
    for what in dict.fromkeys(what for run in named for what in run):
        values = unique(run.get(what) for run in named)
        if what.endswith(RACE):
            values = unique([*values, *(old.get(what) or {}).get("any", [])])
            transcript.append({"what": what, "any": values})
        elif len(values) > 1:
            unsteady.append(what)
        else:
            transcript.append({"what": what, **(values[0] or {})})
    return transcript, unsteady


def unique(values: Iterable[Value]) -> list[Value]:
    """Each value once, in a fixed order."""
    return [json.loads(text) for text in sorted({json.dumps(value, sort_keys=True) for value in values})]


@dataclass(frozen=True)
class Difference:
    """One observation that is not as recorded. ``None`` stands for an observation that is not there."""

    case: str
    what: str
    expected: Value
    actual: Value

    def __str__(self) -> str:
        expected, actual = (json.dumps(v, sort_keys=True) for v in (self.expected, self.actual))
        return f"{self.case}: {self.what}\n  Chromium: {expected}\n  here:     {actual}"


def differences(case: str, recorded: Transcript, actual: Transcript, *, offline: bool) -> list[Difference]:
    """Where ``actual`` is not as recorded. Without an offline network such observations are not compared."""
    expected_by_name, actual_by_name = by_name(recorded), by_name(actual)
    found = []
    for what in dict.fromkeys([*expected_by_name, *actual_by_name]):
        expected, value = expected_by_name.get(what), actual_by_name.get(what)
        if not offline and OFFLINE in what:
            continue
        if not equal(expected, value):
            found.append(Difference(case, what, expected, value))
    return found


def equal(expected: Value, actual: Value) -> bool:
    """Whether ``actual`` is what was recorded, or one of it."""
    if expected is not None and "any" in expected:
        return actual in expected["any"]
    return expected == actual
