"""``document`` without a screen."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from homeport.host._runtime import find_deno

JQUERY = "3.7.1"


async def test_the_generated_page_is_as_in_chromium(start_app: Any) -> None:
    app = await start_app(
        """
        const states = [document.readyState];
        const order = [];
        document.addEventListener('DOMContentLoaded', () => order.push('document ' + document.readyState));
        window.addEventListener('DOMContentLoaded', () => order.push('window'));
        window.onload = () => {
          order.push('load ' + document.readyState);
          console.log('RESULT ' + JSON.stringify([states, order, document.documentElement.outerHTML,
            document.defaultView === window, document.currentScript, document.body instanceof HTMLElement]));
        };
        states.push(document.currentScript.getAttribute('src'));
        """
    )
    html = '<html><head></head><body>\n<script src="background.js"></script></body></html>'
    order = ["document interactive", "window", "load complete"]
    assert await app.result() == [["loading", "background.js"], order, html, True, None, True]


async def test_a_background_page_runs_its_scripts_in_order(start_app: Any) -> None:
    app = await start_app(
        files={
            "bg/page.html": """<!doctype html><title>t</title><div id=here>x</div>
              <script src="../late.js" defer></script><script src="../one.js"></script>
              <script>console.log('inline')</script><script type="text/template">nothing</script>
              <script src="two.js"></script><script src="gone.js"></script>
              <script type="module" src="module.js"></script>""",
            "one.js": "const one = document.getElementById('here').textContent; console.log('one');",
            "bg/two.js": "console.log('two', one, document.currentScript.src.replace(/.*[/]bg/, 'bg'));",
            "late.js": "console.log('late');",
            "bg/module.js": "import { word } from './lib.js'; import * as me from '/bg/lib.js';"
            "console.log(word, me.word === word, typeof one, this, import.meta.url.slice(-12));",
            "bg/lib.js": "export const word = 'module';",
        },
        manifest={"app": {"background": {"page": "bg/page.html"}}},
    )
    await app.hears("one", "two x bg/two.js", "late", "module true string undefined bg/module.js")
    assert await app.says("Refused to execute inline script")
    assert await app.says("Failed to load resource: net::ERR_FILE_NOT_FOUND")


async def test_a_script_element_that_is_inserted_loads_and_runs(start_app: Any) -> None:
    app = await start_app(
        """
        const script = document.createElement('script');
        script.src = 'js/more.js';
        script.onload = () => console.log('loaded', more);
        document.head.appendChild(script);
        const gone = document.createElement('script');
        gone.addEventListener('error', () => console.log('failed'));
        gone.src = 'gone.js';
        document.body.append(gone);
        const foreign = document.createElement('script');
        foreign.onerror = () => console.log('refused');
        foreign.src = 'https://example.invalid/x.js';
        document.body.append(foreign);
        console.log('inserted');
        """,
        files={"js/more.js": "const more = 'more'; console.log('running');"},
    )
    await app.hears("inserted", "running", "loaded more")
    await app.hears("failed")
    await app.hears("refused")


async def test_events_are_captured_and_bubble_and_no_listener_stops_another(start_app: Any) -> None:
    app = await start_app(
        """
        document.body.innerHTML = '<p><b id=b>x</b></p>';
        const b = document.getElementById('b');
        const heard = [];
        const on = (target, name, capture) => target.addEventListener('ping', (event) => {
          heard.push(name + event.eventPhase + (event.target === b) + (event.currentTarget === target));
          if (name === 'p') throw new Error('mine');
        }, capture);
        on(window, 'w'); on(document, 'd', true); on(document, 'D'); on(b.parentNode, 'p'); on(b, 'b');
        b.addEventListener('ping', () => heard.push('once'), { once: true });
        const event = new CustomEvent('ping', { bubbles: true, cancelable: true, detail: 7 });
        b.dispatchEvent(event);
        b.dispatchEvent(new Event('ping'));
        b.onclick = (event) => { event.preventDefault(); heard.push('click'); };
        b.click();
        console.log('RESULT ' + JSON.stringify(heard));
        """
    )
    assert await app.result() == [
        *("d1truetrue", "b2truetrue", "once", "p3truetrue", "D3truetrue", "w3truetrue"),
        *("d1truetrue", "b2truetrue", "click"),
    ]
    assert await app.says("Uncaught Error: mine")


async def test_a_server_that_asks_for_no_document_pays_for_none(start_app: Any) -> None:
    app = await start_app(
        "console.log('there'); window.addEventListener('load', () => console.log('loaded'));"
    )
    await app.hears("loaded")
    plain = _resident(app)
    app = await start_app("console.log(document.body.localName);")
    await app.hears("body")
    assert _resident(app) - plain > 5 << 20


def _resident(app: Any) -> int:
    status = Path(f"/proc/{app.app.status().pid}/status")
    if not status.exists():
        pytest.skip("needs /proc")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


@pytest.fixture(scope="session")
def jquery() -> str:
    """jQuery, from the package registry's cache."""
    deno = find_deno()
    try:
        subprocess.run(
            [deno, "cache", "--quiet", "--no-lock", "--no-config", f"npm:jquery@{JQUERY}"],
            check=True,
            capture_output=True,
            timeout=60,
        )
        info = json.loads(subprocess.run([deno, "info", "--json"], check=True, capture_output=True).stdout)
        [path] = Path(info["npmCache"]).glob(f"*/jquery/{JQUERY}/dist/jquery.js")
    except (subprocess.SubprocessError, ValueError) as error:
        pytest.skip(f"jQuery cannot be fetched: {error}")
    return path.read_text()


async def test_jquery_works(start_app: Any, jquery: str) -> None:
    app = await start_app(
        files={
            "jquery.js": jquery,
            "data.json": '{"answer": 42}',
            "main.js": """
              $(() => {
                $('body').append('<ul><li class="a">1</li><li>2</li></ul><input name="i" value="v">');
                $('li').on('click', function (event) { $(this).addClass('hit').text(event.type); });
                $('ul').on('poke', 'li.a', (event, extra) => console.log('poked', extra));
                $('li.a').trigger('click').trigger('poke', ['hard']);
                $('li').eq(1).css('color', 'red').attr('data-x', 3).hide().show();
                $.getJSON('data.json').done((data) => console.log('RESULT ' + JSON.stringify([
                  $.fn.jquery, data.answer, $('li.a').text(), $('li:first').hasClass('hit'), $('li').last().data('x'),
                  $('input').val(), $('ul').find('li').length, $('<div>').html('<b>x</b>').html()])))
                  .fail((...args) => console.log('fail', args[1], args[2]));
              });
            """,
        },
        manifest={"app": {"background": {"scripts": ["jquery.js", "main.js"]}}},
    )
    await app.hears("poked hard")
    assert await app.result() == [JQUERY, 42, "click", True, 3, "v", 2, "<b>x</b>"]
