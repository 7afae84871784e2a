"""An app in the headless host, started again when it falls if that was asked for."""

from __future__ import annotations

import asyncio
import dataclasses

from homeport.appfiles import App
from homeport.engine import Engine
from homeport.host import (
    HeadlessApp,
    PageEnd,
    PageSettings,
    RestartPolicy,
    Supervisor,
    run_headless,
    settings_for,
)
from homeport.launch._choose import HostKind
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._terminal import Terminal
from homeport.storage import Storage


def page_settings(app: App, options: LaunchOptions) -> PageSettings:
    """How the app's page runs: as suits the app, but for what the options say."""
    settings = settings_for(app)
    sandbox = settings.sandbox
    if options.inspect is not None:
        host, _, port = options.inspect.rpartition(":")
        sandbox = dataclasses.replace(sandbox, inspect=f"{host or '127.0.0.1'}:{port}")
    idle = settings.idle if options.idle is None else options.idle
    return dataclasses.replace(settings, sandbox=sandbox, idle=idle)


async def start_headless(
    app: App, engine: Engine, storage: Storage, options: LaunchOptions, terminal: Terminal
) -> Launched:
    """Start ``app`` with no browser and wait until it was launched.

    Raises:
        UserError: it cannot be started; the text says what to do.
    """
    settings = page_settings(app, options)
    started: asyncio.Future[HeadlessApp] = asyncio.get_running_loop().create_future()

    async def start() -> HeadlessApp:
        headless = await run_headless(
            app, engine, storage, settings=settings, console=terminal.console, note=terminal.note
        )
        if not started.done():
            started.set_result(headless)
        return headless

    supervisor = Supervisor(start, RestartPolicy(limit=options.restarts), note=terminal.note)
    running = asyncio.ensure_future(supervisor.run())
    either: set[asyncio.Future[HeadlessApp] | asyncio.Future[PageEnd]] = {started, running}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not started.done():
        running.result()  # raises what kept it from starting
    await started.result().ready()
    if not running.done():
        terminal.note(f"{app.manifest.name} runs headless")

    async def end() -> str:
        return str(await asyncio.shield(running))

    async def stop() -> None:
        await supervisor.stop()
        await asyncio.wait([running])

    return Launched(HostKind.HEADLESS, end(), stop)
