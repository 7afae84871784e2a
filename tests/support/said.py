"""What a headless app says, for a test to wait for."""

from __future__ import annotations

import asyncio


class Said:
    """Hears an app's console: give :meth:`console` to the host."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._more = asyncio.Event()

    def console(self, level: str, place: str, text: str) -> None:
        """Take one line."""
        self.lines.append(f"{level} {place} {text}")
        self._more.set()

    async def hears(self, text: str) -> None:
        """Wait until it said a line that holds ``text``."""
        async with asyncio.timeout(20):
            while not any(text in line for line in self.lines):
                self._more.clear()
                await self._more.wait()
