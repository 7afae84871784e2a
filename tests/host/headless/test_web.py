# ruff: noqa: E501 - lines of JavaScript
"""HTTP and WebSocket from a page without a browser, against a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, WSMsgType, web
from tests.support.serving import serving

from homeport.server._websocket import accept_key

ANYWHERE = {"permissions": ["http://127.0.0.1/*", "storage"], "sockets": {}}


@pytest.fixture
async def server() -> AsyncIterator[str]:
    """Answers with what it was asked; ``/moved`` redirects, ``/socket`` echoes by WebSocket."""

    async def answer(request: web.Request) -> web.Response:
        told = {
            "method": request.method,
            "path": request.path_qs,
            "type": request.headers.get("Content-Type"),
            "mine": request.headers.get("X-Mine"),
            "body": await request.text(),
        }
        return web.Response(status=201, text=json.dumps(told), headers={"X-Theirs": "yes"})

    async def moved(_: web.Request) -> web.Response:
        raise web.HTTPFound("/there")

    async def elsewhere(_: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.2:9/")

    async def socket(request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse(protocols=["one", "two"])
        await response.prepare(request)
        async for message in response:
            if message.type is WSMsgType.TEXT:
                await response.send_str(message.data + "!")
            elif message.type is WSMsgType.BINARY:
                await response.send_bytes(message.data[::-1])
        return response

    app = web.Application()

    async def swallow(request: web.Request) -> web.Response:
        """Take what is sent, and answer when ``/more`` was asked for."""
        await request.read()
        await more.wait()
        return web.Response()

    async def go_on(_: web.Request) -> web.Response:
        more.set()
        return web.Response()

    async def together(_: web.Request) -> web.Response:
        """How many are answered at the same time."""
        now.append(1)
        count = len(now)
        await asyncio.sleep(0.02)
        now.pop()
        return web.Response(text=str(count))

    more = asyncio.Event()
    now: list[int] = []
    app.router.add_get("/together", together)
    app.router.add_get("/more", go_on)
    app.router.add_post("/swallow", swallow)
    app.router.add_get("/moved", moved)
    app.router.add_get("/elsewhere", elsewhere)
    app.router.add_get("/socket", socket)
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    yield f"127.0.0.1:{port}"
    await runner.cleanup()


async def test_fetch_and_xhr_reach_what_the_manifest_names(start_app: Any, server: str) -> None:
    app = await start_app(
        """
        const BASE = 'http://SERVER';
        (async () => {
          const first = await fetch(BASE + '/a?b', { method: 'PUT', headers: { 'X-Mine': 'x' }, body: 'grün' });
          const told = await first.json();
          const second = await (await fetch(BASE + '/moved')).json();
          const request = new XMLHttpRequest();
          request.open('POST', BASE + '/c');
          request.responseType = 'json';
          request.onload = () => console.log('RESULT ' + JSON.stringify([first.status, first.headers.get('x-theirs'), told,
            second.path, request.status, request.response.body, request.getResponseHeader('X-Theirs')]));
          request.send(new Blob(['blob']));
        })();
        """.replace("SERVER", server),
        manifest=ANYWHERE,
    )
    told = {"method": "PUT", "path": "/a?b", "type": "text/plain;charset=UTF-8", "mine": "x", "body": "grün"}
    assert await app.result() == [201, "yes", told, "/there", 201, "blob", "yes"]


@pytest.mark.parametrize(
    ("permissions", "sockets", "allowed"),
    [
        ([], {}, False),
        (["http://example.com/*"], {}, False),
        (["<all_urls>"], {}, True),
        (["*://*/*"], {}, True),
        ([], {"tcp": {"connect": "127.0.0.1:*"}}, True),
        ([], {"tcp": {"connect": "127.0.0.1:1"}}, False),
        ([], {"tcpServer": {"listen": "*"}, "udp": {"send": "*"}}, False),
        ([{"socket": ["tcp-connect:127.0.0.1:*"]}], {}, True),
        ([{"socket": ["tcp-listen"]}], {}, False),
    ],
)
async def test_the_manifest_decides(
    start_app: Any, server: str, permissions: list[object], sockets: dict[str, object], allowed: bool
) -> None:
    app = await start_app(
        f"""
        fetch('http://{server}/').then((r) => console.log('fetch', r.status), (e) => console.log('fetch', e.message));
        const socket = new WebSocket('ws://{server}/socket');
        socket.onopen = () => console.log('socket open');
        socket.onclose = (event) => console.log('socket', event.code);
        """,
        manifest={"permissions": permissions, "sockets": sockets},
    )
    await app.hears("fetch 201" if allowed else "fetch Failed to fetch")
    await app.hears("socket open" if allowed else "socket 1006")


@pytest.mark.parametrize(
    ("sockets", "says"), [({"tcp": {"connect": "*:*"}}, "open echoed! one 1000"), ({}, "1006")]
)
async def test_a_worker_has_websockets_with_its_pages_permissions(
    start_app: Any, server: str, sockets: dict[str, object], says: str
) -> None:
    app = await start_app(
        "new Worker('w.js').onmessage = ({ data }) => console.log(data);",
        files={
            "w.js": f"""
              const socket = new WebSocket('ws://{server}/socket', 'one'), heard = [];
              socket.onopen = () => {{ heard.push('open'); socket.send('echoed'); }};
              socket.onmessage = ({{ data }}) => {{ heard.push(data, socket.protocol); socket.close(); }};
              socket.onclose = ({{ code }}) => postMessage([...heard, code].join(' '));
            """
        },
        manifest={"sockets": sockets},
    )
    await app.hears(says)


async def test_the_websockets_of_a_worker_end_with_it(start_app: Any, server: str) -> None:
    app = await start_app(
        """
        const worker = new Worker('w.js');
        worker.onmessage = ({ data }) => { console.log(data); worker.terminate(); };
        """,
        files={"w.js": f"new WebSocket('ws://{server}/socket').onopen = () => postMessage('open');"},
        manifest={"sockets": {"tcp": {"connect": "*:*"}}},
    )
    await app.hears("open")
    async with asyncio.timeout(20):
        while app.app._page._web._sockets:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)


async def test_what_no_websocket_takes_is_refused_in_chromiums_words(start_app: Any, server: str) -> None:
    app = await start_app(
        f"""
        const socket = new WebSocket('ws://{server}/socket');
        for (const way of [() => new WebSocket(), () => new WebSocket('ftp://h/'), () => socket.send('x'), () => socket.close(999)]) {{
          try {{ way(); }} catch ({{ name, message }}) {{ console.log(name, message); }}
        }}
        """
    )
    await app.hears(
        "TypeError Failed to construct 'WebSocket': 1 argument required, but only 0 present.",
        "SyntaxError Failed to construct 'WebSocket': The URL's scheme must be either 'http', 'https', 'ws', or 'wss'. "
        "'ftp' is not allowed.",
        "InvalidStateError Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.",
        "InvalidAccessError Failed to execute 'close' on 'WebSocket': The close code must be either 1000, or between "
        "3000 and 4999. 999 is neither.",
    )


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (b"200", [200, True, ""]),
        (b"999 Odd", [999, False, "Odd"]),
        (b"600 More", [600, False, "More"]),
        (b"200 \x1b[31mred", [200, True, "[31mred"]),
    ],
)
async def test_a_status_line_of_any_kind_is_an_answer(
    start_app: Any, line: bytes, seen: list[object]
) -> None:
    """Some left the app without an answer for ever."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + line + b"\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    async with serving(answer) as port:
        running = await start_app(
            f"""
            fetch('http://127.0.0.1:{port}/').then(async (r) => {{
              const copy = r.clone();
              console.log('RESULT ' + JSON.stringify([r.status, r.ok, r.statusText, copy.status, await r.text()]));
            }});
            """,
            manifest={"permissions": ["http://127.0.0.1/*"]},
        )
        assert await running.result() == [*seen, seen[0], "ok"]


