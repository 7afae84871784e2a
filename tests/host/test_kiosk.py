"""The browser of a kiosk: which it is, how it is started, how it ends. Programs here are shell scripts."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from homeport.errors import UserError
from homeport.host import KioskBrowser, NoBrowserError, PageEnd, kiosk_command

ADDRESS = "http://abc.localhost:8930/#ticket=abc"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs here are shell scripts")

Program = Callable[..., Path]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts programs on a PATH of our own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def add(name: str, script: str = "") -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return add


async def run(program: Path, profile: Path) -> PageEnd:
    browser = await KioskBrowser.start([str(program)], profile, ADDRESS)
    try:
        return await asyncio.wait_for(browser.wait(), 30)
    finally:
        await browser.stop()


def test_the_one_that_is_named_is_taken_or_the_first_that_is_there(program: Program) -> None:
    firefox = program("firefox-esr")
    assert kiosk_command(None) == [str(firefox)]
    chrome = program("google-chrome")
    assert kiosk_command(None) == [str(chrome)]
    assert kiosk_command("firefox") == [str(firefox)]
    assert kiosk_command("google-chrome --incognito") == ["google-chrome", "--incognito"]
    with pytest.raises(NoBrowserError, match="'opera'"):
        kiosk_command("opera")


def test_without_any_it_says_so(program: Program) -> None:
    with pytest.raises(NoBrowserError, match="No browser was found"):
        kiosk_command(None)


async def test_it_has_a_profile_of_its_own_that_others_cannot_read(program: Program, tmp_path: Path) -> None:
    said = tmp_path / "said"
    say = f'printf "%s\\n" "$@" > {said}'
    profile = tmp_path / "kiosk" / "app"
    assert (await run(program("chromium", say), profile)).wanted
    words = said.read_text().splitlines()
    assert f"--user-data-dir={profile}" in words
    assert "--kiosk" in words
    assert words[-1] == ADDRESS
    assert profile.stat().st_mode & 0o077 == 0
    await run(program("firefox", say), profile)
    words = said.read_text().splitlines()
    assert words == ["--kiosk", "--no-remote", "--profile", str(profile), ADDRESS]
    assert 'user_pref("browser.aboutwelcome.enabled", false);' in (profile / "user.js").read_text()


async def test_why_it_ended_is_told(program: Program, tmp_path: Path) -> None:
    quiet, loud, hit = (
        program("a", "exit 0"),
        program("b", "echo one >&2; echo two >&2; exit 7"),
        program("c", "kill -9 $$"),
    )
    assert await run(quiet, tmp_path) == PageEnd("a was closed", wanted=True)
    assert await run(loud, tmp_path) == PageEnd("b ended (status 7): two", status=7)
    assert await run(hit, tmp_path) == PageEnd("c ended (signal 9)", status=-9)


@dataclass
class Outliving:
    """A browser, and the end of a pipe whose other one its processes have."""

    browser: KioskBrowser
    pipe: asyncio.StreamReader

    async def are_gone(self) -> bool:
        return await asyncio.wait_for(self.pipe.read(), 30) == b""


@pytest.fixture
async def outliving(program: Program, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Outliving]]]:
    """Starts a browser with a process that outlives it, and is deaf."""
    fifo = tmp_path / "there"
    os.mkfifo(fifo)
    there = os.fdopen(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), "rb")
    started: list[KioskBrowser] = []

    async def start(before: str) -> Outliving:
        script = (
            f"{before} (trap '' TERM; exec > {fifo} 2>&1; echo up; exec /bin/sleep 600) & exec /bin/sleep 600"
        )
        browser = await KioskBrowser.start([str(program("deaf", script))], tmp_path / "p", ADDRESS)
        started.append(browser)
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), there)
        assert await asyncio.wait_for(reader.readline(), 30) == b"up\n"
        return Outliving(browser, reader)

    yield start
    for each in started:
        with suppress(ProcessLookupError):
            os.killpg(each._process.pid, signal.SIGKILL)


async def test_stopping_ends_all_its_processes_even_deaf_ones(
    outliving: Callable[..., Awaitable[Outliving]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeport.host._kiosk._PATIENCE", 0.2)
    there = await outliving("trap '' TERM;")
    assert await there.browser.stop("enough") == PageEnd("enough", wanted=True)
    assert await there.are_gone()


async def test_stopping_ends_them_even_when_who_asked_for_it_does_not_wait(
    outliving: Callable[..., Awaitable[Outliving]],
) -> None:
    there = await outliving("")
    stopping = asyncio.ensure_future(there.browser.stop("it hangs", wanted=False))
    async with asyncio.timeout(30):
        assert await there.browser.wait() == PageEnd("it hangs")
    stopping.cancel()
    assert await there.are_gone()


@pytest.mark.parametrize("words", [["--user-data-dir={}"], ["--profile", "{}"]])
async def test_only_a_browser_that_has_the_profile_open_is_ended_before(
    program: Program, tmp_path: Path, words: list[str]
) -> None:
    profile = tmp_path / "kiosk"
    script = tmp_path / "script.py"
    script.write_text("import signal; signal.pause()")
    told = [word.format(profile) for word in words]
    python = [sys.executable, str(script)]
    # No children of the loop's: whoever waits for the end of a process takes its status from all others.
    left = subprocess.Popen([*python, *told])  # noqa: ASYNC220 - it does not wait
    other = subprocess.Popen([*python, str(profile), f"{profile}/user.js"])  # noqa: ASYNC220
    try:
        await run(program("quick"), profile)
        assert not psutil.pid_exists(left.pid)
        assert other.poll() is None
    finally:
        for each in (left, other):
            each.kill()
            each.wait()


async def test_what_cannot_be_started_is_an_error(program: Program, tmp_path: Path) -> None:
    broken = program("broken")
    broken.write_text("#!/no/such/shell\n")
    with pytest.raises(UserError, match=r"^The browser .*/broken could not be started: No such file"):
        await KioskBrowser.start([str(broken)], tmp_path / "p", ADDRESS)
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be started: Not a directory"):
        await KioskBrowser.start([str(program("fine"))], tmp_path / "file" / "p", ADDRESS)
