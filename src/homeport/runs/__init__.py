"""What runs now: ``homeport run`` keeps a small file about each of its apps, which ``ps`` and ``stop`` read.

A file and no socket, so that nothing more listens on the machine. It is written whole or not at all, only its
owner can read it, and it holds no secret. A file whose process is gone is deleted by whoever sees it next.
A process that shall end is told by a signal; one that shall end one of its apps and go on with the others, by
an empty file beside that app's own. Windows has no such signal: there it is always such files. One that shall
open its app once more is asked by a file, too, which it takes away.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import platformdirs

from homeport._text import one_line
from homeport.errors import UserError

__all__ = [
    "Run",
    "RunFile",
    "ask_to_open",
    "asked_to_open",
    "asked_to_stop",
    "running",
    "runs_folder",
    "stop",
]


#: So much of a file is read.
_LONGEST = 1 << 20
_STOP = ".stop"
_OPEN = ".open"


class Run(NamedTuple):
    """One running app. ``started`` is in seconds since the epoch; sizes are in bytes."""

    pid: int
    app_id: str
    name: str
    path: str
    host: str
    started: float
    sockets: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    address: str = ""
    last_denial: str = ""
    #: When the process began, as the system counts: its number may be another's by now. Empty: not known.
    birth: str = ""
    #: Where it keeps what lasts.
    data: str = ""


def runs_folder() -> Path:
    """Where the files are: ``$HOMEPORT_RUNTIME_DIR``, or the user's own state folder.

    Raises:
        UserError: the user has none.
    """
    own = os.environ.get("HOMEPORT_RUNTIME_DIR")
    try:
        return Path(own) if own else Path(platformdirs.user_state_dir("homeport", appauthor=False)) / "runs"
    except RuntimeError as error:
        raise UserError("You have no home folder. Set HOME, or HOMEPORT_RUNTIME_DIR to a folder.") from error


def _birth(pid: int) -> str:
    """When a process began, where Linux tells."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _is_running(run: Run) -> bool:
    return _alive(run.pid) and (not run.birth or run.birth == _birth(run.pid))


def _alive(pid: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x100000, False, pid)  # SYNCHRONIZE
        if not handle:
            return False
        waits = kernel.WaitForSingleObject(handle, 0) == 258  # WAIT_TIMEOUT: somebody may hold one that ended
        kernel.CloseHandle(handle)
        return bool(waits)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Whether the process has ended and only waits for its parent to notice; asked on Linux alone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def _path(run: Run, folder: Path | None) -> Path:
    return (folder or runs_folder()) / f"{run.pid}-{run.app_id}.json"


def _request(path: Path) -> Path:
    """The file that asks for the end of the app whose file ``path`` is."""
    return path.with_suffix(_STOP)


def _forget_requests(path: Path) -> None:
    for suffix in (_STOP, _OPEN):
        path.with_suffix(suffix).unlink(missing_ok=True)


def _asked(suffix: str, folder: Path | None) -> set[str]:
    """The ids of those apps of this process that are asked for something."""
    mine = f"{os.getpid()}-"
    try:
        names = os.listdir(folder or runs_folder())
    except OSError:
        return set()
    return {
        name[len(mine) : -len(suffix)] for name in names if name.startswith(mine) and name.endswith(suffix)
    }


def asked_to_stop(folder: Path | None = None) -> set[str]:
    """The ids of those apps of this process that are to end."""
    return _asked(_STOP, folder)


def asked_to_open(folder: Path | None = None) -> dict[str, str | None]:
    """The ids of those apps of this process that are to be opened once more, and in which browser. Once."""
    found = {}
    for app_id in _asked(_OPEN, folder):
        path = (folder or runs_folder()) / f"{os.getpid()}-{app_id}{_OPEN}"
        with contextlib.suppress(OSError):
            try:
                found[app_id] = _own_text(path) or None
            finally:
                path.unlink()
    return found


def _own_text(path: Path) -> str:
    """What a file says that this user wrote: it names what is started. Raises :class:`OSError`."""
    return _text(path, lambda about: about.st_uid == getattr(os, "getuid", lambda: about.st_uid)())


