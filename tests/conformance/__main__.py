"""``python -m tests.conformance``: run the cases on every host and compare with what Chromium did.

Runs itself in an empty network of its own where that is allowed. Ends with 1 if anything differs that no
deviation explains.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from .deviations import DEVIATIONS
from .harness import netns
from .harness.case import Case, load_all
from .harness.compare import Comparison, compare, table, unused
from .harness.recording import latest
from .harness.run import HOSTS, run
from .harness.transcript import Transcript


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--host", action="append", choices=HOSTS, help="may be given more than once; default: all"
    )
    parser.add_argument("--case", default="", help="only cases whose name contains this")
    parser.add_argument("--show", action="store_true", help="print every observation")
    parser.add_argument("--json", type=Path, help="write the transcripts here")
    options = parser.parse_args()
    netns.reenter("tests.conformance")
    cases = load_all(options.case)
    results = asyncio.run(run(options.host or HOSTS, cases, tell=True))
    if options.show:
        show(results)
    if options.json:
        options.json.write_text(json.dumps(results))
    sys.exit(report(results, cases))


def show(results: dict[str, dict[str, Transcript]]) -> None:
    """Print every observation."""
    for host, transcripts in results.items():
        for case, transcript in transcripts.items():
            for observation in transcript:
                print(host, case, json.dumps(observation))


def report(results: dict[str, dict[str, Transcript]], cases: list[Case]) -> int:
    """Print what differs and the table; 1 if something is not explained."""
    recording, offline = latest(), netns.inside()
    by_name = {case.name: case for case in cases}
    compared: dict[str, dict[str, Comparison]] = {}
    wrong = 0
    for host, transcripts in results.items():
        compared[host] = {
            name: compare(host, by_name[name], recording, transcript, DEVIATIONS, offline=offline)
            for name, transcript in transcripts.items()
        }
        for comparison in compared[host].values():
            for difference in comparison.different:
                wrong += 1
                print(f"{host}: {difference}")
        for deviation in unused(host, compared[host], DEVIATIONS):
            wrong += 1
            print(f"{host}: nothing deviates like this any more: {deviation}")
    print(table(compared, by_name))
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
