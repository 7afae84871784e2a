"""``python -m tests.conformance.fuzz``: programs by chance, in Chromium and Homeport, until they differ."""

from __future__ import annotations

import argparse
import secrets

from tests.conformance.harness import netns

from .search import search


def main() -> None:
    """Read the command line and search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, help="default: another one each time; it is printed")
    parser.add_argument("--fixed", action="store_true", help="the programs that CI runs")
    parser.add_argument("--longest", type=int, default=10, help="steps after the beginning")
    parser.add_argument("--reach", action="store_true", help="print at the end how calls ended, by function")
    options = parser.parse_args()
    netns.reenter("tests.conformance.fuzz")
    seed = None if options.fixed else options.seed if options.seed is not None else secrets.randbits(32)
    print(f"seed {seed}", flush=True)
    run = search(options.seconds, seed=seed, longest=options.longest, reach=options.reach)
    print(f"{run} programs, no difference")


main()
