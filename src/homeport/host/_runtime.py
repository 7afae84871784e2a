"""The JavaScript runtime as a process: no permissions, no environment, bounds, no orphans.

It is started without an app, since its start takes as long as much of ours: it waits for its first message.
Nothing runs between fork and exec here. What bounds it is set from outside while it waits:

- it may not touch files, environment, network or processes: Deno without permissions, told never to ask;
  and where it would keep things for everybody is a file, so that it cannot;
- ``--max-old-space-size`` bounds its heap, ``RLIMIT_DATA`` all that it writes to (Linux); it leaves no core;
- it ends when its pipe closes. Should it loop then, a *lifeline* ends it: a pipe whose other end only this
  process has, and for which the kernel was asked to send ``SIGKILL`` instead of ``SIGIO`` when that end goes
  (Linux).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from homeport._locale import system_locale
from homeport.engine import local_pair
from homeport.errors import UserError

if sys.platform != "win32":
    import fcntl
    import resource

if TYPE_CHECKING:
    from homeport.engine import RawSocket

__all__ = ["MOST_WORKERS", "Runtime", "Sandbox", "bundle", "find_deno", "start_runtime"]

#: Workers that a page may have at once.
MOST_WORKERS = 16
_MIB = 1 << 20
_F_SETSIG = 10
#: Windows only: it hears no Ctrl-C of our console, as it is to end when we say so, and opens none of its own.
_NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
#: What the runtime itself needs beside the heap that it may use: code, buffers, the stacks of its threads.
_BESIDE_HEAP = 256
#: Workers that may take address space at once; those that have ended still do for two seconds.
_SPACES = 4 * MOST_WORKERS
#: What a worker fills by itself, in MiB.
_WORKER = 32


class Sandbox(NamedTuple):
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


def bundle(name: str) -> Path:
    """A file of the page's own code.

    Raises:
        UserError: the package was not built.
    """
    path = Path(__file__).parent.parent / "page" / "_dist" / name
    if not path.is_file():
        raise UserError(f"{name} is missing: run python tools/build_page.py, or install the package again")
    return path


def find_deno() -> str:
    """The Deno of the PyPI package, else the one on the path.

    Raises:
        UserError: there is none.
    """
    try:
        from deno import find_deno_bin

        return str(find_deno_bin())
    except (ImportError, FileNotFoundError):
        from shutil import which

        found = which("deno")
    if found is None:
        raise UserError(f"There is no Deno. Install it: {sys.executable} -m pip install deno")
    return found


def command(deno: str, script: Path, sandbox: Sandbox) -> list[str]:
    """The child's command line."""
    # What apps receive is garbage soon, which collecting the young finds. Marking all that lives beside it,
    # again and again because of the buffers' size, took a third of the time.
    flags = [f"--max-old-space-size={sandbox.memory}", "--no-incremental-marking"]
    if not sandbox.eval_allowed:
        flags.append("--disallow-code-generation-from-strings")
    # Quiet, it would not say where the debugger listens.
    talk = [f"--inspect={sandbox.inspect}"] if sandbox.inspect else ["--quiet"]
    alone = ["--no-prompt", "--no-config", "--no-remote", "--no-npm", "--no-lock"]
    return [deno, "run", *alone, f"--v8-flags={','.join(flags)}", *talk, str(script)]


