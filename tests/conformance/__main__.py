"""``python -m tests.conformance``: run the cases on every host and compare with what Chromium did.

Runs itself in an empty network of its own where that is allowed. Ends with 1 if anything differs that no
deviation explains; with 3 if nothing does but the Chromium here, which is not the one that was recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from .harness import netns
from .harness.case import Case, load_all
from .harness.recording import latest
from .harness.report import ORACLE, Report, Run, write
from .harness.run import HOSTS
from .harness.run import run as run_cases


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--host", action="append", choices=HOSTS, help="may be given more than once; default: all"
    )
    parser.add_argument(
        "--case", action="append", default=[], help="only cases whose name contains this; also more than once"
    )
    parser.add_argument("--show", action="store_true", help="print every observation")
    parser.add_argument("--json", type=Path, help="write the transcripts here")
    options = parser.parse_args()
    netns.reenter("tests.conformance")
    cases = [case for case in load_all(*options.case) if netns.inside() or not case.offline]
    if not netns.inside():
        print("No empty network may be made here: what depends on the network is not compared.")
    runs = run_all(options.host or list(HOSTS), cases)
    if options.show:
        show(runs)
    if options.json:
        write(options.json, runs)
    report = Report(runs, cases, latest(), offline=netns.inside())
    print(report.text)
    sys.exit(report.status)


def run_all(hosts: list[str], cases: list[Case]) -> dict[str, Run]:
    """Run the cases on each host; again what differs, and on Chromium what it may have changed."""
    runs: dict[str, Run] = {}

    def report() -> Report:
        return Report(runs, cases, latest(), offline=netns.inside())

    def more(host: str, again: list[Case], why: str) -> None:
        print(f"{host}: {why}: {', '.join(case.name for case in again)}")
        found = asyncio.run(run_cases(host, again, tell=True))
        runs.setdefault(host, found).transcripts.update(found.transcripts)

    for host in hosts:
        runs[host] = asyncio.run(run_cases(host, cases, tell=True))
        if again := [case for case in cases if case.name in report().different(host)]:
            # On a busy machine things may take longer than any case waits: what differs must do so twice.
            more(host, again, "once more")
    if unasked := report().unasked:
        more(ORACLE, unasked, "is another one than recorded, and asked itself")
    return runs


def show(runs: dict[str, Run]) -> None:
    """Print every observation."""
    for host, run in runs.items():
        for case, transcript in run.transcripts.items():
            for observation in transcript:
                print(host, case, json.dumps(observation))


if __name__ == "__main__":
    main()
