"""What the hosts did, kept in a file and told: differences, the table, and which browsers it was."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.deviations import DEVIATIONS

from .case import Case
from .compare import Comparison, compare, table, unused
from .recording import Recording
from .transcript import Difference, Transcript, by_name, equal

#: Exit statuses: something differs that nothing explains; only another Chromium than the recorded one does.
DIFFERENT = 1
OTHER_CHROMIUM = 3

#: Chromium itself, and Homeport in a tab of it.
ORACLE, TAB = "chromium", "chromium-tab"

_OTHER = """\
This Chromium is {live}; the recording is of {recorded}. {count} observations are otherwise. Chromium changed
there, Homeport did not fail. To hold every host to this Chromium, record it:

    python -m tools.record_conformance

The observations:
"""


@dataclass(frozen=True)
class Run:
    """All cases on one host."""

    transcripts: dict[str, Transcript]
    #: The browser's version; empty where there is no browser.
    version: str = ""


def write(path: Path, runs: Mapping[str, Run]) -> None:
    """Keep the runs by the names of their hosts."""
    path.write_text(json.dumps({host: dataclasses.asdict(run) for host, run in runs.items()}))


def read(path: Path) -> dict[str, Run]:
    """What ``write`` kept."""
    return {host: Run(**run) for host, run in json.loads(path.read_text()).items()}


class Report:
    """Runs against what was recorded.

    Args:
        runs: by the names of their hosts.
        cases: those that were to run.
        recording: what they are compared with.
        offline: whether they ran in a network without a way out.
    """

    def __init__(
        self, runs: Mapping[str, Run], cases: Iterable[Case], recording: Recording, *, offline: bool
    ) -> None:
        self._runs = runs
        self._recording = recording
        self._cases = {case.name: case for case in cases}
        self._compared: dict[str, dict[str, Comparison]] = {
            host: {
                name: compare(host, self._cases[name], recording, transcript, DEVIATIONS, offline=offline)
                for name, transcript in run.transcripts.items()
            }
            for host, run in runs.items()
        }

    def different(self, host: str) -> set[str]:
        """The cases with a difference that nothing explains, or without one that was to be there."""
        compared = self._compared[host]
        missing = {deviation.case for deviation in unused(host, compared, DEVIATIONS)}
        return missing | {name for name, comparison in compared.items() if comparison.different}

    @property
    def versions(self) -> str:
        """Which Chromium was recorded, and which browsers ran here."""
        live = [f"{host} {run.version}" for host, run in self._runs.items() if run.version]
        return f"Recorded: Chromium {self._recording.version}. Here: {', '.join(live) or 'no browser'}."

    @property
    def unasked(self) -> list[Case]:
        """Cases in which a tab of another Chromium differs: only that one can say whether it changed."""
        if TAB not in self._runs or not self._is_other(TAB):
            return []
        asked = self._runs[ORACLE].transcripts if ORACLE in self._runs else {}
        return [self._cases[name] for name in sorted(self.different(TAB) - set(asked))]

    @property
    def failures(self) -> list[str]:
        """Where Homeport is otherwise than recorded, or the recorded Chromium otherwise than itself."""
        lines = [f"{host}: {d}" for host, d in self._differences if not self._is_chromiums(host, d)]
        return lines + [
            f"{host}: nothing deviates like this any more: {deviation}"
            for host, compared in self._compared.items()
            for deviation in unused(host, compared, DEVIATIONS)
        ]

    @property
    def other_chromium(self) -> list[str]:
        """What a Chromium of another version than the recorded one does otherwise, itself or in its tab."""
        return [f"{host}: {d}" for host, d in self._differences if self._is_chromiums(host, d)]

    @property
    def status(self) -> int:
        """The exit status."""
        return DIFFERENT if self.failures else OTHER_CHROMIUM if self.other_chromium else 0

    @property
    def text(self) -> str:
        """All of it, the table last."""
        other: list[str] = []
        if self.other_chromium:
            live = self._runs[ORACLE].version
            counts = {"live": live, "recorded": self._recording.version, "count": len(self.other_chromium)}
            other = [_OTHER.format(**counts), *self.other_chromium]
        return "\n".join([*self.failures, *other, self.versions, table(self._compared, self._cases)])

    @property
    def _differences(self) -> list[tuple[str, Difference]]:
        return [
            (host, difference)
            for host, comparisons in self._compared.items()
            for comparison in comparisons.values()
            for difference in comparison.different
        ]

    def _is_other(self, host: str) -> bool:
        return host in {ORACLE, TAB} and self._runs[host].version != self._recording.version

    def _is_chromiums(self, host: str, difference: Difference) -> bool:
        """Whether Chromium changed: it is another one, and does itself what is seen here."""
        oracle = self._runs.get(ORACLE)
        if oracle is None or not self._is_other(host) or oracle.version != self._runs[host].version:
            return False
        if difference.case not in oracle.transcripts:
            return False
        return equal(by_name(oracle.transcripts[difference.case]).get(difference.what), difference.actual)
