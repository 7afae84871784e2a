"""One calm line on a terminal, and nothing anywhere else."""

from __future__ import annotations

import io

import pytest

from homeport.launch._status import StatusLine


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    monkeypatch.setenv("COLUMNS", "40")
    return io.StringIO()


def test_it_is_shown_in_place(terminal: io.StringIO) -> None:
    status = StatusLine(terminal, enabled=True)
    status.show("1 socket")
    status.show("2 sockets")
    assert terminal.getvalue() == "\r\x1b[K\x1b[2m1 socket\x1b[0m\r\x1b[K\x1b[2m2 sockets\x1b[0m"


def test_the_same_text_is_not_drawn_again(terminal: io.StringIO) -> None:
    status = StatusLine(terminal, enabled=True)
    status.show("1 socket")
    drawn = terminal.getvalue()
    status.show("1 socket")
    assert terminal.getvalue() == drawn


def test_other_lines_go_above_it_whole(terminal: io.StringIO) -> None:
    status = StatusLine(terminal, enabled=True)
    status.show("status")
    before = terminal.getvalue()
    status.line("a line\n")
    assert terminal.getvalue().removeprefix(before) == "\r\x1b[Ka line\n\x1b[2mstatus\x1b[0m"


def test_a_long_text_is_cut_to_the_width(terminal: io.StringIO) -> None:
    StatusLine(terminal, enabled=True).show("x" * 100)
    assert "x" * 38 + "…" in terminal.getvalue()
    assert "x" * 39 not in terminal.getvalue()


def test_what_is_no_terminal_gets_only_lines() -> None:
    out = io.StringIO()
    status = StatusLine(out)
    status.show("status")
    status.line("a line\n")
    status.clear()
    assert out.getvalue() == "a line\n"
