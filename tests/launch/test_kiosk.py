"""An app that is all a screen shows, in real browsers of its own."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio
from tests.support.browsers import CHROMIUM, FIREFOX

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.errors import UserError
from homeport.host import Lifetimes
from homeport.launch import _kiosk
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._terminal import Terminal, Voice
from homeport.server import Daemon
from homeport.storage import Storage

SIGN = Path(__file__).parent / "sign"
_AS_ROOT = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
BROWSERS = {
    "chromium": " ".join([str(CHROMIUM), *_AS_ROOT, "--headless=new", "--disable-gpu"]),
    "firefox": f"{FIREFOX} --headless",
}
SHOWN = {"fullscreen": True, "fills": True, "frameless": True}
KIOSK_LAUNCH = {"isDemoSession": False, "isKioskSession": True, "isPublicSession": False, "source": "kiosk"}


class Talk:
    """What one run of the app says, and what it is told."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def hear(self) -> Any:
        return json.loads(await asyncio.wait_for(self._reader.readline(), 60))

    def tell(self, order: str) -> None:
        self._writer.write(order.encode())

    async def ended(self) -> None:
        assert await asyncio.wait_for(self._reader.read(), 60) == b""


@dataclass
class Screen:
    """A kiosk, from the outside."""

    app: Path
    data: Path
    talks: asyncio.Queue[Talk]
    show: Callable[..., Any]
    launched: list[Launched] = field(default_factory=list)

    async def talk(self) -> Talk:
        return await asyncio.wait_for(self.talks.get(), 90)

    def browsers(self) -> list[psutil.Process]:
        """The browsers' own processes, and theirs."""
        profiles = str(self.data / "kiosk")
        every = psutil.process_iter(["cmdline"])
        return [each for each in every if any(profiles in word for word in each.info["cmdline"] or ())]

    def main(self) -> psutil.Process:
        """The one that was started."""
        (main,) = (each for each in self.browsers() if each.ppid() == os.getpid())
        return main


@pytest_asyncio.fixture
async def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Screen]:
    """The app, listened to; a daemon that soon notices what is lost."""
    monkeypatch.setenv("HOMEPORT_DATA_DIR", str(tmp_path / "data"))
    talks: asyncio.Queue[Talk] = asyncio.Queue()
    async with AsyncExitStack() as stack:

        def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            stack.callback(writer.close)
            talks.put_nowait(Talk(reader, writer))

        server = await asyncio.start_server(met, "127.0.0.1", 0)
        stack.callback(server.close)
        folder = shutil.copytree(SIGN, tmp_path / "sign")
        (folder / "config.json").write_text(json.dumps({"port": server.sockets[0].getsockname()[1]}))
        engine, storage = Engine(), Storage(None)
        stack.push_async_callback(engine.aclose)
        stack.push_async_callback(storage.aclose)
        daemon = Daemon(engine, storage, lifetimes=Lifetimes(grace=2, keep=2))
        await daemon.start()
        stack.push_async_callback(daemon.aclose)

        async def show(browser: str, **options: Any) -> Launched:
            voice = Voice(Terminal(status=False))
            settings = LaunchOptions(browser=browser, kiosk=True, **options)
            launched = await _kiosk.start_kiosk(open_app(folder), daemon, settings, voice)
            for each in (launched.ready, launched.end):
                assert inspect.iscoroutine(each)
                stack.callback(each.close)  # not every test waits for both
            stack.push_async_callback(launched.stop)
            return launched

        yield Screen(folder, tmp_path / "data", talks, show)


