"""What the app says, and where it says it."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

from typing import Any


async def test_each_call_has_its_level_and_place(start_app: Any) -> None:
    app = await start_app(
        "console.log('a', 1, { b: [2] });\nconsole.warn('%s is %d%%', 'x', 5.5, 'more');\n"
        "function deep() { console.error(new Error('made')); }\ndeep();\nconsole.info('multi\\nline');\n"
        "console.debug(undefined, null, new Uint8Array(2), 'q', ['s']);\nconsole.assert(1 > 2, 'no');\n"
        "console.group('g'); console.log('in'); console.groupEnd(); console.log('out');\nconsole.count(); console.table;"
        f"console.log('{'x' * 5000}');"
    )
    await app.says("x" * 5000)
    assert app.calls[:2] == [
        ("log", "background.js:1", "a 1 { b: [ 2 ] }"),
        ("warn", "background.js:2", "x is 5% more"),
    ]
    level, place, text = app.calls[2]
    assert (level, place) == ("error", "background.js:3")
    assert text.startswith("Error: made\n    at deep (background.js:3:")
    assert app.calls[3:] == [
        ("info", "background.js:5", "multi\nline"),
        ("debug", "background.js:6", 'undefined null Uint8Array(2) [ 0, 0 ] q [ "s" ]'),
        ("error", "background.js:7", "Assertion failed: no"),
        ("log", "background.js:8", "g"),
        ("log", "background.js:8", "  in"),
        ("log", "background.js:8", "out"),
        ("log", "background.js:9", "default: 1"),
        ("log", "background.js:9", "x" * 5000),
    ]


async def test_uncaught_errors_show_the_apps_own_lines_and_stop_nothing(start_app: Any) -> None:
    app = await start_app(
        files={
            "one.js": "function f() {\n  missing();\n}\nf();\nconsole.log('not reached');",
            "two.js": "const a = 1;\nconst b = ;\nconst c = 2;",
            "three.js": "Promise.reject(new TypeError('late'));\n(async () => { await 1;\n other(); })();",
            "four.js": "chrome.runtime.onInstalled.addListener(() => {\n throw new Error('heard'); });"
            "chrome.sockets.tcp.getInfo(99, () => { console.log('asked'); });",
        },
        manifest={"app": {"background": {"scripts": ["one.js", "two.js", "three.js", "four.js"]}}},
    )
    await app.hears("asked")
    shown = [call for call in app.calls if call[0] == "error"]
    assert (
        "error",
        "one.js:2",
        "Uncaught ReferenceError: missing is not defined\n    at f (one.js:2:3)\n    at one.js:4:1",
    ) in shown
    assert ("error", "two.js:2", "Uncaught SyntaxError: Unexpected token ';'") in shown
    assert ("error", "three.js:1", "Uncaught (in promise) TypeError: late\n    at three.js:1:16") in shown
    assert (
        "error",
        "three.js:3",
        "Uncaught (in promise) ReferenceError: other is not defined\n    at three.js:3:2",
    ) in shown
    _, place, _ = await app.says("Error in event handler: Error: heard")
    assert place == "four.js:2"
    await app.says("Unchecked runtime.lastError: Socket not found")


async def test_what_the_listeners_of_the_platforms_objects_throw_stops_nothing(start_app: Any) -> None:
    app = await start_app(
        """
        addEventListener('error', (event) => console.log('told ' + event.message));
        const reader = new FileReader();
        reader.onload = () => { setTimeout(() => console.log('alive'), 5);
          throw new Error('from a reader'); };
        reader.readAsText(new Blob(['x']));
        const target = new EventTarget();
        target.addEventListener('x', () => { throw new Error('from a target'); });
        target.dispatchEvent(new Event('x'));
        """
    )
    await app.hears("told Uncaught Error: from a reader", "alive")
    shown = [text.splitlines()[0] for level, _, text in app.calls if level == "error"]
    assert shown == ["Uncaught Error: from a target", "Uncaught Error: from a reader"]


async def test_a_listener_may_deal_with_an_error(start_app: Any) -> None:
    app = await start_app(
        """
        window.onerror = () => true;
        addEventListener('unhandledrejection', (event) => { console.log(event.reason); event.preventDefault(); });
        setTimeout(() => { throw new Error('mine'); }, 1);
        setTimeout(() => { Promise.reject('mine too'); }, 2);
        setTimeout(() => console.log('end'), 20);
        """
    )
    await app.hears("mine too", "end")
    assert not [call for call in app.calls if call[0] == "error"]


async def test_an_address_of_the_app_stays_as_it_was_written(start_app: Any) -> None:
    app = await start_app("console.log(chrome.runtime.getURL('a.html')); fetch('missing.txt');")
    _, _, text = await app.says("chrome-extension://")
    assert text.endswith("/a.html")
    await app.hears("Failed to load resource: net::ERR_FILE_NOT_FOUND (missing.txt)")
