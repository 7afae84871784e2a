"""``python -m tests.conformance.fuzz``: programs by chance, in Chromium and in Homeport, until they differ."""

from __future__ import annotations

import argparse
import os
import random
import sys

from tests.conformance.harness import netns

from .search import search


def main() -> None:
    """Read the command line and search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, help="default: another one each time; it is printed")
    parser.add_argument("--fixed", action="store_true", help="the programs that CI runs")
    parser.add_argument("--longest", type=int, default=10, help="steps after the beginning")
    options = parser.parse_args()
    if not netns.inside():
        command = netns.wrap([sys.executable, "-m", "tests.conformance.fuzz", *sys.argv[1:]])
        if command[0] != sys.executable:
            os.execvp(command[0], command)
    seed = None if options.fixed else options.seed if options.seed is not None else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    print(f"{search(options.seconds, seed=seed, longest=options.longest)} programs, no difference")


main()
