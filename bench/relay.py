"""What a headless host could reach: relays that only move frames between Deno and sockets.

    python -m bench.relay

Prints a Markdown table: round trips of 64 bytes a second over one connection and over a hundred, and the
microseconds of processor time that each process took for one. ``python -m bench.cpu headless rtt:64
many:100:64`` gives the same of a real app, where permissions, credit, promises and the API come on top.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from deno import find_deno_bin

from bench.cpu import role
from bench.report import markdown
from bench.run import peer

HERE = Path(__file__).resolve().parent
ROOM = 4 << 20
#: More than the measurement itself takes to begin.
PATIENCE = 60


def compiled(folder: Path) -> Path:
    """The relay in C."""
    program = folder / "relay"
    subprocess.run(["cc", "-O2", "-Wall", "-o", program, HERE / "relay.c"], check=True)
    return program


@contextmanager
def pair(
    relay: Sequence[str | Path], page: Sequence[str | Path]
) -> Iterator[tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]]:
    """A relay and its page, which have a socket in common as standard input and output."""
    ends = socket.socketpair()
    with ends[0], ends[1]:
        for end in ends:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
        one = subprocess.Popen(relay, stdin=ends[0].fileno(), stdout=ends[0].fileno())
        other = subprocess.Popen(
            page, stdin=ends[1].fileno(), stdout=ends[1].fileno(), stderr=subprocess.PIPE
        )
    with one, other:
        try:
            yield one, other
        finally:
            other.kill()
            one.wait(PATIENCE)


def spent(*processes: int) -> list[float]:
    """The seconds of processor time that each has taken."""
    return [sum(psutil.Process(each).cpu_times()[:2]) for each in processes]


def measure(relay: Sequence[str | Path], port: int, echo: int, count: int, seconds: float) -> list[float]:
    """Round trips a second, and the microseconds for one: of the relay, its page and the process ``echo``."""
    words = [str(count), str(seconds)]
    page = [find_deno_bin(), "run", "--quiet", "--no-config", HERE / "relay_page.js", *words]
    with pair([*relay, str(port), str(count)], page) as (one, other):
        if other.stderr is None:
            raise RuntimeError("the page has no pipe")
        processes = one.pid, other.pid, echo
        begun = other.stderr.readline()
        before = spent(*processes)
        rate = other.stderr.readline()
        after = spent(*processes)
    if begun.strip() != b"begin" or not rate:
        raise RuntimeError(f"the page ended: {begun.decode()}")
    done = float(rate) * seconds
    return [float(rate), *((end - start) * 1e6 / done for start, end in zip(before, after, strict=True))]


async def main(seconds: float) -> str:
    """Measure, and give the table."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        relays: dict[str, list[str | Path]] = {
            "C": [compiled(Path(folder))],
            "Python": [sys.executable, HERE / "relay_uvloop.py"],
        }
        async with peer() as ports:
            (echo,) = (
                each.pid for each in psutil.Process().children() if role(" ".join(each.cmdline())) == "peer"
            )
            for count in (1, 100):
                for name, relay in relays.items():
                    figures = await asyncio.to_thread(measure, relay, ports["echo"], echo, count, seconds)
                    rows.append([name, str(count), *(f"{each:,.0f}" for each in figures)])
    return markdown(["relay in", "connections", "/s", "relay µs", "page µs", "peer µs"], rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=2.0)
    print(asyncio.run(main(parser.parse_args().seconds)))