class Runtime:
    """A runtime that waits for its page. Who takes it calls :meth:`bound` before the app comes.

    As a context manager it ends at the exit if nobody has taken it.

    Attributes:
        process: its process, whose standard error is a pipe.
        reader, writer: our ends of its standard output and input.
        its_ends: the other ends, where its own are pipes: somebody must carry the bytes between.
        lifeline: a descriptor that keeps it alive.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        reader: RawSocket,
        writer: RawSocket,
        sandbox: Sandbox,
        *,
        its_ends: tuple[RawSocket, RawSocket] | None = None,
        lifeline: int | None = None,
    ) -> None:
        self.process = process
        self.reader = reader
        self.writer = writer
        self.sandbox = sandbox
        self.its_ends = its_ends
        self.lifeline = lifeline
        self._taken = False
        #: What ``RLIMIT_DATA`` counts of it without an app.
        self._by_itself = 0

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *exception: object) -> None:
        self.drop()

    def drop(self) -> None:
        """End it, if nobody has taken it."""
        if not self._taken:
            self._taken = True
            self.kill()
            self.process.wait()
            self.close()
            pipes = (self.process.stdin, self.process.stdout, self.process.stderr)
            for end in (*(self.its_ends or ()), *filter(None, pipes)):
                end.close()

    def take(self) -> Runtime:
        """Make it somebody's own, who calls :meth:`close` when the process has ended."""
        self._taken = True
        return self

    def bound(self) -> None:
        """Set the limits that count from what the runtime uses by itself; before the app is sent."""
        self._by_itself = _counted(self.process.pid, "VmData")
        self._allow(0)

    def allow_worker(self, live: int, up: int) -> None:
        """Let the page have one worker more than those ``live``, of which so many are ``up``.

        Each takes as much address space as the runtime by itself, for code, which the app cannot fill with
        data as long as the worker is there. Until that is taken back, see :meth:`oversteps`.
        """
        self._allow(live + max(0, self._threads - up) + 1)  # some are about to end

    def take_back(self) -> bool:
        """Allow no worker any more, if nothing is left of those that there were; whether it is so."""
        if self._threads > 0:
            return False
        self._allow(0)
        return True

    @property
    def _threads(self) -> int:
        """How many workers take address space, or more where the app has memory that it does not fill."""
        empty = _counted(self.process.pid, "VmData") - _counted(self.process.pid, "RssAnon")
        return round(empty / self._by_itself) - 1 if self._by_itself else 0

    def _allow(self, workers: int) -> None:
        if sys.platform == "linux":
            limit, most = (self._by_itself * (1 + n) + self._apps for n in (min(workers, _SPACES), _SPACES))
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(self.process.pid, resource.RLIMIT_DATA, (limit, most))
                resource.prlimit(self.process.pid, resource.RLIMIT_CORE, (0, 0))

    def oversteps(self, workers: int) -> bool:
        """Whether it has filled more memory than the app may, with so many workers."""
        return _counted(self.process.pid, "RssAnon") > self._apps + workers * _WORKER * _MIB

    @property
    def _apps(self) -> int:
        return (self.sandbox.memory + _BESIDE_HEAP) * _MIB

    def kill(self) -> None:
        """End it now."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    def close(self) -> None:
        """Close our ends."""
        if self.lifeline is not None:
            os.close(self.lifeline)
        self.reader.close()
        self.writer.close()


def start_runtime(
    sandbox: Sandbox, *, script: Path | None = None, pipes: bool = sys.platform == "win32"
) -> Runtime:
    """Start a runtime. Needs no event loop.

    Args:
        script: what it runs; by default what waits for a page.
        pipes: give it pipes, not sockets, for its standard input and output.

    Raises:
        UserError: there is no runtime, or it cannot be started.
    """
    script = script or bundle("headless.js")
    if sandbox.cache is not None:
        _bar_storage(sandbox.cache)
    arguments = command(find_deno(), script, sandbox)
    writer, its_input = local_pair()
    reader, its_output = local_pair()
    around = environment(sandbox)
    try:
        if pipes:
            process = _start_on_pipes(arguments, script.parent, around)
            return Runtime(process, reader, writer, sandbox, its_ends=(its_input, its_output))
        process, lifeline = _start_on_sockets(arguments, its_input, its_output, script.parent, around)
    except OSError as error:
        for end in (reader, writer, its_input, its_output):
            end.close()
        raise UserError(f"The JavaScript runtime cannot be started: {error}") from error
    return Runtime(process, reader, writer, sandbox, lifeline=lifeline)


def _start_on_sockets(
    arguments: list[str],
    its_input: RawSocket,
    its_output: RawSocket,
    folder: Path,
    environment: dict[str, str],
) -> tuple[subprocess.Popen[bytes], int | None]:
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
    arguments: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen(  # noqa: S603 - our own command line
        [*arguments, "--plain"],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        cwd=folder,
        env=environment,
        creationflags=_NO_CONSOLE,
    )


def _bar_storage(cache: Path) -> None:
    """Leave no place on disk for what the runtime would keep, and no app may have or needs.

    That is ``localStorage`` and ``caches``, which it gives to everybody, and a copy of itself called node.
    """
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        for name in ("location_data", "node_compat_bin"):
            (cache / name).touch()


def outer_bound() -> str | None:
    """The bound of a process's memory that whoever started us has set, for people; ``None``: none."""
    if sys.platform != "win32":
        for number, flag in ((resource.RLIMIT_AS, "-v"), (resource.RLIMIT_DATA, "-d")):
            bound = resource.getrlimit(number)[0]
            if bound != resource.RLIM_INFINITY:
                return f"`ulimit {flag}` allows each process {bound // _MIB} MiB"
    return None


def environment(sandbox: Sandbox) -> dict[str, str]:
    """Nothing of ours but language and time zone, which every page may know; and what keeps it quiet."""
    around = {"DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1", "LANG": f"{system_locale()}.UTF-8"}
    if zone := os.environ.get("TZ"):
        around["TZ"] = zone
    if sandbox.cache is not None:
        around["DENO_DIR"] = str(sandbox.cache)
    if sys.platform == "win32":
        around["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", r"C:\Windows")
    return around


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


def _counted(pid: int, name: str) -> int:
    """What Linux counts of a process now, in bytes: ``VmData`` is bounded, ``RssAnon`` is what is filled."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    sizes = [line.split()[1] for line in status.splitlines() if line.startswith(f"{name}:")]
    return int(sizes[0]) * 1024 if sizes else 0