async def test_a_redirect_is_asked_for_permission_too(start_app: Any, server: str) -> None:
    app = await start_app(
        f"fetch('http://{server}/elsewhere').catch((error) => console.log(error.message));", manifest=ANYWHERE
    )
    await app.hears("Failed to fetch")
    assert (await app.says("Failed to load resource: "))[0] == "error"


async def test_a_websocket_carries_text_and_bytes_both_ways(start_app: Any, server: str) -> None:
    app = await start_app(
        f"""
        const socket = new WebSocket('ws://{server}/socket', ['two', 'zero']);
        socket.binaryType = 'arraybuffer';
        const heard = [socket.readyState, WebSocket.OPEN];
        socket.onopen = () => {{ heard.push(socket.protocol, socket.readyState); socket.send('hé'); }};
        socket.addEventListener('message', ({{ data }}) => {{
          heard.push(typeof data === 'string' ? data : [data instanceof ArrayBuffer, ...new Uint8Array(data)]);
          if (typeof data === 'string') socket.send(new Uint8Array([1, 2, 3]).subarray(1));
          else socket.close(3001, 'bye');
        }});
        socket.onclose = (event) => console.log('RESULT ' + JSON.stringify([heard, event.code, event.wasClean]));
        """,
        manifest=ANYWHERE,
    )
    assert await app.result() == [[0, 1, "two", 1, "hé!", [True, 3, 2]], 1000, True]


