"""The command that weighs idle apps weighs real ones."""

from __future__ import annotations

import re

import pytest
from bench.idle import measure


async def test_idle_apps_are_weighed_and_woken(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    await measure(3, tmp_path)
    weighed, woken = capsys.readouterr().out.splitlines()
    # A port is all that an app has open while it is idle.
    assert re.fullmatch(r" +3 apps: \d+\.\d MiB, -?\d+ KiB and 1\.0 descriptors each", weighed)
    assert re.fullmatch(r"woken: one in \d+ ms, 2 at once in \d+ ms", woken)
