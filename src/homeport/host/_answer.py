"""What a headless page is answered."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request. Status as in HTTP; 0: nothing was loaded."""

    status: int
    details: dict[str, object] = field(default_factory=dict)
    body: bytes = b""
