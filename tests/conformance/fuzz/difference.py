"""Two runs of one program compared, up to where they part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.conformance.harness.case import Step

from .machines import GONE, Observations


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


def first_difference(steps: list[Step], chromium: Observations, homeport: Observations) -> Difference | None:
    """Where two runs of a program part, if that is not meant so. What follows has no meaning then.

    A program that crashes Chromium has nothing to be compared with.
    """
    if chromium == GONE:
        return None
    for index, (theirs, ours) in enumerate(zip(chromium, homeport, strict=False)):
        if theirs != ours:
            return None if meant(steps[index], theirs, ours) else Difference(steps, index, theirs, ours)
    return None


def meant(step: Step, theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Whether a row of docs/compatibility.md says that they part so."""
    if theirs["events"] != ours["events"]:
        return False
    match step.get("call"):
        case "tcp.send":
            # reset-on-send: the system knows of the peer's reset, Chromium does not look.
            return (
                "lastError" not in theirs["result"] and ours["result"].get("lastError") == "net::ERR_FAILED"
            )
        case "tcp.secure":
            # plaintext-before-secure: Chromium waits, or sees that nobody is there.
            waits = theirs["result"] == {"never": True} or theirs["result"].get("args") == [-15]
            return waits and ours["result"].get("args") == [-107]
    return False
