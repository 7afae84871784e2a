"""Each of several apps is known by one word."""

from __future__ import annotations

from homeport.launch._labels import labels


def test_names_become_words_and_stay_apart() -> None:
    assert labels(["File server", "Wägung", "File server", "…", "File-server"]) == [
        "File-server",
        "Wägung",
        "File-server-2",
        "app",
        "File-server-3",
    ]


def test_a_long_name_is_cut() -> None:
    assert labels(["x" * 50, "x" * 50]) == ["x" * 24, f"{'x' * 24}-2"]
