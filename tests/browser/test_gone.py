"""Homeport ends while the app is in a tab: the app and its user are told, and it can be started again."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.browsers import Tab, until
from tests.support.processes import free_port, homeports

__all__ = ["free_port"]

APP = Path(__file__).parent / "apps" / "lab"
BACKGROUND = "/_generated_background_page.html"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

#: The app has one socket of each kind, one of them persistent, and calls that nobody has answered.
AT_WORK = """(async () => {
  globalThis.told = [];
  const { udp } = chrome.sockets;
  const note = (name) => (...args) => told.push([name, ...args, chrome.runtime.lastError?.message]);
  tcp.onReceiveError.addListener(({ socketId, resultCode }) => told.push(['tcp', socketId, resultCode]));
  udp.onReceiveError.addListener(({ socketId, resultCode }) => told.push(['udp', socketId, resultCode]));
  tcpServer.onAcceptError.addListener(({ resultCode }) => told.push(['tcpServer', resultCode]));
  globalThis.ids = await pair();
  const { socketId } = await udp.create();
  await new Promise((done) => udp.bind(socketId, '127.0.0.1', 0, done));
  await tcp.setPaused(ids.accepted, false);
  globalThis.pending = () => {
    tcp.getInfo(ids.client, note('getInfo'));
    chrome.storage.local.get(null, note('storage'));
    tcp.connect(ids.accepted, 'h', 80, note('connect'));
  };
})()"""

LOST = "The connection to Homeport was lost."


async def notice(tab: Tab) -> str:
    said: str = await until(tab, "document.querySelector('.homeport-notice p')?.textContent")
    return said


@pytest_asyncio.fixture(loop_scope="session")
async def homeport(tmp_path):
    async with homeports(tmp_path) as start:
        yield start


@pytest_asyncio.fixture(loop_scope="session")
async def at_work(homeport, browser, free_port):
    """The command with the app in a tab, at work."""
    running = await homeport("run", APP, "--no-open", "--port", free_port)
    tab = await browser.open_tab((await running.line("#ticket=")).strip())
    await until(tab, "globalThis.launches?.length", frame=BACKGROUND)
    await tab.evaluate(AT_WORK, frame=BACKGROUND)
    yield running, tab
    await tab.close()


async def told(tab, count: int) -> list[list[object]]:
    await until(tab, f"told.length >= {count}", frame=BACKGROUND)
    return sorted(await tab.evaluate("told", frame=BACKGROUND), key=str)


ENDED = sorted([["tcp", 1, -100], ["tcp", 2, -100], ["tcpServer", -100], ["udp", 1, -100]], key=str)


async def test_when_homeport_is_killed_every_socket_ends_and_every_call_is_answered(
    at_work, homeport, browser, free_port
):
    running, tab = at_work
    running.process.send_signal(signal.SIGSTOP)
    await tab.evaluate("pending()", frame=BACKGROUND)
    running.process.kill()
    assert (await notice(tab)).startswith("Waiting for Homeport")
    await until(tab, "document.querySelector('.homeport-notice p').textContent.includes('does not answer')")
    calls = [["connect", -2, LOST], ["getInfo", LOST], ["storage", LOST]]
    assert await told(tab, 7) == sorted([*ENDED, *calls], key=str)
    assert await tab.evaluate(
        """Promise.all([
          (done) => tcp.create(done),
          (done) => tcp.send(1, new ArrayBuffer(1), done),
          (done) => chrome.storage.local.set({a: 1}, done),
        ].map((call) => new Promise((done) => call(() => done(chrome.runtime.lastError.message)))))""",
        frame=BACKGROUND,
    ) == [LOST, "Socket not found", LOST]

    again = await homeport("run", APP, "--no-open", "--port", free_port)
    address = (await again.line("#ticket=")).strip()
    await until(
        tab,
        "document.querySelector('.homeport-notice p').textContent.startsWith('Homeport was started again')",
    )
    fresh = await browser.open_tab(address)
    try:
        await until(fresh, "globalThis.launches?.length", frame=BACKGROUND)
        await fresh.evaluate("pair()", frame=BACKGROUND)
        assert await fresh.evaluate("document.querySelector('.homeport-notice')") is None
    finally:
        await fresh.close()


async def test_when_homeport_is_stopped_the_app_is_told_at_once(at_work):
    running, tab = at_work
    await tab.evaluate("tcp.update(ids.client, {persistent: true})", frame=BACKGROUND)
    await running.stop()
    assert await notice(tab) == "Homeport was stopped. Start the app again."
    assert await told(tab, 4) == ENDED


KEEP = """new Promise((done, failed) => {
  const opening = indexedDB.open('kept', 1);
  opening.onerror = () => failed(opening.error);
  opening.onupgradeneeded = () => opening.result.createObjectStore('values');
  opening.onsuccess = () => {
    const values = opening.result.transaction('values', 'readwrite').objectStore('values');
    const had = values.get('runs');
    had.onsuccess = () => {
      values.put((had.result ?? 0) + 1, 'runs').onsuccess = () => done(had.result ?? 0);
    };
  };
})"""


async def test_after_a_restart_the_app_has_what_it_stored_and_may_run_in_its_old_tab(homeport, browser):
    """The same address each time: storage is there, and the tab of before finds the one that runs now."""
    running = await homeport("run", APP, "--no-open")
    address = (await running.line("#ticket=")).strip()
    old = await browser.open_tab(address)
    await until(old, "globalThis.launches?.length", frame=BACKGROUND)
    assert await old.evaluate(KEEP, frame=BACKGROUND) == 0
    await running.stop()
    assert await notice(old) == "Homeport was stopped. Start the app again."

    again = await homeport("run", APP, "--no-open")
    address_now = (await again.line("#ticket=")).strip()
    assert address_now.partition("#")[0] == address.partition("#")[0]
    fresh = await browser.open_tab(address_now)
    await until(fresh, "globalThis.launches?.length", frame=BACKGROUND)
    assert await fresh.evaluate(KEEP, frame=BACKGROUND) == 1

    button = "document.querySelector('.homeport-notice button')"
    assert await until(old, f"{button}?.textContent") == "Run it here"
    await old.evaluate("globalThis.before = true", frame=BACKGROUND)
    await old.evaluate(f"{button}.click()")
    await until(old, "globalThis.launches?.length && !globalThis.before", frame=BACKGROUND)
    assert await old.evaluate(KEEP, frame=BACKGROUND) == 2
    await until(fresh, "document.querySelector('.homeport-notice p')?.textContent.includes('another page')")

    await fresh.reload()
    assert await until(fresh, f"{button}?.textContent") == "Run it here"
    await old.close()
    await fresh.close()


async def test_a_page_that_never_had_the_app_is_told_no_secret(homeport, browser):
    """Whoever opens the app's address without a ticket gets nothing from the tab that runs it."""
    running = await homeport("run", APP, "--no-open")
    address = (await running.line("#ticket=")).strip()
    tab = await browser.open_tab(address)
    await until(tab, "globalThis.launches?.length", frame=BACKGROUND)
    other = await browser.open_tab(address.partition("#")[0])
    assert (await notice(other)).startswith("This app is not running.")
    await tab.reload()
    await until(tab, "globalThis.launches?.length", frame=BACKGROUND)
    assert await other.evaluate("document.querySelector('.homeport-notice button')") is None
    assert await other.evaluate("history.state") is None
    await other.close()
    await tab.close()
