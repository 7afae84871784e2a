"""An app in the headless host, started again when it falls if that was asked for."""

from __future__ import annotations

import asyncio

from homeport.appfiles import App
from homeport.engine import Engine
from homeport.host import HeadlessApp, PageEnd, RestartPolicy, Runtime, Supervisor, run_headless
from homeport.launch._choose import HostKind
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._page_settings import page_settings
from homeport.launch._terminal import Terminal
from homeport.storage import Storage


def start_headless(
    app: App,
    engine: Engine,
    storage: Storage,
    options: LaunchOptions,
    terminal: Terminal,
    runtime: Runtime | None,
) -> Launched:
    """Start ``app`` with no browser, in ``runtime`` if there is one."""
    settings = page_settings(app, options)
    started: asyncio.Future[HeadlessApp] = asyncio.get_running_loop().create_future()

    async def start() -> HeadlessApp:
        nonlocal runtime
        first, runtime = runtime, None
        headless = await run_headless(
            app,
            engine,
            storage,
            settings=settings,
            console=terminal.console,
            note=terminal.note,
            runtime=first,
            fell=started.done(),
        )
        if not started.done():
            started.set_result(headless)
        return headless

    supervisor = Supervisor(start, RestartPolicy(limit=options.restarts), note=terminal.note)
    running = asyncio.ensure_future(supervisor.run())

    async def ready() -> None:
        either: set[asyncio.Future[HeadlessApp] | asyncio.Future[PageEnd]] = {started, running}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if started.done():
            await started.result().ready()
        if not running.done():
            terminal.note(f"{app.manifest.name} runs headless")

    async def end() -> str:
        return str(await asyncio.shield(running))

    async def stop() -> None:
        await supervisor.stop()
        await asyncio.wait([running])

    return Launched(HostKind.HEADLESS, ready(), end(), stop)
