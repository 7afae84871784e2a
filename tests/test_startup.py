"""The command that measures a start measures a real one."""

from __future__ import annotations

import pytest
from bench.startup import Start, measure, median, wait_for


def test_a_start_is_timed_and_both_processes_are_weighed(tmp_path):
    """An echo app is started and ended, and each of the three figures is of something that was there."""
    start = measure(tmp_path)
    assert min(start.launched, start.parent, start.child) > 0


def test_an_app_that_ends_early_is_no_measurement():
    """When the app never writes what is waited for, that is an error and not a time."""
    with pytest.raises(RuntimeError, match="before it wrote 'launched'"):
        wait_for(["LOG   background.js:3 something else\n"], "launched")


def test_the_median_is_of_each_figure():
    """One slow start does not hide the memory of the others."""
    starts = [Start(300, 36, 54), Start(900, 35, 55), Start(310, 37, 53)]
    assert median(starts) == Start(310, 36, 54)
