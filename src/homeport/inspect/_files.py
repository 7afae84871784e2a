"""The app's scripts and pages, and what a path or URL in one of them means."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from homeport.manifest import portable_path

__all__ = ["MAX_FILES", "MAX_FILE_SIZE", "Target", "Tree", "resolve"]

#: Larger scripts and pages, and files beyond this number, are not looked into.
MAX_FILE_SIZE = 8 << 20
MAX_FILES = 5_000

_BASE = "http://app.invalid/"
_SCRIPTS = frozenset((".js", ".mjs"))
_PAGES = frozenset((".html", ".htm", ".xhtml"))
_SKIPPED = frozenset(("node_modules", "_metadata", "_locales"))


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reference leads: to a ``path`` in the app, or to another ``host``."""

    path: str = ""
    host: str = ""


class Tree:
    """The files below an app's folder. Paths are texts with ``/``, relative to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.scripts: list[str] = []
        self.pages: list[str] = []
        self.passed_over: list[str] = []
        for path in self._walk():
            suffix = Path(path).suffix.lower()
            if suffix in _SCRIPTS or suffix in _PAGES:
                self._add(path, self.scripts if suffix in _SCRIPTS else self.pages)

    def _walk(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
            for name in sorted(files):
                yield Path(folder, name).relative_to(self.root).as_posix()

    def _add(self, path: str, to: list[str]) -> None:
        try:
            status = (self.root / path).stat()
        except OSError:
            return  # a link that leads nowhere
        if not stat.S_ISREG(status.st_mode):
            return  # to read it might take for ever
        too_many = len(self.scripts) + len(self.pages) >= MAX_FILES
        if too_many or status.st_size > MAX_FILE_SIZE:
            self.passed_over.append(path)
        else:
            to.append(path)

    def read(self, path: str) -> bytes:
        """The bytes of a file; none if it cannot be read, or is no file."""
        try:
            return (self.root / path).read_bytes() if (self.root / path).is_file() else b""
        except OSError:
            return b""

    def has(self, path: str) -> bool:
        """Whether there is such a file, spelled exactly like this."""
        parts = portable_path(path)
        return parts is not None and self.root.joinpath(*parts).is_file()

    def like(self, path: str) -> str | None:
        """A script or page that has this name but for upper and lower case."""
        wanted = path.lower()
        return next((known for known in (*self.scripts, *self.pages) if known.lower() == wanted), None)


def resolve(page: str, url: str, app_id: str) -> Target | None:
    """What ``url`` means in the file ``page``; None for ``data:`` and the like, and for nonsense."""
    try:
        parts = urlsplit(urljoin(_BASE + page, url.strip()))
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme == "chrome-extension":
        return Target(path=unquote(parts.path).lstrip("/")) if host == app_id else None
    if parts.scheme not in ("http", "https", "ws", "wss"):
        return None
    if host != "app.invalid":
        return Target(host=host)
    return Target(path=unquote(parts.path).lstrip("/"))
