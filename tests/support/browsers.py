"""Real browsers for tests: Debian's Chromium through Playwright, Debian's Firefox through WebDriver BiDi.

Both are driven the same way: :func:`open_tab` gives a :class:`Tab`. Nothing is downloaded.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from playwright.async_api import CDPSession, Page, async_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
FIREFOX = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")

_START_TIMEOUT = 60
_POLL = 0.02

#: Evaluates ``expression``, waits for its promise, and gives it as JSON.
_AS_JSON = "(async () => JSON.stringify((await ({expression})) ?? null))()"


class PageError(Exception):
    """The page threw, or the browser said no."""


class Tab(Protocol):
    """A tab with one page."""

    #: What the page's frames wrote to the console: ``"error: text"``.
    lines: list[str]

    async def evaluate(self, expression: str, *, frame: str | None = None) -> Any:
        """The JSON-able value of an expression, awaited, in the frame with that path or in the top one."""

    async def goto(self, url: str) -> None:
        """Go there, and wait until it has loaded."""

    async def reload(self) -> None:
        """Load the page anew."""

    async def close(self) -> None:
        """Close the tab."""


async def until(tab: Tab, expression: str, *, frame: str | None = None, seconds: float = 20) -> Any:
    """Wait until the expression is truthy, and return it. A frame that is not there is waited for, too."""
    last: object = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    if value := await tab.evaluate(expression, frame=frame):
                        return value
                    last = f"it is {value!r}"
                except PageError as error:
                    last = error
                await asyncio.sleep(_POLL)
    except TimeoutError:
        raise AssertionError(
            f"not within {seconds} s: {expression}\n{last or ''}\n" + "\n".join(tab.lines)
        ) from None


@asynccontextmanager
async def open_browser(name: str, preferences: str = "") -> AsyncIterator[Browser]:
    """A fresh browser: ``"chromium"`` or ``"firefox"``, with a profile of its own.

    ``preferences``: Firefox' own, as the lines of its ``user.js``.
    """
    async with _chromium() if name == "chromium" else _firefox(preferences) as browser:
        yield browser


class Browser(Protocol):
    """A running browser."""

    #: Such as ``156.0.8078.79``.
    version: str

    async def open_tab(self, url: str) -> Tab:
        """A new tab, gone to ``url``."""


# Chromium


class ChromiumTab:
    def __init__(self, page: Page) -> None:
        self.lines: list[str] = []
        self._page = page
        self._fallen: CDPSession | None = None
        page.on("console", lambda message: self.lines.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.lines.append(f"uncaught: {error}"))

    async def evaluate(self, expression: str, *, frame: str | None = None) -> Any:
        if self._fallen is not None:
            return await self._evaluate_fallen(self._fallen, expression)
        target = self._page.main_frame
        if frame is not None:
            frames = [f for f in self._page.frames if _path(f.url) == frame]
            if not frames:
                raise PageError(f"no frame {frame} among {[f.url for f in self._page.frames]}")
            target = frames[-1]
        try:
            return json.loads(await target.evaluate(_AS_JSON.format(expression=expression)))
        except Exception as error:
            raise PageError(str(error)) from error

    async def goto(self, url: str) -> None:
        await self._page.goto(url)

    async def reload(self) -> None:
        await self._page.reload()

    async def close(self) -> None:
        await self._page.close()

    async def fall(self) -> None:
        """Let the tab's process die, and load the page anew. Its top frame only can be asked from then on."""
        session = await self._page.context.new_cdp_session(self._page)
        async with self._page.expect_event("crash"):
            unanswered = asyncio.ensure_future(session.send("Page.crash"))
        unanswered.cancel()
        await session.send("Page.reload")
        self._fallen = session  # Playwright gives such a page up

    async def _evaluate_fallen(self, session: CDPSession, expression: str) -> Any:
        answer = await session.send(
            "Runtime.evaluate", {"expression": _AS_JSON.format(expression=expression), "awaitPromise": True}
        )
        if "exceptionDetails" in answer:
            raise PageError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])


class _Chromium:
    def __init__(self, context: Any, version: str) -> None:
        self._context = context
        self.version = version

    async def open_tab(self, url: str) -> Tab:
        tab = ChromiumTab(await self._context.new_page())
        await tab.goto(url)
        return tab


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        sandbox = [] if hasattr(os, "geteuid") and os.geteuid() else ["--no-sandbox"]
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*sandbox, "--disable-gpu", "--disable-background-networking"]
        )
        try:
            yield _Chromium(await browser.new_context(), browser.version)
        finally:
            await browser.close()


