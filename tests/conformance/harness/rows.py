"""The rows of docs/compatibility.md."""

from __future__ import annotations

import re

from .case import HERE

PAGE = HERE.parent.parent / "docs" / "compatibility.md"

#: Said by a row that no case can show.
UNSEEN = "cannot be recorded"


def rows() -> dict[str, str]:
    """Each row's text by its name."""
    found = re.findall(r"^\| `([a-z0-9-]+)`[^|]*\|(.*)\|$", PAGE.read_text(), re.MULTILINE)
    return dict(found)
