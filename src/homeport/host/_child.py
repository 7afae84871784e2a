"""A runtime that runs a page, watched by the event loop until it has ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING

from ._bridge import bridge

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._runtime import Runtime

__all__ = ["Child"]

_STDERR_KEPT = 64


class Child:
    """A runtime at work. Whoever reads the end of its ``reader`` calls :meth:`wait`.

    Args:
        runtime: is its own from now on.
        on_line: hears each line of its standard error.
    """

    def __init__(self, runtime: Runtime, on_line: Callable[[str], None] | None = None) -> None:
        self.pid = runtime.process.pid
        self.reader = runtime.reader
        self.writer = runtime.writer
        self.sandbox = runtime.sandbox
        #: The last lines of its standard error: what a crash leaves.
        self.last_words: deque[str] = deque(maxlen=_STDERR_KEPT)
        self._runtime = runtime.take()
        self._on_line = on_line
        self._partial = b""
        self._stop_listening: Callable[[], None] = lambda: None
        if runtime.its_ends is None:
            self._stop_listening = self._listen()
        else:
            bridge(runtime.process, *runtime.its_ends, self._from_thread())

    def bound(self) -> None:
        """Set the limits that count from what the runtime uses by itself; before the app is sent."""
        self._runtime.bound()

    @property
    def runtime(self) -> Runtime:
        """The process and its limits."""
        return self._runtime

    def kill(self) -> None:
        """End it now."""
        self._runtime.kill()

    async def wait(self, patience: float = 5.0) -> int:
        """Wait for its end, and see to it after ``patience`` seconds; the exit status as of ``Popen``."""
        try:
            status = await asyncio.to_thread(self._runtime.process.wait, patience)
        except subprocess.TimeoutExpired:
            self.kill()
            status = await asyncio.to_thread(self._runtime.process.wait)
        self._stop_listening()
        self._runtime.close()
        return status

    def heard(self, data: bytes) -> None:
        """Take what it wrote to its standard error."""
        *lines, self._partial = (self._partial + data).split(b"\n")
        self._partial = self._partial[-65536:]
        for line in lines:
            text = line.decode(errors="replace")
            self.last_words.append(text)
            if self._on_line is not None:
                self._on_line(text)

    def _listen(self) -> Callable[[], None]:
        """Hear its standard error; how to stop that once it has ended, and what is there was heard."""
        loop = asyncio.get_running_loop()
        stream = self._runtime.process.stderr
        assert stream is not None  # noqa: S101 - it was started so
        descriptor = stream.fileno()
        if sys.platform != "win32":  # There a thread listens.
            os.set_blocking(descriptor, False)

        def readable() -> None:
            try:
                data = os.read(descriptor, 65536)
            except BlockingIOError:
                return
            if data:
                self.heard(data)
            else:
                loop.remove_reader(descriptor)

        def finish() -> None:
            readable()
            loop.remove_reader(descriptor)
            stream.close()

        loop.add_reader(descriptor, readable)
        return finish

    def _from_thread(self) -> Callable[[bytes], None]:
        loop = asyncio.get_running_loop()

        def heard(data: bytes) -> None:
            with contextlib.suppress(RuntimeError):  # The loop is closed.
                loop.call_soon_threadsafe(self.heard, data)

        return heard
