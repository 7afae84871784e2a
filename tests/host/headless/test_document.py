"""``document`` without a screen."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from homeport.host._runtime import find_deno

JQUERY = ["1.12.4", "2.2.4", "3.7.1", "4.0.0"]


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


@pytest.fixture(scope="session", params=JQUERY)
def jquery(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A version of jQuery, and its text from the package registry's cache."""
    deno, version = find_deno(), request.param
    try:
        subprocess.run(
            [deno, "cache", "--quiet", "--no-lock", "--no-config", f"npm:jquery@{version}"],
            check=True,
            capture_output=True,
            timeout=60,
        )
        info = json.loads(subprocess.run([deno, "info", "--json"], check=True, capture_output=True).stdout)
        [path] = Path(info["npmCache"]).glob(f"*/jquery/{version}/dist/jquery.js")
    except (subprocess.SubprocessError, ValueError) as error:
        pytest.skip(f"jQuery cannot be fetched: {error}")
    return version, path.read_text()


#: One line a part of jQuery; each is true in a browser.
PARTS = {
    "children": "$('#u > li').length === 3 && $('div:has(.q)').length >= 1 && $('li:eq(1)').text() === '2'",
    "classes": "$('li').addClass('b').toggleClass('a').removeClass('b').length === 3 && $('.a').length === 2",
    "checked": "$('input:checked').length === 2 && $('input[name=r]:checked').val() === '2'",
    "chosen": "$('select').val() === '2' && $('select').val('1').val() === '1' && $('option:selected').text() === 'one'",
    "serialize": "$('#f').serialize() === 'i=v&c=on&r=2&s=1&t=tt'",
    "content": "($('#d').html('<b>n</b>t').append('<i>1</i>').prepend('<i>0</i>').find('b').before('<u>b</u>')"
    ".wrap('<span class=w></span>'), $('#d').html() === '<i>0</i><u>b</u><span class=\"w\"><b>n</b></span>t<i>1</i>')",
    "replace": "($('#d .w').replaceWith($('#d b').clone()), $('#d').html() === '<i>0</i><u>b</u><b>n</b>t<i>1</i>')",
    "properties": "$('input[name=i]').attr('title', 't').prop('disabled', true) && $('input:disabled').length === 1",
    "styles": "$('#u').css('color', 'red').css('color') === 'red' && $('#u').hide()[0].style.display === 'none'",
    "parsing": "$.parseHTML('<a>1</a><b>2</b>').length === 2 && $($.parseXML('<r><x>1</x></r>')).find('x').text() === '1'",
    "data": "$('li').last().data('k').z === 1 && $('li').map(function () { return $(this).text(); }).get().join() === '1,2,3'",
}
BODY = (
    "<ul id=u><li class=a>1</li><li>2</li><li data-k='{\"z\":1}'>3</li></ul><form id=f><input name=i value=v>"
    "<input type=checkbox name=c checked><input type=radio name=r value=1><input type=radio name=r value=2 checked>"
    "<select name=s><option value=1>one<option value=2 selected>two</select><textarea name=t>tt</textarea></form>"
    "<div id=d><p class=q>y</p></div>"
)


async def test_jquery_works(start_app: Any, jquery: tuple[str, str]) -> None:
    version, text = jquery
    app = await start_app(
        files={
            "jquery.js": text,
            "data.json": '{"answer": 42}',
            "main.js": f"const PARTS = {json.dumps(PARTS)}, BODY = {json.dumps(BODY)};"
            """
              $(() => {
                $('body').append(BODY);
                const wrong = {};
                for (const [name, code] of Object.entries(PARTS)) {
                  try { if (eval(code) !== true) wrong[name] = 'false'; } catch (error) { wrong[name] = error.message; }
                }
                $('li').on('click', function (event) { $(this).addClass('hit').text(event.type); });
                $('ul').on('poke', 'li.a', (event, extra) => console.log('poked', extra));
                $('li:first').trigger('click');
                $('li.a').last().trigger('poke', ['hard']);
                $('#u').show().fadeOut(20, () => console.log('faded'));
                $.getJSON('data.json').done((data) => console.log('RESULT ' + JSON.stringify([
                  $.fn.jquery, data.answer, $('li:first').text(), $('li:first').hasClass('hit'), wrong])))
                  .fail((...args) => console.log('fail', args[1], args[2]));
              });
            """,
        },
        manifest={"app": {"background": {"scripts": ["jquery.js", "main.js"]}}},
        eval_allowed=True,
    )
    await app.hears("poked hard")
    await app.hears("faded")
    assert await app.result() == [version, 42, "click", True, {}]


async def test_every_class_of_a_window_is_there_or_is_not(start_app: Any) -> None:
    app = await start_app(
        """
        const broken = [];
        for (const name of Object.getOwnPropertyNames(window)) {
          try { void window[name]; } catch (error) { broken.push(name + ' ' + error.message); }
        }
        console.log('RESULT ' + JSON.stringify([broken, document.body.children instanceof HTMLCollection,
          document.createRange() instanceof Range, document instanceof HTMLDocument, NodeFilter.SHOW_ELEMENT]));
        console.log(document.body.appendChild(document.createElement('p')));
        """
    )
    assert await app.result() == [[], True, True, True, 1]
    await app.hears("<p></p>")


async def test_a_module_of_the_app_can_be_imported_from_a_script(start_app: Any) -> None:
    app = await start_app(
        files={
            "js/main.js": """
              (async () => {
                const [one, two] = await Promise.all([import('./one.js'), import('/js/two.js')]);
                console.log(one.name, two.name, one.shared === two.shared, (await import('./one.js')) === one);
                for (const name of ['./gone.js', './throws.js', 'bare']) await import(name).catch((e) => console.log(e.message));
                setTimeout(async () => console.log('late', (await import('./one.js')).name), 1);
              })();
            """,
            "js/one.js": "export { shared } from './shared.js'; export const name = 'one'; console.log('once');",
            "js/two.js": "export { shared } from './shared.js'; export const { name } = await import('./three.js');",
            "js/three.js": "export const name = 'three';",
            "js/shared.js": "export const shared = {};",
            "js/throws.js": "throw new RangeError('mine');",
        },
        manifest={"app": {"background": {"scripts": ["js/main.js"]}}},
    )
    await app.hears("one three true true", "Failed to load module 'js/gone.js'.", "mine", "late one")
    assert await app.says('Failed to resolve module specifier "bare"')
    assert [call[2] for call in app.calls].count("once") == 1
