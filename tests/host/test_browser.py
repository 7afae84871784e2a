from __future__ import annotations

import asyncio
import shlex
import stat
import sys
import webbrowser

import pytest

from homeport.errors import UserError
from homeport.host import NoBrowserError, open_browser, same_browser
from homeport.host._browser import browser_command

ADDRESS = "http://abc.localhost:8930/#ticket=abc&'\";$(x)"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs here are shell scripts")


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A PATH of our own, on which a test puts browsers that write down what they were asked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    for name in "BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "TERM":
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(webbrowser, "_browsers", {})
    monkeypatch.setattr(webbrowser, "_tryorder", None)

    def add(name, script='printf "%s\\n" "$@" > "$0.asked.new"; mv "$0.asked.new" "$0.asked"'):
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return add


async def asked(program):
    """The arguments that a program was started with."""
    answer = program.with_name(program.name + ".asked")
    async with asyncio.timeout(10):
        while not answer.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return answer.read_text().splitlines()


async def test_the_users_own_browser_is_respected(programs, monkeypatch):
    program = programs("mine")
    monkeypatch.setenv("BROWSER", str(program))
    await open_browser(ADDRESS)
    assert await asked(program) == [ADDRESS]


async def test_a_browser_may_be_named(programs, monkeypatch):
    monkeypatch.setenv("BROWSER", str(programs("mine", "exit 1")))
    program = programs("other-browser")
    await open_browser(ADDRESS, "other-browser")
    assert await asked(program) == [ADDRESS]


@pytest.mark.parametrize(("name", "program"), [("Brave", "brave-browser"), ("vivaldi", "vivaldi-stable")])
async def test_a_known_name_finds_the_program_it_has_here(programs, name, program):
    found = programs(program)
    await open_browser(ADDRESS, name)
    assert await asked(found) == [ADDRESS]


@pytest.mark.parametrize(
    ("line", "arguments"), [("kiosk --app=%s -x", [f"--app={ADDRESS}", "-x"]), ("kiosk -x", ["-x", ADDRESS])]
)
async def test_a_command_line_is_a_name_too(programs, line, arguments):
    program = programs("kiosk")
    await open_browser(ADDRESS, line)
    assert await asked(program) == arguments


async def test_a_browser_that_stays_in_the_foreground_does_not_hold_us(programs, monkeypatch):
    program = programs("stays", 'echo "$1" > "$0.asked"; exec sleep 5')
    await asyncio.wait_for(open_browser(ADDRESS, "stays"), 10)
    assert await asked(program) == [ADDRESS]


async def test_one_is_the_same_in_another_folder(programs, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "own one"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o700)
    for name, command in {
        "./own one": [str(own)],
        "'./own one' --flag %s": [str(own), "--flag", "%s"],
    }.items():
        same = same_browser(name)
        assert shlex.split(same) == command
        assert browser_command(same) == command
    for name in ("./nothing", "'"):
        with pytest.raises(UserError, match="No browser"):
            same_browser(name)


async def test_a_name_that_is_none_says_so(programs):
    with pytest.raises(NoBrowserError, match=r"'nonesuch-browser' was found\. .*firefox"):
        await open_browser(ADDRESS, "nonesuch-browser")


async def test_one_that_is_there_and_fails_is_not_said_to_be_missing(programs, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    programs("chromium", "exit 1")
    with pytest.raises(NoBrowserError, match=r"'chromium' did not open\. Start it by hand to see why, or "):
        await open_browser(ADDRESS, "chromium")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others tell nothing of a screen")
async def test_one_without_a_screen_is_told_so(programs):
    programs("chromium", "exit 1")
    with pytest.raises(
        NoBrowserError, match=r"'chromium' cannot open, as there is no screen here: .*--no-open"
    ):
        await open_browser(ADDRESS, "chromium")


async def test_without_any_browser_the_error_says_what_to_do(programs, monkeypatch):
    monkeypatch.setattr(webbrowser, "get", lambda *args: (_ for _ in ()).throw(webbrowser.Error("none")))
    with pytest.raises(NoBrowserError, match="--no-open"):
        await open_browser(ADDRESS)


async def test_a_browser_in_the_terminal_is_none(programs, monkeypatch):
    monkeypatch.setattr(webbrowser, "get", lambda *args: webbrowser.GenericBrowser("/usr/bin/lynx"))
    with pytest.raises(NoBrowserError):
        await open_browser(ADDRESS)
