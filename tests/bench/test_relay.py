"""The relays that show what a headless host could reach."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import psutil
import pytest
from bench.relay import compiled, main, measure
from bench.run import peer


@pytest.mark.skipif(sys.platform != "linux", reason="the one in C is of epoll")
async def test_each_relay_serves_one_connection_and_a_hundred() -> None:
    _head, _rule, *rows = (await main(1.0)).splitlines()
    figures = [re.findall(r"[^| ]+", row) for row in rows]
    assert [row[:2] for row in figures] == [["C", "1"], ["Python", "1"], ["C", "100"], ["Python", "100"]]
    assert all(int(row[2].replace(",", "")) > 0 for row in figures)


@pytest.mark.skipif(sys.platform != "linux", reason="the one in C is of epoll")
async def test_a_relay_that_is_slow_to_start_is_waited_for(tmp_path: Path) -> None:
    slow: list[str | Path] = ["sh", "-c", 'sleep 1; exec "$0" "$@"', compiled(tmp_path)]
    async with peer() as ports:
        (echo,) = psutil.Process().children()
        rate, *_ = await asyncio.to_thread(measure, slow, ports["echo"], echo.pid, 1, 0.2)
    assert rate > 0
