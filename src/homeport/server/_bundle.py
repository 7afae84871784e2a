"""The page bundle: what ``tools/build_page.py`` made of the TypeScript, as it lies in the package."""

from __future__ import annotations

import re
from importlib import resources

from homeport.errors import UserError

__all__ = ["NotBuiltError", "bundle_file"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)+")


class NotBuiltError(UserError):
    """The package has no page bundle: it was not installed from a wheel."""

    def __str__(self) -> str:
        return "The page bundle is not built. Run `python tools/build_page.py`, or install a wheel."


def bundle_file(name: str) -> bytes | None:
    """One file of the bundle by its name, ``None`` if there is no such file.

    Raises:
        NotBuiltError: there is no bundle at all.
    """
    if not _NAME.fullmatch(name):
        return None
    folder = resources.files("homeport") / "page" / "_dist"
    file = folder / name
    if file.is_file():
        return file.read_bytes()
    if not folder.is_dir() or not (folder / "shim.js").is_file():
        raise NotBuiltError
    return None
