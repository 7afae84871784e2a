"""Streams of other servers in a tab: nothing is left of them when the app's pages have gone."""

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
#: What holds a stream, in a page of the app.
HOLDERS = """
globalThis.held = [];
const hold = (what) => new Promise((done) => {
  const work = {
    fetch: async () => {
      held.push((await fetch(BASE + "/endless")).body.getReader());
      held.at(-1).read().then(done);
    },
    xhr: () => {
      const xhr = held[held.push(new XMLHttpRequest()) - 1];
      xhr.open("GET", BASE + "/endless");
      xhr.onprogress = done;
      xhr.send();
    },
    events: () => held[held.push(new EventSource(BASE + "/events")) - 1].onopen = done,
    worker: () => held[held.push(new Worker("worker.js")) - 1].onmessage = done,
    shared: () => held[held.push(new SharedWorker("worker.js").port) - 1].onmessage = done,
  };
  work[what]();
});
chrome.app.runtime.onLaunched.addListener(async () => {
  for (const what of ["fetch", "xhr", "events", "worker", "shared"]) await hold(what);
  globalThis.there = true;
});
"""
WORKER = """
const say = (port) => { new EventSource(BASE + "/events").onopen = () => port.postMessage("open"); };
if ("onconnect" in self) self.onconnect = ({ ports }) => say(ports[0]);
else say(self);
"""
SERVICE = """
self.addEventListener("install", () => skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
self.addEventListener("fetch", (event) => event.respondWith(fetch(event.request)));
self.addEventListener("message", async ({ source, data }) => {
  source.postMessage(await fetch(data).then((answer) => answer.status, (error) => error.name));
});
"""
REGISTER = """new Promise(async (done) => {
  await navigator.serviceWorker.register("/service.js");
  if (navigator.serviceWorker.controller === null) {
    await new Promise((next) => navigator.serviceWorker.addEventListener("controllerchange", next));
  }
  const alone = new Promise((next) => {
    navigator.serviceWorker.addEventListener("message", ({ data }) => next(data));
  });
  navigator.serviceWorker.controller.postMessage(BASE + "/text");
  const led = await fetch(BASE + "/text", { method: "POST", body: "b" });
  done([await alone, [led.url, await led.text()]]);
})"""


class Server(Attendance):
    """Streams without end, and knows who is there."""

    async def stream(self, request: web.Request) -> web.StreamResponse:
        await self.came(1)
        try:
            kind = "text/event-stream" if request.path == "/events" else "text/plain"
            response = web.StreamResponse(headers={"Content-Type": kind})
            await response.prepare(request)
            while True:
                await response.write(b":" + b" " * 1000 + b"\n")
                await asyncio.sleep(0.05)
        finally:
            await asyncio.shield(self.came(-1))

    async def text(self, request: web.Request) -> web.Response:
        return web.Response(text=request.method + await request.text())


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/text", server.text)
    app.router.add_route("*", "/{path:.*}", server.stream)
    async with server.serving(app):
        yield server


@pytest.fixture
def app(tmp_path, server):
    manifest = {
        "manifest_version": 2,
        "name": "Streams",
        "version": "1",
        "app": {"background": {"scripts": ["background.js"]}},
        "permissions": ["http://127.0.0.1/*"],
    }
    base = f"const BASE = {json.dumps(server.url)};\n"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    for name, text in {"background.js": HOLDERS, "worker.js": WORKER, "service.js": SERVICE}.items():
        (tmp_path / name).write_text(base + text)
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


async def test_nothing_is_left_open_by_an_app_that_is_loaded_again_stopped_or_closed(
    open_tab, daemon, app, server
):
    tab = await open_tab()
    await until(tab, "globalThis.there", frame=BACKGROUND)
    await server.has(5)
    await tab.reload()
    await until(tab, "globalThis.there", frame=BACKGROUND)
    await server.has(5)
    await daemon.unregister(app.id)
    await server.has(0)


async def test_who_takes_an_app_over_ends_what_the_other_page_asked_for(open_tab, server):
    first = await open_tab()
    await until(first, "globalThis.there", frame=BACKGROUND)
    second = await open_tab()
    await until(second, "document.querySelector('.homeport-notice button')?.textContent")
    await server.has(5)
    await second.evaluate("document.querySelector('.homeport-notice button').click()")
    await until(second, "globalThis.there", frame=BACKGROUND)
    await server.has(5)
    await second.goto("about:blank")
    await server.has(0)


async def test_a_service_worker_passes_on_what_its_pages_ask_and_asks_nobody_itself(open_tab, server):
    tab = await open_tab()
    await until(tab, "globalThis.there", frame=BACKGROUND)
    script = REGISTER.replace("BASE", json.dumps(server.url))
    assert await tab.evaluate(script, frame=BACKGROUND) == ["TypeError", [server.url + "/text", "POSTb"]]
