"""What stands before the lines of each app where several run at once."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 24
_UNFIT = re.compile(r"[^\w.-]+")


def labels(names: Iterable[str]) -> list[str]:
    """One word for each app, from its name; no two are the same."""
    found: dict[str, None] = {}
    for name in names:
        stem = _UNFIT.sub("-", name)[:_LONGEST].strip("-") or "app"
        label, number = stem, 1
        while label in found:
            number += 1
            label = f"{stem}-{number}"
        found[label] = None
    return list(found)
