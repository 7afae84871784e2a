"""Apps in tabs of the user's browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from homeport.appfiles import App
from homeport.engine import Engine
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._running import running_in_browser
from homeport.launch._terminal import Voice
from homeport.server import Daemon, usual_ports
from homeport.storage import Storage


@asynccontextmanager
async def serving(engine: Engine, storage: Storage, options: LaunchOptions) -> AsyncIterator[Daemon]:
    """The server for all apps of a run that are in tabs: an origin each, at its usual port or the one asked.

    Raises:
        UserError: the port cannot be had.
    """
    daemon = Daemon(
        engine,
        storage,
        port=options.port or 0,
        usual_ports=usual_ports if options.port is None else None,
        streams=not options.plain_wire,
    )
    await daemon.start()
    try:
        yield daemon
    finally:
        await daemon.aclose()


async def start_in_browser(app: App, daemon: Daemon, options: LaunchOptions, voice: Voice) -> Launched:
    """Serve ``app`` on loopback and open it, or print where it is."""
    origin = await daemon.register(app)
    usual = usual_ports(app.id)[0]
    if options.port is None and not origin.endswith(f":{usual}"):
        other = running_in_browser(app.id)
        by = "" if other is None else f" by the same app in process {other.pid}"
        voice.note(
            f"Port {usual} is taken{by}, so {app.manifest.name} is at another address than usual, and does "
            "not see what it stored in the browser there."
        )
    address = await daemon.launch_url(app.id)

    async def ready() -> None:
        if options.open_browser:
            from homeport.host import open_browser

            await open_browser(address, options.browser)
            voice.note(f"{app.manifest.name} opened at {origin}/")
        else:
            voice.say(f"{address}")
            voice.note(f"Open this address within 30 seconds; it works once. {app.manifest.name} runs there.")

    async def again(browser: str | None) -> None:
        from homeport.host import open_browser

        await open_browser(await daemon.launch_url(app.id), browser or options.browser)
        voice.note(f"{app.manifest.name} opened once more, as it was started again")

    async def stop() -> None:
        await daemon.unregister(app.id, removed=False)

    never: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    return Launched(ready(), never, stop, f"{origin}/", again)
