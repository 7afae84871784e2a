"""Homeport without a browser: the app's page in a child process."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from homeport.appfiles import open_app
from homeport.engine import Engine, TlsConfig
from homeport.host import HeadlessApp, run_headless
from homeport.storage import Storage

from .case import Case
from .host import Setting
from .transcript import Transcript

ConsoleWriter = Callable[[str, str, str], None]

#: The page's only way to tell: its console.
_MARK = "conformance transcript: "
_LAST_SCRIPT = f'globalThis.transcript.then((t) => console.log("{_MARK}" + JSON.stringify(t)));'


class HeadlessHost:
    """Runs cases as apps in Homeport's own host."""

    name = "headless"
    version = ""

    def __init__(self, *, strict_chromium: bool = False) -> None:
        self._strict_chromium = strict_chromium

    async def start(self, setting: Setting) -> None:
        """Make an engine and a place for values."""
        self._setting = setting
        tls = TlsConfig((setting.certificates / "ca.pem",))
        self._engine = Engine(tls=tls, strict_chromium=self._strict_chromium)
        self._storage = Storage(None)

    def can_run(self, case: Case) -> bool:
        """There are windows without a browser, but no frames in a page."""
        return "frames" not in case.needs

    async def run(self, case: Case) -> Transcript:
        """Run the case until it has told its transcript."""
        folder = self._setting.app_folder(case.name)
        case.write_app(folder, self._setting.config, {"last.js": _LAST_SCRIPT})
        told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        said: list[str] = []

        def console(level: str, place: str, text: str) -> None:
            if text.startswith(_MARK) and not told.done():
                told.set_result(text.removeprefix(_MARK))
            else:
                said.append(f"{level} {place} {text}")

        async with self.launch(folder, console) as app:
            ended = asyncio.ensure_future(app.wait())
            both: set[asyncio.Future[Any]] = {told, ended}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                raise RuntimeError(f"the app ended: {ended.result()}; {said}")
            ended.cancel()
            transcript: Transcript = json.loads(told.result())
            return transcript

    @contextlib.asynccontextmanager
    async def launch(
        self, folder: Path, console: ConsoleWriter = lambda *_: None
    ) -> AsyncIterator[HeadlessApp]:
        """An app, for as long as the context lasts."""
        app = await run_headless(open_app(folder), self._engine, self._storage, console=console)
        try:
            yield app
        finally:
            await app.stop()

    async def aclose(self) -> None:
        """Close the engine and the values."""
        await self._engine.aclose()
        await self._storage.aclose()
