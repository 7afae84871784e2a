#!/usr/bin/env python3
"""Measures everything against the same peers in one run, and prints the tables.

    python -m bench.run                              everything, three rounds (about 20 minutes)
    python -m bench.run --short                      everything, once and briefly (about 5 minutes)
    python -m bench.run --faces chromium headless --only app rtt:64 recv:0
    python -m bench.run --out figures.json --markdown docs/performance-table.md --svg docs/performance.svg

In each round the faces take turns at a group of measurements, so that neighbours in time are compared; a
ratio is taken within a round, the tables show the median over the rounds. Each figure carries
``other_cpu``: the share of one core that work not started here took meanwhile.
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

from bench import names
from bench.amounts import measure_for
from bench.bridge import bridges
from bench.control import Control, FaceLostError
from bench.faces import FACES, Face, Setting, scratch
from bench.growth import measure_flood, measure_growth, most_sockets
from bench.load import Meter, wait_quiet
from bench.record import Record
from bench.servers import servers_section
from bench.sessions import measure_sessions

HERE = Path(__file__).resolve().parent
SECTIONS = ("app", "servers", "growth", "flood", "sessions")


@asynccontextmanager
async def peer() -> AsyncIterator[dict[str, int]]:
    """The other end of the wire, one process for all."""
    child = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
        [sys.executable, "-m", "bench.peer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=HERE.parent
    )
    try:
        if child.stdout is None or child.stdin is None:
            raise RuntimeError("the peer has no pipes")
        yield json.loads(child.stdout.readline())["ports"]
    finally:
        child.communicate(timeout=10)


def say(*words: object) -> None:
    """Progress, for whoever waits."""
    print(*words, file=sys.stderr, flush=True)


async def run_face(
    face: Face,
    control: Control,
    setting: Setting,
    wanted: list[str],
    options: argparse.Namespace,
    record: Record,
) -> None:
    """Start one face and have it make its measurements of a group."""
    async with AsyncExitStack() as stack:
        folder = await stack.enter_async_context(scratch())
        await stack.enter_async_context(face.start(setting, folder))
        record.app.faces[face.name] = await control.greet()
        for name in wanted:
            if options.quiet:
                wait_quiet(patience=options.quiet)
            meter = Meter()
            figures = await measure_for(control, name, options.seconds, api=face.api)
            figures["other_cpu"] = meter.other()
            record.app.add(face.name, name, figures)
            say(face.name, name, json.dumps(figures))
        await control.dismiss()


async def run_rounds(control: Control, setting: Setting, options: argparse.Namespace, record: Record) -> None:
    """The measurements of the faces, round by round."""
    groups = names.groups(options.names or list(names.ALL))
    for number in range(options.rounds):
        record.app.begin_round()
        for group in groups:
            for face in (FACES[name] for name in options.faces):
                if wanted := [name for name in group if face.makes(name)]:
                    try:
                        await run_face(face, control, setting, wanted, options, record)
                    except FaceLostError as error:
                        record.lost.append(f"round {number + 1}: {face.name}: {error}")
                        say(record.lost[-1])


async def main(options: argparse.Namespace) -> Record:
    """Make all that was asked for; what is there is saved after each part."""
    record = Record(options.rounds, options.seconds)
    most_sockets()  # raises the limit for all that is started
    async with AsyncExitStack() as stack:
        ports = await stack.enter_async_context(peer())
        control = await stack.enter_async_context(Control.serve())
        folder = await stack.enter_async_context(scratch())
        setting = Setting(control.port, ports)
        for section in options.only:
            say(f"-- {section}")
            await run_section(section, control, setting, folder, options, record)
            record.save(options.out, options.markdown, options.svg)
    return record


async def run_section(
    section: str,
    control: Control,
    setting: Setting,
    folder: Path,
    options: argparse.Namespace,
    record: Record,
) -> None:
    """Make one part of the whole."""
    faces, ports, seconds = options.faces, setting.ports, options.seconds
    match section:
        case "app":
            pages = any(FACES[name].api == "bare" for name in faces)
            bridged = {kind: ports[kind] for kind in ("echo", "source")} if pages else {}
            async with bridges(bridged) as websockify:
                await run_rounds(control, Setting(control.port, ports, websockify), options, record)
        case "servers":
            record.servers = await servers_section(folder, options.rounds, seconds)
        case "growth":
            record.growth, record.idle = await measure_growth(faces, control, setting, seconds)
        case "flood":
            record.flood = await measure_flood(faces, control, setting)
        case "sessions":
            time = max(0.5, 3 * seconds)
            record.sessions = await measure_sessions(folder, ports["echo"], time, options.sessions)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="measurements; all when none is given")
    parser.add_argument("--faces", nargs="+", choices=FACES, default=list(FACES))
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=None, help="parts of the whole")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="how long each measurement takes, after its warm-up")
    parser.add_argument(
        "--short", action="store_true", help="one round of 0.2 seconds each, unless told otherwise"
    )
    parser.add_argument(
        "--quiet", type=float, default=0, help="seconds to wait for a quiet machine each time"
    )
    parser.add_argument("--sessions", type=int, default=200, help="how many sessions at once")
    parser.add_argument("--out", type=Path, help="write all figures here, as JSON")
    parser.add_argument("--markdown", type=Path, help="write the tables here")
    parser.add_argument("--svg", type=Path, help="write the plot here")
    options = parser.parse_args(words)
    options.rounds = options.rounds or (1 if options.short else 3)
    options.seconds = options.seconds or (0.2 if options.short else 0.7)
    options.only = options.only or (["app"] if options.names else list(SECTIONS))
    return options


if __name__ == "__main__":
    chosen = arguments()
    measured = asyncio.run(main(chosen))
    print(measured.markdown())
