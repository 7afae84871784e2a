"""What the app says on its console, one line a call: level, place, text.

::

    LOG   background.js:12 Listening on port 7
    ERROR background.js:30 Uncaught TypeError: x is not a function
        at start (background.js:30:5)

Further lines of one call are indented by four spaces, so that a line that is not begins a call.
The app's text is shown uncut, but nothing in it can move a terminal's cursor or pass for a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TextIO

__all__ = ["ConsoleWriter", "console_line"]

_LEVELS = {"debug": "DEBUG", "log": "LOG", "info": "INFO", "warn": "WARN", "error": "ERROR"}
_WIDTH = max(map(len, _LEVELS.values()))
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

#: Level, place, text.
ConsoleWriter = Callable[[str, str, str], None]


def console_line(level: object, place: object, text: object) -> str:
    """One call's line or lines, with its end. Line 0 is none."""
    name = _LEVELS.get(str(level), "LOG")
    where = _escape(_LINE_ENDS.sub(" ", str(place).removesuffix(":0"))).replace(" ", "%20")
    lines = [_escape(line) for line in _LINE_ENDS.split(str(text))]
    return f"{name:{_WIDTH}} {where} " + "\n    ".join(lines) + "\n"


def write_to(stream: TextIO) -> ConsoleWriter:
    """Write each call to ``stream`` at once."""

    def write(level: str, place: str, text: str) -> None:
        line = console_line(level, place, text)
        try:
            stream.write(line)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(line.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()

    return write


def _escape(text: str) -> str:
    return _CONTROLS.sub(
        lambda match: f"\\x{ord(match[0]):02x}" if match[0] < "\u0100" else f"\\u{ord(match[0]):04x}", text
    )
