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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from homeport.engine import local_pair
from homeport.errors import UserError

from ._bridge import bridge

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
        on_line: Callable[[str], None] | None,
    ) -> None:
        self.pid = process.pid
        self.reader = reader
        self.writer = writer
        self.sandbox = sandbox
        #: The last lines of its standard error: what a crash leaves.
        self.last_words: deque[str] = deque(maxlen=_STDERR_KEPT)
        self._process = process
        self._on_line = on_line
        self._partial = b""
        self._cleanups: list[Callable[[], None]] = [reader.close, writer.close]

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
        for cleanup in self._cleanups:
            cleanup()
        self._cleanups.clear()
        return status

    def at_end(self, cleanup: Callable[[], None]) -> None:
        """Call ``cleanup`` once the process has ended, before those that are there already."""
        self._cleanups.insert(0, cleanup)

    def heard(self, data: bytes) -> None:
        """Take what it wrote to its standard error."""
        *lines, self._partial = (self._partial + data).split(b"\n")
        self._partial = self._partial[-65536:]
        for line in lines:
            text = line.decode(errors="replace")
            self.last_words.append(text)
            if self._on_line is not None:
                self._on_line(text)


def start_child(
    script: Path,
    sandbox: Sandbox,
    *,
    on_line: Callable[[str], None] | None = None,
    pipes: bool = sys.platform == "win32",
) -> Child:
    """Start the runtime on ``script``. Call :meth:`Child.bound` before it gets anything of the app's.

    Args:
        on_line: hears each line of its standard error.
        pipes: give it pipes, not sockets, for its standard input and output.

    Raises:
        UserError: there is no runtime, or it cannot be started.
    """
    arguments = command(find_deno(), script, sandbox)
    writer, its_input = local_pair()
    reader, its_output = local_pair()
    start = _start_on_pipes if pipes else _start_on_sockets
    try:
        process, lifeline = start(arguments, its_input, its_output, script.parent, _environment(sandbox))
    except OSError as error:
        for end in (reader, writer, its_input, its_output):
            end.close()
        raise UserError(f"The JavaScript runtime cannot be started: {error}") from error
    child = Child(process, reader, writer, sandbox, on_line)
    if lifeline is not None:
        child.at_end(lambda: os.close(lifeline))
    if pipes:
        bridge(process, its_input, its_output, _from_thread(child))
    else:
        _watch_stderr(process, child)
    return child


_Started = tuple["subprocess.Popen[bytes]", "int | None"]


def _start_on_sockets(
    arguments: list[str],
    its_input: RawSocket,
    its_output: RawSocket,
    folder: Path,
    environment: dict[str, str],
) -> _Started:
    ours, its_lifeline = _lifeline()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            arguments,
            stdin=its_input.fileno(),
            stdout=its_output.fileno(),
            stderr=subprocess.PIPE,
            cwd=folder,
            env=environment,
            start_new_session=True,
            pass_fds=() if its_lifeline is None else (its_lifeline,),
        )
        if its_lifeline is not None:
            _tie(its_lifeline, process.pid)
    except OSError:
        if ours is not None:
            os.close(ours)
        raise
    finally:
        if its_lifeline is not None:
            os.close(its_lifeline)
    its_input.close()
    its_output.close()
    return process, ours


def _start_on_pipes(
    arguments: list[str], _: RawSocket, __: RawSocket, folder: Path, environment: dict[str, str]
) -> _Started:
    pipe = subprocess.PIPE
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [*arguments, "--plain"], stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder, env=environment
    )
    return process, None


def _watch_stderr(process: subprocess.Popen[bytes], child: Child) -> None:
    loop = asyncio.get_running_loop()
    stream = process.stderr
    assert stream is not None  # noqa: S101 - asked for above
    descriptor = stream.fileno()
    os.set_blocking(descriptor, False)

    def readable() -> None:
        try:
            data = os.read(descriptor, 65536)
        except BlockingIOError:
            return
        if data:
            child.heard(data)
        else:
            loop.remove_reader(descriptor)

    def finish() -> None:
        readable()
        loop.remove_reader(descriptor)
        stream.close()

    loop.add_reader(descriptor, readable)
    child.at_end(finish)


def _from_thread(child: Child) -> Callable[[bytes], None]:
    loop = asyncio.get_running_loop()

    def heard(data: bytes) -> None:
        with contextlib.suppress(RuntimeError):  # The loop is closed.
            loop.call_soon_threadsafe(child.heard, data)

    return heard


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
