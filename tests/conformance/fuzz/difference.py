"""Two runs of one program compared, up to where they part."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.conformance.harness.case import Step

Observations = list[dict[str, Any]]

#: What is seen of a program at which an implementation goes away.
GONE: Observations = [{"result": {"gone": True}, "events": {}}]

#: Whether a row of docs/compatibility.md says that a step is seen so by Chromium and so by Homeport.
Meant = Callable[[Step, dict[str, Any], dict[str, Any]], bool]

_NEVER = {"never": True}
_WAITS = {"waits": True}


@dataclass(frozen=True)
class Difference:
    """The first step at which two implementations part."""

    steps: list[Step]
    index: int
    chromium: dict[str, Any]
    homeport: dict[str, Any]

    def __str__(self) -> str:
        lines = [f"  {json.dumps(step)}" for step in self.steps[: self.index + 1]]
        return "\n".join(
            [*lines, f"Chromium: {json.dumps(self.chromium)}", f"Homeport: {json.dumps(self.homeport)}"]
        )

    def same_as(self, other: Difference | None) -> bool:
        """Whether another run parted in the same way."""
        return other is not None and (self.index, self.chromium, self.homeport) == (
            other.index,
            other.chromium,
            other.homeport,
        )


def first_difference(
    steps: list[Step], chromium: Observations, homeport: Observations, meant: Meant
) -> Difference | None:
    """Where two runs of a program part, if that is not ``meant`` so. What follows has no meaning then.

    A program that crashes Chromium has nothing to be compared with.
    """
    if chromium == GONE:
        return None
    for index, (theirs, ours) in enumerate(zip(chromium, homeport, strict=False)):
        if theirs != ours:
            return None if meant(steps[index], theirs, ours) else Difference(steps, index, theirs, ours)
    return None


def sockets_meant(step: Step, theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Whether a row of docs/compatibility.md says that they part so.

    Of calls made together one may be why all do.
    """
    if "together" in step:
        ends = zip(step["together"], theirs["results"], ours["results"], strict=True)
        return any(_end_is_meant(one["call"], *results) for one, *results in ends)
    return (
        "call" in step
        and theirs["events"] == ours["events"]
        and _end_is_meant(step["call"], theirs["result"], ours["result"])
    )


def _end_is_meant(call: str, theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    match call:
        case "tcp.send":
            # reset-on-send: the system knows of the peer's reset, Chromium does not look.
            ends = ("net::ERR_FAILED", "net::ERR_SOCKET_NOT_CONNECTED")
            return "lastError" not in theirs and ours.get("lastError") in ends
        case "tcp.secure":
            return _plaintext(theirs, ours)
        case "tcp.setNoDelay" | "tcp.setKeepAlive":
            # option-then-end: Chromium forgets it when the connection is ended before it is done.
            return theirs == _NEVER and ours.get("args") in ([0], [-2])
    return False


def old_meant(step: Step, theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """The same of ``chrome.socket``."""
    if step.get("bare"):
        # promises: functions whose result has a code want a callback in Chromium.
        thrown = theirs["result"].get("throws", "")
        return thrown.endswith("No matching signature.") and not ours["result"].keys().isdisjoint(
            {"resolves", "rejects", "waits"}
        )
    steps = step.get("together", [step])
    ends = [(one["call"], *seen) for one, *seen in zip(steps, _results(theirs), _results(ours), strict=True)]
    late = [(*told[0],) for number, told in ours["events"].items() if number not in theirs["events"]]
    if any(call == "secure" and _plaintext(waits, seen) for call, waits, seen in ends):
        return True
    return any(
        waits == _WAITS and _nobody_hears(call, seen)
        for call, waits, seen in (*ends, *((call, _WAITS, seen) for call, seen in late))
    )


def _plaintext(theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """plaintext-before-secure: Chromium waits, or sees that nobody is there."""
    return (theirs in (_NEVER, _WAITS) or theirs.get("args") == [-15]) and ours.get("args") == [-107]


def _results(seen: dict[str, Any]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = seen["results"] if "results" in seen else [seen["result"]]
    return results


def _nobody_hears(call: str, seen: dict[str, Any]) -> bool:
    """Whether it is an end that Chromium does not tell (old-ends)."""
    result = (seen.get("args") or [None])[0]
    code = result.get("resultCode") if isinstance(result, dict) else result
    return (call, code) in {("accept", -100), ("read", -100), ("connect", 0)}


def never_meant(step: Step, theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """No row says anything of scripts."""
    return False
