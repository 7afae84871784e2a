"""What a browser forgets of a tab, or lets no site keep: the app runs all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.browser.conftest import APPS, BACKGROUND
from tests.support.browsers import ChromiumTab, open_browser, own_chromium, until

from homeport.appfiles import open_app

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WINDOW = """new Promise((done) => chrome.app.window.create(
  'frame.html', { id: 'main' }, (page) => done(page.id)))"""
HIDE = """(Object.defineProperty(document, 'hidden', { get: () => true }),
  document.dispatchEvent(new Event('visibilitychange')))"""
#: Playwright's pages believe that they are seen, whatever tab is in front.
TABS = "chrome.tabs.query({ url: '*://*.localhost/*' }).then(([tab]) => chrome.tabs.%s)"


def an_extension(folder: Path) -> Path:
    """One that may discard tabs."""
    folder.mkdir()
    about = {"manifest_version": 3, "name": "Discards", "version": "1", "permissions": ["tabs"]}
    (folder / "manifest.json").write_text(json.dumps({**about, "background": {"service_worker": "b.js"}}))
    (folder / "b.js").write_text("")
    return folder


async def address(daemon):
    app = open_app(APPS / "lab")
    if daemon.app_host(app.id) is None:
        await daemon.register(app)
    return await daemon.launch_url(app.id)


async def test_a_tab_that_chromium_discarded_runs_the_app_again(daemon, tmp_path):
    """It forgets the state and the name of a tab which it puts away to save memory."""
    async with own_chromium(tmp_path / "profile", {}, an_extension(tmp_path / "extension")) as context:
        page = await context.new_page()
        tab = ChromiumTab(page)
        await tab.goto(await address(daemon))
        await until(tab, "launches.length", frame=BACKGROUND)
        assert await tab.evaluate("Object.keys(sessionStorage)") == []
        await tab.evaluate(HIDE)
        await context.new_page()
        (worker,) = context.service_workers or [await context.wait_for_event("serviceworker")]
        await worker.evaluate(TABS % "discard(tab.id)")
        async with context.expect_page() as again:
            await worker.evaluate(TABS % "update(tab.id, { active: true })")
        tab = ChromiumTab(await again.value)
        await until(tab, "globalThis.launches?.length", frame=BACKGROUND)
        assert await tab.evaluate("[document.wasDiscarded, Object.keys(sessionStorage)]") == [True, []]


async def test_an_app_runs_with_its_windows_where_chromium_lets_no_site_keep_anything(daemon, tmp_path):
    """Its user has blocked all cookies, with which goes all other storage."""
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    async with own_chromium(tmp_path / "profile", blocked, an_extension(tmp_path / "extension")) as context:
        tab = ChromiumTab(await context.new_page())
        await tab.goto(await address(daemon))
        await until(tab, "launches.length", frame=BACKGROUND)
        assert await tab.evaluate(WINDOW, frame=BACKGROUND) == "main"


async def test_an_app_runs_with_its_windows_where_firefox_lets_no_site_keep_anything(daemon):
    """Nor has it a channel to the app's other tabs then."""
    async with open_browser("firefox", 'user_pref("network.cookie.cookieBehavior", 2);') as browser:
        tab = await browser.open_tab(await address(daemon))
        await until(tab, "launches.length", frame=BACKGROUND)
        assert await tab.evaluate(WINDOW, frame=BACKGROUND) == "main"
