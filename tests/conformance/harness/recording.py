"""What Chromium did, as it is kept in the repository: ``recorded/chromium-<version>.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .case import HERE, Case
from .transcript import Transcript

FOLDER = HERE / "recorded"


@dataclass(frozen=True)
class Recorded:
    """One case's transcript, and the text of the case that it belongs to."""

    digest: str
    transcript: Transcript


@dataclass(frozen=True)
class Recording:
    """Everything that one Chromium said."""

    version: str
    cases: dict[str, Recorded]

    def transcript(self, case: Case) -> Transcript:
        """The transcript of ``case``; raises LookupError if there is none of its present text."""
        recorded = self.cases.get(case.name)
        if recorded is None or recorded.digest != case.digest:
            raise LookupError(
                f"case {case.name} has changed since it was recorded: run tools/record_conformance.py"
            )
        return recorded.transcript

    @property
    def observations(self) -> int:
        """How many observations there are in all."""
        return sum(len(recorded.transcript) for recorded in self.cases.values())

    def write(self) -> Path:
        """Write the recording, one observation a line, so that a change of one shows as one."""
        path = FOLDER / f"chromium-{self.version}.json"
        cases = ",\n".join(
            f'  {json.dumps(name)}: {{"digest": "{recorded.digest}", "transcript": [\n'
            + ",\n".join(
                f"   {json.dumps(o, sort_keys=True, ensure_ascii=True)}" for o in recorded.transcript
            )
            + "\n  ]}"
            for name, recorded in sorted(self.cases.items())
        )
        path.write_text(f'{{\n "version": {json.dumps(self.version)},\n "cases": {{\n{cases}\n }}\n}}\n')
        return path


def latest() -> Recording:
    """The recording of the newest Chromium."""
    path = max(
        FOLDER.glob("chromium-*.json"), key=lambda p: [int(n) for n in p.stem.split("-")[1].split(".")]
    )
    content = json.loads(path.read_text())
    return Recording(content["version"], {name: Recorded(**case) for name, case in content["cases"].items()})
