"""A host's transcripts against the recording: what is equal, what a deviation explains, what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .case import Case
from .recording import Recording
from .transcript import OFFLINE, RACE, Difference, Transcript, Value, differences, equal

#: A deviation's value when each host may have its own.
ANYTHING: Mapping[str, Any] = {"any": "thing"}


@dataclass(frozen=True)
class Deviation:
    """One or more observations in which Homeport is deliberately not like Chromium.

    ``row`` names the row of ``docs/compatibility.md`` that says why, ``what`` the observations (with ``*``
    and ``?``), ``value`` what Homeport gives instead; ``None``: the observation is not there.
    """

    row: str
    case: str
    what: str
    value: Value
    #: The only hosts that deviate so; none: all but Chromium.
    hosts: frozenset[str] = frozenset()

    def explains(self, host: str, difference: Difference) -> bool:
        """Whether this is why ``difference`` is there."""
        return (
            self.concerns(host, difference.case)
            and fnmatchcase(difference.what, _literal_brackets(self.what))
            and (self.value is ANYTHING or equal(self.value, difference.actual))
        )

    def concerns(self, host: str, case: str) -> bool:
        """Whether it could explain anything of that case on that host."""
        return case == self.case and (not self.hosts or host in self.hosts)


def _literal_brackets(pattern: str) -> str:
    """Only ``*`` and ``?`` are special in a pattern."""
    return pattern.replace("[", "[[]")


@dataclass
class Comparison:
    """One case on one host."""

    equal: int = 0
    explained: list[tuple[Deviation, Difference]] = field(default_factory=list)
    different: list[Difference] = field(default_factory=list)

    @property
    def cell(self) -> str:
        """As it stands in the table."""
        words = [
            (self.equal, "equal"),
            (len(self.explained), "explained"),
            (len(self.different), "different"),
        ]
        return ", ".join(f"{count} {word}" for count, word in words if count)


def compare(
    host: str,
    case: Case,
    recording: Recording,
    actual: Transcript,
    deviations: Iterable[Deviation],
    *,
    offline: bool,
) -> Comparison:
    """Compare one transcript with what was recorded."""
    recorded = recording.transcript(case)
    found = differences(case.name, recorded, actual, offline=offline)
    if host == "chromium":
        # It may do at the next race what it did at none before.
        found = [difference for difference in found if not difference.what.endswith(RACE)]
    compared = sum(1 for observation in recorded if offline or OFFLINE not in observation["what"])
    result = Comparison(equal=compared - sum(1 for d in found if d.expected is not None))
    for difference in found:
        reason = next((d for d in deviations if host != "chromium" and d.explains(host, difference)), None)
        if reason is None:
            result.different.append(difference)
        else:
            result.explained.append((reason, difference))
    return result


def unused(host: str, results: Mapping[str, Comparison], deviations: Iterable[Deviation]) -> list[Deviation]:
    """Deviations that should have shown on this host and did not: fixed meanwhile, or written wrongly."""
    if host == "chromium":
        return []
    seen = {id(reason) for result in results.values() for reason, _ in result.explained}
    return [d for d in deviations if id(d) not in seen and any(d.concerns(host, case) for case in results)]


def table(results: Mapping[str, Mapping[str, Comparison]], cases: Iterable[str]) -> str:
    """Cases down, hosts across."""
    hosts = list(results)
    rows = [["case", *hosts]]
    rows += [[case, *(results[h][case].cell if case in results[h] else "-" for h in hosts)] for case in cases]
    total = ["all"]
    for host in hosts:
        found = results[host].values()
        whole = Comparison(
            sum(c.equal for c in found),
            [e for c in found for e in c.explained],
            [d for c in found for d in c.different],
        )
        total.append(whole.cell or "-")
    rows.append(total)
    widths = [max(len(row[i]) for row in rows) for i in range(len(hosts) + 1)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:-1], "-" * len(lines[0]), lines[-1]])
