"""Console lines: level, place, text; one call is recognisable as one, whatever is in it."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.host import console_line, write_to


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (("log", "background.js:12", "hello"), "LOG   background.js:12 hello\n"),
        (("error", "js/a b.js:1", "x"), "ERROR js/a%20b.js:1 x\n"),
        (("warn", "a.js:1", "two\nlines"), "WARN  a.js:1 two\n    lines\n"),
        (("info", "a.js:1", "crlf\r\nand\u2028more"), "INFO  a.js:1 crlf\n    and\n    more\n"),
        (("debug", "a.js:1", "\x1b[31mred\x07"), "DEBUG a.js:1 \\x1b[31mred\\x07\n"),
        (("log", "a.js:1", "\u202egnp.exe"), "LOG   a.js:1 \\u202egnp.exe\n"),
        (("log", "a\nb:1", ""), "LOG   a%20b:1 \n"),
        (("error", "page.html:0", "of no line"), "ERROR page.html of no line\n"),
        (("log", "a.js:10", ""), "LOG   a.js:10 \n"),
        (("strange", "a.js:1", "tab\tstays"), "LOG   a.js:1 tab\tstays\n"),
        (("log", "a.js:1", "\ud800"), "LOG   a.js:1 \\ud800\n"),
    ],
)
def test_a_call_is_one_line_with_its_further_lines_indented(call: tuple[str, str, str], line: str) -> None:
    assert console_line(*call) == line


@given(st.text(), st.text(), st.text())
def test_whatever_an_app_says_only_the_first_line_is_not_indented(level: str, place: str, text: str) -> None:
    first, *further = console_line(level, place, text).removesuffix("\n").splitlines()
    assert first.split(" ")[0] in ("DEBUG", "LOG", "INFO", "WARN", "ERROR")
    assert all(line.startswith("    ") for line in further)


def test_a_stream_that_cannot_show_a_character_gets_it_escaped() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    write_to(stream)("log", "a.js:1", "grün")
    assert raw.getvalue() == b"LOG   a.js:1 gr\\xfcn" + os.linesep.encode()
