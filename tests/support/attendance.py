"""A web server of a test's own that knows how many of its requests are under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class Attendance:
    """How many are there. Handlers tell of who came and who went."""

    #: Seconds for which :meth:`has` waits.
    patience = 20

    def __init__(self) -> None:
        self.here = 0
        self.url = ""
        self._changed = asyncio.Condition()

    async def has(self, count: int) -> None:
        """Wait until so many are there."""
        async with asyncio.timeout(self.patience), self._changed:
            await self._changed.wait_for(lambda: self.here == count)

    async def came(self, by: int) -> None:
        """So many more are there, or fewer."""
        async with self._changed:
            self.here += by
            self._changed.notify_all()

    @asynccontextmanager
    async def serving(self, app: web.Application) -> AsyncIterator[None]:
        """Serve ``app`` at :attr:`url`. A handler whose client has gone is cancelled."""
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield
        finally:
            await runner.cleanup()
