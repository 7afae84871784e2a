"""A tab that loses its connection, is reloaded, closed, or opened twice."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.browsers import until

BACKGROUND = "/_generated_background_page.html"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def drop(daemon):
    """Cut the page's connection under the session; if it is cut already, once it is back."""
    (site,) = daemon.sites.all()
    while not site.app_host.connected:  # noqa: ASYNC110 (nothing tells of it)
        await asyncio.sleep(0.01)
    site.app_host._page.session.channel.abort()


async def test_dropped_connections_lose_and_double_nothing(launch, daemon):
    """A stream goes on, byte for byte, while the page's connection is cut again and again."""
    tab = await launch("lab")
    await tab.evaluate(
        """(async () => {
          const { client, accepted } = await pair({ bufferSize: 65536 });
          await tcp.setPaused(accepted, false);
          globalThis.stream = { wanted: 3 << 20, got: 0, wrong: 0, ended: [] };
          tcp.onReceive.addListener((info) => {
            if (info.socketId === accepted) return void tcp.send(accepted, info.data, () => {});
            for (const byte of new Uint8Array(info.data)) if (byte !== stream.got++ % 251) stream.wrong++;
          });
          tcp.onReceiveError.addListener((info) => stream.ended.push(info));
          const piece = 48 * 1024;
          (async () => {
            for (let at = 0; at < stream.wanted; at += piece) {
              await send(client, Uint8Array.from({ length: piece }, (_, i) => (at + i) % 251));
            }
          })();
        })()""",
        frame=BACKGROUND,
    )
    for share in (0.1, 0.3, 0.5, 0.7):
        await until(tab, f"stream.got >= {share} * stream.wanted", frame=BACKGROUND)
        await drop(daemon)
    await until(tab, "stream.got >= stream.wanted", frame=BACKGROUND)
    assert await tab.evaluate(
        "[stream.wrong, stream.ended, stream.got - stream.wanted]", frame=BACKGROUND
    ) == [0, [], 0]
    assert await tab.evaluate("document.querySelector('.homeport-notice')") is None


async def test_a_reload_finds_persistent_sockets_and_only_those(launch):
    """After a reload getSockets has the persistent socket, with its data waiting; the others are gone."""
    tab = await launch("lab")
    await tab.evaluate(
        """(async () => {
          const { client, accepted, server } = await pair();
          await tcp.update(accepted, { persistent: true, name: 'kept', bufferSize: 3 });
        })()""",
        frame=BACKGROUND,
    )
    await tab.reload()
    await until(tab, "globalThis.launches?.length", frame=BACKGROUND)
    sockets = await tab.evaluate("tcp.getSockets()", frame=BACKGROUND)
    assert [(info["name"], info["bufferSize"]) for info in sockets] == [("kept", 3)]
    assert await tab.evaluate("tcpServer.getSockets()", frame=BACKGROUND) == []


@pytest.mark.parametrize("leave", ["reload", "close"])
async def test_a_tab_that_goes_tells_the_app_and_keeps_what_it_stores_then(launch, leave):
    """onSuspend is the last that an app hears; what it writes into its storage there is written."""
    tab = await launch("lab")
    await tab.evaluate(
        """chrome.storage.local.clear().then(() => {
          chrome.runtime.onSuspend.addListener(() => chrome.storage.local.set({ left: 'in order' }));
        })""",
        frame=BACKGROUND,
    )
    if leave == "reload":
        await tab.reload()
    else:
        await tab.goto("about:blank")
        tab = await launch("lab")
    await until(tab, "globalThis.launches?.length", frame=BACKGROUND)
    assert await tab.evaluate("chrome.storage.local.get()", frame=BACKGROUND) == {"left": "in order"}


async def test_a_tab_whose_process_died_runs_the_app_again_once_it_is_reloaded(launch):
    """Chromium's memory of the tab has lost its state then; the persistent socket is there, and no other."""
    tab = await launch("lab")
    if not hasattr(tab, "fall"):
        pytest.skip("only Chromium's tabs fall when they are told to")
    await tab.evaluate(
        "pair().then(({ accepted }) => tcp.update(accepted, { persistent: true, name: 'kept' }))",
        frame=BACKGROUND,
    )
    await tab.fall()
    background = "document.querySelector('.homeport-background')?.contentWindow"
    await until(tab, f"{background}?.launches?.length")
    sockets = await tab.evaluate(f"{background}.chrome.sockets.tcp.getSockets()")
    assert [info["name"] for info in sockets] == ["kept"]


async def test_a_hidden_tab_does_not_slow_the_background_pages_timers_down(launch, browser):
    """As in Chromium, where nothing does: what an app tells its device ten times a second goes on."""
    tab = await launch("lab")
    other = await browser.open_tab("about:blank")
    try:
        if not await tab.evaluate("document.hidden", frame=BACKGROUND):
            pytest.skip("this browser's tabs are never hidden from tests")
        rang = await tab.evaluate(
            """(async () => {
              const rang = { timeouts: 0, intervals: 0, cleared: 0 };
              (function again() { rang.timeouts++; setTimeout(again, 100); })();
              const every = setInterval(() => rang.intervals++, 100);
              clearTimeout(setTimeout(() => rang.cleared++, 50));
              await new Promise((done) => setTimeout(done, 3000));
              clearInterval(every);
              const { intervals } = rang;
              await new Promise((done) => setTimeout(done, 500));
              return { ...rang, later: rang.intervals - intervals };
            })()""",
            frame=BACKGROUND,
        )
    finally:
        await other.close()
    assert rang["cleared"] == rang["later"] == 0
    assert min(rang["timeouts"], rang["intervals"]) > 15


