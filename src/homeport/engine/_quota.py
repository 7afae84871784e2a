"""The write quota: how many bytes of unfinished sends an app may have, in all its sessions together."""

from __future__ import annotations

from typing import Final

LIMIT: Final = 200 << 20


class Quota:
    """One app's share, counted in bytes."""

    __slots__ = ("__weakref__", "left")

    def __init__(self, limit: int = LIMIT) -> None:
        #: How many bytes may still be taken.
        self.left = limit

    def take(self, size: int) -> bool:
        """Take ``size`` bytes, or none and say ``False``."""
        if size > self.left:
            return False
        self.left -= size
        return True

    def charge(self, size: int) -> None:
        """Take ``size`` bytes though there may be fewer: they are on their way already."""
        self.left -= size

    def give(self, size: int) -> None:
        """Give ``size`` bytes back, when their send ended, however it ended."""
        self.left += size
