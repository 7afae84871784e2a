"""A browser that shows one app and nothing else: a process of ours, full screen, with a profile of its own.

The user's own browser takes a new address into the process that runs already, so that nobody can tell when
the app's window has gone. This one is ours from its start to its end.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from homeport._text import one_line
from homeport.errors import UserError

from ._browser import PROGRAMS, NoBrowserError, browser_command
from ._page import PageEnd

__all__ = ["KioskBrowser", "kiosk_command"]

#: Tried in this order where nobody names one.
_USUAL = ("chromium", "chrome", "edge", "brave", "vivaldi", "firefox")
#: Seconds that the browser may take to end by itself.
_PATIENCE = 5.0
_LINES = 20
_BLOCK = 64 << 10

_CHROMIUM = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--hide-crash-restore-bubble",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-features=Translate",
    # Chrome Apps may play without having been clicked.
    "--autoplay-policy=no-user-gesture-required",
)
_FIREFOX = ("--kiosk", "--no-remote")
#: What keeps Firefox from showing anything but the app.
_PREFERENCES = """\
user_pref("app.normandy.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.sessionstore.resume_from_crash", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.tabs.warnOnClose", false);
user_pref("browser.translations.enable", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("media.autoplay.default", 0);
user_pref("toolkit.startup.max_resumed_crashes", -1);
"""


def kiosk_command(name: str | None) -> list[str]:
    """The command line of the browser called ``name``, or of the first that is there.

    Raises:
        NoBrowserError: there is none.
    """
    for each in (name,) if name else _USUAL:
        if (command := browser_command(each) or _installed(each)) is not None:
            return command
    raise NoBrowserError(name)


def _installed(name: str) -> list[str] | None:
    """Where a browser is that is not on the path, as on macOS and Windows."""
    if sys.platform == "darwin":
        for title in ("Chromium", "Google Chrome", "Microsoft Edge", "Brave Browser", "Vivaldi", "Firefox"):
            program = Path(
                "/Applications", f"{title}.app", "Contents/MacOS", title.replace("Firefox", "firefox")
            )
            if name.lower() in title.lower() and program.exists():
                return [str(program)]
    if sys.platform == "win32":
        import winreg

        for program in PROGRAMS.get(name.lower(), ()):
            key = rf"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\{program}.exe"
            for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
                try:
                    return [winreg.QueryValue(root, key).strip('"')]
                except OSError:
                    continue
    return None


def _is_firefox(program: str) -> bool:
    name = os.path.basename(program).lower()
    return any(each in name for each in ("firefox", "librewolf", "waterfox"))


def _line(command: Sequence[str], profile: Path, address: str) -> list[str]:
    """The whole command line; makes ready what the browser reads from its profile."""
    profile.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _is_firefox(command[0]):
        return [*command, f"--user-data-dir={profile}", *_CHROMIUM, address]
    (profile / "user.js").write_text(_PREFERENCES, encoding="ascii")
    waits = ("--wait-for-browser",) if sys.platform == "win32" else ()
    return [*command, *_FIREFOX, *waits, "--profile", str(profile), address]


class KioskBrowser:
    """One run of the browser.

    A browser whose profile another one of its kind has open gives it the address and ends. So what a Homeport
    that was killed has left behind is ended first.
    """

    def __init__(self, process: asyncio.subprocess.Process, program: str) -> None:
        self._process = process
        self._program = os.path.basename(program)
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._reader = asyncio.ensure_future(self._read())
        self._end: PageEnd | None = None
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    async def start(cls, command: Sequence[str], profile: Path, address: str) -> KioskBrowser:
        """Start the browser of ``command`` at ``address``, with what it keeps in ``profile``.

        Raises:
            UserError: it could not be started.
        """
        try:
            line = _line(command, profile, address)
            await asyncio.to_thread(_end_others, profile)
            process = await asyncio.create_subprocess_exec(
                *line,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                # Ctrl-C is for us, and we end it in our time, with all its processes.
                start_new_session=True,
            )
        except OSError as error:
            raise UserError(f"The browser {command[0]} could not be started: {error.strerror}.") from error
        return cls(process, command[0])

    @property
    def stopped(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._end is not None

    async def wait(self) -> PageEnd:
        """Until it has ended: ``wanted`` if it was stopped, or whoever sits before it has closed it."""
        status = await self._process.wait()
        if self._end is not None and self._ending is not None:
            await asyncio.shield(self._ending)
            return self._end
        if status == 0:
            return PageEnd(f"{self._program} was closed", wanted=True)
        if status < 0:
            return PageEnd(f"{self._program} ended (signal {-status})", status=status)
        # What it started itself may have its end of the pipe, too.
        await asyncio.wait([self._reader], timeout=1)
        said = f": {self._lines[-1]}" if self._lines else ""
        return PageEnd(f"{self._program} ended (status {status}){said}", status=status)

    async def stop(self, reason: str = "it was stopped", *, wanted: bool = True) -> PageEnd:
        """End it, with all its processes. Goes on when who called it waits no more."""
        self._end = self._end or PageEnd(reason, wanted=wanted)
        self._ending = self._ending or asyncio.ensure_future(self._end_all())
        await asyncio.shield(self._ending)
        return self._end

    async def _end_all(self) -> None:
        ended = asyncio.ensure_future(self._process.wait())
        self._signal("SIGTERM")
        await asyncio.wait([ended], timeout=_PATIENCE)
        # Some of its processes may have outlived it.
        self._signal("SIGKILL")
        await ended
        self._reader.cancel()

    def _signal(self, name: str) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                if self._process.returncode is None:
                    self._process.terminate()
            else:
                os.killpg(self._process.pid, getattr(signal, name))

    async def _read(self) -> None:
        """Keep the end of what it says, and let it say all it wants."""
        output = self._process.stderr
        assert output is not None  # noqa: S101 - asked for
        while block := await output.read(_BLOCK):
            self._lines += filter(None, map(one_line, block.decode("utf-8", "replace").splitlines()))


def _has_open(words: Sequence[str], profile: Path) -> bool:
    """Whether a command line is that of a browser which has this profile. Others may name the folder, too."""
    return f"--user-data-dir={profile}" in words or ("--profile", str(profile)) in pairwise(words)


def _end_others(profile: Path) -> None:
    """End the browsers that have ``profile`` open."""
    import psutil  # slow to load

    others = []
    for process in psutil.process_iter(["cmdline"]):
        if _has_open(process.info["cmdline"] or [], profile):
            with suppress(psutil.Error):
                process.terminate()
                others.append(process)
    for process in psutil.wait_procs(others, _PATIENCE)[1]:
        with suppress(psutil.Error):
            process.kill()
