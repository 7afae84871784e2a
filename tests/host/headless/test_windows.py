"""``chrome.app.window`` without a screen."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

from typing import Any

PAGE = "<!doctype html><title>Window</title><p id=p>here</p><script src='first.js'></script><script src='main.js'></script>"


async def test_a_window_is_made_told_of_and_loaded_in_chromiums_order(start_app: Any) -> None:
    app = await start_app(
        """
        chrome.app.window.create('window.html', { id: 'w', innerBounds: { width: 300, height: 200 } }, (made) => {
          const page = made.contentWindow;
          console.log('made', made.id, typeof page, page === chrome.app.window.get('w').contentWindow, page.innerWidth);
          page.given = 'given';
          page.addEventListener('load', () => console.log('load', page.document.title, page.mine.length));
        });
        console.log('asked');
        """,
        files={
            "window.html": PAGE,
            "first.js": "let shared = 1; var mine = [1, 2]; console.log('first', given, typeof chrome.sockets.tcp);",
            "main.js": """
              console.log('main', shared, document.readyState, document.getElementById('p').textContent,
                window === self, window === globalThis, document.defaultView === window,
                location.href.endsWith('/window.html'));
              document.addEventListener('DOMContentLoaded', () => console.log('content'));
              chrome.runtime.getBackgroundPage((page) => console.log('background', page === opener, page !== window));
            """,
        },
    )
    await app.hears(
        "asked",
        "made w object true 300",
        "first given object",
        "main 1 loading here true true true true",
        "content",
        "load Window 2",
    )
    await app.hears("background true true")


async def test_a_window_is_shown_on_one_line(start_app: Any) -> None:
    app = await start_app(
        "chrome.app.window.create('window.html', {}, (made) => console.log(made.contentWindow, window));",
        files={"window.html": PAGE, "first.js": "", "main.js": ""},
    )
    await app.hears("Window {} Window {}")


async def test_a_windows_objects_are_of_classes_of_its_own(start_app: Any) -> None:
    app = await start_app(
        "chrome.app.window.create('window.html');",
        files={
            "window.html": PAGE,
            "first.js": "",
            "main.js": """
              for (const each of [window, document.querySelector('p'), location, navigator]) {
                const own = window[each.constructor.name];
                console.log(String(Object.prototype.toString.call(each)), each instanceof own, own.prototype.isPrototypeOf(each));
              }
              console.log('once', Window.prototype === Object.getPrototypeOf(window));
            """,
        },
    )
    await app.hears(
        "[object Window] true true",
        "[object HTMLParagraphElement] true true",
        "[object Location] true true",
        "[object Navigator] true true",
        "once true",
    )


async def test_a_server_in_a_window_serves(start_app: Any) -> None:
    app = await start_app(
        "chrome.app.runtime.onLaunched.addListener(() => chrome.app.window.create('window.html'));",
        files={
            "window.html": PAGE,
            "first.js": "",
            "main.js": """
              const { tcp, tcpServer } = chrome.sockets;
              tcpServer.onAccept.addListener(({ clientSocketId }) => tcp.setPaused(clientSocketId, false));
              tcp.onReceive.addListener(({ socketId, data }) => {
                console.log(data instanceof ArrayBuffer, new Uint8Array(data) instanceof Uint8Array,
                  new TextEncoder().encode('x').buffer instanceof ArrayBuffer, [] instanceof Array);
                tcp.send(socketId, data, () => tcp.close(socketId));
              });
              tcpServer.create({}, ({ socketId }) => tcpServer.listen(socketId, '127.0.0.1', 0, () =>
                tcpServer.getInfo(socketId, ({ localPort }) => console.log('RESULT ' + localPort))));
            """,
        },
    )
    import asyncio

    reader, writer = await asyncio.open_connection("127.0.0.1", await app.result())
    writer.write(b"hello")
    assert await reader.read() == b"hello"
    writer.close()
    await app.hears("true true true true")


async def test_a_closed_window_is_gone_with_its_timers(start_app: Any) -> None:
    app = await start_app(
        """
        chrome.app.window.create('window.html', {}, (made) => {
          made.onClosed.addListener(() => {
            console.log('closed', made.contentWindow.closed, chrome.app.window.getAll().length);
            setTimeout(() => console.log('end'), 60);
          });
        });
        """,
        files={
            "window.html": PAGE,
            "first.js": "window.onpagehide = () => console.log('hide'); setInterval(() => console.log('tick'), 20);",
            "main.js": "setTimeout(() => window.close(), 50);",
        },
    )
    await app.hears("tick", "hide", "closed true 0", "end")
    texts = [text for _, _, text in app.calls]
    assert "tick" not in texts[texts.index("hide") :]


async def test_a_windows_errors_are_its_own(start_app: Any) -> None:
    app = await start_app(
        "chrome.app.window.create('window.html');",
        files={
            "window.html": PAGE,
            "first.js": "window.onerror = (message, file, line) => { console.log(message, file.slice(-7), line); };\n",
            "main.js": "\n\nsetTimeout(() => { broken(); }, 1);\neval('1');",
        },
    )
    await app.hears("Uncaught EvalError: Code generation from strings disallowed for this context main.js 4")
    await app.hears("Uncaught ReferenceError: broken is not defined main.js 3")
    assert (await app.says("Uncaught ReferenceError: broken is not defined\n"))[:2] == ("error", "main.js:3")


async def test_a_page_moves_within_itself_and_nowhere_else(start_app: Any) -> None:
    app = await start_app(
        "chrome.app.window.create('../window.html');",
        files={
            "window.html": PAGE,
            "first.js": """
              const heard = [];
              window.onhashchange = (event) => heard.push([event.oldURL, event.newURL].map((url) => url.replace(location.origin, '')));
            """,
            "main.js": """
              location.hash = '#/one';
              location.href = '#/two';
              location.assign('https://example.com/');
              setTimeout(() => console.log('RESULT ' + JSON.stringify([location.hash, location.pathname, heard])), 10);
              navigator.geolocation.getCurrentPosition(() => {}, ({ code }) => console.log('nowhere', code));
            """,
        },
    )
    moves = [["/window.html", "/window.html#/one"], ["/window.html#/one", "/window.html#/two"]]
    assert await app.result() == ["#/two", "/window.html", moves]
    await app.hears("nowhere 2")


async def test_windows_that_are_closed_leave_no_memory_behind(start_app: Any) -> None:
    app = await start_app(
        files={
            "window.html": "<script src='window.js'></script><script type='module' src='module.js'></script>",
            "module.js": "import './other.js';",
            "other.js": "export const other = 1;",
            "window.js": "const later = () => import('./other.js'); chrome.runtime.onMessage.addListener(() => {});",
            "background.js": """
            let gone = 0;
            const closed = new FinalizationRegistry(() => gone++);
            const open = () => new Promise((done) => chrome.app.window.create('window.html', (opened) => {
              opened.contentWindow.addEventListener('load', () => setTimeout(() => {
                opened.onClosed.addListener(done);
                closed.register(opened.contentWindow);
                opened.close();
              }));
            }));
            (async () => {
              // The page cannot ask for it, but what nobody needs is given up as the memory fills.
              for (let i = 0; i < 150 && gone === 0; i++) await open();
              console.log('gone', gone > 0);
            })();
            """,
        },
    )
    assert (await app.says("gone"))[2] == "gone true"
