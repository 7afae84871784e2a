"""Other servers, asked from a page whose addresses are relative to theirs, and by pages that may not ask."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from tests.support.browsers import until

from homeport.appfiles import App, open_app
from homeport.engine import Engine
from homeport.server import Daemon
from homeport.storage import Storage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BACKGROUND = """chrome.app.runtime.onLaunched.addListener(() => chrome.app.window.create("window.html"));"""
ASK = """new Promise(async (done) => {
  const answer = await fetch("fetched").catch(() => ({}));
  const xhr = new XMLHttpRequest();
  xhr.onloadend = () => done([answer.url, answer.type, xhr.responseURL, xhr.status, xhr.responseText]);
  xhr.open("POST", "requested");
  xhr.send("body");
})"""


class Peer:
    """Another server, which allows no other origin to read what it says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.heard = asyncio.Event()
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.path, dict(request.headers)))
        self.heard.set()
        return web.Response(text=f"you sent {await request.text()}", content_type="text/html")


@pytest_asyncio.fixture(loop_scope="session")
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", peer.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    peer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield peer
    await runner.cleanup()


TRIES = """new Promise(async (done) => {
  const [origin, secret, peer] = %s, seen = [];
  const how = { mode: "cors", credentials: true, redirect: "follow" };
  const ask = JSON.stringify({ method: "GET", url: peer, ...how });
  const headers = { "X-Homeport-Secret": secret, "X-Homeport-Ask": ask };
  for (const name of ["", "w0.", "w7."]) {
    const address = origin.replace("//", "//" + name) + "/_homeport/web";
    for (const mode of ["cors", "no-cors"]) {
      for (const credentials of ["omit", "include"]) {
        const options = { method: "POST", headers, mode, credentials };
        seen.push(await fetch(address, options).then((answer) => answer.type + answer.status, () => "error"));
      }
    }
    navigator.sendBeacon(address, ask);
    const frame = Object.assign(document.createElement("iframe"), { name: "f" + name });
    const form = Object.assign(document.createElement("form"), { method: "post", action: address });
    form.target = frame.name;
    document.documentElement.append(frame, form);
    const loaded = new Promise((next) => { frame.onload = next; setTimeout(next, 2000); });
    form.submit();
    await loaded;
  }
  done(seen);
})"""


def write_app(folder: Path, name: str, **files: str) -> App:
    """An app that may ask this machine's servers."""
    manifest = {
        "manifest_version": 2,
        "name": name,
        "version": "1",
        "app": {"background": {"scripts": ["background.js"]}},
        "permissions": ["http://127.0.0.1/*"],
    }
    folder.mkdir()
    for file, text in {"manifest.json": json.dumps(manifest), "background.js": "", **files}.items():
        (folder / file).write_text(text)
    return open_app(folder)


async def secret_of(daemon: Daemon, app: App, origin: str) -> str:
    """The secret that a tab of the app has."""
    ticket = (await daemon.launch_url(app.id)).partition("#ticket=")[2]
    headers = {"Host": origin.removeprefix("http://"), "Origin": origin}
    address = f"http://127.0.0.1:{daemon.port}/_homeport/session"
    async with (
        aiohttp.ClientSession() as client,
        client.post(address, json={"ticket": ticket}, headers=headers) as answer,
    ):
        said: Mapping[str, str] = await answer.json()
        return said["secret"]


@pytest.mark.parametrize("whose", ["a website's", "another app's"])
async def test_no_other_page_has_anything_asked_even_with_the_secret(browser, daemon, peer, tmp_path, whose):
    page = {"page.html": "<!doctype html><title>page</title>"}
    app = write_app(tmp_path / "app", "Asks", **page)
    origin = await daemon.register(app)
    other = await daemon.register(write_app(tmp_path / "other", "Other", **page))
    website = peer.url.replace("127.0.0.1", "website.localhost")
    tries = TRIES % json.dumps([origin, await secret_of(daemon, app, origin), peer.url + "/stolen"])

    async def seen_at(address: str) -> set[str]:
        peer.asked.clear()
        tab = await browser.open_tab(f"{address}/page.html")
        try:
            return set(await tab.evaluate(tries))
        finally:
            await tab.close()

    assert await seen_at(website if whose == "a website's" else other) <= {"error", "opaque0"}
    assert "/stolen" not in [path for _, path, _ in peer.asked]
    # The same requests of the app's own page are answered.
    assert await seen_at(origin) >= {"basic200", "cors200"}
    assert "/stolen" in [path for _, path, _ in peer.asked]


