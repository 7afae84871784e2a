"""An unmodified app runs in a tab, in every browser."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.browsers import until

from homeport.host import HostSession
from homeport.server._stream import DownStream

BACKGROUND = "/_generated_background_page.html"

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_echo_client_and_server_in_one_app(launch):
    """An app of callbacks serves itself on loopback: connect, accept, unpause, send, receive, disconnect."""
    tab = await launch("echo")
    heard = await until(tab, "heard.length === 4 && heard", frame=BACKGROUND)
    assert heard[0] == "connected 0"
    assert sorted(heard[1:]) == ["client -100", "sent 6", "server -100"]
    assert await tab.evaluate("answer", frame=BACKGROUND) == "Hello, world!"
    assert [line for line in tab.lines if line.startswith(("error", "uncaught"))] == []


async def test_what_the_page_is_told_comes_by_a_stream_where_that_costs_less(launch, monkeypatch):
    """In Chromium, that is; everything but the WebSocket's first messages."""
    sent = []

    class Watched(DownStream):
        def send(self, message):
            sent.append(message)
            super().send(message)

    monkeypatch.setattr("homeport.server._daemon.DownStream", Watched)
    tab = await launch("echo")
    await until(tab, "heard.length === 4", frame=BACKGROUND)
    assert (len(sent) > 0) is await tab.evaluate("'userAgentData' in navigator", frame=BACKGROUND)


async def test_chrome_is_complete_before_the_first_line(launch):
    """The background page's first line sees all of chrome, before onLaunched, which comes once."""
    tab = await launch("lab")
    await until(tab, "launches.length", frame=BACKGROUND)
    assert await tab.evaluate("first", frame=BACKGROUND) == {
        "sockets": "function",
        "launched": False,
        "body": True,
    }
    launches = await tab.evaluate("launches", frame=BACKGROUND)
    assert [sorted(data) for data in launches] == [
        ["isDemoSession", "isKioskSession", "isPublicSession", "source"]
    ]


async def test_the_ticket_leaves_the_address(launch):
    """The launch ticket is gone from the address, and the title is the app's."""
    tab = await launch("lab")
    assert await tab.evaluate("location.hash") == ""
    assert await tab.evaluate("document.title") == "Lab"
    assert await tab.evaluate(
        "[chrome.runtime.getManifest().version, isSecureContext]", frame=BACKGROUND
    ) == ["2.5", True]


async def test_a_tab_whose_app_makes_no_window_says_so(launch):
    """An app that opens no window, by design or since a script failed, does not leave the tab empty."""
    tab = await launch("lab")
    said = await until(tab, "document.querySelector('.homeport-closed p')?.textContent")
    assert said == "Lab has no open window. It still runs while this tab is open."


async def test_received_data_belongs_to_the_frame(launch):
    """ArrayBuffers, objects, arrays, promises and errors that an app is given are its own frame's."""
    tab = await launch("lab")
    assert (
        await tab.evaluate(
            """(async () => {
          const { client, accepted } = await pair();
          const info = new Promise((done) => tcp.onReceive.addListener(done));
          tcp.setPaused(accepted, false);
          send(client, Uint8Array.of(7));
          const { data } = await info;
          const sockets = await tcp.getSockets();
          const bad = await tcp.close(999).catch((error) => error);
          let thrown;
          try { tcp.close('1'); } catch (error) { thrown = error; }
          return [data instanceof ArrayBuffer, await info instanceof Object, sockets instanceof Array,
                  tcp.getSockets() instanceof Promise, bad instanceof Error, thrown instanceof TypeError];
        })()""",
            frame=BACKGROUND,
        )
        == [True] * 6
    )


async def test_every_frame_hears_its_own_copy(launch):
    """Listeners in each frame hear an event, with data of their own; a frame that went is forgotten."""
    tab = await launch("lab")
    assert await tab.evaluate(
        """(async () => {
          const frame = document.createElement('iframe');
          frame.src = 'frame.html';
          document.body.append(frame);
          await new Promise((done) => frame.onload = done);
          const own = [];
          tcp.onReceive.addListener((info) => own.push(new Uint8Array(info.data)[0]));
          const { client, accepted } = await pair();
          await tcp.setPaused(accepted, false);
          const heard = async (count) => { while (own.length < count) await send(client, Uint8Array.of(7)); };
          await heard(1);
          const theirs = [...frame.contentWindow.heard].slice(0, 3);
          frame.remove();
          own.length = 0;
          await heard(1);
          return [own[0], theirs];
        })()""",
        frame=BACKGROUND,
    ) == [7, [True, True, 7]]


async def test_promises_settle_between_events(launch):
    """As in Chromium, what one event's promises started runs before the next event, even in one burst."""
    tab = await launch("lab")
    log = await tab.evaluate(
        """(async () => {
          const { client, accepted } = await pair();
          await tcp.update(accepted, { bufferSize: 1 });
          const log = [];
          const all = new Promise((done) => tcp.onReceive.addListener(async (info) => {
            const byte = new Uint8Array(info.data)[0];
            log.push(`event ${byte}`);
            for (let i = 0; i < 5; i++) await null;
            log.push(`settled ${byte}`);
            if (byte === 199) done();
          }));
          tcp.setPaused(accepted, false);
          send(client, Uint8Array.from({ length: 200 }, (_, i) => i));
          await all;
          return log;
        })()""",
        frame=BACKGROUND,
    )
    assert log == [line for byte in range(200) for line in (f"event {byte}", f"settled {byte}")]


