"""The audit log's file: one JSON object a line, one writer, a bound on its size.

Only its owner can read it, and only one process writes to it. Lines are written by a thread of their own, so
that a slow disk makes no app slow; a full one costs lines, which are counted, and stops nothing. A file that
has grown to its bound becomes ``FILE.1``, what was that becomes ``FILE.2``, and the oldest is deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from homeport.errors import UserError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["AuditLog"]

#: Lines that may wait for the writer.
_MOST_WAITING: Final = 65536
_FLAGS: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT
#: Follow no link, let no child have it, and write on Windows what is to be written: each system has some.
_MORE_FLAGS: Final = sum(
    getattr(os, f"O_{word}", 0) for word in ("NOFOLLOW", "CLOEXEC", "BINARY", "NOINHERIT")
)
#: Where Windows locks the file, which bars others from that byte: beyond those that there are.
_LOCKED: Final = (1 << 31) - 2


class AuditLog:
    """An open log.

    Args:
        path: the file; a link is not followed.
        size: bytes that the file may have before it is rotated.
        keep: rotated files to keep.
        on_trouble: told once, from the writer's thread, when lines cannot be written.
        clock: seconds since 1970.

    Raises:
        UserError: the file cannot be written, or another process writes to it.
    """

    def __init__(
        self,
        path: Path,
        *,
        size: int = 16 << 20,
        keep: int = 8,
        on_trouble: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        #: Lines that were not written, and those of them that the log does not tell of yet.
        self.lost = 0
        self._untold = 0
        self._size = size
        self._keep = keep
        self._on_trouble = on_trouble
        self._clock = clock
        self._waiting: deque[bytes] = deque()
        self._news = threading.Event()
        self._closing = False
        self._lock = threading.Lock()
        try:
            self._descriptor = self._open()
        except OSError as error:
            raise UserError(f"--audit-log: {path} cannot be written: {error.strerror}.") from error
        self._thread = threading.Thread(target=self._run, name="homeport-audit", daemon=True)
        self._thread.start()

    def write(self, event: str, **fields: object) -> None:
        """Note one event. Never waits and never fails."""
        with self._lock:
            if self._closing or len(self._waiting) >= _MOST_WAITING:
                self.lost += 1
                self._untold += 1
                return
        self._waiting.append(self._line(event, fields))
        self._news.set()

    def close(self) -> None:
        """Write what waits, and close the file."""
        with self._lock:
            self._closing = True
        self._news.set()
        self._thread.join()

    def _line(self, event: str, fields: dict[str, object]) -> bytes:
        moment = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        entry = {"time": moment, "event": event, **fields}
        # All that is not plain ASCII is escaped, but for one control character that JSON leaves as it is.
        return (
            json.dumps(entry, separators=(",", ":"), default=str).replace("\x7f", "\\u007f").encode() + b"\n"
        )

    # The writer's thread.

    def _run(self) -> None:
        while not self._closing or self._waiting:
            self._news.wait()
            self._news.clear()
            while self._waiting:
                self._put(self._waiting.popleft())
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def _put(self, line: bytes) -> None:
        if self._untold:
            line = self._line("lost", {"lines": self._untold}) + line
        told = self._untold
        try:
            self._append(line)
        except (OSError, UserError) as error:  # the latter of another process, as the file was rotated
            if not self.lost:
                why = error.strerror if isinstance(error, OSError) else error
                self._on_trouble(f"the audit log {self.path} cannot be written: {why}")
            with self._lock:
                self.lost += 1
                self._untold += 1
        else:
            with self._lock:
                self._untold -= told

    def _append(self, line: bytes) -> None:
        if self._descriptor < 0:
            self._descriptor = self._open()
        before = os.fstat(self._descriptor).st_size
        if before and before + len(line) > self._size:
            self._rotate()
            before = 0
        try:
            written = os.write(self._descriptor, line)
            if written < len(line):
                written += os.write(self._descriptor, line[written:])
            if written < len(line):
                raise OSError(0, "the disk takes no more")
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, before)  # no half a line
            raise

    def _rotate(self) -> None:
        os.close(self._descriptor)
        self._descriptor = -1
        for number in range(self._keep, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            newer = self.path if number == 1 else self.path.with_name(f"{self.path.name}.{number - 1}")
            with contextlib.suppress(FileNotFoundError):
                newer.replace(older)
        if not self._keep:
            self.path.unlink(missing_ok=True)
        self._descriptor = self._open()

    def _open(self) -> int:
        descriptor = os.open(self.path, _FLAGS | _MORE_FLAGS, 0o600)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UserError(f"--audit-log: {self.path} is no file.")
            if sys.platform != "win32" and status.st_mode & 0o077:
                os.fchmod(descriptor, 0o600)
            _lock(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            raise UserError(
                f"--audit-log: another process writes to {self.path}. Give each app a file of its own."
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor


def _lock(descriptor: int) -> None:
    """Let no other process write to the file, until it is closed. Raises :class:`BlockingIOError`."""
    if sys.platform == "win32":
        os.lseek(descriptor, _LOCKED, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(*error.args) from error
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