@asynccontextmanager
async def own_chromium(profile: Path, preferences: dict[str, Any], extension: Path) -> AsyncIterator[Any]:
    """A Chromium with a profile and an extension, as a user has it: the context that Playwright has of it."""
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(preferences))
    arguments = ["--no-sandbox", "--disable-gpu", f"--load-extension={extension}"]
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=arguments,
            ignore_default_args=["--disable-extensions", "--enable-automation"],
        )
        try:
            yield context
        finally:
            await context.close()


# Firefox


class _Bidi:
    """A WebDriver BiDi connection: commands by number, events to whoever listens."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._last = 0
        self.on_event: dict[str, Any] = {}
        self._reader = asyncio.create_task(self._read())

    async def command(self, method: str, **params: Any) -> Any:
        self._last += 1
        number = self._last
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        return await answer

    async def _read(self) -> None:
        async for message in self._socket:
            said = message.json()
            if said["type"] == "event":
                for hear in self.on_event.values():
                    hear(said["method"], said["params"])
                continue
            answer = self._answers.pop(said["id"])
            if answer.done():  # who asked waits no more
                continue
            if said["type"] == "success":
                answer.set_result(said["result"])
            else:
                answer.set_exception(PageError(f"{said['error']}: {said['message']}"))

    async def close(self) -> None:
        await self._socket.close()
        await self._reader


class _FirefoxTab:
    def __init__(self, bidi: _Bidi, context: str) -> None:
        self.lines: list[str] = []
        self._bidi = bidi
        self._context = context
        bidi.on_event[context] = self._event

    def _event(self, method: str, params: dict[str, Any]) -> None:
        if method == "log.entryAdded":
            text = params["text"] if params["text"] is not None else ""
            kind = "uncaught" if params["type"] == "javascript" else params["level"]
            self.lines.append(f"{'warning' if kind == 'warn' else kind}: {text}")

    async def evaluate(self, expression: str, *, frame: str | None = None) -> Any:
        context = self._context if frame is None else await self._frame(frame)
        result = await self._bidi.command(
            "script.evaluate",
            expression=_AS_JSON.format(expression=expression),
            target={"context": context},
            awaitPromise=True,
        )
        if result["type"] == "exception":
            raise PageError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    async def _frame(self, path: str) -> str:
        tree = await self._bidi.command("browsingContext.getTree", root=self._context)
        frames = list(_flat(tree["contexts"][0]))
        found: list[str] = [c["context"] for c in frames if _path(c["url"]) == path]
        if not found:
            raise PageError(f"no frame {path} among {[c['url'] for c in frames]}")
        return found[-1]

    async def goto(self, url: str) -> None:
        await self._bidi.command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def reload(self) -> None:
        await self._bidi.command("browsingContext.reload", context=self._context, wait="complete")

    async def close(self) -> None:
        del self._bidi.on_event[self._context]
        await self._bidi.command("browsingContext.close", context=self._context)


class _Firefox:
    def __init__(self, bidi: _Bidi, version: str) -> None:
        self._bidi = bidi
        self.version = version

    async def open_tab(self, url: str) -> Tab:
        created = await self._bidi.command("browsingContext.create", type="tab")
        tab = _FirefoxTab(self._bidi, created["context"])
        await tab.goto(url)
        return tab


@asynccontextmanager
async def _firefox(preferences: str) -> AsyncIterator[Browser]:
    profile = Path(tempfile.mkdtemp(prefix="homeport-firefox-"))
    (profile / "user.js").write_text(preferences)
    assert FIREFOX is not None, "no Firefox found; apt-get install firefox-esr"
    process = await asyncio.create_subprocess_exec(
        *(FIREFOX, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        address = await asyncio.wait_for(_bidi_address(process.stderr), _START_TIMEOUT)
        drain = asyncio.create_task(process.stderr.read())
        async with aiohttp.ClientSession() as http:
            socket = await http.ws_connect(f"{address}/session", max_msg_size=0)
            bidi = _Bidi(socket)
            session = await bidi.command("session.new", capabilities={})
            await bidi.command("session.subscribe", events=["log.entryAdded"])
            yield _Firefox(bidi, session["capabilities"]["browserVersion"])
            await bidi.close()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        await process.wait()
        await drain
        shutil.rmtree(profile, ignore_errors=True)


async def _bidi_address(output: asyncio.StreamReader) -> str:
    while line := (await output.readline()).decode():
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return found[1]
    raise AssertionError("Firefox ended before it listened")


def _flat(context: dict[str, Any]) -> list[dict[str, Any]]:
    return [context, *(inner for child in context["children"] for inner in _flat(child))]


def _path(url: str) -> str:
    return re.sub(r"^[a-z-]+://[^/]*|[?#].*$", "", url)
