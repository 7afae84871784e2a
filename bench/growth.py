"""What more sockets cost: a round trip among ever more idle sockets, memory of each, memory under a flood."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import psutil

from bench.amounts import measure_for
from bench.control import Control
from bench.faces import FACES, Pids, Setting, scratch
from bench.report import NONE, Results, markdown, number

SIZES = (1, 10, 100, 1000, 5000)
#: Faces whose sockets are those of one app.
GROWING = ("chromium", "tab-chromium", "tab-firefox", "headless", "python", "node")
FLOODED = ("chromium", "tab-chromium", "tab-firefox", "headless")
_FLOODS, _BLOCKED_MS = 20, 3000
_SETTLE, _LOOKS = 0.25, 20

Memory = dict[str, dict[str, float]]


def most_sockets() -> int:
    """As many as the limit of descriptors lets each process have, up to the largest size."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return min(SIZES[-1], hard - 200)
    return SIZES[-1]


def resident(pids: Pids) -> dict[str, int]:
    """Bytes resident, by process: the daemon itself, its child, a browser with all of its processes."""
    found: dict[str, int] = {}
    for name, pid in pids.items():
        process = psutil.Process(pid)
        children = sum(_rss(child) for child in process.children(recursive=True))
        if name == "homeport":
            found[name] = _rss(process)
            if children:
                found["page process"] = children
        else:
            found[name] = _rss(process) + children
    return found


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0  # It ended while we looked.


async def settled(pids: Pids) -> dict[str, int]:
    """Memory once it stays within a hundredth."""
    before = resident(pids)
    for _ in range(_LOOKS):
        await asyncio.sleep(_SETTLE)
        now = resident(pids)
        if all(abs(now.get(name, 0) - size) < size / 100 for name, size in before.items()):
            return now
        before = now
    return before


@asynccontextmanager
async def _running(name: str, control: Control, setting: Setting) -> AsyncIterator[Pids]:
    async with scratch() as folder, FACES[name].start(setting, folder) as pids:
        await control.greet()
        yield pids
        await control.dismiss()


async def measure_growth(
    names: list[str], control: Control, setting: Setting, seconds: float
) -> tuple[Results, Memory]:
    """Round trips among 1 to 5,000 sockets, and KiB for each idle socket, of each face."""
    results, memory = Results(), Memory()
    results.begin_round()
    sizes = [size for size in SIZES if size <= most_sockets()]
    for name in (name for name in GROWING if name in names):
        async with _running(name, control, setting) as pids:
            results.faces[name] = name
            await control.measure("idle:0", 1)
            for size in sizes:
                await control.measure(f"idle:{size - 1}", 1, patience=300)
                results.add(name, str(size), await measure_for(control, "rtt:64", seconds))
                if size == sizes[-2]:
                    before = await settled(pids)
            after = await settled(pids)
            more = sizes[-1] - sizes[-2]
            memory[name] = {kind: (after[kind] - size) / more / 1024 for kind, size in before.items()}
    return results, memory


async def measure_flood(names: list[str], control: Control, setting: Setting) -> Memory:
    """MiB above idle at the most, while a page takes nothing in and peers flood its sockets."""
    memory = Memory()
    for name in (name for name in FLOODED if name in names):
        async with _running(name, control, setting) as pids:
            await control.measure("idle:1", 1)
            idle = await settled(pids)
            most = dict(idle)
            # It is not waited for: Chromium has minutes to do with what it queued.
            job = asyncio.ensure_future(control.measure(f"stuffed:{_FLOODS}:{_BLOCKED_MS}", 1))
            until = time.monotonic() + _BLOCKED_MS / 1000 + 2
            while time.monotonic() < until:
                await asyncio.sleep(0.05)
                most = {kind: max(size, most.get(kind, 0)) for kind, size in resident(pids).items()}
            job.cancel()
            await asyncio.wait([job])
            memory[name] = {kind: (most.get(kind, size) - size) / 2**20 for kind, size in idle.items()}
    return memory


def growth_table(results: Results) -> str:
    """Microseconds for a round trip among so many sockets."""
    rows = []
    for name in results.names():
        rates: Mapping[str, Any] = {face: results.median(name, face) for face in results.faces}
        rows.append([name, *(number(1e6 / rate) if rate else NONE for rate in rates.values())])
    return markdown(["sockets", *results.faces], rows)


def memory_table(memory: Memory, unit: str) -> str:
    """Memory of each process of each face."""
    kinds = list(dict.fromkeys(kind for by in memory.values() for kind in by))
    head = ["face", *(f"{kind}, {unit}" for kind in kinds)]
    return markdown(head, [[face, *(_size(by.get(kind)) for kind in kinds)] for face, by in memory.items()])


def _size(value: float | None) -> str:
    """A browser may give back more than it took meanwhile."""
    return number(value) if value is None or value > 0 else "≤ 0"
