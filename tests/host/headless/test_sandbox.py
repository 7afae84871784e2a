"""T16: what an app tries, and what becomes of it."""

# ruff: noqa: ASYNC110, ASYNC240, E501 - other processes have no events; files of /proc; lines of JavaScript

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from homeport.host import PageSettings, Sandbox, start_runtime
from homeport.host._child import Child

#: Everything an app may reach for, once it somehow holds the runtime's own objects.
GET_DENO = """
const found = [];
for (const key of Reflect.ownKeys(globalThis)) if (/deno|process/i.test(String(key))) found.push(String(key));
"""


async def test_nothing_leads_to_the_runtime(start_app: Any) -> None:
    app = await start_app(
        GET_DENO
        + """
        const ways = {
          constructor: () => (() => {}).constructor('return typeof Deno')(),
          evil: () => (0, eval)('typeof Deno'),
          async: () => (async () => {}).constructor('return Deno')(),
          stack: () => { Error.prepareStackTrace = (_, sites) => sites; const s = new Error().stack;
            delete Error.prepareStackTrace;
            return s.map((site) => { try { return [site.getThis(), site.getFunction()].map((v) => typeof v).join(); } catch (e) {
              return 'x'; } }).join(); },
          timer: () => Object.getOwnPropertyNames(setTimeout(() => {}, 1)).join(),
        };
        const out = {};
        for (const [name, way] of Object.entries(ways)) {
          try { out[name] = String(way()); } catch (error) { out[name] = error.name; }
        }
        console.log('RESULT ' + JSON.stringify([found, out]));
        """
    )
    found, ways = await app.result()
    assert found == []
    assert ways["constructor"] == ways["evil"] == ways["async"] == "EvalError"
    assert not {"object", "function"} & set(ways["stack"].split(",")[4:])
    assert ways["timer"] == ""


@pytest.mark.parametrize(
    "specifier",
    [
        *(
            "node:fs",
            "fs",
            "file:///etc/passwd",
            "data:text/javascript,export default Deno",
            "npm:x",
            "jsr:@x/y",
        ),
        *("https://example.com/x.js", "ext:core/mod.js", "../../../etc/passwd", "chrome-extension://x/y.js"),
    ],
)
async def test_nothing_but_the_apps_own_files_can_be_imported(start_app: Any, specifier: str) -> None:
    app = await start_app(
        f"import({specifier!r}).then(() => console.log('in'), (error) => console.log('out', error.name));"
    )
    await app.hears("out TypeError")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/",
        "ws://127.0.0.1:1/",
        "../../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%2fsecret.txt",
        "%2e%2e%2fsecret.txt",
        "x/..%2f..%2fsecret.txt",
        "%2fetc%2fpasswd",
        "//etc/passwd",
    ],
)
async def test_only_the_apps_own_files_can_be_read(start_app: Any, tmp_path: Path, url: str) -> None:
    (tmp_path / "secret.txt").write_text("beside the app's folder")
    app = await start_app(
        f"""
        fetch({url!r}).then((r) => r.text()).then((t) => console.log('in', t), (e) => console.log('out', e.message));
        const request = new XMLHttpRequest();
        request.onloadend = () => console.log('xhr', request.status);
        request.open('GET', {url!r});
        request.send();
        """
    )
    await app.hears("out Failed to fetch")
    await app.hears("xhr 0")


async def test_a_link_out_of_the_apps_folder_is_not_followed(start_app: Any, tmp_path: Path) -> None:
    app = await start_app("console.log('started'); onmessage = () => {};")
    await app.hears("started")
    (tmp_path / "secret").write_text("secret")
    root = app.app.app.root
    (root / "link").symlink_to(tmp_path / "secret")
    from homeport.host._services import Services

    answers: list[Any] = []
    Services(app.app.app).request("file", ["GET", "link"], b"", answers.append)
    while not answers:
        await asyncio.sleep(0)
    assert answers[0].status == 0


async def test_what_is_asked_for_in_the_last_moment_is_given_up_without_a_word(start_app: Any) -> None:
    app = await start_app("console.log('started');")
    from homeport.host._services import Services

    answers: list[Any] = []
    services = Services(app.app.app)
    services.request("file", ["GET", "manifest.json"], b"", answers.append)
    services.close()
    await asyncio.sleep(0)
    gc.collect()  # Python would complain of what was never begun
    assert answers == []


