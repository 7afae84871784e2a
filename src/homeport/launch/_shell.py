"""The shell around a call in Chromium's manner, whose end is the end of what it waits for.

Test suites start ``$CHROME --load-and-launch-app=DIR`` through ``sh -c`` and end it by ending that process.
Most shells give their place to such a command, and it is hit itself. Debian's waits as its parent, and is hit
in its stead.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_SHELL = re.compile(rb"(.*/)?(a|ba|da|k|mk|z)?sh")
_OUR_CALL = b"--load-and-launch-app"
#: Who runs in the background, or under nohup, ignores these; the shell that started it does not.
_LEFT_ALONE = (signal.SIGINT, *((signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()))


def waiting_shell() -> int | None:
    """The process id of the shell that was started for our call alone and waits for it, if there is one.

    A shell that put us in the background, under ``nohup`` or in a session of our own does not count.
    """
    if not sys.platform.startswith("linux"):
        return None
    shell = os.getppid()
    try:
        command = Path(f"/proc/{shell}/cmdline").read_bytes().split(b"\0")
        together = os.getsid(shell) == os.getsid(0)
        freed = _ignored("self") & ~_ignored(str(shell))
    except (OSError, ValueError):
        return None  # it has gone, or is not ours to look at
    match command:
        case [program, b"-c", script, *_] if _SHELL.fullmatch(program) and _OUR_CALL in script:
            return shell if together and not freed else None
    return None


def _ignored(process: str) -> int:
    """Which of the signals that say so a process ignores, as a mask."""
    status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    found = re.search(r"^SigIgn:\s*([0-9a-f]+)$", status, re.MULTILINE)
    mask = int(found[1], 16) if found else 0
    left_alone: int = sum(1 << number - 1 for number in _LEFT_ALONE)
    return mask & left_alone


@contextmanager
def heard_end(process: int | None, tell: Callable[[], None]) -> Iterator[None]:
    """Call ``tell`` when the parent ``process`` has ended. Linux only; ``None`` is nobody."""
    descriptor = None
    if sys.platform == "linux" and process is not None:
        try:
            descriptor = os.pidfd_open(process)
        except OSError:  # a kernel older than 5.3, or a limit
            if process != os.getppid():
                tell()
    if descriptor is None:
        yield
        return
    loop = asyncio.get_running_loop()
    if process != os.getppid():
        tell()  # it ended just before, and the number may be another's already
    else:
        loop.add_reader(descriptor, _once, loop, descriptor, tell)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _once(loop: asyncio.AbstractEventLoop, descriptor: int, tell: Callable[[], None]) -> None:
    loop.remove_reader(descriptor)
    tell()
