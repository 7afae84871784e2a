"""``python -m tests.conformance``: run cases on hosts and show what they observed.

Runs itself in an empty network of its own where that is allowed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from .harness import netns
from .harness.case import load_all
from .harness.run import HOSTS, run


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", action="append", choices=HOSTS, help="may be given more than once; default: all")
    parser.add_argument("--case", default="", help="only cases whose name contains this")
    parser.add_argument("--show", action="store_true", help="print every observation")
    parser.add_argument("--json", type=Path, help="write the transcripts here")
    options = parser.parse_args()
    if not netns.inside():
        command = netns.wrap([sys.executable, "-m", "tests.conformance", *sys.argv[1:]])
        if command[0] != sys.executable:
            os.execvp(command[0], command)
    results = asyncio.run(run(options.host or HOSTS, load_all(options.case), tell=True))
    if options.show:
        for host, transcripts in results.items():
            for case, transcript in transcripts.items():
                for observation in transcript:
                    print(host, case, json.dumps(observation))
    if options.json:
        options.json.write_text(json.dumps(results))


main()