async def test_files_are_read_one_after_another_as_the_page_takes_them(start_app: Any) -> None:
    """A page that asks for a large file again and again has no more of it in the parent's memory."""
    app = await start_app("console.log('started');", files={"large": b"x" * 1000})
    from homeport.host._services import Services

    answers: list[Any] = []
    rooms: list[asyncio.Event] = []

    async def room() -> None:
        rooms.append(asyncio.Event())
        await rooms[-1].wait()

    services = Services(app.app.app, room=room)
    for _ in range(3):
        services.request("file", ["GET", "large"], b"", answers.append)
    for answered in range(3):
        async with asyncio.timeout(10):
            while len(rooms) == answered:
                await asyncio.sleep(0)
        assert (len(rooms), len(answers)) == (answered + 1, answered)
        rooms[-1].set()
        async with asyncio.timeout(10):
            while len(answers) == answered:
                await asyncio.sleep(0)
    assert {len(answer.body) for answer in answers} == {1000}


async def test_a_file_that_no_page_has_room_for_is_not_read(start_app: Any) -> None:
    app = await start_app(
        """
        const ask = () => fetch('vast').then((answer) => answer.text()).then(
          (text) => text ? console.log('read') : setTimeout(ask, 10),
          (error) => console.log(error.message));
        console.log('started');
        ask();
        """,
        files={"vast": b""},
    )
    await app.hears("started")
    os.truncate(app.app.app.root / "vast", 1 << 40)  # empty, and no memory could hold it
    await app.hears("Failed to fetch")
    assert app.app.status().state == "running"


async def test_the_child_has_no_environment_and_only_its_pipe(start_app: Any) -> None:
    app = await start_app("console.log('started');")
    await app.hears("started")
    folder = Path(f"/proc/{app.app.status().pid}")
    if not folder.exists():
        pytest.skip("needs /proc")
    names = {item.partition(b"=")[0] for item in (folder / "environ").read_bytes().split(b"\0")} - {b""}
    assert names <= {b"DENO_NO_UPDATE_CHECK", b"NO_COLOR", b"DENO_DIR", b"LANG", b"TZ"}
    targets = [os.readlink(entry) for entry in (folder / "fd").iterdir()]
    ours = {os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if _is_open(name)}
    assert not {target for target in targets if target.startswith("socket:")} & ours


def _is_open(name: str) -> bool:
    try:
        os.readlink(f"/proc/self/fd/{name}")
    except OSError:
        return False
    return True


async def test_an_app_that_loops_is_ended(start_app: Any) -> None:
    app = await start_app("for (;;);", settings=PageSettings(answer_within=1.0))
    end = await asyncio.wait_for(app.app.wait(), 30)
    assert str(end) == "it did not answer for 1 s"
    assert not end.wanted


async def test_too_large_buffers_are_refused(start_app: Any) -> None:
    app = await start_app(
        """
        const held = [];
        try {
          for (let i = 0; i < 32; i++) held.push(new Uint8Array(64 << 20).fill(1));
          console.log('all of it');
        } catch (error) {
          console.log(error.name, held.length < 16);
        }
        """,
        memory=256,
    )
    await app.hears("RangeError true")


async def test_too_many_objects_end_the_app_alone(start_app: Any) -> None:
    app = await start_app("const held = []; for (;;) held.push({ held, n: held.length });", memory=64)
    end = await asyncio.wait_for(app.app.wait(), 60)
    assert str(end) == "it used up its 64 MiB of memory"


async def test_eval_is_there_only_where_the_csp_allows_it(start_app: Any) -> None:
    script = "try { console.log(eval('1 + 1'), new Function('return 2')()); } catch (error) { console.log(error.name); }"
    await (await start_app(script)).hears("EvalError")
    await (await start_app(script, eval_allowed=True)).hears("2 2")


