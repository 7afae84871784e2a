"""References lead to a file of the app, to another host, or nowhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.inspect._files import Target, Tree, resolve


@pytest.mark.parametrize(
    ("base", "url", "target"),
    [
        ("a/b.html", "c.js", Target("a/c.js")),
        ("a/b.html", "../c.js?x#y", Target("c.js")),
        ("a/b.html", "../../../c.js", Target("c.js")),
        ("a/b.html", "/c%20d.js", Target("c d.js")),
        ("b.html", "", Target("b.html")),
        ("b.html", "https://x.test/c.js", Target(host="x.test")),
        ("b.html", "//x.test:8080/c.js", Target(host="x.test")),
        ("b.html", "chrome-extension://abc/c.js", Target("c.js")),
        ("b.html", "chrome-extension://other/c.js", None),
        ("b.html", "data:,x", None),
        ("b.html", "blob:x", None),
        ("b.html", "http://[", None),
    ],
)
def test_where_a_reference_leads(base: str, url: str, target: Target | None) -> None:
    assert resolve(base, url, "abc") == target


@given(st.text())
def test_any_reference_leads_somewhere_or_nowhere(url: str) -> None:
    target = resolve("a/b.html", url, "abc")
    assert target is None or isinstance(target, Target)


def test_a_tree_knows_the_apps_own_scripts_and_pages(tmp_path: Path) -> None:
    for name in ("b.js", "a/c.MJS", "w.htm", "x.css", ".git/h.js", "node_modules/m/i.js", "_metadata/j.js"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    tree = Tree(tmp_path)
    assert (tree.scripts, tree.pages) == (["b.js", "a/c.MJS"], ["w.htm"])
    assert tree.has("x.css")
    assert not tree.has("X.css")
    assert not tree.has("../app/x.css")
    assert not tree.has("a")
    assert tree.like("A/C.mjs") == "a/c.MJS"
    assert tree.like("no.js") is None
    assert tree.read("no.js") == b""


@pytest.mark.skipif(sys.platform == "win32", reason="it has neither")
@pytest.mark.timeout(20)
def test_what_looks_like_a_script_and_is_none_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text("1")
    (tmp_path / "gone.js").symlink_to("nowhere.js")
    (tmp_path / "self.js").symlink_to("self.js")
    os.mkfifo(tmp_path / "pipe.js")
    tree = Tree(tmp_path)
    assert tree.scripts == ["one.js"]
    assert tree.read("pipe.js") == b""
