"""What takes long says so while it does."""

from __future__ import annotations

import io
import threading

from homeport.cli._progress import progress
from homeport.launch import StatusLine


class Terminal(io.StringIO):
    """Tells when a text was written."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.came = threading.Event()
        self._text = text

    def write(self, text: str) -> int:
        length = super().write(text)
        if self._text in text:
            self.came.set()
        return length


def test_the_line_says_what_is_done_and_since_when_and_goes_away() -> None:
    terminal = Terminal("3 s")
    with progress("Reading", StatusLine(terminal, enabled=True), tick=0.01):
        assert terminal.came.wait(20)
    assert "Reading… 2 s" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert [thread for thread in threading.enumerate() if thread.daemon and "show" in thread.name] == []


def test_what_is_quick_says_nothing() -> None:
    terminal = Terminal("")
    with progress("Reading", StatusLine(terminal, enabled=True), tick=1000):
        pass
    assert terminal.getvalue() == ""


def test_where_nobody_looks_nothing_is_said() -> None:
    output = io.StringIO()
    with progress("Reading", StatusLine(output), tick=0):
        pass
    assert output.getvalue() == ""