@pytest.mark.skipif(sys.platform != "linux", reason="the lifeline needs Linux")
@pytest.mark.parametrize(
    "script", ["console.log('here');", "console.log('here'); setTimeout(() => { for (;;); }, 1);"]
)
async def test_killing_the_parent_leaves_no_child(tmp_path: Path, script: str) -> None:
    (tmp_path / "manifest.json").write_text(
        '{"manifest_version": 2, "name": "x", "version": "1", "app": {"background": {"scripts": ["b.js"]}}}'
    )
    (tmp_path / "b.js").write_text(script)
    program = """
import sys
from homeport.appfiles import open_app
from homeport.engine import Engine, run
from homeport.host import run_headless
from homeport.storage import Storage

async def main():
    app = await run_headless(open_app(sys.argv[1]), Engine(), Storage(None))
    print(app.status().pid, flush=True)
    await app.wait()

run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert b"here" in await parent.stdout.readline()
    await asyncio.sleep(0.1)  # The loop has begun, or the app is at rest.
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(10):
        while _alive(pid):
            await asyncio.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


async def test_killing_the_child_ends_the_app_with_the_reason(start_app: Any) -> None:
    app = await start_app(
        """
        chrome.sockets.tcpServer.create({}, ({ socketId }) =>
          chrome.sockets.tcpServer.listen(socketId, '127.0.0.1', 0, () =>
            chrome.sockets.tcpServer.getInfo(socketId, ({ localPort }) => console.log('RESULT ' + localPort))));
        """
    )
    port = await app.result()
    os.kill(app.app.status().pid, 9)
    end = await asyncio.wait_for(app.app.wait(), 10)
    assert str(end) == "its process was ended by SIGKILL"
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        await asyncio.open_connection("127.0.0.1", port)
    assert app.app.status().pid is None


async def test_a_pause_of_the_parent_is_not_held_against_the_child(start_app: Any) -> None:
    import time

    app = await start_app(
        "console.log('here'); setTimeout(() => { const end = Date.now() + 900; while (Date.now() < end); }, 1);"
        "setInterval(() => console.log('alive'), 100);",
        settings=PageSettings(answer_within=0.3),
    )
    await app.hears("here")
    time.sleep(1.2)  # As a machine that sleeps: no ping could be answered meanwhile.  # noqa: ASYNC251
    await app.hears("alive")
    assert app.app.status().state == "running"


#: What code does that has got hold of the runtime itself, in spite of all; what it learns goes to its output.
WITH_THE_RUNTIME = """
// What is written out in the first module is loaded with it, without being asked for.
const from = (text) => import(text);
const tries = {
  read: () => Deno.readTextFileSync("/etc/hostname"),
  list: () => [...Deno.readDirSync("/")].length,
  write: () => Deno.writeTextFileSync("written", "x"),
  environment: () => Deno.env.get("HOME"),
  connect: () => Deno.connect({ hostname: "127.0.0.1", port: 9 }),
  listen: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  lookup: () => Deno.resolveDns("localhost", "A"),
  fetch: () => fetch("http://127.0.0.1:9/"),
  run: () => new Deno.Command("/bin/true").outputSync(),
  kill: () => Deno.kill(Deno.ppid, "SIGCONT"),
  system: () => Deno.hostname(),
  ffi: () => Deno.dlopen("libc.so.6", {}),
  file: () => from("file:///etc/hostname"),
  remote: () => from("https://example.com/a.js"),
  package: () => from("npm:left-pad"),
  node: async () => (await from("node:fs")).readFileSync("/etc/hostname"),
  program: async () => (await from("node:child_process")).execSync("id"),
  library: async () => (await from("node:process")).default.dlopen({ exports: {} }, "/tmp/x.node"),
  database: async () => new (await from("node:sqlite")).DatabaseSync("written"),
  attached: async () => {
    try {
      new (await from("node:sqlite")).DatabaseSync(":memory:").exec("attach 'written' as x; create table x.t(a)");
    } catch {
      throw new TypeError("too many attached databases");
    }
  },
  kept: () => {
    try {
      localStorage.setItem("key", "value");
    } catch {
      throw new TypeError("no place for it");
    }
  },
  cached: async () => {
    try {
      await (await caches.open("c")).put("https://example.com/", new Response("x"));
    } catch {
      throw new TypeError("no place for it");
    }
  },
  worker: () => new Promise((resolve, reject) => {
    const source = 'try { self.postMessage(Deno.readTextFileSync("/etc/hostname")) } catch { self.postMessage(null) }';
    const worker = new Worker("data:text/javascript," + source, { type: "module" });
    worker.onmessage = ({ data }) => data === null ? reject(new Deno.errors.NotCapable()) : resolve(data);
    worker.onerror = (event) => { event.preventDefault(); reject(new Deno.errors.NotCapable()); };
  }),
  asked: async () => {
    const { state } = await Deno.permissions.request({ name: "read" });
    if (state !== "granted") throw new Deno.errors.NotCapable();
  },
};
const found = {};
for (const [name, attempt] of Object.entries(tries)) {
  try {
    await attempt();
    found[name] = "did it";
  } catch (error) {
    found[name] = error instanceof Deno.errors.NotCapable || error instanceof TypeError ? "refused" : String(error);
  }
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(found)));
Deno.exit(0);
"""


async def test_the_runtime_itself_may_do_nothing(tmp_path: Path) -> None:
    script = tmp_path / "probe.js"
    script.write_text(WITH_THE_RUNTIME)
    child = Child(start_runtime(Sandbox(cache=tmp_path / "cache"), script=script))
    said = b""
    async with asyncio.timeout(60):
        while True:
            try:
                part = child.reader.recv(65536)
            except BlockingIOError:
                await asyncio.sleep(0.01)
                continue
            if not part:
                break
            said += part
        await child.wait()
    found = json.loads(said)
    assert len(found) > 15
    assert not (tmp_path / "written").exists()
    assert {name: what for name, what in found.items() if what != "refused"} == {}, child.last_words
