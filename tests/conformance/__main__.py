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
    results = {}
    for host in options.host or HOSTS:
        results[host] = transcripts = asyncio.run(run(host, cases, tell=True))
        again = [case for case in cases if case.name in different(host, transcripts, cases)]
        if again:
            # On a busy machine things may take longer than any case waits: what differs must do so twice.
            print(f"{host}: once more: {', '.join(case.name for case in again)}")
            transcripts.update(asyncio.run(run(host, again, tell=True)))
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


def compared_with_chromium(
    host: str, transcripts: dict[str, Transcript], cases: list[Case]
) -> dict[str, Comparison]:
    """Each case's comparison with the recording."""
    recording, offline = latest(), netns.inside()
    by_name = {case.name: case for case in cases}
    return {
        name: compare(host, by_name[name], recording, transcript, DEVIATIONS, offline=offline)
        for name, transcript in transcripts.items()
    }


def different(host: str, transcripts: dict[str, Transcript], cases: list[Case]) -> set[str]:
    """The cases with a difference that nothing explains, or without one that was to be there."""
    compared = compared_with_chromium(host, transcripts, cases)
    missing = {deviation.case for deviation in unused(host, compared, DEVIATIONS)}
    return missing | {name for name, comparison in compared.items() if comparison.different}


def report(results: dict[str, dict[str, Transcript]], cases: list[Case]) -> int:
    """Print what differs and the table; 1 if something is not explained."""
    compared = {host: compared_with_chromium(host, found, cases) for host, found in results.items()}
    lines = []
    for host, comparisons in compared.items():
        for comparison in comparisons.values():
            lines += [f"{host}: {difference}" for difference in comparison.different]
        lines += [
            f"{host}: nothing deviates like this any more: {deviation}"
            for deviation in unused(host, comparisons, DEVIATIONS)
        ]
    print(*lines, table(compared, [case.name for case in cases]), sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    main()
