"""An app that loads itself anew as soon as it is there: ended after a while, as Chromium does."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["TOO_OFTEN", "Reloads"]

TOO_OFTEN = "it loaded itself again and again, each time at once"

#: Bounds of Chromium for an app that is not packed: so many times in a row, each so soon after the other.
_MOST = 30
_QUICK = 1.0


class Reloads:
    """Counts the times that an app has asked to be loaded anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = -_QUICK
        self._quick = 0

    def too_often(self) -> bool:
        """Count one; whether it is one too many."""
        now = self._clock()
        self._quick = self._quick + 1 if now - self._last < _QUICK else 0
        self._last = now
        return self._quick >= _MOST
