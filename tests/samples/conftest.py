"""Apps made from the published samples, run in a tab of each browser and with none."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio
from tests.support.browsers import Browser, Tab, open_browser, until
from tests.support.said import Said

from homeport.appfiles import App, open_app
from homeport.engine import Engine
from homeport.host import run_headless, settings_for
from homeport.server import Daemon
from homeport.storage import Storage

BACKGROUND = "/_generated_background_page.html"

#: What the app says is also kept, so that a tab can be asked for it.
PRELUDE = """
const said = [];
for (const level of ['log', 'warn', 'error']) {
  const write = console[level].bind(console);
  console[level] = (...args) => { said.push(args.join(' ')); write(...args); };
}
"""


class Running(Protocol):
    """An app at work."""

    async def hears(self, text: str) -> None:
        """Wait until it said a line that holds ``text``."""

    async def lines(self) -> list[str]:
        """All that it said, and what was said about it."""


class InTab:
    """In a browser."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab

    async def hears(self, text: str) -> None:
        wanted = f"said.some((line) => line.includes({json.dumps(text)}))"
        await until(self._tab, wanted, frame=BACKGROUND)

    async def lines(self) -> list[str]:
        return [*await self._tab.evaluate("said", frame=BACKGROUND), *self._tab.lines]


class Headless:
    """With no browser."""

    def __init__(self) -> None:
        self.said = Said()
        self.hears = self.said.hears

    async def lines(self) -> list[str]:
        return list(self.said.lines)


Host = Callable[[App, Engine], Awaitable[tuple[Running, Callable[[], Awaitable[object]]]]]
RunSample = Callable[[str, Mapping[str, object]], Awaitable[Running]]


@pytest_asyncio.fixture(params=["chromium", "firefox", "headless"], scope="session", loop_scope="session")
async def browser(request: pytest.FixtureRequest) -> AsyncIterator[Browser | None]:
    """A browser for all tests, or none."""
    if request.param == "headless":
        yield None
        return
    async with open_browser(request.param) as browser:
        yield browser


async def in_tab(
    browser: Browser, app: App, engine: Engine
) -> tuple[Running, Callable[[], Awaitable[object]]]:
    """Run an app in a tab; how to end it."""
    storage = Storage(None)
    daemon = Daemon(engine, storage)
    await daemon.start()
    await daemon.register(app)
    tab = await browser.open_tab(await daemon.launch_url(app.id))

    async def end() -> None:
        await tab.close()
        await daemon.aclose()
        await storage.aclose()

    return InTab(tab), end


async def headless(app: App, engine: Engine) -> tuple[Running, Callable[[], Awaitable[object]]]:
    """Run an app without a browser; how to end it."""
    running, storage = Headless(), Storage(None)
    page = await run_headless(app, engine, storage, settings=settings_for(app), console=running.said.console)

    async def end() -> None:
        await page.stop()
        await storage.aclose()

    return running, end


@pytest_asyncio.fixture(loop_scope="session")
async def run_sample(browser: Browser | None, tmp_path: Path) -> AsyncIterator[RunSample]:
    """Runs a script as the background page of an app that may do what ``sockets`` says."""
    ends: list[Callable[[], Awaitable[object]]] = []

    async def run(script: str, sockets: Mapping[str, object]) -> Running:
        manifest = {
            "manifest_version": 2,
            "name": "Sample",
            "version": "1",
            "app": {"background": {"scripts": ["prelude.js", "sample.js"]}},
            "sockets": sockets,
        }
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        (tmp_path / "prelude.js").write_text(PRELUDE)
        (tmp_path / "sample.js").write_text(script)
        engine = Engine()
        app = open_app(tmp_path)
        running, end = await (headless(app, engine) if browser is None else in_tab(browser, app, engine))
        ends.extend((engine.aclose, end))
        return running

    yield run
    for end in reversed(ends):
        await end()