@pytest.fixture(params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> str:
    return BROWSERS[request.param]


async def test_it_fills_the_screen_until_it_closes_its_last_window(
    screen: Screen, browser: str, capfd: pytest.CaptureFixture[str]
) -> None:
    launched = await screen.show(browser)
    talk = await screen.talk()
    assert await talk.hear() == {"launch": KIOSK_LAUNCH, **SHOWN}
    await asyncio.wait_for(asyncio.ensure_future(launched.ready), 30)
    assert screen.browsers() != []
    talk.tell("restore")  # the window is told that it is no longer full screen, and fills it all the same
    assert await talk.hear() == {**SHOWN, "fullscreen": False}
    talk.tell("replace")
    assert await talk.hear() == SHOWN
    talk.tell("close")
    assert await asyncio.wait_for(asyncio.ensure_future(launched.end), 30) is None
    await talk.ended()
    assert screen.browsers() == []
    assert "it closed its last window" in capfd.readouterr().err


async def test_it_is_shown_again_when_its_browser_falls(screen: Screen, browser: str) -> None:
    launched = await screen.show(browser)
    first = await screen.talk()
    assert (await first.hear())["launch"] == KIOSK_LAUNCH
    screen.main().kill()
    second = await screen.talk()
    assert await second.hear() == {"launch": None, **SHOWN}
    await first.ended()
    await launched.stop()
    await second.ended()
    assert screen.browsers() == []


async def test_it_restarts_itself(screen: Screen) -> None:
    await screen.show(BROWSERS["chromium"])
    first = await screen.talk()
    await first.hear()
    first.tell("restart")
    second = await screen.talk()
    assert await second.hear() == {"launch": {**KIOSK_LAUNCH, "source": "reload"}, **SHOWN}
    await first.ended()


@pytest.mark.parametrize("order", ["hang", "crash"])
async def test_it_is_shown_again_when_its_page_hangs_or_falls(
    screen: Screen, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_kiosk, "_PATIENCE", 3.0)
    monkeypatch.setattr("homeport.host._session.PING_AFTER", 2.0)
    monkeypatch.setattr("homeport.host._session.DROP_AFTER", 2.0)
    await screen.show(BROWSERS["chromium"])
    first = await screen.talk()
    await first.hear()
    if order == "hang":
        first.tell(order)
    else:
        for each in screen.browsers():
            if "--type=renderer" in each.cmdline():
                each.kill()
    second = await screen.talk()
    assert await second.hear() == {"launch": None, **SHOWN}


async def test_what_a_killed_homeport_left_is_ended_and_the_app_shown_by_a_new_browser(
    screen: Screen, browser: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "homeport", "run", str(screen.app), "--kiosk", "--browser", browser]
    killed = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    first = await screen.talk()
    await first.hear()
    killed.kill()
    await killed.wait()
    left = screen.browsers()
    assert left != []
    await screen.show(browser)
    second = await screen.talk()
    assert await second.hear() == {"launch": KIOSK_LAUNCH, **SHOWN}
    assert [each for each in left if each.is_running()] == []


async def test_the_command_ends_with_its_browser_and_takes_it_along(screen: Screen, browser: str) -> None:
    command = [sys.executable, "-m", "homeport", "run", str(screen.app), "--kiosk", "--browser", browser]
    for order in ("close", ""):
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        talk = await screen.talk()
        await talk.hear()
        assert screen.browsers() != []
        if order:
            talk.tell(order)
        else:
            process.send_signal(signal.SIGTERM)
        said = (await asyncio.wait_for(process.communicate(), 60))[1].decode()
        assert process.returncode == 0, said
        assert screen.browsers() == []
        assert f"Sign is shown by {Path(browser.split()[0]).name}" in said
        assert ("it closed its last window" in said) == (order == "close"), said


async def test_a_browser_that_shows_nothing_is_an_error_that_has_its_last_words(
    screen: Screen, tmp_path: Path
) -> None:
    fails = tmp_path / "fails"
    fails.write_text("#!/bin/sh\necho 'no \033[1mscreen.' >&2\nexit 3\n")
    fails.chmod(0o755)
    launched = await screen.show(str(fails))
    with pytest.raises(
        UserError, match=r"^fails ended \(status 3\): no .*screen\. It has not shown the app\.$"
    ):
        await launched.end
    await launched.ready


async def test_a_browser_that_hands_over_to_another_is_an_error(screen: Screen) -> None:
    launched = await screen.show("true")
    with pytest.raises(UserError, match=r"^true was closed\. It has not shown the app\.$"):
        await launched.end
    await launched.ready


async def test_of_an_app_without_windows_it_says_what_will_be_seen(
    screen: Screen, capfd: pytest.CaptureFixture[str]
) -> None:
    (screen.app / "background.js").write_text("")
    launched = await screen.show("true")
    assert "Sign opens no window, so the screen stays empty." in capfd.readouterr().err
    with pytest.raises(UserError):
        await launched.end


async def test_a_browser_that_is_not_there_is_an_error(screen: Screen) -> None:
    with pytest.raises(UserError, match="No browser 'netscape' was found"):
        await screen.show("netscape")
