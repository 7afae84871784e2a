"""Pages are read for what they load, and for what an app's policy blocks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.inspect import _html
from homeport.inspect._html import InlineScript, Reference, parse_page


def test_what_a_page_loads_is_found() -> None:
    page = parse_page(
        """<!doctype html>
<link rel="Stylesheet" href="a.css"><link rel="icon" href="i.png">
<script src=" a.js "></script>
<IMG SRC=b.png><iframe src="c.html"></iframe><video src="d.webm"></video><object data="e"></object>
<a href="f.html">"""
    )
    assert page.references == [
        Reference("stylesheet", "a.css", 2, 1),
        Reference("script", "a.js", 3, 1),
        Reference("img", "b.png", 4, 1),
        Reference("iframe", "c.html", 4, 16),
        Reference("video", "d.webm", 4, 46),
        Reference("object", "e", 4, 74),
    ]


def test_scripts_in_the_page_have_their_place() -> None:
    page = parse_page(
        "<p>\n <script>\nlet a = '</p>';\n</script><script> </script><script src='x'>no</script>"
    )
    assert page.inline_scripts == [InlineScript("\nlet a = '</p>';\n", 2, 10)]


def test_data_in_script_elements_is_no_script() -> None:
    page = parse_page("<script type='text/template'>a</script><script type=module>b</script>")
    assert [script.source for script in page.inline_scripts] == ["b"]


def test_code_in_attributes_is_found() -> None:
    page = parse_page("<p onclick='f()'>\n<a href=' JavaScript:f()' oncopy>\n<p on-click='x' on='y'>")
    assert [(name, line) for name, line, _ in page.inline_handlers] == [("onclick", 1), ("href", 2)]


def test_elements_of_chrome_apps_are_found() -> None:
    assert parse_page("<webview src='https://a.test'></webview>").app_elements == [("webview", 1, 1)]


@given(st.text("<script src=>/!-'\"on\n &#;webview"))
def test_any_text_is_a_page(text: str) -> None:
    assert parse_page(text) is not None


def test_a_marked_section_is_a_comment_as_in_a_browser() -> None:
    assert [each.url for each in parse_page("<![a[b><img src=c><![if IE]><img src=d>").references] == [
        "c",
        "d",
    ]


@pytest.mark.parametrize("piece", ["<!--", "<a ", "</a ", "<![a"])
def test_what_is_no_html_takes_no_longer_than_one_waits(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    monkeypatch.setattr(_html, "_PATIENCE", 0.5)
    begun = time.monotonic()
    page = parse_page("<img src=a>" + piece * (1 << 18))
    assert time.monotonic() - begun < 20
    assert [each.url for each in page.references] == ["a"]
    assert not page.whole