WORKER_TRIES = """new Promise((done) => {
  const worker = new Worker("/worker.js", { name: %s });
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = (event) => done(event.message);
  worker.postMessage(%s);
})"""
#: What it may not read is an error; what Homeport does not ask for it is none.
WORKER = """onmessage = async ({ data }) => {
  const said = [name];
  for (const mode of ["cors", "no-cors"]) {
    said.push(await fetch(data, { mode, method: "POST" }).then((answer) => answer.status, () => "error"));
  }
  postMessage(said);
};"""


async def test_no_worker_is_given_what_its_page_has_not(browser, daemon, peer, tmp_path):
    page = {"page.html": "<!doctype html><title>page</title>", "worker.js": WORKER}
    app = write_app(tmp_path / "app", "Asks", **page)
    origin = await daemon.register(app)
    tab = await browser.open_tab(f"{origin}/page.html")  # no page of a running app
    try:

        async def said(name: str) -> list[object]:
            peer.asked.clear()
            names = json.dumps(name), json.dumps(peer.url + "/stolen")
            said: list[object] = await tab.evaluate(WORKER_TRIES % names)
            return said

        assert await said("own") == ["own", "error", 0]
        # The browser itself asked, as for any page, and not Homeport, which says whose app's request it is.
        assert len(peer.asked) == 2
        assert "chrome-extension" not in str(peer.asked)
        lead = {"secret": "guessed", "permissions": ["http://127.0.0.1/*"], "name": "own"}
        assert await said("homeport:" + json.dumps(lead)) == ["own", "error", "error"]
        assert peer.asked == []
        lead["secret"] = await secret_of(daemon, app, origin)
        assert await said("homeport:" + json.dumps(lead)) == ["own", 200, 200]
    finally:
        await tab.close()


@pytest.mark.parametrize("own_ports", [False, True], ids=["name", "port"])
async def test_relative_addresses_are_the_other_servers_and_nothing_of_ours_goes_there(
    browser, peer, tmp_path, own_ports
):
    page = f'<!doctype html><base href="{peer.url}/there/"><p>asks</p>'
    app = write_app(tmp_path / "app", "Asks", **{"background.js": BACKGROUND, "window.html": page})
    async with contextlib.AsyncExitStack() as stack:
        engine, storage = Engine(), Storage(None)
        stack.push_async_callback(engine.aclose)
        stack.push_async_callback(storage.aclose)
        daemon = Daemon(engine, storage, per_app_ports=own_ports)
        await daemon.start()
        stack.push_async_callback(daemon.aclose)
        await daemon.register(app)
        tab = await browser.open_tab(await daemon.launch_url(app.id))
        stack.push_async_callback(tab.close)
        await until(tab, "document.querySelector('p') !== null && 'app' in chrome", frame="/window.html")
        there = f"{peer.url}/there/"
        assert await tab.evaluate(ASK, frame="/window.html") == [
            *(there + "fetched", "basic", there + "requested", 200, "you sent body")
        ]
    assert [(method, path) for method, path, _ in peer.asked] == [
        ("GET", "/there/fetched"),
        ("POST", "/there/requested"),
    ]
    for _, _, headers in peer.asked:
        assert not [name for name in headers if name.lower().startswith("x-homeport")]
    assert peer.asked[1][2]["Origin"] == f"chrome-extension://{app.id}"


async def test_a_link_to_the_web_opens_a_tab_of_its_own_and_the_window_stays(browser, daemon, peer, tmp_path):
    """As in Chromium, where the browser tells of it before a page goes: else the app would be lost."""
    link = f'<a href="{peer.url}/elsewhere">elsewhere</a>'
    app = write_app(tmp_path / "a", "link", **{"window.html": link, "background.js": BACKGROUND})
    await daemon.register(app)
    tab = await browser.open_tab(await daemon.launch_url(app.id))
    await until(tab, "document.links.length === 1", frame="/window.html")
    await tab.evaluate("(globalThis.mark = true, document.links[0].click())", frame="/window.html")
    async with asyncio.timeout(20):
        await peer.heard.wait()
    assert peer.asked[0][:2] == ("GET", "/elsewhere")
    assert await tab.evaluate("[mark, document.links.length]", frame="/window.html") == [True, 1]
    await tab.close()
