"""An element's ``id`` is a name in its page's scripts, as it is in every browser."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

from typing import Any

WINDOW = {
    "background.js": "chrome.app.runtime.onLaunched.addListener(() => chrome.app.window.create('w.html'));",
}


async def test_a_windows_scripts_find_elements_by_their_ids(start_app: Any) -> None:
    app = await start_app(
        files={
            **WINDOW,
            "w.html": """<!doctype html><body><output id="state"></output><p id="twice">a</p><p id="twice">b</p>
              <form name="order"></form><div name="nothing"></div><script src="w.js"></script></body>""",
            "w.js": """
              state.textContent = 'ready';
              window.state.title = 'same';
              const later = document.body.appendChild(document.createElement('i'));
              later.id = 'later';
              console.log('RESULT ' + JSON.stringify([
                document.getElementById('state').title, state.textContent, twice.length, twice[1].textContent, order.tagName,
                'state' in window, Object.hasOwn(window, 'state'), typeof nothing, typeof nobody,
                window.later === later, (later.remove(), typeof window.later),
              ]));
              """,
        }
    )
    assert await app.result() == [
        *("same", "ready", 2, "b", "FORM"),
        *(True, False, "undefined", "undefined", True, "undefined"),
    ]


async def test_what_is_declared_or_built_in_goes_before_an_element(start_app: Any) -> None:
    app = await start_app(
        files={
            **WINDOW,
            "w.html": """<!doctype html><body><b id="name"></b><b id="toString"></b><b id="mine"></b><b id="set"></b>
              <b id="kept"></b><b id="fresh"></b><script src="w.js"></script></body>""",
            "w.js": """
              let mine = 'let';
              set = 'assigned';
              window.kept = 'property';
              var fresh;
              console.log('RESULT ' + JSON.stringify([typeof name, typeof toString, mine, set, kept, typeof fresh,
                Object.hasOwn(window, 'set')]));
              """,
        }
    )
    assert await app.result() == ["string", "function", "let", "assigned", "property", "undefined", True]


async def test_the_background_page_has_its_own(start_app: Any) -> None:
    app = await start_app(
        files={
            "background.html": '<!doctype html><body><p id="here">text</p><script src="b.js"></script></body>',
            "b.js": """
              const thrown = (() => { try { return elsewhere; } catch (error) { return `${error}`; } })();
              console.log('RESULT ' + JSON.stringify([here.textContent, thrown, typeof elsewhere]));
              """,
        },
        manifest={"app": {"background": {"page": "background.html"}}},
    )
    assert await app.result() == ["text", "ReferenceError: elsewhere is not defined", "undefined"]
