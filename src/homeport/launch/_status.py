"""One calm line at the bottom of a terminal, which other lines do not tear."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import TextIO

from homeport._text import one_line


class StatusLine:
    """Shows one changing line on a terminal; on anything else it shows nothing.

    Whoever prints while it is shown goes through :meth:`line`, so that the line moves down and stays whole.
    """

    def __init__(self, stream: TextIO | None = None, *, enabled: bool | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self.enabled = self._stream.isatty() if enabled is None else enabled
        self._shown = ""
        #: Somebody's output could not be written, and that was said.
        self._deaf = False
        self._lock = threading.Lock()

    def show(self, text: str) -> None:
        """Show ``text`` in place of what was there."""
        width = shutil.get_terminal_size().columns - 1
        text = one_line(text)
        text = text if len(text) <= width else text[: max(0, width - 1)] + "…"
        with self._lock:
            if self.enabled and text != self._shown:
                self._write(self._stream, f"\r\x1b[K\x1b[2m{text}\x1b[0m" if text else "\r\x1b[K")
                self._shown = text

    def line(self, write: str, stream: TextIO | None = None) -> None:
        """Write whole lines to ``stream`` above the status. Never fails: an app goes on unheard."""
        with self._lock:
            if self.enabled and self._shown:
                self._write(self._stream, "\r\x1b[K")
            self._write(self._stream if stream is None else stream, write)
            if self.enabled and self._shown:
                self._write(self._stream, f"\x1b[2m{self._shown}\x1b[0m")

    def _write(self, out: TextIO, text: str) -> None:
        try:
            try:
                out.write(text)
            except UnicodeEncodeError:
                out.write(text.encode(out.encoding, "backslashreplace").decode(out.encoding))
            out.flush()
        except (OSError, ValueError) as error:  # ValueError: it is closed
            if out is not self._stream and not self._deaf:
                self._deaf = True
                why = getattr(error, "strerror", None) or str(error)
                self._write(self._stream, f"homeport: what the app says cannot be written: {why}\n")

    def clear(self) -> None:
        """Take the line away."""
        self.show("")
