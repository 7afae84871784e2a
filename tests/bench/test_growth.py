"""Tables of what more sockets cost."""

from __future__ import annotations

import os

from bench.growth import growth_table, memory_table, resident
from bench.report import Results


def test_a_round_trip_is_told_in_microseconds():
    found = Results()
    found.begin_round()
    for size, rate in (("1", 10_000), ("1000", 5_000)):
        found.faces["headless"] = "headless"
        found.add("headless", size, {"per_s": rate})
    assert growth_table(found).splitlines()[2:] == ["| 1 | 100 |", "| 1000 | 200 |"]


def test_memory_has_a_column_for_each_kind_of_process():
    table = memory_table({"node": {"program": 4.25}, "headless": {"homeport": 1.5, "page": -3}}, "KiB")
    assert table.splitlines()[2:] == ["| node | 4.25 | – | – |", "| headless | – | 1.50 | ≤ 0 |"]


def test_what_is_resident_is_read_from_the_process_itself():
    assert resident({"program": os.getpid()})["program"] > 1 << 20
