"""The command that weighs idle apps weighs real ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bench.idle import measure


async def test_idle_apps_are_weighed_and_woken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await measure(4, tmp_path, watched=0.1)
    weighed, idle, woken = capsys.readouterr().out.splitlines()
    # A port is all that an app has open while it is idle.
    said = r"4 apps in \d+ s: \d+\.\d MiB, -?\d+ KiB and 1\.0 descriptors each, 0 other processes"
    assert re.fullmatch(said, weighed)
    assert re.fullmatch(r"idle: \d+\.\d\d% of a processor", idle)
    assert re.fullmatch(r"woken: one in \d+ ms, 3 at once in \d+ ms", woken)
