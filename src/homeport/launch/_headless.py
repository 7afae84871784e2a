"""An app in the headless host, started again when it falls if that was asked for."""

from __future__ import annotations

import asyncio

from homeport.appfiles import App
from homeport.engine import Engine
from homeport.host import HeadlessApp, PageEnd, RestartPolicy, Room, Runtime, Supervisor, run_headless
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._page_settings import page_settings
from homeport.launch._terminal import Voice
from homeport.storage import Storage

#: What an event page takes that has just been loaded, and no more than this part of the machine is for them.
_PAGE = 64 << 20
_PART = 4


def room_for_many() -> Room:
    """Room for the pages of several apps on this machine."""
    import psutil  # takes a moment to load, which an app alone need not wait for

    return Room(max(16, psutil.virtual_memory().total // _PART // _PAGE))


def start_headless(
    app: App,
    engine: Engine,
    storage: Storage,
    options: LaunchOptions,
    voice: Voice,
    *,
    runtime: Runtime | None = None,
    room: Room | None = None,
) -> Launched:
    """Start ``app`` with no browser, in ``runtime`` if there is one; in ``room`` if there are others."""
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
            console=voice.console,
            note=voice.note,
            runtime=first,
            fell=started.done(),
            room=room,
        )
        if not started.done():
            started.set_result(headless)
        return headless

    supervisor = Supervisor(start, RestartPolicy(limit=options.restarts or 0), note=voice.note)
    running = asyncio.ensure_future(supervisor.run())

    async def ready() -> None:
        either: set[asyncio.Future[HeadlessApp] | asyncio.Future[PageEnd]] = {started, running}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if started.done():
            await started.result().ready()
        if not running.done() and room is None:
            voice.note(f"{app.manifest.name} runs headless")

    async def end() -> str:
        return str(await asyncio.shield(running))

    async def stop() -> None:
        await supervisor.stop()
        await asyncio.wait([running])

    return Launched(ready(), end(), stop)
