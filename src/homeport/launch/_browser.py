"""An app in a tab of the user's browser."""

from __future__ import annotations

import asyncio

from homeport.appfiles import App
from homeport.engine import Engine
from homeport.launch._choose import HostKind
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._terminal import Terminal
from homeport.server import Daemon
from homeport.storage import Storage


async def start_in_browser(
    app: App, engine: Engine, storage: Storage, options: LaunchOptions, terminal: Terminal
) -> Launched:
    """Serve ``app`` on loopback and open it, or print where it is."""
    daemon = Daemon(engine, storage, port=options.port, streams=not options.plain_wire)
    await daemon.start()
    origin = await daemon.register(app)
    address = await daemon.launch_url(app.id)

    async def ready() -> None:
        if options.open_browser:
            from homeport.host import open_browser

            await open_browser(address, options.browser)
            terminal.note(f"{app.manifest.name} opened at {origin}/")
        else:
            terminal.say(f"{address}")
            terminal.note(
                f"Open this address within 30 seconds; it works once. {app.manifest.name} runs there."
            )

    never: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    return Launched(HostKind.BROWSER, ready(), never, daemon.aclose, f"{origin}/")
