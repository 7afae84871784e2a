"""A daemon on loopback, and real browsers with apps in their tabs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.browsers import Browser, Tab, open_browser, until

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.host import Lifetimes
from homeport.server import Daemon
from homeport.storage import Storage

APPS = Path(__file__).parent / "apps"
BACKGROUND = "/_generated_background_page.html"


@pytest_asyncio.fixture(params=["chromium", "firefox"], scope="session", loop_scope="session")
async def browser(request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """A browser for all tests, with nothing of the user's."""
    async with open_browser(request.param) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def daemon() -> AsyncIterator[Daemon]:
    """A daemon that waits half a minute for a page that was dropped."""
    engine, storage = Engine(), Storage(None)
    daemon = Daemon(engine, storage, lifetimes=Lifetimes(grace=30, keep=30))
    await daemon.start()
    yield daemon
    await daemon.aclose()
    await storage.aclose()
    await engine.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def launch(browser: Browser, daemon: Daemon) -> AsyncIterator[Launch]:
    """Opens an app of ``apps/`` in a tab, and waits until it was launched."""
    tabs: list[Tab] = []
    registered: set[str] = set()

    async def launch(name: str, *, wait: bool = True) -> Tab:
        app = open_app(APPS / name)
        if app.id not in registered:
            await daemon.register(app)
            registered.add(app.id)
        tab = await browser.open_tab(await daemon.launch_url(app.id))
        tabs.append(tab)
        if wait:
            await until(tab, "globalThis.chrome?.app.runtime.onLaunched.hasListeners()", frame=BACKGROUND)
        return tab

    yield launch
    for tab in tabs:
        await tab.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(launch: Launch) -> Tab:
    """The app ``stage`` with its first window open."""
    tab = await launch("stage", wait=False)
    await until(tab, "steps.includes('one: load')", frame=BACKGROUND)
    return tab


Launch = Callable[..., Awaitable[Tab]]
