"""Homeport in a browser's tab: the app's pages served by the daemon, in Chromium and in Firefox."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from tests.support.browsers import Tab, open_browser, until

from homeport.appfiles import open_app
from homeport.engine import Engine, TlsConfig
from homeport.host import GENERATED_BACKGROUND_PAGE
from homeport.server import Daemon
from homeport.storage import Storage

from .case import Case
from .host import Setting
from .transcript import Transcript


class TabHost:
    """Runs each case in a tab of one browser."""

    def __init__(self, browser: str, *, strict_chromium: bool = False) -> None:
        self.name = f"{browser}-tab"
        self.version = ""
        self._browser_name = browser
        self._strict_chromium = strict_chromium
        self._stack = contextlib.AsyncExitStack()

    async def start(self, setting: Setting) -> None:
        """Start a daemon and the browser."""
        self._setting = setting
        tls = TlsConfig((setting.certificates / "ca.pem",))
        engine = Engine(tls=tls, strict_chromium=self._strict_chromium)
        self._stack.push_async_callback(engine.aclose)
        storage = Storage(None)
        self._stack.push_async_callback(storage.aclose)
        self._daemon = Daemon(engine, storage)
        await self._daemon.start()
        self._stack.push_async_callback(self._daemon.aclose)
        self._browser = await self._stack.enter_async_context(open_browser(self._browser_name))
        self.version = self._browser.version

    def can_run(self, case: Case) -> bool:
        """A tab has frames and windows."""
        return True

    async def run(self, case: Case) -> Transcript:
        """Open the case's app in a tab, and wait for its transcript."""
        folder = self._setting.app_folder(case.name)
        case.write_app(folder, self._setting.config)
        async with self.launch(folder) as tab:
            frame = "/" + GENERATED_BACKGROUND_PAGE.lstrip("/")
            await until(tab, "Boolean(globalThis.transcript)", frame=frame)
            transcript: Transcript = await tab.evaluate("globalThis.transcript", frame=frame)
            return transcript

    @contextlib.asynccontextmanager
    async def launch(self, folder: Path) -> AsyncIterator[Tab]:
        """An app in a tab, for as long as the context lasts."""
        app = open_app(folder)
        await self._daemon.register(app)
        try:
            tab = await self._browser.open_tab(await self._daemon.launch_url(app.id))
            try:
                yield tab
            finally:
                await tab.close()
        finally:
            await self._daemon.unregister(app.id)

    async def aclose(self) -> None:
        """End the browser and the daemon."""
        await self._stack.aclose()
