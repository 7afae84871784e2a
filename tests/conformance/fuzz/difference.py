"""Two runs of one program compared, up to where they part."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.conformance.harness.case import Step

from .machines import Observations


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
    """Where two runs of a program part, if that is not meant so. What follows has no meaning then."""
    for index, (theirs, ours) in enumerate(zip(chromium, homeport, strict=False)):
        if theirs != ours:
            return None if meant(steps[index], theirs, ours) else Difference(steps, index, theirs, ours)
    return None


def meant(step: Step, theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Whether a row of docs/compatibility.md says that they part so."""
    if step.get("call") == "tcp.send" and theirs["events"] == ours["events"]:
        # reset-on-send: the system knows of the peer's reset, Chromium does not look.
        ends = ("net::ERR_FAILED", "net::ERR_SOCKET_NOT_CONNECTED")
        return theirs["result"].get("lastError") is None and ours["result"].get("lastError") in ends
    return False
