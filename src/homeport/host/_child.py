"""A JavaScript runtime as a child process: no permissions, no environment, bounds, no orphans.

Nothing runs between fork and exec here. What bounds the child is set from outside while it waits for its
first message:

- it may not touch files, environment, network or processes: Deno without permissions, told never to ask;
- ``--max-old-space-size`` bounds its heap, ``RLIMIT_DATA`` all that it writes to (Linux); it leaves no core;
- it ends when its pipe closes. Should it loop then, a *lifeline* ends it: a pipe whose other end only this
  process has, and for which the kernel was asked to send ``SIGKILL`` instead of ``SIGIO`` when that end goes
  (Linux).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from homeport.engine import local_pair
from homeport.errors import UserError

if sys.platform != "win32":
    import fcntl
    import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeport.engine import RawSocket

__all__ = ["Child", "Sandbox", "find_deno", "start_child"]

_MIB = 1 << 20
_F_SETSIG = 10
_STDERR_KEPT = 64
#: What the runtime itself needs beside the heap that it may use: code, buffers, the stacks of its threads.
_BESIDE_HEAP = 256


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What bounds the child.

    Attributes:
        memory: MiB for the app's objects and buffers.
        eval_allowed: whether text may become code (the app's CSP says so).
        inspect: where Chrome DevTools may connect, such as ``127.0.0.1:9229``; None: nowhere.
        cache: a folder for the runtime's own compiled code.
    """

    memory: int = 512
    eval_allowed: bool = False
    inspect: str | None = None
    cache: Path | None = None


def find_deno() -> str:
    """The Deno of the PyPI package, else the one on the path.

    Raises:
        UserError: there is none.
    """
    from deno import find_deno_bin

    try:
        return str(find_deno_bin())
    except FileNotFoundError:
        from shutil import which

        found = which("deno")
    if found is None:
        raise UserError("There is no deno to run the app without a browser: pip install deno")
    return found


def command(deno: str, script: Path, sandbox: Sandbox) -> list[str]:
    """The child's command line."""
    flags = [f"--max-old-space-size={sandbox.memory}"]
    if not sandbox.eval_allowed:
        flags.append("--disallow-code-generation-from-strings")
    # Quiet, it would not say where the debugger listens.
    talk = [f"--inspect={sandbox.inspect}"] if sandbox.inspect else ["--quiet"]
    alone = ["--no-prompt", "--no-config", "--no-remote", "--no-npm", "--no-lock"]
    return [deno, "run", *alone, f"--v8-flags={','.join(flags)}", *talk, str(script)]


class Child:
    """A running child. Whoever reads the end of its ``reader`` calls :meth:`wait`."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        reader: RawSocket,
        writer: RawSocket,
        sandbox: Sandbox,
        lifeline: int | None,
        on_line: Callable[[str], None] | None,
    ) -> None:
        self.pid = process.pid
        self.reader = reader
        self.writer = writer
        self.sandbox = sandbox
        #: The last lines of its standard error: what a crash leaves.
        self.last_words: deque[str] = deque(maxlen=_STDERR_KEPT)
        self._process = process
        self._lifeline = lifeline
        self._on_line = on_line
        self._partial = b""
        self._loop = asyncio.get_running_loop()
        assert process.stderr is not None  # noqa: S101 - asked for below
        self._stderr = process.stderr
        os.set_blocking(self._stderr.fileno(), False)
        self._loop.add_reader(self._stderr.fileno(), self._hear)

    def bound(self) -> None:
        """Set the limits that count from what the runtime uses by itself; before the app is sent."""
        if sys.platform != "linux":
            return
        limit = _data_bytes(self.pid) + (self.sandbox.memory + _BESIDE_HEAP) * _MIB
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(self.pid, resource.RLIMIT_DATA, (limit, limit))
            resource.prlimit(self.pid, resource.RLIMIT_CORE, (0, 0))

    def kill(self) -> None:
        """End it now."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def wait(self, patience: float = 5.0) -> int:
        """Wait for its end, and see to it after ``patience`` seconds; the exit status as of ``Popen``."""
        try:
            status = await asyncio.to_thread(self._process.wait, patience)
        except subprocess.TimeoutExpired:
            self.kill()
            status = await asyncio.to_thread(self._process.wait)
        self._hear()
        self._close()
        return status

    def _close(self) -> None:
        self._loop.remove_reader(self._stderr.fileno())
        self._stderr.close()
        self.reader.close()
        self.writer.close()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None

    def _hear(self) -> None:
        try:
            data = os.read(self._stderr.fileno(), 65536)
        except BlockingIOError:
            return
        if not data:
            self._loop.remove_reader(self._stderr.fileno())
            return
        *lines, self._partial = (self._partial + data).split(b"\n")
        self._partial = self._partial[-65536:]
        for line in lines:
            text = line.decode(errors="replace")
            self.last_words.append(text)
            if self._on_line is not None:
                self._on_line(text)


def start_child(
    script: Path, sandbox: Sandbox, *, args: Sequence[str] = (), on_line: Callable[[str], None] | None = None
) -> Child:
    """Start the runtime on ``script``. Call :meth:`Child.bound` before it gets anything of the app's.

    Raises:
        UserError: there is no runtime, or it cannot be started.
    """
    writer, its_input = local_pair()
    reader, its_output = local_pair()
    ours, its_lifeline = _lifeline()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [*command(find_deno(), script, sandbox), *args],
            stdin=its_input.fileno(),
            stdout=its_output.fileno(),
            stderr=subprocess.PIPE,
            cwd=script.parent,
            env=_environment(sandbox),
            start_new_session=True,
            pass_fds=() if its_lifeline is None else (its_lifeline,),
        )
    except OSError as error:
        for end in (reader, writer):
            end.close()
        if ours is not None:
            os.close(ours)
        raise UserError(f"The JavaScript runtime cannot be started: {error}") from error
    else:
        if its_lifeline is not None:
            _tie(its_lifeline, process.pid)
    finally:
        its_input.close()
        its_output.close()
        if its_lifeline is not None:
            os.close(its_lifeline)
    return Child(process, reader, writer, sandbox, ours, on_line)


def _environment(sandbox: Sandbox) -> dict[str, str]:
    """Nothing of ours: only what keeps the runtime quiet."""
    environment = {"DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    if sandbox.cache is not None:
        environment["DENO_DIR"] = str(sandbox.cache)
    if sys.platform == "win32":
        environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", r"C:\Windows")
    return environment


def _lifeline() -> tuple[int, int] | tuple[None, None]:
    if sys.platform != "linux":
        return None, None
    theirs, ours = os.pipe()
    return ours, theirs


def _tie(lifeline: int, pid: int) -> None:
    """Let the kernel kill ``pid`` when the other end of ``lifeline`` is gone."""
    if sys.platform != "win32":
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, pid)
        fcntl.fcntl(lifeline, _F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC)


def _data_bytes(pid: int) -> int:
    """What ``RLIMIT_DATA`` counts of a process now."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    sizes = [line.split()[1] for line in status.splitlines() if line.startswith("VmData:")]
    return int(sizes[0]) * 1024 if sizes else 0
