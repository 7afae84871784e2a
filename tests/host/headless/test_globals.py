"""What the app finds on its global object."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

from typing import Any

import pytest


async def test_scripts_run_in_order_in_one_global(start_app: Any) -> None:
    app = await start_app(
        files={
            "a.js": "let first = 1; const second = 2; class Third {}; function fourth() {}; var fifth = 5;",
            "b.js": "console.log(first + second, typeof Third, typeof fourth, window.fifth, typeof window.first);",
        },
        manifest={"app": {"background": {"scripts": ["a.js", "b.js"]}}},
    )
    [call] = await app.hears("3 function function 5 undefined")
    assert call[:2] == ("log", "b.js:1")


async def test_dates_and_numbers_are_in_the_users_zone_and_language(
    start_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    monkeypatch.setenv("LANGUAGE", "de_DE")
    app = await start_app(
        """
        const date = new Date(1e12);
        console.log(date.getHours(), date.getMinutes(), (1234.5).toLocaleString(), navigator.language);
        """
    )
    await app.hears("7 31 1.234,5 de-DE")


async def test_the_global_is_a_window(start_app: Any) -> None:
    app = await start_app(
        "console.log(window === self, self === globalThis, window === this, parent === window, "
        "typeof addEventListener, Object.keys(chrome.sockets).join());"
    )
    await app.hears("true true true true function tcp,tcpServer,udp")


@pytest.mark.parametrize("name", ["Deno", "process", "Buffer", "global", "require", "module", "setImmediate"])
async def test_the_runtime_itself_is_hidden(start_app: Any, name: str) -> None:
    app = await start_app(f"console.log(typeof {name}, {name!r} in globalThis);")
    await app.hears("undefined false")


async def test_timers_are_numbers_and_tell_their_errors(start_app: Any) -> None:
    app = await start_app(
        """
        const never = setTimeout(() => console.log('never'), 1);
        clearTimeout(never);
        let count = 0;
        const ticking = setInterval(() => { if (++count === 3) { clearInterval(ticking); next(); } }, 1);
        function next() {
          setTimeout((a, b) => { console.log(typeof never, a, b); broken(); }, 1, 'x', 'y');
          requestAnimationFrame((time) => console.log('frame', typeof time));
        }
        """
    )
    await app.hears("number x y")
    await app.hears("frame number")
    level, place, text = await app.says("Uncaught ReferenceError: broken is not defined")
    assert (level, place) == ("error", "background.js:7")
    assert "background.js:7:67" in text
    assert "headless" not in text


async def test_what_pages_have_is_there(start_app: Any) -> None:
    app = await start_app(
        """
        const names = ['Blob', 'FileReader', 'TextEncoder', 'TextDecoder', 'URL', 'crypto', 'performance', 'atob',
          'XMLHttpRequest', 'fetch', 'requestAnimationFrame', 'queueMicrotask', 'structuredClone', 'AbortController',
          'EventTarget', 'CustomEvent', 'MessageChannel', 'WebAssembly', 'navigator', 'location', 'screen', 'history',
          'DOMParser', 'HTMLElement', 'MutationObserver', 'WebKitMutationObserver', 'Path2D', 'OffscreenCanvas',
          'indexedDB', 'IDBKeyRange', 'FormData', 'Image', 'getComputedStyle', 'matchMedia', 'KeyboardEvent'];
        const missing = names.filter((name) => !(name in window));
        const reader = new FileReader();
        reader.onload = () => console.log('RESULT ' + JSON.stringify([missing, [...new Uint8Array(reader.result)],
          reader.result instanceof ArrayBuffer, location.href.replace(chrome.runtime.id, 'ID'), navigator.onLine]));
        reader.readAsArrayBuffer(new Blob([new Uint8Array([1, 2])]));
        """
    )
    url = "chrome-extension://ID/_generated_background_page.html"
    assert await app.result() == [[], [1, 2], True, url, True]


async def test_what_shows_something_takes_every_order(start_app: Any) -> None:
    app = await start_app(
        """
        const selection = getSelection();
        selection.removeAllRanges();
        console.log('RESULT ' + JSON.stringify([open('help.html'), open('http://127.0.0.1/'), String(selection),
          selection.rangeCount, navigator.sendBeacon('x'), navigator.vibrate(9), navigator.javaEnabled(),
          navigator.plugins.length, frameElement, find('x')]));
        """
    )
    assert await app.result() == [None, None, "", 0, False, False, False, 0, None, False]


async def test_what_packaged_apps_lack_is_absent(start_app: Any) -> None:
    app = await start_app(
        """
        alert('x');
        let thrown; try { document.write('x'); } catch (error) { thrown = error; }
        console.log(typeof localStorage, thrown instanceof Error, thrown.message);
        """
    )
    await app.hears("window.alert() is not available in packaged apps.")
    await app.hears("undefined true document.write() is not available in packaged apps.")


async def test_proto_can_be_read_and_set_as_in_a_browser(start_app: Any) -> None:
    app = await start_app(
        """
        const bytes = new Uint8Array(1);
        bytes.__proto__ = { __proto__: Uint8Array.prototype, answer: () => 42 };
        console.log(bytes.answer(), [].__proto__ === Array.prototype, '__proto__' in {}, Object.keys({}).length);
        """
    )
    await app.hears("42 true true 0")


async def test_what_only_a_screen_makes_sense_of_takes_every_order(start_app: Any) -> None:
    app = await start_app(
        """
        new ResizeObserver(() => {}).observe(document.body);
        new IntersectionObserver(() => {}).observe(document.body);
        new Audio('beep.mp3').play();
        document.createElement('canvas').getContext('2d').fillRect(0, 0, 1, 1);
        console.log(['a.b', '1x', '-', '-2', 'ü', 'a b'].map(CSS.escape).join('|'));
        """
    )
    await app.hears(r"a\.b|\31 x|\-|-\32 |ü|a\ b")


async def test_a_text_that_may_not_become_code_is_named_where_it_is(start_app: Any) -> None:
    app = await start_app("const text = 'console.log(1)';\nsetTimeout(text, 1);")
    level, place, _ = await app.says("Refused to evaluate a string as JavaScript")
    assert (level, place) == ("error", "background.js:2")


async def test_what_google_alone_has_is_refused_instead_of_missing(start_app: Any) -> None:
    """An app that would also be pushed to, and knows its user, goes on without; the console says what it lacks."""
    app = await start_app(
        """
        chrome.gcm.onMessage.addListener(() => {});
        chrome.gcm.register(['1'], (id) => {
          const seen = [id ?? null, chrome.runtime.lastError.message];
          chrome.identity.getAuthToken({ interactive: true }, (token) => {
            console.log('RESULT ' + JSON.stringify([...seen, token ?? null, chrome.runtime.lastError.message]));
          });
        });
        """,
        manifest={"permissions": ["gcm", "identity"], "oauth2": {"client_id": "x", "scopes": ["y"]}},
    )
    assert await app.result() == [
        *(None, "GCM is currently disabled."),
        *(None, "The user is not signed in."),
    ]
    (note,) = [text for _, _, text in app.calls if "cannot have" in text]
    assert "chrome.gcm is disabled; chrome.identity knows nobody who is signed in" in note
