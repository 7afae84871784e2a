"""The relays that show what a headless host could reach."""

from __future__ import annotations

import re
import sys

import pytest
from bench.relay import main


@pytest.mark.skipif(sys.platform != "linux", reason="the one in C is of epoll")
async def test_each_relay_serves_one_connection_and_a_hundred() -> None:
    _head, _rule, *rows = (await main(1.0)).splitlines()
    figures = [re.findall(r"[^| ]+", row) for row in rows]
    assert [row[:2] for row in figures] == [["C", "1"], ["Python", "1"], ["C", "100"], ["Python", "100"]]
    assert all(int(row[2].replace(",", "")) > 0 for row in figures)
