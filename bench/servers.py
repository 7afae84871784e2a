"""The engine as a server beside a C epoll program, a bare uvloop Protocol and node, under one load.

A C program is the client, so what is measured is the server's side. "cpu_us" compares the CPU time that
the server needed for the same work, which says more than the rate on a busy machine.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import which
from statistics import median
from typing import NamedTuple

from bench.load import Meter
from bench.report import Results, markdown, number

HERE = Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")
LIMIT = "C epoll"

#: Measurement: what the server does, and what the load is told before the amount.
WORK = {
    "1 connection, 64-byte round trips": ("echo", ("echo", "1")),
    "100 connections, 64-byte round trips": ("echo", ("echo", "100")),
    "bulk receive": ("sink", ("push",)),
}
#: Megabytes of bulk for each second that was asked for.
_MEGABYTES = 1000


class Server(NamedTuple):
    """A server under measurement."""

    name: str
    command: tuple[str, ...]


def _python(what: str, kind: str, size: int = 0, credit: str = "-") -> tuple[str, ...]:
    return (sys.executable, str(HERE / "server_faces.py"), what, kind, str(size), credit)


def servers(kind: str, echo: str) -> list[Server]:
    """The servers that do this; ``echo`` is the compiled C program."""
    made = [
        Server(LIMIT, (echo, kind)),
        Server("uvloop Protocol", _python("protocol", kind)),
        Server("engine", _python("engine", kind)),
        Server("engine, 4096-byte slices", _python("engine", kind, 4096)),
        Server("engine, with credit", _python("engine", kind, 0, "credit")),
    ]
    node = which("node")
    return [*made, Server("node net", (node, str(HERE / "node_server.js"), kind))] if node else made


@contextmanager
def running(server: Server) -> Iterator[tuple[int, int]]:
    """A server's process id and port."""
    with subprocess.Popen(server.command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("the server has no output")
            yield process.pid, int(process.stdout.readline())
        finally:
            process.kill()


def cpu(pid: int) -> float:
    """CPU seconds of one process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _compile(folder: Path) -> dict[str, str]:
    made = {name: str(folder / name) for name in ("load", "echo")}
    for name, program in made.items():
        subprocess.run(["cc", "-O2", "-o", program, str(HERE / f"{name}.c")], check=True)
    return made


def measure_servers(folder: Path, rounds: int, seconds: float) -> Results:
    """Let the servers take turns under each load."""
    results, programs = Results(), _compile(folder)
    for _ in range(rounds):
        results.begin_round()
    for name, (kind, words) in WORK.items():
        bulk = words[0] == "push"
        amount = max(50, round(_MEGABYTES * seconds)) if bulk else seconds
        with ExitStack() as stack:
            places = [
                (server.name, *stack.enter_context(running(server)))
                for server in servers(kind, programs["echo"])
            ]
            for at in range(rounds):
                for face, pid, port in places:
                    load = [programs["load"], words[0], str(port), *words[1:], str(amount)]
                    meter, before = Meter(), cpu(pid)
                    rate = float(subprocess.run(load, check=True, capture_output=True, text=True).stdout)
                    # The load warms up for a fifth of a second, which the CPU time holds, too.
                    work = amount if bulk else rate * (seconds + 0.2)
                    results.faces[face] = face
                    results.rounds[at][name][face] = {
                        "MB_per_s" if bulk else "per_s": rate,
                        "cpu_us": round((cpu(pid) - before) / work * 1e6, 2),
                        "other_cpu": meter.other(),
                    }
    return results


async def servers_section(folder: Path, rounds: int, seconds: float) -> Results:
    """The same from a running loop."""
    return await asyncio.to_thread(measure_servers, folder, rounds, seconds)


def servers_table(results: Results) -> str:
    """Each server's rate, its ratio to the limit, and its CPU time for one round trip or megabyte."""
    rows = []
    for name in results.names():
        for face in results.faces:
            efforts = [one[name][face]["cpu_us"] for one in results.rounds if face in one.get(name, {})]
            if efforts:
                rows.append(
                    [
                        name if face == LIMIT else "",
                        face,
                        f"{number(results.median(name, face))} {results.unit(name)}",
                        number(results.ratio(name, face, LIMIT)),
                        f"{number(median(efforts))} µs",
                    ]
                )
    return markdown(["load", "server", "rate", "÷ C", "CPU each"], rows)
