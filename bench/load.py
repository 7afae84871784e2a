"""What else the machine did during a measurement (Linux): CPU used by processes that are not ours."""

from __future__ import annotations

import os
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def _busy() -> tuple[float, float]:
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq) / TICK, steal / TICK


def _own(root: int) -> float:
    """CPU seconds of ``root`` and everything it started, waited-for children included."""
    parent: dict[int, int] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            rest = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # It ended while we looked.
        parent[int(folder.name)] = int(rest[1])
        used[int(folder.name)] = sum(map(int, rest[11:15])) / TICK
    total = 0.0
    for pid, seconds in used.items():
        above = pid
        while above and above != root:
            above = parent.get(above, 0)
        if above == root:
            total += seconds
    return total


class Meter:
    """``other()`` is the share of one core that foreign work, and steal, took since the meter was made."""

    def __init__(self, root: int | None = None) -> None:
        self._root = root or os.getpid()
        self._begin, (self._busy, self._steal), self._mine = time.monotonic(), _busy(), _own(self._root)

    def other(self) -> float:
        """Foreign CPU seconds a second, 0.0 for a quiet machine."""
        wall = max(1e-6, time.monotonic() - self._begin)
        busy, steal = _busy()
        foreign = (busy - self._busy) - (_own(self._root) - self._mine) + (steal - self._steal)
        return round(max(0.0, foreign) / wall, 3)


def wait_quiet(limit: float = 0.08, window: float = 1.0, patience: float = 120) -> bool:
    """Wait until foreign work stays under ``limit`` of a core for ``window`` seconds; ``False`` if never."""
    end = time.monotonic() + patience
    while True:
        meter = Meter()
        time.sleep(window)
        if meter.other() <= limit:
            return True
        if time.monotonic() > end:
            return False
