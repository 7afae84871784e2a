"""What a tab sends to servers and over sockets, while its own connection is cut or its app is taken over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from tests.support.attendance import Attendance
from tests.support.browsers import until

from homeport.appfiles import open_app

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BACKGROUND = "/_generated_background_page.html"
MIB = 1 << 20
SCRIPT = """
const { tcp, tcpServer } = chrome.sockets;
const bytes = (size, start) => Uint8Array.from({ length: size }, (_, i) => (start + i) % 251);
const wrong = (got, start) => got.reduce((count, byte, i) => count + (byte !== (start + i) % 251), 0);
const state = globalThis.state = { answers: 0, got: 0, wrong: 0, failed: [] };

/** Uploads that come back whole, one after the other. */
const ask = async (start) => {
  while (!state.enough) {
    try {
      const answer = await fetch(BASE + "/back", { method: "POST", body: bytes(300_000, start) });
      const got = new Uint8Array(await answer.arrayBuffer());
      state.wrong += wrong(got, start) + Math.abs(got.length - 300_000);
      state.answers++;
    } catch (error) {
      state.failed.push(String(error));
    }
    start += 7;
  }
};
const accepted = new Promise((done) => tcpServer.onAccept.addListener((info) => done(info.clientSocketId)));
tcp.onReceiveError.addListener((info) => state.failed.push(info));
tcp.onReceive.addListener(({ data }) => {
  state.wrong += wrong(new Uint8Array(data), state.got);
  state.got += data.byteLength;
});
const send = async () => {
  const server = (await tcpServer.create({})).socketId;
  await tcpServer.listen(server, "127.0.0.1", 0);
  const { localPort } = await tcpServer.getInfo(server);
  const { socketId } = await tcp.create({ bufferSize: 65536 });
  await tcp.connect(socketId, "127.0.0.1", localPort);
  await tcp.setPaused(await accepted, false);
  for (state.sent = 0; !state.enough; state.sent += 20_000) {
    await tcp.send(socketId, bytes(20_000, state.sent).buffer);
  }
};
Object.assign(globalThis, {
  work: () => { send(); [1, 2, 3, 4].forEach(ask); },
  uploads: () => {
    const body = new Uint8Array(20 << 20);
    for (let each = 0; each < 6; each++) fetch(BASE + "/slow", { method: "POST", body });
  },
});
"""


class Server(Attendance):
    """Gives back what it is sent, or hardly takes it, and knows who is there."""

    patience = 30

    def __init__(self) -> None:
        super().__init__()
        self.whole = 0

    async def back(self, request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    async def slow(self, request: web.Request) -> web.Response:
        came = False
        try:
            async for _ in request.content.iter_chunked(1 << 16):
                if not came:
                    came = True
                    await self.came(1)
                await asyncio.sleep(0.05)
            self.whole += 1
            return web.Response()
        finally:
            await asyncio.shield(self.came(-1 if came else 0))


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application(client_max_size=64 * MIB)
    app.router.add_post("/back", server.back)
    app.router.add_post("/slow", server.slow)
    async with server.serving(app):
        yield server


@pytest.fixture
def app(tmp_path, server):
    manifest = {
        "manifest_version": 2,
        "name": "Under way",
        "version": "1",
        "app": {"background": {"scripts": ["background.js"]}},
        "permissions": ["http://127.0.0.1/*"],
        "sockets": {"tcp": {"connect": "*"}, "tcpServer": {"listen": "*"}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "background.js").write_text(f"const BASE = {json.dumps(server.url)};\n{SCRIPT}")
    return open_app(tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def open_tab(browser, daemon, app):
    await daemon.register(app)
    tabs = []

    async def open_tab():
        tabs.append(await browser.open_tab(await daemon.launch_url(app.id)))
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        await tab.close()


async def test_a_connection_that_is_cut_again_and_again_spoils_no_request_and_no_send(open_tab, daemon, app):
    tab = await open_tab()
    await until(tab, "Boolean(globalThis.work)", frame=BACKGROUND)
    host = daemon.app_host(app.id)
    await tab.evaluate("(work(), true)", frame=BACKGROUND)
    for each in range(1, 9):
        await until(tab, f"state.answers >= {4 * each} && state.got >= {200_000 * each}", frame=BACKGROUND)
        while not host.connected:  # noqa: ASYNC110 (nothing tells of it)
            await asyncio.sleep(0.01)
        host._page.session.channel.abort()
    await tab.evaluate("state.enough = true", frame=BACKGROUND)
    await until(tab, "state.sent === state.got", frame=BACKGROUND)
    assert await tab.evaluate("[state.wrong, state.failed]", frame=BACKGROUND) == [0, []]


async def test_who_takes_an_app_over_ends_what_the_other_page_was_sending(open_tab, daemon, app, server):
    first = await open_tab()
    await until(first, "Boolean(globalThis.uploads)", frame=BACKGROUND)
    await first.evaluate("(uploads(), true)", frame=BACKGROUND)
    await server.has(6)
    second = await open_tab()
    await until(second, "document.querySelector('.homeport-notice button')?.textContent")
    await second.evaluate("document.querySelector('.homeport-notice button').click()")
    await server.has(0)
    assert server.whole == 0
    await until(second, "Boolean(globalThis.work)", frame=BACKGROUND)
    await second.evaluate("(work(), true)", frame=BACKGROUND)
    await until(second, "state.answers >= 8", frame=BACKGROUND)
    assert await second.evaluate("[state.wrong, state.failed]", frame=BACKGROUND) == [0, []]
    await second.evaluate("state.enough = true", frame=BACKGROUND)
