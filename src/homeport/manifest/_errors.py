"""What can be wrong with an app's manifest.

::

    UserError
    ├── ManifestError          Chromium would not load the app either; its text, and the place in the file
    └── NotAPackagedAppError   the folder holds something else: a hosted app, an extension, a theme
"""

from __future__ import annotations

from pathlib import Path

from homeport.errors import UserError

__all__ = ["FieldError", "ManifestError", "NotAPackagedAppError", "one_line"]


def one_line(text: str) -> str:
    """``text`` on one line: control characters and line separators as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class ManifestError(UserError):
    """An app cannot be loaded.

    Attributes:
        message: the text that Chromium gives, exactly.
        path: the file it is about, where there is one.
        line: counted from 1, where the error has a place.
        column: counted from 1; 0 before the first.
        key: which key it is about, such as ``sockets.tcp.connect[1]``; empty if none.
        hint: what to do, one sentence.
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path | None = None,
        line: int | None = None,
        column: int | None = None,
        key: str = "",
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.key = key
        self.hint = hint

    @property
    def place(self) -> str:
        """Where it is, as editors and compilers write it: ``app/manifest.json:7:20``.

        Of a manifest that is no text it is the key; empty if unknown.
        """
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part) or self.key

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        if not self.hint:
            return one_line(f"{place}{self.message}")
        stop = "" if self.message.endswith(".") else "."
        return one_line(f"{place}{self.message}{stop} {self.hint}")


class NotAPackagedAppError(UserError):
    """The manifest is sound, but it is not a packaged app's.

    Attributes:
        kind: ``"extension"``, ``"hosted app"``, ``"legacy packaged app"``, ``"shared module"``, ``"theme"``.
        path: the manifest.
    """

    def __init__(self, kind: str, advice: str, *, path: Path | None = None) -> None:
        super().__init__(kind, advice)
        self.kind = kind
        self.advice = advice
        self.path = path

    def __str__(self) -> str:
        article = "an" if self.kind[0] in "aeiou" else "a"
        place = f"{self.path}: " if self.path else ""
        return one_line(f"{place}this is {article} {self.kind}, not a packaged Chrome App. {self.advice}")


class FieldError(Exception):
    """One field of the manifest is wrong. Inside this package; the reader adds file, line and column."""

    def __init__(self, message: str, *where: str | int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
