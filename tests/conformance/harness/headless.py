"""Homeport without a browser: the app's page in a child process."""

from __future__ import annotations

import asyncio
import json

from homeport.appfiles import open_app
from homeport.engine import Engine, TlsConfig
from homeport.host._headless import run_headless
from homeport.storage import Storage

from .case import Case
from .host import Setting
from .transcript import Transcript

#: The page's only way to tell: its console.
_MARK = "conformance transcript: "
_LAST_SCRIPT = f'globalThis.transcript.then((t) => console.log("{_MARK}" + JSON.stringify(t)));'


class HeadlessHost:
    """Runs cases as apps in Homeport's own host."""

    name = "headless"

    async def start(self, setting: Setting) -> None:
        """Make an engine and a place for values."""
        self._setting = setting
        self._engine = Engine(tls=TlsConfig((setting.certificates / "ca.pem",)))
        self._storage = Storage(None)

    def can_run(self, case: Case) -> bool:
        """There are no frames and no windows without a browser."""
        return not case.needs & {"frames", "windows"}

    async def run(self, case: Case) -> Transcript:
        """Run the case until it has told its transcript."""
        folder = self._setting.app_folder(case.name)
        case.write_app(folder, self._setting.config, last_script=_LAST_SCRIPT)
        told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        said: list[str] = []

        def console(level: str, place: str, text: str) -> None:
            if text.startswith(_MARK) and not told.done():
                told.set_result(text.removeprefix(_MARK))
            else:
                said.append(f"{level} {place} {text}")

        app = await run_headless(open_app(folder), self._engine, self._storage, console=console)
        ended = asyncio.ensure_future(app.wait())
        try:
            await asyncio.wait([told, ended], return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                raise RuntimeError(f"the app ended: {ended.result()}; {said}")
            transcript: Transcript = json.loads(told.result())
            return transcript
        finally:
            await app.stop()
            ended.cancel()

    async def aclose(self) -> None:
        """Close the engine and the values."""
        await self._engine.aclose()
        await self._storage.aclose()
