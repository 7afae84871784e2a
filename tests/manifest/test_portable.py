"""A path in an app names a file below its folder on every system, or is refused on every system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.manifest import portable_path


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("bg.js", ("bg.js",)),
        ("/bg.js", ("bg.js",)),
        ("./a/./bg.js", ("a", "bg.js")),
        ("é ☃/x y.js", ("é ☃", "x y.js")),
        ("...a", ("...a",)),
        ("console.js", ("console.js",)),
        ("com10.js", ("com10.js",)),
    ],
)
def test_paths_inside_the_app(path: str, parts: tuple[str, ...]) -> None:
    assert portable_path(path) == parts


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        ".",
        "..",
        "../a",
        "a/../b",
        "//a",
        "a//b",
        "a/",
        "a\\b",
        "C:a",
        "a:b",
        "http://x/y",
        "a?",
        "a*",
        "a\0",
        "a\n",
        "a\x7f",
        "con.js",
        "NUL",
        "a/Com1.txt",
        "lpt¹",
        "aux .js",
        "a.",
        "a ",
        "\ud800",
        'a"',
        "a|b",
    ],
)
def test_everything_else(path: str) -> None:
    assert portable_path(path) is None


@given(st.text("./\\a:~\0é", max_size=12))
def test_what_passes_has_no_way_up_or_out(path: str) -> None:
    parts = portable_path(path)
    if parts is not None:
        assert ".." not in parts
        assert not {"/", "\\", ":", "\0"} & set("".join(parts))
        assert portable_path("/".join(parts)) == parts
