"""Where the microseconds go: processor time by process, for each measurement of one face.

    python -m bench.cpu tab-chromium rtt:64 recv:65536 send:65536:8

Prints a Markdown table: the microseconds of processor time that each process took for one operation, or for
one MB. Unlike a rate it hardly depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import psutil

from bench.amounts import BYTES, WARM, next_share
from bench.control import Control
from bench.faces import FACES, Setting, scratch
from bench.report import markdown
from bench.run import peer

#: Processes by what their command line holds, the first that fits.
ROLES = (
    ("bench.peer", "peer"),
    ("--type=renderer", "page"),
    ("network.mojom", "browser's network"),
    ("--type=", "browser"),
    ("-contentproc", "page"),
    ("firefox", "browser"),
    ("chromium", "browser"),
    ("deno", "page"),
    ("homeport", "daemon"),
    ("_face", "program"),
)


def role(command: str) -> str:
    """What a process is, by its command line."""
    return next((name for text, name in ROLES if text in command), "other")


def spent() -> dict[int, tuple[str, float]]:
    """Each process that was started here: its role, and the seconds of processor time that it has taken."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        try:
            words, times = process.cmdline(), process.cpu_times()
        except psutil.Error:
            continue  # It ended while we looked.
        # A face's files lie in a folder named after the bench, which is no part of what it is.
        command = " ".join(word for word in words if "homeport-bench" not in word)
        found[process.pid] = (role(command), times.user + times.system)
    return found


def by_role(
    before: Mapping[int, tuple[str, float]], after: Mapping[int, tuple[str, float]]
) -> dict[str, float]:
    """Seconds of processor time between two looks, by role."""
    total: dict[str, float] = defaultdict(float)
    for pid, (name, seconds) in after.items():
        total[name] += seconds - before.get(pid, (name, 0.0))[1]
    return total


def per_unit(total: Mapping[str, float], figures: Mapping[str, Any]) -> dict[str, float]:
    """Microseconds for each operation, or for each MB."""
    rate = figures.get("MB_per_s", figures.get("per_s", 0.0))
    units = rate * figures["seconds"]
    return {name: seconds * 1e6 / units for name, seconds in total.items()} if units else {}


async def main(options: argparse.Namespace) -> str:
    """Measure, and give the table."""
    rows, roles = [], []
    async with peer() as ports, Control.serve() as control, scratch() as folder:
        face = FACES[options.face]
        async with face.start(Setting(control.port, ports), folder):
            await control.greet()
            for name in options.names:
                full = f"{name}:{BYTES[name]}" if name in BYTES else name
                share = WARM.get(name.partition(":")[0], 0.1)
                for seconds in (options.seconds / 4, options.seconds):
                    warm = await control.measure(full, share, api=face.api)
                    share = next_share(share, warm["seconds"], seconds)
                before = spent()
                figures = await control.measure(full, share, api=face.api)
                costs = per_unit(by_role(before, spent()), figures)
                roles += [each for each in costs if each not in roles]
                rows.append((name, "MB" if "MB_per_s" in figures else "operation", costs))
            await control.dismiss()
    head = [options.face, "each", *roles, "all"]
    cells = [
        [name, unit, *(f"{costs.get(each, 0):,.0f}" for each in roles), f"{sum(costs.values()):,.0f}"]
        for name, unit, costs in rows
    ]
    return markdown(head, cells)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("face", choices=FACES)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--seconds", type=float, default=2.0)
    print(asyncio.run(main(parser.parse_args())))