def _text(path: Path, fits: Callable[[os.stat_result], bool] = lambda about: True) -> str:
    """What a file says that is one, and ``fits``; never waits, as for a pipe. Raises :class:`OSError`."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags), encoding="utf-8", errors="replace") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or not fits(about):
            raise PermissionError(path)
        return file.read(_LONGEST)


def ask_to_open(run: Run, browser: str | None, *, patience: float = 5, folder: Path | None = None) -> bool:
    """Ask the process of a run to open its app once more, in ``browser``; whether it does so.

    ``browser``: as :func:`homeport.host.same_browser` has it, since the process is in a folder of its own.
    """
    file = _path(run, folder)
    path = file.with_suffix(_OPEN)
    with contextlib.suppress(OSError):
        _write_whole(path, browser or "")
        deadline = time.monotonic() + patience
        while path.exists():
            if time.monotonic() > deadline or not _is_running(run):
                path.unlink(missing_ok=True)
                return False
            time.sleep(0.05)
        return file.exists()  # else it has ended, which takes the request away, too
    return False


class RunFile:
    """The file of one app of this process; a context manager that deletes it at the end."""

    def __init__(self, run: Run, folder: Path | None = None) -> None:
        self.run = run._replace(birth=_birth(run.pid))
        self.path = _path(run, folder)

    def __enter__(self) -> RunFile:
        # An app runs all the same where this cannot be written; it is just not listed.
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _forget_requests(self.path)  # meant for another process of that number
            self._write()
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
            _forget_requests(self.path)

    def update(self, **changes: object) -> None:
        """Note what changed. A full disk is no reason to stop an app, so failing to write is not an error."""
        run = self.run._replace(**changes)  # type: ignore[arg-type]
        if run != self.run:
            self.run = run
            with contextlib.suppress(OSError):
                self._write()

    def _write(self) -> None:
        _write_whole(self.path, json.dumps(self.run._asdict()))


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody sees a part of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def running(folder: Path | None = None) -> Iterator[Run]:
    """The apps that run now, oldest first."""
    found = []
    for path in (folder or runs_folder()).glob("*.json"):
        try:
            run = _read(path)
        except (OSError, ValueError, TypeError, RecursionError):
            continue  # Just deleted, or not ours.
        if _is_running(run):
            found.append(run)
        else:
            path.unlink(missing_ok=True)
            _forget_requests(path)
    yield from sorted(found, key=lambda run: run.started)


def _read(path: Path) -> Run:
    """What a file says. One of another version may say more.

    Raises:
        OSError, ValueError, TypeError, RecursionError: it says nothing.
    """
    said = json.loads(_text(path))
    run = Run(**{name: said[name] for name in Run._fields if name in said})
    if type(run.pid) is not int or run.pid <= 0:  # no process, but a group of them, if it were asked to end
        raise ValueError("no process")
    if type(run.started) not in (int, float) or {type(run.name), type(run.app_id), type(run.path)} != {str}:
        raise TypeError("no run")
    return run


def stop(
    which: str,
    *,
    patience: float = 10,
    folder: Path | None = None,
    signals: bool = sys.platform != "win32",
) -> list[Run]:
    """Stop the runs that ``which`` names: a process id, an app id, an app's name, its folder or its package.

    ``signals``: a process that runs nothing else gets one.

    Raises:
        UserError: nothing of that name runs, or it did not end within ``patience`` seconds.
    """
    runs = list(running(folder))
    wanted = {which, os.path.realpath(which)}
    chosen = [run for run in runs if wanted & {str(run.pid), run.app_id, run.name, run.path}]
    if not chosen:
        names = ", ".join(run.name for run in runs) or "nothing runs"
        raise UserError(f"No running app is called {which!r} ({names}). `homeport ps` lists them.")
    whole = {run.pid for run in chosen} - {run.pid for run in runs if run not in chosen}
    _ask(chosen, whole if signals else set(), folder)
    deadline = time.monotonic() + patience
    while left := [
        run for run in chosen if _is_running(run) and (run.pid in whole or _path(run, folder).exists())
    ]:
        if time.monotonic() > deadline:
            names = ", ".join(f"{run.name} (process {run.pid})" for run in left)
            raise UserError(f"{one_line(names)} did not end within {patience:g} s.")
        time.sleep(0.05)
    return chosen


def _ask(chosen: list[Run], signalled: set[int], folder: Path | None) -> None:
    """Ask for the end of these runs, some processes by a signal and the others by files."""
    for pid in signalled:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    for run in chosen:
        if run.pid not in signalled:
            try:
                _request(_path(run, folder)).touch()
            except OSError as error:
                raise UserError(f"{one_line(run.name)} cannot be asked to end: {error.strerror}.") from error
