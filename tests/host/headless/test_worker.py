"""``Worker``: a thread without permissions, in which a script of the app's own runs."""

# ruff: noqa: E501 - lines of JavaScript

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from homeport.host import PageSettings


async def test_page_and_worker_talk_in_order_also_before_it_runs(start_app: Any) -> None:
    app = await start_app(
        """
        const worker = new Worker('js/worker.js', { name: 'counter' });
        worker.onmessage = ({ data, origin, ports }) => console.log('page', JSON.stringify(data), ports.length, data.constructor === Object);
        worker.postMessage({ n: 1 });
        worker.postMessage({ n: 2 });
        console.log(worker instanceof Worker, worker instanceof EventTarget);
        """,
        files={
            "js/worker.js": """
              let sum = 0;
              onmessage = ({ data }) => { sum += data.n; self.postMessage({ sum, name, href: location.pathname }); };
            """
        },
    )
    await app.hears(
        "true true",
        'page {"sum":1,"name":"counter","href":"/js/worker.js"} 0 true',
        'page {"sum":3,"name":"counter","href":"/js/worker.js"} 0 true',
    )


async def test_buffers_and_ports_are_transferred_both_ways(start_app: Any) -> None:
    app = await start_app(
        """
        const worker = new Worker('w.js'), { port1, port2 } = new MessageChannel(), buffer = new ArrayBuffer(4);
        worker.postMessage({ buffer, port2 }, [buffer, port2]);
        console.log('left', buffer.byteLength);
        port1.onmessage = ({ data }) => console.log('port', data);
        worker.onmessage = ({ data }) => {
          console.log('back', new Uint8Array(data).join(), data instanceof ArrayBuffer);
          try { worker.postMessage(() => 1); } catch ({ name }) { console.log(name); }
        };
        """,
        files={
            "w.js": """
              onmessage = ({ data: { buffer, port2 } }) => {
                new Uint8Array(buffer).fill(7);
                postMessage(buffer, { transfer: [buffer] });
                port2.postMessage('from the worker, which has ' + buffer.byteLength);
              };
            """
        },
    )
    await app.hears("left 0")
    await app.hears("back 7,7,7,7 true", "DataCloneError")
    await app.hears("port from the worker, which has 0")


async def test_it_loads_scripts_files_and_modules_of_the_app(start_app: Any) -> None:
    app = await start_app(
        """
        for (const [url, options] of [['w.js'], ['m.js', { type: 'module' }]]) new Worker(url, options);
        const text = URL.createObjectURL(new Blob(["importScripts('chrome-extension://" + chrome.runtime.id + "/lib/a.js'); console.log('blob', a);"]));
        new Worker(text);
        """,
        files={
            "w.js": """
              importScripts('lib/a.js', '/lib/b.js');
              const request = new XMLHttpRequest();
              request.open('GET', 'data.json', false);
              request.send();
              fetch('data.json').then((r) => r.json()).then(({ n }) => console.log('worker', a, b, request.responseText, n));
              try { importScripts('none.js'); } catch ({ name }) { console.log('none', name); }
              import('./n.js').then(({ n }) => console.log('imported', n));
            """,
            "lib/a.js": "var a = 'a';",
            "lib/b.js": "const b = a + 'b';",
            "data.json": '{"n": 5}',
            "m.js": "import { n } from './n.js'; console.log('module', n, typeof self);",
            "n.js": "export const n = 9;",
        },
    )
    for said in ('worker a ab {"n": 5} 5', "none NetworkError", "imported 9", "module 9 object", "blob a"):
        await app.hears(said)


async def test_what_nobody_catches_is_told_and_printed_with_the_apps_line(start_app: Any) -> None:
    app = await start_app(
        """
        const worker = new Worker('w.js');
        worker.addEventListener('error', (event) => console.log('told', event.message, event.filename.endsWith('/w.js'), event.lineno));
        const quiet = new Worker('w.js');
        quiet.onerror = (event) => event.preventDefault();
        setTimeout(() => { worker.postMessage(1); quiet.postMessage(1); }, 100);
        """,
        files={"w.js": "onmessage = () => {\n  broken();\n};\nPromise.reject(new Error('rejected'));"},
    )
    await app.hears("told Uncaught ReferenceError: broken is not defined true 2")
    _, place, text = await app.says("Uncaught ReferenceError: broken is not defined")
    assert place == "w.js:2"
    assert "worker.js" not in text
    _, place, _ = await app.says("Uncaught (in promise) Error: rejected")
    assert place == "w.js:4"
    assert sum(call[2].startswith("Uncaught Ref") for call in app.calls) == 1
    assert app.app.status().state == "running"


