"""Apps in tabs of the user's browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from homeport.appfiles import App
from homeport.engine import Engine
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._terminal import Voice
from homeport.server import Daemon
from homeport.storage import Storage


@asynccontextmanager
async def serving(engine: Engine, storage: Storage, options: LaunchOptions) -> AsyncIterator[Daemon]:
    """The server for all apps of a run that are in tabs: one port, an origin each.

    Raises:
        UserError: the port cannot be had.
    """
    daemon = Daemon(engine, storage, port=options.port, streams=not options.plain_wire)
    await daemon.start()
    try:
        yield daemon
    finally:
        await daemon.aclose()


async def start_in_browser(app: App, daemon: Daemon, options: LaunchOptions, voice: Voice) -> Launched:
    """Serve ``app`` on loopback and open it, or print where it is."""
    origin = await daemon.register(app)
    address = await daemon.launch_url(app.id)

    async def ready() -> None:
        if options.open_browser:
            from homeport.host import open_browser

            await open_browser(address, options.browser)
            voice.note(f"{app.manifest.name} opened at {origin}/")
        else:
            voice.say(f"{address}")
            voice.note(f"Open this address within 30 seconds; it works once. {app.manifest.name} runs there.")

    async def stop() -> None:
        await daemon.unregister(app.id, removed=False)

    never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return Launched(ready(), never, stop, f"{origin}/")
