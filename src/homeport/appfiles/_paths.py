"""Finding an app's file by its path, and nothing outside the app's folder by any path.

A path is what a page asks for: decoded, relative to the app's root, with ``/`` between its parts. What a
hostile page could write is refused as text before the file system is asked; what a link could do, after.
"""

from __future__ import annotations

import re
from pathlib import Path

from homeport.errors import HomeportError

#: Names that Windows gives to devices, in every folder and with every ending, which spaces may precede.
_DEVICES = re.compile(r"(?i)\A(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?\Z")

#: What no part of a path may hold: separators of other systems, drives and streams, control characters.
_FORBIDDEN = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]')


class NoSuchFileError(HomeportError):
    """The app has no file of that name, or the name is not one that an app's file can have."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"The app has no file {self.path!r}."


def parts_of(path: str) -> list[str]:
    """The parts of a path, or :class:`NoSuchFileError` when it is none that an app's file can have."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    for part in parts:
        trailing = part != part.rstrip(". ")  # Windows drops these, so ".. " would be ".."
        if part == ".." or trailing or _FORBIDDEN.search(part) or _DEVICES.match(part):
            raise NoSuchFileError(path)
    return parts


def find(root: Path, path: str) -> Path:
    """The real file or folder that ``path`` names inside ``root``, a real path.

    Raises:
        NoSuchFileError: there is none, or a link leads out of ``root``.
    """
    try:
        real = root.joinpath(*parts_of(path)).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise NoSuchFileError(path) from error
    if real != root and root not in real.parents:
        raise NoSuchFileError(path)
    return real
