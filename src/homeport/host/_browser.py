"""Opening the user's own browser.

The address holds a launch ticket, and a browser's command line can be read by other users of the machine. The
ticket works once and for seconds only, and where the system tells whose connection it is, the server takes it
from the same user alone.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from typing import TypeAlias

from homeport.errors import UserError

__all__ = ["NoBrowserError", "browser_elsewhere", "has_screen", "open_browser", "same_browser"]

#: A browser that was started may stay in the foreground; that it has not failed by then counts as open.
_PATIENCE = 3.0

#: What ``--browser NAME`` may stand for, by the names that programs have.
PROGRAMS = {
    "brave": ("brave-browser", "brave"),
    "chrome": ("google-chrome", "google-chrome-stable", "chrome"),
    "chromium": ("chromium", "chromium-browser"),
    "edge": ("microsoft-edge", "microsoft-edge-stable", "msedge"),
    "firefox": ("firefox", "firefox-esr"),
    "opera": ("opera",),
    "vivaldi": ("vivaldi", "vivaldi-stable"),
}

#: Browsers that would take the terminal over, and cannot run an app.
_TEXT_MODE = frozenset({"elinks", "links", "links2", "lynx", "w3m", "www-browser"})


#: Opens an address; whether that went well. May take as long as the browser runs.
Opener: TypeAlias = Callable[[str], bool]


class NoBrowserError(UserError):
    """No browser could be opened.

    Attributes:
        name: the one that was asked for.
        failed: there is one, and it could not be started.
    """

    def __init__(self, name: str | None, *, failed: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.failed = failed

    def __str__(self) -> str:
        if self.failed:
            which = "The browser" if self.name is None else repr(self.name)
            instead = "open the address of --no-open elsewhere, or run the app with --headless"
            if not has_screen():
                return f"{which} cannot open, as there is no screen here: {instead}."
            return f"{which} did not open. Start it by hand to see why, or {instead}."
        if self.name is None:
            return "No browser was found. Name one with --browser, or open the address of --no-open yourself."
        known = ", ".join(sorted(PROGRAMS))
        return f"No browser {self.name!r} was found. Give the name of a program, or one of: {known}."


async def open_browser(address: str, name: str | None = None) -> None:
    """Open ``address`` in the browser called ``name``, or in the user's own (``$BROWSER``, or the system's).

    Raises:
        NoBrowserError: there is none, or it could not be started.
    """
    opener = _named(name) if name else _own()
    if opener is None:
        raise NoBrowserError(name)
    if not await _in_background(lambda: opener(address)):
        raise NoBrowserError(name, failed=True)


def has_screen() -> bool:
    """Whether what is shown can be seen, as far as the environment tells."""
    return not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def browser_elsewhere() -> bool:
    """Whether ``$BROWSER`` is a helper that needs no screen here, as in a remote session of an editor."""
    command = os.environ.get("BROWSER", "").split(os.pathsep)[0].split()
    if not command or shutil.which(command[0]) is None:
        return False
    program = os.path.basename(command[0])
    return program not in _TEXT_MODE and not any(program in names for names in PROGRAMS.values())


def browser_command(name: str) -> list[str] | None:
    """The command line that ``--browser NAME`` means: of a known name, of a program, or itself."""
    for program in (name, *PROGRAMS.get(name.lower(), ())):
        if found := shutil.which(program):
            return [found]
    try:
        command = shlex.split(name)
    except ValueError:  # a quotation that does not end
        return None
    return command if command and shutil.which(command[0]) else None


def same_browser(name: str) -> str:
    """What means the same browser as ``name`` in another folder, and where programs are looked for elsewhere.

    Raises:
        NoBrowserError: there is none.
    """
    if command := browser_command(name):
        program, *rest = command
        return shlex.join([os.path.abspath(shutil.which(program) or program), *rest])
    if _named(name) is None:
        raise NoBrowserError(name)
    return name


def _named(name: str) -> Opener | None:
    if (command := browser_command(name)) is not None:
        return _program(command)
    try:
        return _opener(webbrowser.get(name))
    except webbrowser.Error:
        return None


def _own() -> Opener | None:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return None
    if isinstance(browser, webbrowser.GenericBrowser):
        command = [browser.name, *browser.args]
        return None if browser.basename in _TEXT_MODE else _program(command)
    return _opener(browser)


def _opener(browser: webbrowser.BaseBrowser) -> Opener:
    return lambda address: browser.open(address, new=2)


def _program(command: Sequence[str]) -> Opener:
    """Runs a command line, with the address for ``%s`` or at the end."""

    def run(address: str) -> bool:
        line = [part.replace("%s", address) for part in command]
        if not any("%s" in part for part in command):
            line.append(address)
        quiet = subprocess.DEVNULL
        # In a session of its own, so that Ctrl-C stops the app and not the user's browser.
        browser = subprocess.Popen(  # noqa: S603 - what the user asked for
            line, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        return browser.wait() == 0

    return run


async def _in_background(open_it: Callable[[], bool]) -> bool:
    """Run it in a thread that the program's end does not wait for."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[bool] = loop.create_future()

    def tell(result: bool) -> None:
        if not opened.done():
            opened.set_result(result)

    def run() -> None:
        try:
            result = open_it()
        except (OSError, webbrowser.Error):
            result = False
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, result)

    threading.Thread(target=run, name="homeport-browser", daemon=True).start()
    try:
        return await asyncio.wait_for(opened, _PATIENCE)
    except TimeoutError:
        return True