@pytest.fixture
async def deaf_server() -> AsyncIterator[str]:
    """Opens every WebSocket, and reads nothing from it."""
    opened = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = request.partition("Sec-WebSocket-Key: ")[2].partition("\r\n")[0]
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        writer.write(f"{head}Sec-WebSocket-Accept: {accept_key(key)}\r\n\r\n".encode())
        opened.append(writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    for writer in opened:
        writer.transport.abort()
    await asyncio.sleep(0)


async def test_a_websocket_that_nobody_reads_is_closed_before_it_fills_the_memory(
    start_app: Any, deaf_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._web._MAX_UNSENT", 8 << 20)
    app = await start_app(
        f"""
        const socket = new WebSocket('ws://{deaf_server}/');
        socket.onopen = () => {{ for (let i = 0; i < 100; i++) socket.send(new Uint8Array(1 << 20)); }};
        socket.onclose = (event) => console.log('closed', event.code, event.wasClean);
        """,
        manifest=ANYWHERE,
    )
    await app.hears("closed 1006 false")


async def test_messages_without_a_byte_fill_the_memory_as_little(
    start_app: Any, deaf_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._web._MAX_UNSENT", 1 << 20)
    app = await start_app(
        f"""
        const socket = new WebSocket('ws://{deaf_server}/');
        const send = () => {{
          for (let i = 0; i < 20000; i++) socket.send('');
          if (socket.readyState === 1) setTimeout(send, 1);
        }};
        socket.onopen = send;
        socket.onclose = (event) => console.log('closed', event.code, event.wasClean);
        """,
        manifest=ANYWHERE,
    )
    await app.hears("closed 1006 false")


@pytest.fixture
async def mute_server() -> AsyncIterator[tuple[str, asyncio.Queue[asyncio.StreamReader]]]:
    """Takes connections and answers nothing."""
    came: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
    writers = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        came.put_nowait(reader)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", came
    server.close()
    for writer in writers:
        writer.transport.abort()
    await asyncio.sleep(0)


@pytest.mark.parametrize("when", ["at once", "later"])
async def test_a_websocket_that_is_closed_before_it_opens_is_given_up(
    start_app: Any, server: str, mute_server: tuple[str, asyncio.Queue[asyncio.StreamReader]], when: str
) -> None:
    address, came = mute_server
    app = await start_app(
        f"""
        const socket = new WebSocket('ws://{address}/');
        socket.onclose = (event) => console.log('closed', event.code, event.wasClean);
        if ({json.dumps(when)} === 'at once') socket.close();
        else fetch('http://{server}/swallow', {{ method: 'POST' }}).then(() => socket.close());
        """,
        manifest=ANYWHERE,
    )
    if when == "later":
        async with asyncio.timeout(10), ClientSession() as client:
            reader = await came.get()
            await reader.readuntil(b"\r\n\r\n")
            await client.get(f"http://{server}/more")
            assert await reader.read() == b""
    await app.hears("closed 1006 false")


async def test_websockets_leave_requests_to_their_server_their_connections(
    start_app: Any, server: str
) -> None:
    app = await start_app(
        f"""
        let open = 0;
        for (let i = 0; i < 100; i++) {{
          new WebSocket('ws://{server}/socket').onopen = () => {{
            if (++open === 100) fetch('http://{server}/').then((r) => console.log('RESULT ' + r.status));
          }};
        }}
        """,
        manifest=ANYWHERE,
    )
    assert await app.result() == 201


async def test_only_so_many_websockets_wait_to_be_opened(
    start_app: Any, mute_server: tuple[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._web._MOST_OPENING", 5)
    app = await start_app(
        f"""
        let closed = 0, next;
        const open = () => {{
          const socket = new WebSocket('ws://{mute_server[0]}/');
          socket.onclose = (event) => console.log(`closed ${{++closed}}`, event.code);
          return socket;
        }};
        const sockets = Array.from({{ length: 7 }}, open);
        sockets[6].onclose = () => {{
          sockets[0].onclose = () => {{ next = open(); setTimeout(() => console.log('RESULT ' + next.readyState), 500); }};
          sockets[0].close();
        }};
        """,
        manifest=ANYWHERE,
    )
    await app.hears("closed 1 1006")
    assert await app.result() == 0  # it waits in the place of the one that was closed


async def test_more_requests_than_may_wait_fail(
    start_app: Any, mute_server: tuple[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._web._MOST_REQUESTS", 3)
    monkeypatch.setattr("homeport.host._web._MOST_WAITING", 4)
    app = await start_app(
        f"""
        let failed = 0;
        for (let i = 0; i < 20; i++) {{
          fetch('http://{mute_server[0]}/').catch(() => {{ if (++failed === 13) console.log('failed'); }});
        }}
        """,
        manifest=ANYWHERE,
    )
    await app.hears("failed")


async def test_more_requests_than_may_be_under_way_wait_their_turn(
    start_app: Any, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._web._MOST_REQUESTS", 3)
    app = await start_app(
        f"""
        Promise.all(Array.from({{length: 20}}, () => fetch('http://{server}/together').then((r) => r.text())))
          .then((each) => console.log('RESULT ' + JSON.stringify(each.map(Number))));
        """,
        manifest=ANYWHERE,
    )
    found = await app.result()
    assert len(found) == 20
    assert max(found) == 3


async def test_more_than_may_be_sent_at_once_is_refused(
    start_app: Any, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._web._MAX_BODIES", 3 << 20)
    app = await start_app(
        f"""
        const body = new Uint8Array((1 << 20) - 100), url = 'http://{server}/';
        const refused = () => {{ fetch(url + 'more'); return 0; }};
        const send = () => fetch(url + 'swallow', {{ method: 'POST', body }}).then((r) => r.status, refused);
        Promise.all([send(), send(), send(), send(), send()])
          .then((each) => console.log('RESULT ' + JSON.stringify(each.sort())));
        """,
        manifest=ANYWHERE,
    )
    assert await app.result() == [0, 0, 200, 200, 200]
