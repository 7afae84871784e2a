"""What an area may hold, and how often it may be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from homeport.errors import HomeportError


class QuotaError(HomeportError):
    """An area would hold more than it may, or is written too often. The text is Chromium's."""

    def __init__(self, text: str) -> None:
        super().__init__(text)


class Limits(NamedTuple):
    """The bounds of one area; ``None`` where there is none."""

    total_bytes: int | None = None
    item_bytes: int | None = None
    items: int | None = None
    writes_per_minute: int | None = None
    writes_per_hour: int | None = None

    def check_item(self, size: int) -> None:
        """One item of this size."""
        if self.item_bytes is not None and size > self.item_bytes:
            raise QuotaError("Resource::kQuotaBytesPerItem quota exceeded")

    def check_area(self, size: int, items: int) -> None:
        """So many items of this size in all."""
        if self.total_bytes is not None and size > self.total_bytes:
            raise QuotaError("Resource::kQuotaBytes quota exceeded")
        if self.items is not None and items > self.items:
            raise QuotaError("Resource::kMaxItems quota exceeded")


LIMITS = {
    "local": Limits(total_bytes=10_485_760),
    "sync": Limits(102_400, 8192, 512, 120, 1800),
    "managed": Limits(),
}
UNLIMITED = Limits()


def limits_of(area: str) -> Limits:
    """The bounds of an area; areas that no page can name have none."""
    return LIMITS.get(area, UNLIMITED)


class WriteRate:
    """Counts the writes of one function to one area: each span begins with its first write."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._spans = [
            _Span(count, seconds, name)
            for count, seconds, name in (
                (limits.writes_per_hour, 3600.0, "MAX_WRITE_OPERATIONS_PER_HOUR"),
                (limits.writes_per_minute, 60.0, "MAX_WRITE_OPERATIONS_PER_MINUTE"),
            )
            if count is not None
        ]

    def take(self) -> None:
        """Count one write.

        Raises:
            QuotaError: one too many.
        """
        now = self._clock()
        for span in self._spans:
            span.take(now)


class _Span:
    def __init__(self, count: int, seconds: float, name: str) -> None:
        self._count = self._left = count
        self._seconds = seconds
        self._ends = float("-inf")
        self._name = name

    def take(self, now: float) -> None:
        if now >= self._ends:
            self._ends = now + self._seconds
            self._left = self._count
        if self._left == 0:
            raise QuotaError(f"This request exceeds the {self._name} quota.")
        self._left -= 1