async def test_a_worker_ends_when_it_is_told_to_and_with_its_window(start_app: Any) -> None:
    app = await start_app(
        """
        const tick = (worker, name) => { let n = 0; worker.onmessage = () => { if (++n === 3) { console.log(name, 'ticks'); } }; };
        const one = new Worker('tick.js');
        one.onmessage = () => { one.terminate(); one.onmessage = () => console.log('still there'); console.log('ended'); };
        const other = new Worker('close.js');
        other.onmessage = ({ data }) => console.log(data);
        chrome.app.window.create('w.html', {}, (made) => {
          const port = new BroadcastChannel('ticks');
          port.onmessage = () => { port.onmessage = () => {}; made.close(); };
          made.onClosed.addListener(() => setTimeout(() => {
            port.onmessage = () => console.log('outlived its window');
            setTimeout(() => console.log('quiet'), 200);
          }, 200));
        });
        """,
        files={
            "tick.js": "setInterval(() => postMessage(1), 5);",
            "close.js": "postMessage('closing'); close(); setTimeout(() => postMessage('still there'), 50);",
            "w.html": "<script src='w.js'></script>",
            "w.js": "new Worker('ticks.js');",
            "ticks.js": "const channel = new BroadcastChannel('ticks'); setInterval(() => channel.postMessage(1), 5);",
        },
    )
    await app.hears("ended")
    await app.hears("closing")
    await app.hears("quiet")
    assert not {"still there", "outlived its window"} & {call[2] for call in app.calls}


@pytest.mark.parametrize("url", ["https://example.com/w.js", "file:///etc/passwd"])
async def test_only_the_apps_own_scripts_can_be_one(start_app: Any, url: str) -> None:
    app = await start_app(f"try {{ new Worker({url!r}); }} catch ({{ name }}) {{ console.log(name); }}")
    await app.hears("SecurityError")


async def test_text_in_an_address_is_none_by_the_apps_policy(start_app: Any) -> None:
    app = await start_app(
        "new Worker('data:text/javascript,postMessage(1)').onerror = ({ type }) => console.log('told', type);"
    )
    await app.hears("told error")
    await app.says("A Worker cannot start: 'data:text/javascript,postMessage(1)' violates the app's")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("new Worker()", "TypeError Failed to construct 'Worker': 1 argument required, but only 0 present."),
        (
            "new Worker('w.js').postMessage()",
            "TypeError Failed to execute 'postMessage' on 'Worker': 1 argument required, but only 0 present.",
        ),
        (
            "new Worker('w.js').postMessage(() => 1)",
            "DataCloneError Failed to execute 'postMessage' on 'Worker': () => 1 could not be cloned.",
        ),
    ],
)
async def test_mistakes_are_told_in_chromiums_words(start_app: Any, call: str, said: str) -> None:
    app = await start_app(
        f"try {{ {call}; }} catch ({{ name, message }}) {{ console.log(name, message); }}", files={"w.js": ""}
    )
    await app.hears(said)


async def test_it_looks_as_chromiums_does(start_app: Any) -> None:
    app = await start_app(
        r"""
        const from = (text) => new Worker(URL.createObjectURL(new Blob([text])));
        console.log(Object.getOwnPropertyNames(Worker.prototype).sort().join(), String(from('')), Worker.length);
        from('close(); postMessage("after close");').onmessage = ({ data }) => console.log(data);
        from("try { importScripts('none.js'); } catch ({ name, message }) { postMessage(name + ' ' + message); }").onmessage =
          ({ data }) => console.log(data);
        const failing = from('\n\nbroken();');
        failing.onerror = (event) => { event.preventDefault(); console.log(event.lineno, event.filename.slice(0, 5), event.cancelable); };
        const rejecting = from('Promise.reject(1); setTimeout(() => postMessage("alive"), 50);');
        rejecting.onerror = () => console.log('an error');
        rejecting.onmessage = ({ data }) => console.log(data);
        """
    )
    await app.hears("constructor,onerror,onmessage,postMessage,terminate [object Worker] 1")
    for said in ("after close", "3 blob: true", "alive"):
        await app.hears(said)
    await app.hears(
        "SyntaxError Failed to execute 'importScripts' on 'WorkerGlobalScope': The URL 'none.js' is invalid."
    )
    assert not any(call[2] == "an error" for call in app.calls)


