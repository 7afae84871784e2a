"""Other servers, asked from a page whose addresses are relative to theirs, at both kinds of address."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from browsers import until

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.server import Daemon
from homeport.storage import Storage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BACKGROUND = b"""chrome.app.runtime.onLaunched.addListener(() => chrome.app.window.create("window.html"));"""
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
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.path, dict(request.headers)))
        return web.Response(text=f"you sent {await request.text()}")


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


@pytest.mark.parametrize("own_ports", [False, True], ids=["name", "port"])
async def test_relative_addresses_are_the_other_servers_and_nothing_of_ours_goes_there(
    browser, peer, tmp_path, own_ports
):
    manifest = {
        "manifest_version": 2,
        "name": "Asks",
        "version": "1",
        "app": {"background": {"scripts": ["background.js"]}},
        "permissions": ["http://127.0.0.1/*"],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "background.js").write_bytes(BACKGROUND)
    (tmp_path / "window.html").write_text(f'<!doctype html><base href="{peer.url}/there/"><p>asks</p>')
    async with contextlib.AsyncExitStack() as stack:
        engine, storage = Engine(), Storage(None)
        stack.push_async_callback(engine.aclose)
        stack.push_async_callback(storage.aclose)
        daemon = Daemon(engine, storage, per_app_ports=own_ports)
        await daemon.start()
        stack.push_async_callback(daemon.aclose)
        app = open_app(tmp_path)
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
