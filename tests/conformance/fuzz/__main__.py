"""``python -m tests.conformance.fuzz``: programs by chance, in Chromium and Homeport, until they differ.

Ends with 1 at a difference; with 3 if the Chromium here, which is not the recorded one, may be what changed.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys

from tests.conformance.harness import netns
from tests.conformance.harness.chromium import installed
from tests.conformance.harness.recording import latest
from tests.conformance.harness.report import DIFFERENT, OTHER_CHROMIUM

from .kinds import KINDS
from .search import FACES, Found, search


def main() -> None:
    """Read the command line and search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=KINDS, default="sockets")
    parser.add_argument("--face", choices=FACES, default="headless")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, help="default: another one each time; it is printed")
    parser.add_argument("--fixed", action="store_true", help="the programs that CI runs")
    parser.add_argument("--longest", type=int, default=10, help="steps after the beginning")
    parser.add_argument("--reach", action="store_true", help="print at the end how calls ended, by function")
    options = parser.parse_args()
    netns.reenter("tests.conformance.fuzz")
    seed = None if options.fixed else options.seed if options.seed is not None else secrets.randbits(32)
    print(f"seed {seed}", flush=True)
    try:
        run = search(
            *(KINDS[options.kind], options.face, options.seconds),
            seed=seed,
            longest=options.longest,
            reach=options.reach,
        )
    except Found as found:
        print(found)
        live, recorded = asyncio.run(installed()), latest().version
        print(f"Recorded: Chromium {recorded}. Here: Chromium {live}.")
        sys.exit(DIFFERENT if live == recorded else OTHER_CHROMIUM)
    print(f"{run} programs, no difference")


main()