async def test_an_event_that_the_app_calls_pagehide_ends_nothing(launch):
    """Only the browser knows when a page goes: what the app dispatches itself is the app's own matter."""
    tab = await launch("lab")
    await tab.evaluate("(dispatchEvent(new Event('pagehide')), pair().then(() => 1))", frame=BACKGROUND)


async def test_an_app_that_reloads_itself_starts_again_without_sockets(launch):
    """chrome.runtime.reload loads the tab anew: no socket stays, and the launch says why it came."""
    tab = await launch("lab")
    await tab.evaluate("pair({ persistent: true }).then(() => 1)", frame=BACKGROUND)
    await tab.evaluate("void chrome.runtime.reload()", frame=BACKGROUND)
    await until(tab, "globalThis.launches?.[0]?.source === 'reload'", frame=BACKGROUND)
    assert await tab.evaluate("tcp.getSockets()", frame=BACKGROUND) == []
    await tab.evaluate("pair().then(() => 1)", frame=BACKGROUND)


async def test_an_app_that_reloads_itself_without_end_is_ended_and_may_be_tried_again(launch, monkeypatch):
    """Chromium ends it, too."""
    monkeypatch.setattr("homeport.host._reloads._MOST", 2)
    monkeypatch.setattr("homeport.host._reloads._QUICK", 60)
    tab = await launch("lab")
    for source in ("reload", "reload"):
        await tab.evaluate("void chrome.runtime.reload()", frame=BACKGROUND)
        await until(tab, f"globalThis.launches?.[0]?.source === '{source}'", frame=BACKGROUND)
        await tab.evaluate("launches.length = 0", frame=BACKGROUND)
    await tab.evaluate("void chrome.runtime.reload()", frame=BACKGROUND)
    notice = await until(tab, "document.querySelector('.homeport-notice p')?.textContent")
    assert notice == "This app was ended: it loaded itself again and again, each time at once."
    await tab.reload()
    await until(tab, "globalThis.launches?.length", frame=BACKGROUND)


async def test_a_tab_that_finds_another_version_of_homeport_says_what_became_of_its_app(
    launch, daemon, monkeypatch
):
    """It can do nothing for the tab, whose secret it does not know, however often that is reloaded."""
    tab = await launch("lab")
    monkeypatch.setattr("homeport.wire._handshake.VERSION", 2)
    await drop(daemon)
    notice = await until(tab, "document.querySelector('.homeport-notice p')?.textContent")
    assert notice.startswith("Homeport was started again.")


async def test_closing_the_tab_suspends_the_app_at_once(launch, daemon):
    """Closing the tab closes the app's sockets without waiting for the grace period."""
    tab = await launch("lab")
    await tab.evaluate("pair()", frame=BACKGROUND)
    (site,) = daemon.sites.all()
    assert len(await sockets_of(site)) > 0
    await tab.goto("about:blank")
    async with asyncio.timeout(10):
        while await sockets_of(site):  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.02)


async def sockets_of(site):
    session = site.app_host.engine_session
    if session is None:
        return []
    answer = asyncio.get_running_loop().create_future()
    session.tcp.get_sockets(answer.set_result)
    return (await answer).args[0]


async def test_a_second_tab_asks_and_takes_over(launch):
    """A second tab of the same app asks first; taking over ends the first tab, which says so."""
    first = await launch("lab")
    second = await launch("lab", wait=False)
    await until(second, "document.querySelector('.homeport-notice button')?.textContent")
    assert await first.evaluate("document.querySelector('.homeport-notice')") is None
    await second.evaluate("document.querySelector('.homeport-notice button').click()")
    await until(second, "globalThis.launches?.length", frame=BACKGROUND)
    notice = await until(first, "document.querySelector('.homeport-notice p')?.textContent")
    assert notice == "This app now runs in another page."


async def test_without_a_ticket_the_shell_says_what_to_do(launch, browser):
    """The address alone runs nothing: the page says how to start the app."""
    tab = await launch("lab")
    origin = await tab.evaluate("origin")
    other = await browser.open_tab(origin + "/")
    try:
        notice = await until(other, "document.querySelector('.homeport-notice p')?.textContent")
        assert notice.startswith("This app is not running.")
    finally:
        await other.close()


async def test_a_reload_works_after_the_app_has_cleared_its_session_storage(launch):
    """The app's storage is its own: nothing of ours is in it, and nothing that it clears is missed."""
    tab = await launch("lab")
    assert await tab.evaluate("Object.keys(sessionStorage)", frame=BACKGROUND) == []
    await tab.evaluate("(sessionStorage.clear(), globalThis.before = true)", frame=BACKGROUND)
    await tab.reload()
    await until(tab, "globalThis.launches?.length && !globalThis.before", frame=BACKGROUND)
    assert await tab.evaluate("document.querySelector('.homeport-notice')") is None
