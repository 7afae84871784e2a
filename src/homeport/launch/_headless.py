"""An app in the headless host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeport.appfiles import App
from homeport.engine import Engine
from homeport.host._headless import run_headless
from homeport.host._page import PageSettings
from homeport.launch._choose import HostKind
from homeport.launch._terminal import Terminal
from homeport.storage import Storage

if TYPE_CHECKING:
    from homeport.launch._launch import Launched, LaunchOptions


async def start_headless(
    app: App, engine: Engine, storage: Storage, options: LaunchOptions, terminal: Terminal
) -> Launched:
    """Start ``app`` with no browser and wait until it was launched."""
    from homeport.launch._launch import Launched

    headless = await run_headless(
        app,
        engine,
        storage,
        settings=PageSettings(idle=options.idle),
        console=terminal.console,
        note=terminal.note,
    )

    async def end() -> str:
        return str(await headless.wait())

    async def stop() -> None:
        await headless.stop()

    await headless.ready()
    terminal.note(f"{app.manifest.name} runs headless")
    return Launched(HostKind.HEADLESS, end(), stop)