async def test_a_script_that_is_not_there_is_an_error_event(start_app: Any) -> None:
    app = await start_app("new Worker('none.js').onerror = (event) => console.log('error', event.type);")
    await app.hears("error error")


# T16: what the script of a worker tries.


async def test_nothing_in_a_worker_leads_to_the_runtime(start_app: Any) -> None:
    app = await start_app(
        "new Worker('w.js').onmessage = ({ data }) => console.log('RESULT ' + JSON.stringify(data));",
        files={
            "w.js": """
              const hidden = ['Deno', 'process', 'Buffer', 'global', 'require', 'module', 'caches', 'Worker', 'localStorage',
                'sessionStorage', 'chrome', 'setImmediate', 'clearImmediate', 'window', 'document'];
              const found = hidden.filter((name) => name in globalThis && globalThis[name] !== undefined);
              for (const key of Reflect.ownKeys(globalThis)) if (/deno|process/i.test(String(key))) found.push(String(key));
              const ways = {
                constructor: () => (() => {}).constructor('return typeof Deno')(),
                evil: () => (0, eval)('typeof Deno'),
                async: () => (async () => {}).constructor('return Deno')(),
                timer: () => Object.getOwnPropertyNames(setTimeout(() => {}, 1)).join(),
                text: () => setTimeout('postMessage(typeof Deno)', 1),
                stack: () => { Error.prepareStackTrace = (_, sites) => sites; const { stack } = new Error();
                  delete Error.prepareStackTrace;
                  return [...stack].map((site) => { try { return [site.getThis(), site.getFunction()].map((v) => typeof v).join(); }
                    catch (e) { return 'x'; } }).slice(1).join(); },
              };
              const out = {};
              for (const [name, way] of Object.entries(ways)) {
                try { out[name] = String(way()); } catch (error) { out[name] = error.name; }
              }
              postMessage([found, out]);
            """
        },
    )
    found, ways = await app.result()
    assert found == []
    assert ways["constructor"] == ways["evil"] == ways["async"] == "EvalError"
    assert (ways["timer"], ways["text"]) == ("", "0")
    assert not {"object", "function"} & set(ways["stack"].split(",")[1:])


@pytest.mark.parametrize(
    "specifier",
    [
        "node:fs",
        "fs",
        "file:///etc/passwd",
        "data:text/javascript,export default Deno",
        "npm:x",
        "ext:core/mod.js",
        "../../../etc/passwd",
    ],
)
async def test_nothing_but_the_apps_own_files_can_be_imported_in_a_worker(
    start_app: Any, specifier: str
) -> None:
    script = (
        f"import({specifier!r}).then(() => console.log('in'), (error) => console.log('out', error.name));"
    )
    app = await start_app("new Worker('w.js');", files={"w.js": script})
    await app.hears("out TypeError")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:1/", "../../../etc/passwd", "%2e%2e%2fsecret.txt"]
)
async def test_only_the_apps_own_files_can_be_read_in_a_worker(
    start_app: Any, tmp_path: Any, url: str
) -> None:
    (tmp_path / "secret.txt").write_text("beside the app's folder")
    app = await start_app(
        "new Worker('w.js');",
        files={
            "w.js": f"""
              fetch({url!r}).then((r) => r.text()).then((t) => console.log('in', t), (e) => console.log('out', e.message));
              try {{ importScripts({url!r}); console.log('ran'); }} catch ({{ name }}) {{ console.log('script', name); }}
            """
        },
    )
    await app.hears("out Failed to fetch")
    await app.hears("script NetworkError")


