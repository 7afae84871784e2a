"""Running one app from start to end: its engine, its host, its terminal, its file for ``homeport ps``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from homeport.appfiles import App
from homeport.engine import Engine, notify
from homeport.errors import HomeportError
from homeport.launch._choose import HostKind
from homeport.launch._engine import EngineOptions, make_engine
from homeport.launch._observe import observed
from homeport.launch._terminal import Terminal
from homeport.launch._traffic import Traffic
from homeport.runs import Run, RunFile
from homeport.storage import Storage, default_folder

#: Seconds between two looks at what the app does.
TICK = 1.0


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """How one app runs.

    ``browser`` is the name of one, or ``None`` for the user's own; ``port`` 0 means any; ``idle`` is in
    seconds; ``restarts`` is how often in a row a headless app is started again; ``audit_log`` and ``learn``
    are files to be written.
    """

    host: HostKind
    engine: EngineOptions = field(default_factory=EngineOptions)
    browser: str | None = None
    open_browser: bool = True
    port: int = 0
    inspect: str | None = None
    idle: float | None = None
    restarts: int = 0
    quiet: bool = False
    status: bool | None = None
    audit_log: Path | None = None
    learn: Path | None = None


class StoppedTwice(HomeportError):  # noqa: N818 - it is what happened, not what went wrong
    """The user asked twice to stop: at once, then."""


@asynccontextmanager
async def stop_signals(stop: asyncio.Event) -> AsyncIterator[None]:
    """Set ``stop`` at the first Ctrl-C or SIGTERM; end the process at the second."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    if sys.platform == "win32":
        previous = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(asked))
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


@dataclass(slots=True)
class Launched:
    """An app that runs. ``end`` gives the reason when it ends by itself; ``address`` is where it is seen."""

    host: HostKind
    end: Awaitable[str]
    stop: Callable[[], Awaitable[None]]
    address: str = ""


async def launch(app: App, options: LaunchOptions) -> int:
    """Run ``app`` until it ends or somebody stops it; the exit status.

    Raises:
        UserError: it cannot be started; the text says what to do.
    """
    terminal = Terminal(quiet=options.quiet, status=options.status)
    traffic = Traffic()
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(stop_signals(stop))
        observer, tell_end = stack.enter_context(observed(app, options, traffic, terminal.warn))
        engine = make_engine(options.engine, observer)
        stack.push_async_callback(engine.aclose)
        storage = Storage(default_folder())
        stack.push_async_callback(storage.aclose)
        running = await _start(app, engine, storage, options, terminal)
        stack.push_async_callback(running.stop)
        file = stack.enter_context(RunFile(_describe(app, running)))
        stack.callback(terminal.status.clear)
        stack.callback(notify, STOPPING=1)
        notify(READY=1, STATUS=f"{app.manifest.name} runs")
        status, reason = await _attend(running, stop, terminal, traffic, file)
        tell_end(reason)
        return status


async def _start(
    app: App, engine: Engine, storage: Storage, options: LaunchOptions, terminal: Terminal
) -> Launched:
    if options.host is HostKind.HEADLESS:
        from homeport.launch._headless import start_headless

        return await start_headless(app, engine, storage, options, terminal)
    from homeport.launch._browser import start_in_browser

    return await start_in_browser(app, engine, storage, options, terminal)


async def _attend(
    running: Launched, stop: asyncio.Event, terminal: Terminal, traffic: Traffic, file: RunFile
) -> tuple[int, str]:
    """Wait for the end, and meanwhile show and note what happens; the exit status, and why it ended."""
    stopped = asyncio.ensure_future(stop.wait())
    ended = asyncio.ensure_future(running.end)
    try:
        while True:
            done, _ = await asyncio.wait([stopped, ended], timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
            terminal.refresh(traffic)
            _note_run(file, traffic)
            if stopped in done:
                terminal.status.clear()
                terminal.note("stopping; Ctrl-C again stops at once")
                return 0, "it was stopped"
            if ended in done:
                terminal.status.clear()
                terminal.note(ended.result())
                return 1, ended.result()
    finally:
        stopped.cancel()
        ended.cancel()


def _note_run(file: RunFile, traffic: Traffic) -> None:
    before = file.run
    file.update(
        sockets=traffic.sockets,
        bytes_in=traffic.received,
        bytes_out=traffic.sent,
        last_denial=traffic.last_denial,
    )
    if file.run != before:
        notify(STATUS=f"{traffic.sockets} sockets, {traffic.received} bytes in, {traffic.sent} out")


def _describe(app: App, running: Launched) -> Run:
    return Run(
        pid=os.getpid(),
        app_id=app.id,
        name=app.manifest.name,
        path=str(app.root),
        host=running.host.value,
        started=time.time(),
        address=running.address,
    )
