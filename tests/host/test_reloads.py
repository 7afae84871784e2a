"""How often an app may load itself anew."""

from __future__ import annotations

from homeport.host._reloads import Reloads


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def loads(reloads: Reloads, clock: Clock, every: float) -> int:
    """How often it may, at most a hundred times."""
    for count in range(100):
        clock.now += every
        if reloads.too_often():
            return count
    return 100


def test_as_in_chromium_the_thirtieth_in_a_row_that_is_quick_is_one_too_many() -> None:
    clock = Clock()
    assert loads(Reloads(clock), clock, 0.9) == 30


def test_one_that_takes_its_time_may_go_on() -> None:
    clock = Clock()
    reloads = Reloads(clock)
    assert loads(reloads, clock, 1.5) == 100
    assert loads(reloads, clock, 0.1) == 29
