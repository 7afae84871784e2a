"""Figures are written as people read them."""

from __future__ import annotations

import pytest

from homeport._text import duration, plural, size, table


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (4200, "4.2 KB"),
        (123456, "123 KB"),
        (5 * 10**12, "5.0 TB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (12, "12 s"), (300, "5 min"), (7200, "2 h"), (172800, "2 d")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_one_is_singular() -> None:
    assert (plural(1, "socket"), plural(2, "socket")) == ("1 socket", "2 sockets")


def test_columns_line_up() -> None:
    assert table(("A", "LONG"), [("xyz", "1"), ("y", "22")]) == "A    LONG\nxyz  1\ny    22"
