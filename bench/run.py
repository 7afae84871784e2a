#!/usr/bin/env python3
"""Measures every face against the same peer in one run, and prints the table of ratios.

    python -m bench.run                              everything, three rounds
    python -m bench.run --faces chromium headless --scale 0.2 rtt:64 recv:0
    python -m bench.run --out bench/results.json --quiet 20

In each round the faces take turns at a few measurements at a time, so that neighbours in time are compared; a
ratio is taken within a round, the table shows the median over the rounds. Each figure carries ``other_cpu``:
the share of one core that work not started here took meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bench.control import Control, FaceLostError
from bench.faces import FACES, Face, Setting, scratch
from bench.load import Meter, wait_quiet
from bench.report import Results, table

HERE = Path(__file__).resolve().parent

NAMES = (
    "call",
    "rtt:1",
    "rtt:64",
    "rtt:4096",
    "rttawait:64",
    "recv:0",
    "recv:65536",
    "recv:1048576",
    "send:4096:1",
    "send:65536:1",
    "send:65536:8",
    "send:1048576:1",
    "udp:64:1",
    "udp:64:16",
    "udp:1400:16",
    "connect",
    "accept:close:1",
    "accept:close:16",
    "accept:echo:16",
    "many:100:64",
    "grow:10:64",
    "grow:100:64",
    "grow:1000:64",
    "chatty",
)
#: Fewer bytes where the whole amount would take long; the rate is what is compared.
BYTES = {"send:4096:1": 32 << 20, "chatty": 50 << 20, "recv:0": 64 << 20}


@asynccontextmanager
async def peer() -> AsyncIterator[dict[str, int]]:
    """The other end of the wire, one process for all."""
    child = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
        [sys.executable, HERE / "peer.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        if child.stdout is None or child.stdin is None:
            raise RuntimeError("the peer has no pipes")
        yield json.loads(child.stdout.readline())["ports"]
    finally:
        child.communicate(timeout=10)


async def run_face(
    face: Face, control: Control, setting: Setting, names: list[str], options: Any, results: Results
) -> None:
    """Start one face and have it make all measurements once."""
    async with AsyncExitStack() as stack:
        folder = await stack.enter_async_context(scratch())
        await stack.enter_async_context(face.start(setting, folder))
        hello = await control.greet()
        results.faces[face.name] = hello
        for name in names:
            if name.partition(":")[0] in face.lacks:
                continue
            full = f"{name}:{BYTES[name]}" if name in BYTES else name
            if options.quiet:
                wait_quiet(patience=options.quiet)
            meter = Meter()
            figures = await control.measure(full, options.scale, api=face.api)
            figures["other_cpu"] = meter.other()
            results.add(face.name, name, figures)
            print(face.name, name, json.dumps(figures), file=sys.stderr, flush=True)
        await control.dismiss()


async def main(options: argparse.Namespace) -> Results:
    """Make all rounds."""
    results = Results(scale=options.scale)
    names = options.names or list(NAMES)
    async with peer() as ports, Control.serve() as control:
        setting = Setting(control.port, ports)
        for number in range(options.rounds):
            results.begin_round()
            # Groups of a few measurements keep neighbours close without starting a browser for each figure.
            for start in range(0, len(names), options.group):
                for face in (FACES[name] for name in options.faces):
                    try:
                        await run_face(
                            face, control, setting, names[start : start + options.group], options, results
                        )
                    except FaceLostError as error:
                        print(f"round {number + 1}: {face.name}: {error}", file=sys.stderr, flush=True)
    return results


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="measurements; all when none is given")
    parser.add_argument("--faces", nargs="+", choices=FACES, default=list(FACES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--group", type=int, default=8, help="measurements a face makes before the next has its turn"
    )
    parser.add_argument("--scale", type=float, default=0.2, help="share of the full work")
    parser.add_argument(
        "--quiet", type=float, default=0, help="seconds to wait for a quiet machine each time"
    )
    parser.add_argument("--out", type=Path, help="write all figures here, as JSON")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    parser.add_argument("--svg", type=Path, help="write the plot here")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = arguments()
    measured = asyncio.run(main(chosen))
    print(table(measured))
    measured.save(chosen.out, chosen.markdown, chosen.svg)
