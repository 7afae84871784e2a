"""``window.postMessage`` between an app's pages: a structured clone, in a task, with who sent it."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

from typing import Any

import pytest

PAGE = "<!doctype html><script src='w.js'></script>"


async def test_a_page_may_send_to_itself_in_a_task_of_its_own(start_app: Any) -> None:
    app = await start_app(
        """
        window.addEventListener('message', ({ data, origin, source, ports, isTrusted, type }) =>
          console.log(type, JSON.stringify(data), origin === location.origin, source === window, ports.length));
        window.onmessage = ({ data }) => console.log('on', data.n);
        postMessage({ n: 1 }, '*');
        window.postMessage({ n: 2 });
        postMessage({ n: 3 }, location.origin);
        postMessage({ n: 4 }, { targetOrigin: '/' });
        Promise.resolve().then(() => console.log('promise'));
        console.log('sync');
        """
    )
    said = [f'message {{"n":{n}}} true true 0' for n in (1, 2, 3, 4)]
    await app.hears("sync", "promise", said[0], "on 1", said[1], said[2], said[3], "on 4")


async def test_background_and_window_talk_and_answer_each_other(start_app: Any) -> None:
    app = await start_app(
        """
        onmessage = ({ data, source, origin }) => {
          console.log('background', data.from, source === window, source === made.contentWindow, data.constructor === Object);
          if (data.from === 'window') source.postMessage({ from: 'background', list: [1, [2]], map: new Map([[{}, new Date(0)]]) }, origin);
        };
        let made;
        chrome.app.window.create('w.html', {}, (window) => { made = window; });
        """,
        files={
            "w.html": PAGE,
            "w.js": """
              addEventListener('message', ({ data, source }) => {
                const [[key, date]] = data.map;
                console.log('window', data.from, source === opener, data.constructor === Object, data.list[1] instanceof Array,
                  data.map instanceof Map, key instanceof Object, date instanceof Date);
              });
              chrome.runtime.getBackgroundPage((page) => setTimeout(() => page.postMessage({ from: 'window' }, '*'), 0));
            """,
        },
    )
    await app.hears("background window false true true", "window background true true true true true true")


async def test_ports_and_buffers_are_transferred(start_app: Any) -> None:
    app = await start_app(
        """
        chrome.app.window.create('w.html', {}, ({ contentWindow }) => {
          contentWindow.addEventListener('load', () => {
            const { port1, port2 } = new MessageChannel(), buffer = new ArrayBuffer(8);
            port1.onmessage = ({ data }) => console.log('answer', data);
            contentWindow.postMessage({ port: port2, buffer }, '*', [port2, buffer]);
            console.log('left', buffer.byteLength);
          });
        });
        """,
        files={
            "w.html": PAGE,
            "w.js": """
              onmessage = ({ data, ports }) => {
                console.log('got', ports.length, ports[0] === data.port, data.buffer.byteLength);
                data.port.postMessage('hello');
              };
            """,
        },
    )
    await app.hears("left 0", "got 1 true 8", "answer hello")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            "postMessage(() => 1, '*')",
            "DataCloneError Failed to execute 'postMessage' on 'Window': () => 1 could not be cloned.",
        ),
        (
            "postMessage(1, 'nowhere')",
            "SyntaxError Failed to execute 'postMessage' on 'Window': Invalid target origin 'nowhere' in a call to 'postMessage'.",
        ),
        (
            "postMessage(1, '*', 5)",
            "TypeError Failed to execute 'postMessage' on 'Window': The provided value cannot be converted to a sequence.",
        ),
        (
            "postMessage(1, '*', [1])",
            "TypeError Failed to execute 'postMessage' on 'Window': Failed to convert value to 'object'.",
        ),
        (
            "const { port1 } = new MessageChannel(); postMessage(1, '*', [port1, port1])",
            "DataCloneError Failed to execute 'postMessage' on 'Window': Message port at index 1 is a duplicate of an earlier port.",
        ),
        (
            "postMessage()",
            "TypeError Failed to execute 'postMessage' on 'Window': 1 argument required, but only 0 present.",
        ),
    ],
)
async def test_what_cannot_be_sent_throws_at_once(start_app: Any, call: str, said: str) -> None:
    app = await start_app(f"try {{ {call}; }} catch ({{ name, message }}) {{ console.log(name, message); }}")
    await app.hears(said)


async def test_a_message_for_another_origin_is_not_heard(start_app: Any) -> None:
    app = await start_app(
        "onmessage = ({ data }) => console.log(data); postMessage('secret', 'https://example.com'); postMessage('own', '/');"
    )
    level, _, text = await app.says(
        "Failed to execute 'postMessage' on 'DOMWindow': The target origin provided"
    )
    assert level == "error"
    assert (
        "('https://example.com') does not match the recipient window's origin ('chrome-extension://" in text
    )
    await app.hears("own")
    assert not any(call[2] == "secret" for call in app.calls)


async def test_what_a_listener_throws_is_the_apps_own_error(start_app: Any) -> None:
    app = await start_app("onmessage = () => { broken(); };\npostMessage(1, '*');")
    _, place, _ = await app.says("Uncaught ReferenceError: broken is not defined")
    assert place == "background.js:1"


async def test_a_closed_window_hears_nothing_and_is_nobodys_source(start_app: Any) -> None:
    app = await start_app(
        """
        onmessage = ({ data, source }) => console.log(data, source);
        chrome.app.window.create('w.html', {}, (made) => {
          const page = made.contentWindow;
          page.addEventListener('load', () => made.close());
          made.onClosed.addListener(() => {
            page.postMessage('late', '*');
            page.tell();
          });
        });
        """,
        files={
            "w.html": PAGE,
            "w.js": "onmessage = () => console.log('heard'); var tell = () => opener.postMessage('gone', '*');",
        },
    )
    await app.hears("gone null")
    assert not any(call[2] == "heard" for call in app.calls)
