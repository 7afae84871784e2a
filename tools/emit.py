"""The end of each generator: its files are written, or looked at."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def emit(files: Mapping[Path, str], *, folder: Path | None = None) -> int:
    """Write ``files``, each with its text; with ``--check`` as an argument only look whether they are so.

    ``folder`` has nothing but such files: others are removed, or are not as it should be.

    Returns the exit status: 1 when something is not fresh.
    """
    strays = set() if folder is None else {path for path in folder.iterdir() if path not in files}
    if "--check" in sys.argv[1:]:
        return int(bool(strays) or not all(_holds(path, text) for path, text in files.items()))
    for path in strays:
        path.unlink()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
