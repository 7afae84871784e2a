# ruff: noqa: E501 - lines of JavaScript
"""Answers that come in parts to a page without a browser: as fast as it reads, and no longer than it wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from tests.support.attendance import Attendance

MIB = 1 << 20


class Server(Attendance):
    """Sends what never ends, or so much, and knows what was sent and who is there."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.last_ids: list[str | None] = []

    async def endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await self.came(1)
        try:
            await response.prepare(request)
            while True:
                await response.write(b"x" * 65536)
                self.sent += 65536
        finally:
            await asyncio.shield(self.came(-1))

    async def events(self, request: web.Request) -> web.StreamResponse:
        self.last_ids.append(request.headers.get("Last-Event-ID"))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await self.came(1)
        try:
            await response.prepare(request)
            await response.write(f"retry: 10\nid: {len(self.last_ids)}\ndata: x\n\n".encode())
            if len(self.last_ids) > 2:
                await asyncio.Event().wait()
            return response
        finally:
            await asyncio.shield(self.came(-1))

    async def mebibytes(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(int(request.match_info["count"])):
            await response.write(bytes(MIB))
        return response


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_get("/endless", server.endless)
    app.router.add_get("/events", server.events)
    app.router.add_get("/mebibytes/{count}", server.mebibytes)
    async with server.serving(app):
        yield server


@pytest.fixture
def start(start_app: Any, server: Server) -> Any:
    """Starts an app that knows the server as ``BASE``."""

    async def start(script: str, **more: Any) -> Any:
        files = {
            name: text.replace("BASE", f"'{server.url}'") for name, text in more.pop("files", {}).items()
        }
        manifest = {"permissions": ["http://127.0.0.1/*"], **more.pop("manifest", {})}
        return await start_app(
            script.replace("BASE", f"'{server.url}'"), manifest=manifest, files=files, **more
        )

    return start


async def test_a_page_that_does_not_read_makes_the_server_wait(start: Any, server: Server) -> None:
    app = await start(
        """
        fetch(BASE + '/endless').then(async ({ body }) => {
          const reader = body.getReader();
          await reader.read();
          console.log('read');
          globalThis.goOn = reader;
        });
        """
    )
    await app.hears("read")
    async with asyncio.timeout(20):
        before = -1
        while before != server.sent:  # until it sends no more
            before = server.sent
            await asyncio.sleep(0.3)
    assert server.sent < 16 * MIB  # what sockets hold
    assert server.here == 1


async def test_more_than_memory_holds_goes_through_a_page_that_reads(start: Any) -> None:
    app = await start(
        """
        fetch(BASE + '/mebibytes/200').then(async ({ body }) => {
          let size = 0;
          for await (const part of body) size += part.length;
          console.log('RESULT ' + size);
        });
        """,
        memory=96,
    )
    assert await app.result() == 200 * MIB


WAYS_TO_STOP = {
    "a stream is cancelled": "fetch(BASE + '/endless').then(async ({ body }) => { const reader = body.getReader(); await reader.read(); stop = () => reader.cancel(); ready(); });",
    "a fetch is aborted": "const own = new AbortController(); fetch(BASE + '/endless', { signal: own.signal }).then(() => { stop = () => own.abort(); ready(); });",
    "an XMLHttpRequest is aborted": "const xhr = new XMLHttpRequest(); xhr.open('GET', BASE + '/endless'); xhr.send(); let heard = false; xhr.onprogress = () => { if (!heard) ready(); heard = true; }; stop = () => xhr.abort();",
    "an XMLHttpRequest is opened anew": "const xhr = new XMLHttpRequest(); xhr.open('GET', BASE + '/endless'); xhr.send(); let heard = false; xhr.onprogress = () => { if (!heard) ready(); heard = true; }; stop = () => xhr.open('GET', BASE);",
    "its time is over": "const xhr = new XMLHttpRequest(); xhr.open('GET', BASE + '/endless'); xhr.timeout = 500; xhr.send(); stop = () => {}; ready();",
    "a worker is ended": "const worker = new Worker('w.js'); worker.onmessage = () => { stop = () => worker.terminate(); ready(); };",
    "a window is closed": "chrome.app.window.create('window.html', {}, (made) => { made.contentWindow.told = () => { stop = () => made.close(); ready(); }; });",
    "the page ends": "fetch(BASE + '/endless').then(() => { stop = () => chrome.runtime.reload(); ready(); });",
}
FILES = {
    "w.js": "fetch(BASE + '/endless').then(() => postMessage('there'));",
    "window.html": "<script src='window.js'></script>",
    "window.js": "fetch(BASE + '/endless').then(() => told());",
}


@pytest.mark.parametrize("way", WAYS_TO_STOP)
async def test_the_request_ends_at_the_server_when(start: Any, server: Server, way: str) -> None:
    script = "let stop; const ready = () => {{ console.log('ready'); setTimeout(() => stop(), 200); }}; {}"
    once = "chrome.storage.local.get('again', ({ again }) => { if (again) return; chrome.storage.local.set({ again: true }); %s });"
    app = await start(
        once % script.format(WAYS_TO_STOP[way]).replace("let stop; ", "let stop = () => {}; "),
        files=FILES,
        manifest={"permissions": ["http://127.0.0.1/*", "storage"]},
    )
    await app.hears("ready")
    await server.has(0)


async def test_an_answer_is_seen_as_it_comes(start: Any) -> None:
    app = await start(
        """
        const xhr = new XMLHttpRequest(), seen = [];
        xhr.onprogress = ({ loaded, total, lengthComputable }) => {
          seen.push([xhr.readyState, xhr.responseText.length === loaded, lengthComputable, total, xhr.response === xhr.responseText]);
          if (loaded > 1 << 20) { xhr.abort(); console.log('RESULT ' + JSON.stringify([seen.at(-1), seen.length > 1, xhr.readyState, xhr.responseText])); }
        };
        xhr.open('GET', BASE + '/endless');
        xhr.send();
        """
    )
    assert await app.result() == [[3, True, False, 0, True], True, 0, ""]


@pytest.mark.parametrize(("count", "ends"), [(64, "load"), (65, "error")])
async def test_as_much_is_kept_for_an_xmlhttprequest(start: Any, count: int, ends: str) -> None:
    app = await start(
        f"""
        const xhr = new XMLHttpRequest();
        xhr.responseType = 'arraybuffer';
        xhr.onload = xhr.onerror = ({{ type }}) => console.log(type, xhr.response?.byteLength);
        xhr.open('GET', BASE + '/mebibytes/{count}');
        xhr.send();
        """
    )
    await app.hears(f"load {64 * MIB}" if ends == "load" else "error undefined")


@pytest.mark.parametrize("where", ["page", "worker"])
async def test_a_stream_of_events_goes_on_where_it_was(start: Any, server: Server, where: str) -> None:
    script = "const source = new EventSource(BASE + '/events'); source.onmessage = ({ lastEventId }) => { say(lastEventId); if (lastEventId === '3') { source.close(); say(source.readyState); } };"
    page = "new Worker('w.js').onmessage = ({ data }) => console.log(data);"
    app = await start(
        f"const say = console.log; {script}" if where == "page" else page,
        files={"w.js": f"const say = postMessage; {script}"},
    )
    await app.hears("1", "2", "3", "2")
    assert server.last_ids == [None, "1", "2"]
    await server.has(0)


async def test_bodies_that_nobody_reads_keep_no_others_waiting(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._web._MOST_REQUESTS", 3)
    app = await start(
        """
        (async () => {
          const ask = (count) => fetch(BASE + '/mebibytes/' + count);
          const first = await ask(32);
          for (let i = 0; i < 10; i++) await ask(32);
          const read = await (await ask(4)).arrayBuffer();
          const together = await Promise.all(Array.from({ length: 10 }, () => ask(32)));
          const lost = await first.arrayBuffer().catch((error) => error.name);
          console.log('RESULT ' + JSON.stringify([read.byteLength, together.length, lost]));
        })();
        """
    )
    assert await app.result() == [4 * MIB, 10, "TypeError"]
