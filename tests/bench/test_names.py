"""Which face makes which measurement, and in which turn."""

from __future__ import annotations

from bench.faces import FACES
from bench.names import ALL, APP, BARE, BRIDGE, groups, is_bare


def test_every_measurement_is_in_exactly_one_group():
    made = [name for group in groups(list(ALL)) for name in group]
    assert sorted(made) == sorted(ALL)


def test_what_is_compared_is_measured_in_the_same_group():
    group = next(group for group in groups(list(ALL)) if "recv:65536" in group)
    assert {"websockify:recv", "bare:recv:261120"} <= set(group)


def test_an_app_measures_what_apps_do_and_a_page_what_pages_do():
    assert all(FACES["headless"].makes(name) for name in APP)
    assert not any(FACES["headless"].makes(name) for name in BARE + BRIDGE)
    assert all(FACES["page-firefox"].makes(name) == is_bare(name) for name in ALL)


def test_direct_sockets_are_not_asked_for_bulk_writes_that_stall():
    assert not FACES["direct"].makes("send:65536:8")