async def test_a_burst_leaves_the_page_responsive(launch):
    """While megabytes arrive in small slices, and each costs time, timers still get their turn."""
    tab = await launch("lab")
    ticks = await tab.evaluate(
        """(async () => {
          const { client, accepted } = await pair();
          let bytes = 0, ticks = 0;
          const all = new Promise((done) => tcp.onReceive.addListener((info) => {
            for (const end = performance.now() + 0.5; performance.now() < end;);
            if ((bytes += info.data.byteLength) === 8 << 20) done();
          }));
          const channel = new MessageChannel();
          channel.port1.onmessage = () => { ticks++; channel.port2.postMessage(null); };
          channel.port2.postMessage(null);
          tcp.setPaused(accepted, false);
          send(client, new ArrayBuffer(8 << 20));
          await all;
          channel.port1.close();
          return ticks;
        })()""",
        frame=BACKGROUND,
    )
    # 2048 events of half a millisecond, and a task lasts 8 ms at most.
    assert ticks > 100


async def test_sends_of_which_each_waits_for_the_last_go_many_at_a_time(launch, monkeypatch):
    """An app that awaits its sends is answered in the page, and says in one message what one task brought."""
    messages = []
    receive = HostSession.receive

    def watched(self, message):
        messages.append(message)
        receive(self, message)

    monkeypatch.setattr(HostSession, "receive", watched)
    tab = await launch("lab")
    got = await tab.evaluate(
        """(async () => {
          const { client, accepted } = await pair();
          let bytes = 0;
          const all = new Promise((done) => tcp.onReceive.addListener((info) => {
            if ((bytes += info.data.byteLength) === 1000) done(bytes);
          }));
          tcp.setPaused(accepted, false);
          for (let i = 0; i < 1000; i++) await send(client, new ArrayBuffer(1));
          return all;
        })()""",
        frame=BACKGROUND,
    )
    assert got == 1000
    assert len(messages) < 500


async def test_exceptions_of_the_app_are_reported_in_chromiums_words(launch):
    """A callback that throws, a listener that throws, a lastError nobody read: each is one console line."""
    tab = await launch("lab")
    await tab.evaluate(
        """(async () => {
          tcp.getSockets(() => { throw new Error('in callback'); });
          tcp.getInfo(999, () => {});
          const { server, client } = await pair();
          tcpServer.onAcceptError.addListener(() => { throw new Error('in listener'); });
          tcpServer.onAcceptError.dispatch({});
        })()""",
        frame=BACKGROUND,
    )

    def errors():
        found = [line.split("\n")[0] for line in tab.lines if line.startswith("error: ")]
        return [line for line in found if "favicon" not in line and "404" not in line]

    async with asyncio.timeout(10):  # the console's lines come by a way of their own
        while len(errors()) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert errors() == [
        "error: Error handling response: Error: in callback",
        "error: Unchecked runtime.lastError: Socket not found",
        "error: Error in event handler: Error: in listener",
    ]


async def test_a_file_that_the_app_lacks_is_a_network_error(launch):
    """As in Chrome, where no server could say 404."""
    tab = await launch("lab")
    assert await tab.evaluate(
        """(async () => {
          const asked = new XMLHttpRequest(), told = [];
          for (const type of ['load', 'error', 'loadend']) asked[`on${type}`] = () => told.push(type);
          asked.open('GET', 'none.txt');
          asked.send();
          await new Promise((done) => asked.addEventListener('loadend', done));
          const fetched = await fetch('/none/at/all').catch((error) => error.name);
          return [told, asked.status, asked.responseText, fetched, (await fetch('frame.js')).status];
        })()""",
        frame=BACKGROUND,
    ) == [["error", "loadend"], 0, "", "TypeError", 200]


async def test_a_datagram_goes_out_and_comes_in(launch):
    """A UDP socket bound to loopback hears what it sends to itself, empty datagrams too."""
    tab = await launch("lab")
    heard = await tab.evaluate(
        """(async () => {
          const { udp } = chrome.sockets;
          const { socketId } = await udp.create();
          const heard = [];
          const all = new Promise((done) => udp.onReceive.addListener((info) => {
            const keys = Object.keys(info).join();
            if (heard.push([info.data.byteLength, info.remoteAddress, keys]) === 2) done();
          }));
          await new Promise((done) => udp.bind(socketId, '127.0.0.1', 0, done));
          const { localPort } = await udp.getInfo(socketId);
          const to = (data) => new Promise((done) => udp.send(socketId, data, '127.0.0.1', localPort, done));
          const sent = [await to(new ArrayBuffer(3)), await to(new Uint8Array(0))];
          await all;
          return [...heard, ...sent];
        })()""",
        frame=BACKGROUND,
    )
    keys = "data,remoteAddress,remotePort,socketId"
    assert heard[:2] == [[3, "127.0.0.1", keys], [0, "127.0.0.1", keys]]
    assert heard[2:] == [{"bytesSent": 3, "resultCode": 0}, {"bytesSent": 0, "resultCode": 0}]


async def test_a_plain_mistake_is_explained_beside_chromiums_error(launch):
    """`setPaused(false)`, as the documentation's own sample has it, throws and says what was meant."""
    tab = await launch("lab")
    error = await tab.evaluate(
        "(() => { try { tcp.setPaused(false); } catch (error) { return String(error); } })()",
        frame=BACKGROUND,
    )
    assert error == (
        "TypeError: Error in invocation of sockets.tcp.setPaused(integer socketId, boolean paused, "
        "optional function callback): No matching signature."
    )
    assert tab.lines[-1] == (
        "warning: homeport: sockets.tcp.setPaused: the socket id is missing; "
        "did you mean chrome.sockets.tcp.setPaused(socketId, false)?"
    )
