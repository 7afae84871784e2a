"""Record what Chromium itself does: ``python -m tools.record_conformance``.

Runs every case of ``tests/conformance/cases`` several times, each time in a fresh Chromium, and writes
``tests/conformance/recorded/chromium-<version>.json``. An observation that differs between runs and is not
named as a race keeps its case out of it: make the case wait for the right event, or name the race. What an
older Chromium said is not kept: another version is asked everything anew.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import sys

from tests.conformance.harness import netns
from tests.conformance.harness.case import Case, load_all
from tests.conformance.harness.chromium import ChromiumHost, installed
from tests.conformance.harness.host import new_setting
from tests.conformance.harness.recording import FOLDER, Recorded, Recording, latest
from tests.conformance.harness.run import run_on
from tests.conformance.harness.transcript import Transcript, merged

_FAILURES = ("the case failed", "the host failed")


async def record(cases: list[Case], runs: int) -> tuple[str, dict[str, list[Transcript]]]:
    """The browser's version, and each case's transcripts."""
    transcripts: dict[str, list[Transcript]] = {case.name: [] for case in cases}
    version = ""
    for number in range(runs):
        print(f"run {number + 1} of {runs}", flush=True)
        async with new_setting() as setting:
            host = ChromiumHost()
            for name, transcript in (await run_on(host, setting, cases)).items():
                transcripts[name].append(transcript)
            version = host.version
    return version, transcripts


def main() -> None:
    """Read the command line, record, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--case",
        action="append",
        default=[],
        help="record again only cases whose name contains this; also more than once",
    )
    parser.add_argument("--changed", action="store_true", help="record again only what has changed")
    options = parser.parse_args()
    if not netns.reenter("tools.record_conformance"):
        sys.exit("an empty network is needed to record: run this as a user who may make one")
    everything = load_all()
    try:
        old = latest()
    except ValueError:
        old = Recording("", {})
    cases = load_all(*options.case)
    if old.version != asyncio.run(installed()):
        cases = everything
    elif options.changed:
        cases = [c for c in cases if c.name not in old.cases or old.cases[c.name].digest != c.digest]
    version, transcripts = asyncio.run(record(cases, options.runs))
    new, unsteady = {}, 0
    for case in cases:
        before = old.cases[case.name].transcript if case.name in old.cases else []
        transcript, names = merged(transcripts[case.name], before)
        names += [o["what"] for o in transcript if o["what"] in _FAILURES]
        unsteady += len(names)
        for what in names:
            print(f"{case.name}: {what}:")
            for run in transcripts[case.name]:
                print("   ", [o for o in run if o["what"] == what])
        if not names:
            new[case.name] = Recorded(case.digest, transcript)
    kept = {c.name: old.cases[c.name] for c in everything if c.name in old.cases and old.version == version}
    recording = dataclasses.replace(old, version=version, cases={**kept, **new})
    print(f"{recording.observations} observations in {recording.write()}")
    if not unsteady and old.version not in {"", version}:
        (FOLDER / f"chromium-{old.version}.json").unlink()
    if unsteady:
        sys.exit(f"{unsteady} observations are not steady; their cases were left as they are")


if __name__ == "__main__":
    main()