async def test_a_worker_that_takes_all_memory_ends_the_app_alone(start_app: Any) -> None:
    app = await start_app(
        "new Worker('w.js');",
        files={"w.js": "const held = []; for (;;) held.push({ held, n: held.length });"},
        memory=64,
    )
    end = await asyncio.wait_for(app.app.wait(), 60)
    assert str(end) == "it used up its 64 MiB of memory"


FILL = """
const workers = [1, 2, 3, 4].map(() => new Worker('w.js'));
let running = 0;
for (const worker of workers) worker.onmessage = () => { if (++running === workers.length) fill(); };
const held = [];
const more = () => { try { held.push(new Uint8Array(64 << 20).fill(1)); return true; } catch { return false; } };
"""
ALLOWED = 64 + 256  # MiB: what the app may use, and what is beside the heap


async def fills_no_more_than_allowed(app: Any) -> None:
    """It is refused more before it has it, or it ends for what it has."""
    filled, ended = asyncio.ensure_future(app.result()), asyncio.ensure_future(app.app.wait())
    await asyncio.wait({filled, ended}, return_when=asyncio.FIRST_COMPLETED)
    if filled.done() and await filled <= ALLOWED + 4 * 32:
        ended.cancel()
        return
    filled.cancel()
    assert str(await asyncio.wait_for(ended, 60)) == "it used up its 64 MiB of memory"


only_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds all that is used")


@only_linux
@pytest.mark.parametrize("ended", ["true", "false"])
async def test_workers_give_an_app_no_more_memory(start_app: Any, ended: str) -> None:
    app = await start_app(
        FILL
        + """
        function fill() {
          if (ENDED) for (const worker of workers) worker.terminate();
          let refused = 0;
          setInterval(() => { if (!more() && ++refused === 10) console.log('RESULT ' + 64 * held.length); }, 100);
        }
        """.replace("ENDED", ended),
        files={"w.js": "postMessage(1);"},
        memory=64,
    )
    await fills_no_more_than_allowed(app)


@only_linux
async def test_what_ended_workers_leave_cannot_be_filled_in_haste_either(start_app: Any) -> None:
    app = await start_app(
        FILL
        + """
        function fill() {
          for (const worker of workers) worker.terminate();
          for (const end = Date.now() + 4000; Date.now() < end;) more();  // as they go
          console.log('RESULT ' + 64 * held.length);
        }
        """,
        files={"w.js": "postMessage(1);"},
        memory=64,
    )
    await fills_no_more_than_allowed(app)


async def test_there_are_only_so_many_workers_at_once(start_app: Any) -> None:
    app = await start_app(
        """
        const workers = [];
        const add = () => {
          const worker = new Worker('w.js');
          worker.onmessage = () => { workers.push(worker); add(); };
          worker.onerror = () => {
            console.log('refused at', workers.length);
            workers.pop().terminate();
            const last = new Worker('w.js');
            last.onmessage = () => console.log('again');
          };
        };
        add();
        """,
        files={"w.js": "postMessage(1);"},
    )
    await app.hears("A Worker cannot start: an app may have 16 workers at once.", "refused at 16", "again")


async def test_a_worker_that_loops_leaves_the_page_alone_and_ends_with_it(start_app: Any) -> None:
    app = await start_app(
        "const worker = new Worker('w.js'); worker.onmessage = () => console.log('loops');",
        files={"w.js": "postMessage(1); for (;;);"},
        settings=PageSettings(answer_within=5.0),
    )
    await app.hears("loops")
    assert app.app.status().state == "running"
    end = await app.app.stop()
    assert end.wanted


@pytest.mark.parametrize(
    ("times", "busy"),
    [(30, ""), (5, "for (;;);"), (30, "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);")],
)
async def test_workers_come_and_go_and_leave_the_app_its_memory(
    start_app: Any, times: int, busy: str
) -> None:
    app = await start_app(
        """
        let n = 0;
        const next = () => {
          const worker = new Worker('w.js');
          worker.onerror = () => console.log('refused');
          worker.onmessage = () => {
            worker.terminate();
            if (++n < TIMES) next();
            else console.log('went', new Uint8Array(250 << 20).fill(1).length >> 20);
          };
        };
        next();
        """.replace("TIMES", str(times)),
        files={"w.js": f"postMessage(1); {busy}"},
    )
    await app.hears("went 250")
    assert app.app.status().state == "running"
