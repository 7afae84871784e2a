"""What other pages in the same browser can do to an app, and an app's sandboxed pages to it: nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from tests.support.browsers import PageError, until

from homeport.appfiles import App, open_app

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WINDOW = b"""<!doctype html><title>w</title><script src="window.js"></script>
<script>window.inline = true</script><p onclick="1">"""
BOX = b"""<!doctype html><script src="box.js"></script><img src="dot.svg" onload="window.image = true">
<script>window.inline = true</script>"""
INNER_BOX = b"""<!doctype html><link rel="stylesheet" href="more.css"><p>
<script src="/box.js"></script><script src="rel.js"></script>
<script type="module">import "/lib/mod.js";</script>
<img src="/dot.svg" onload="window.image = true"><iframe src="/box.html"></iframe>
<script>
  const text = (path) => fetch(path).then((r) => r.text(), () => "error");
  Promise.all([text("/secret.txt"), text("rel.js")]).then((read) => window.read = read);
</script>"""
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'


@pytest.fixture
def app(tmp_path) -> App:
    manifest = {
        "manifest_version": 2,
        "name": "Guarded",
        "version": "1",
        "app": {"background": {"scripts": ["background.js"]}},
        "sandbox": {"pages": ["box.html", "in/box.html"]},
        "sockets": {"tcp": {"connect": "*"}},
    }
    files = {
        "manifest.json": json.dumps(manifest).encode(),
        "background.js": b"chrome.app.runtime.onLaunched.addListener(() => {});",
        "window.html": WINDOW,
        "window.js": b"window.ran = true; try { eval('window.evaluated = true') } catch {}",
        "box.html": BOX,
        "box.js": b"window.ran = true;",
        "in/box.html": INNER_BOX,
        "in/rel.js": b"window.rel = true;",
        "in/more.css": b"p { background: url(/dot.svg); }",
        "lib/mod.js": b"window.mod = true;",
        "frames.html": b'<!doctype html><iframe src="/in/box.html?a=b#c"></iframe>',
        "dot.svg": DOT,
        "secret.js": b"window.stolen = true;",
        "secret.txt": b"secret",
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return open_app(tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def foreign() -> AsyncIterator[str]:
    """The address of another server on this machine."""

    async def page(request: web.BaseRequest) -> web.Response:
        return web.Response(text="<!doctype html><title>foreign</title>", content_type="text/html")

    server = web.Server(page)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://foreign.localhost:{runner.addresses[0][1]}/"
    await runner.cleanup()


TRIES = """
new Promise(async (resolve) => {
  const origin = "%s", seen = {};
  const within = (promise) => Promise.race([promise, new Promise((r) => setTimeout(r, 4000, "nothing"))]);
  const element = (tag, attributes) => within(new Promise((r) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.onload = () => r("loaded"); made.onerror = () => r("error");
    document.documentElement.append(made);
  }));
  const text = (path, options) => within(fetch(origin + path, options).then((r) => r.text(), () => "error"));
  seen.fetch = await text("/secret.txt");
  seen.credentials = await text("/secret.txt", {credentials: "include"});
  const opaque = fetch(origin + "/secret.txt", {mode: "no-cors"});
  seen.opaque = await within(opaque.then((r) => r.type, () => "error"));
  seen.script = await element("script", {src: origin + "/secret.js"});
  seen.stolen = window.stolen ?? null;
  seen.image = await element("img", {src: origin + "/dot.svg"});
  seen.style = await element("link", {rel: "stylesheet", href: origin + "/_homeport/shell.css"});
  seen.post = await text("/_homeport/session", {method: "POST", body: '{"ticket":"x"}'});
  seen.json = await text("/_homeport/session",
    {method: "POST", body: '{"ticket":"x"}', headers: {"Content-Type": "application/json"}});
  seen.wire = await within(new Promise((r) => {
    const socket = new WebSocket(origin.replace("http", "ws") + "/_homeport/wire");
    socket.onopen = () => r("open"); socket.onerror = () => r("error");
  }));
  resolve(seen);
})
"""

NOTHING = {
    "fetch": "error",
    "credentials": "error",
    "opaque": "error",
    "script": "error",
    "stolen": None,
    "image": "error",
    "style": "error",
    "post": "error",
    "json": "error",
    "wire": "error",
}


async def test_a_page_of_another_server_gets_nothing(browser, daemon, foreign, app):
    origin = await daemon.register(app)
    tab = await browser.open_tab(foreign)
    assert await tab.evaluate(TRIES % origin) == NOTHING
    await tab.close()


async def test_a_page_of_another_app_gets_nothing(browser, daemon, app, tmp_path_factory):
    origin = await daemon.register(app)
    folder = tmp_path_factory.mktemp("other")
    manifest = json.loads((app.root / "manifest.json").read_bytes())
    del manifest["sandbox"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "background.js").write_text("")
    (folder / "page.html").write_text("<!doctype html><title>other app</title>")
    other = await daemon.register(open_app(folder))
    tab = await browser.open_tab(other + "/page.html")
    seen = await tab.evaluate(TRIES % origin)
    assert seen["stolen"] is None
    assert "loaded" not in seen.values()
    assert "open" not in seen.values()
    assert "secret" not in seen.values()
    await tab.close()


async def test_no_frame_shows_an_app(browser, daemon, foreign, app):
    origin = await daemon.register(app)
    tab = await browser.open_tab(foreign)
    frame = """
    new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.src = "%s";
      frame.onload = () => resolve(frame.contentDocument === null ? "opaque" : "own");
      document.documentElement.append(frame);
    })"""
    for path in "/", "/window.html", "/box.html":
        await tab.evaluate(frame % (origin + path))
    for name in "/window.html", "/box.html":
        try:
            ran = await tab.evaluate("window.ran ?? null", frame=name)
        except PageError:
            ran = None  # what is in the frame is an error of the browser's own
        assert ran is None
    await tab.close()


async def test_an_apps_page_has_the_policy_of_chrome_apps(browser, daemon, app):
    origin = await daemon.register(app)
    tab = await browser.open_tab(origin + "/window.html")
    assert await until(tab, "window.ran")
    assert await tab.evaluate("window.inline ?? null") is None
    assert await tab.evaluate("window.evaluated ?? null") is None
    await tab.close()


async def test_a_sandboxed_page_runs_inline_and_loads_the_apps_files_but_has_no_chrome(browser, daemon, app):
    origin = await daemon.register(app)
    tab = await browser.open_tab(origin + "/box.html")
    assert await until(tab, "window.ran && window.image && window.inline")
    assert await tab.evaluate("[typeof globalThis.chrome?.sockets, self.origin]") == ["undefined", "null"]
    seen = await tab.evaluate(TRIES % origin)
    assert seen["wire"] == "error"
    assert seen["post"] == seen["json"] == "error"
    await tab.close()


async def test_a_sandboxed_page_in_a_frame_loads_the_apps_files_by_any_path_and_frames_another(
    browser, daemon, app
):
    origin = await daemon.register(app)
    tab = await browser.open_tab(origin + "/frames.html")
    box = "/in/box.html"
    assert await until(
        tab, "window.ran && window.rel && window.mod && window.image && window.read", frame=box
    )
    assert await tab.evaluate("window.read", frame=box) == ["secret", "window.rel = true;"]
    assert (
        await tab.evaluate("location.pathname + location.search + location.hash", frame=box)
        == "/in/box.html?a=b#c"
    )
    assert "dot.svg" in await tab.evaluate(
        "getComputedStyle(document.querySelector('p')).backgroundImage", frame=box
    )
    assert await until(tab, "window.ran && window.image && window.inline", frame="/box.html")
    assert await tab.evaluate("fetch('/in/box.html').then((r) => r.text())") == INNER_BOX.decode()
    await tab.close()


OPENS = """
new Promise(async (resolve) => {
  const origin = "%s", seen = {}, wait = (ms) => new Promise((r) => setTimeout(r, ms));
  const opened = async (path, name) => {
    const child = window.open(name === undefined ? origin + path : "", name ?? "_blank");
    if (!child) return "blocked";
    if (name !== undefined) {
      const form = Object.assign(document.createElement("form"), {method: "POST", target: name});
      form.action = origin + path;
      document.documentElement.append(form);
      form.submit();
    }
    for (let tries = 0; tries < 100 && !child.closed; tries++) {
      try { if (child.location.href !== "about:blank") return "read"; } catch { break; }
      await wait(50);
    }
    await wait(200);
    return child.closed ? "severed" : child.length;
  };
  seen.shell = await opened("/");
  seen.form = await opened("/", "a");
  seen.window = await opened("/window.html");
  resolve(seen);
})
"""


async def test_a_page_that_opens_an_apps_address_gets_no_hold_of_it(browser, daemon, foreign, app):
    origin = await daemon.register(app)
    tab = await browser.open_tab(foreign)
    assert await tab.evaluate(OPENS % origin) == dict.fromkeys(("shell", "form", "window"), "severed")
    await tab.close()
