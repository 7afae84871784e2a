"""What a headless page is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["Answer"]


class Answer(NamedTuple):
    """What became of a request. Status as in HTTP; 0: nothing was loaded."""

    status: int
    details: Mapping[str, object] = {}
    body: bytes = b""
