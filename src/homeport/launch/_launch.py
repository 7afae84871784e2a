"""Running one app from start to end: its engine, its host, its terminal, its file for ``homeport ps``."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from homeport._text import plural
from homeport.appfiles import App
from homeport.engine import Engine, notify
from homeport.host import Runtime
from homeport.launch._choose import HostKind
from homeport.launch._engine import make_engine
from homeport.launch._observe import observed
from homeport.launch._options import Launched, LaunchOptions
from homeport.launch._shell import heard_end, waiting_shell
from homeport.launch._terminal import Terminal
from homeport.launch._traffic import Traffic
from homeport.runs import Run, RunFile
from homeport.storage import Storage, default_folder

#: Seconds between two looks at what the app does.
TICK = 1.0
#: After so many an app that has not started yet is worth a line.
_LONG = 3


@asynccontextmanager
async def stop_signals(stop: asyncio.Event) -> AsyncIterator[None]:
    """Set ``stop`` at the first Ctrl-C, SIGTERM or end of the terminal; end the process at the second."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    if sys.platform == "win32":
        # SIGBREAK is Ctrl-Break, and the closing of the console's window.
        numbers = (signal.SIGINT, signal.SIGBREAK)
        previous = [signal.signal(n, lambda *_: loop.call_soon_threadsafe(asked)) for n in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, previous, strict=True):
                signal.signal(number, handler)
        return
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # Under nohup the terminal's end is to be ignored, and is.
    numbers = [number for number in wanted if signal.getsignal(number) is not signal.SIG_IGN]
    for number in numbers:
        loop.add_signal_handler(number, asked)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
            if stop.is_set():
                signal.signal(number, signal.SIG_DFL)  # what is left to do may be cut off


async def launch(app: App, options: LaunchOptions, runtime: Runtime | None = None) -> int:
    """Run ``app``, in ``runtime`` if there is one, until it ends or somebody stops it; the exit status.

    Raises:
        UserError: it cannot be started; the text says what to do.
    """
    terminal = Terminal(quiet=options.quiet, status=options.status)
    traffic = Traffic()
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(stop_signals(stop))
        stack.enter_context(terminal.with_warnings())
        shell = waiting_shell() if options.end_with_shell else None
        stack.enter_context(heard_end(shell, stop.set))
        observer, tell_end = stack.enter_context(observed(app, options, traffic, terminal.warn))
        engine = make_engine(options.engine, observer)
        stack.push_async_callback(engine.aclose)
        storage = Storage(default_folder())
        stack.push_async_callback(storage.aclose)
        running = await _start(app, engine, storage, options, terminal, runtime)
        stack.push_async_callback(running.stop)
        file = stack.enter_context(RunFile(_describe(app, running)))
        stack.callback(terminal.status.clear)
        stack.callback(notify, STOPPING=1)
        status, reason = await _attend(running, stop, terminal, traffic, file)
        tell_end(reason)
        return status


async def _start(
    app: App,
    engine: Engine,
    storage: Storage,
    options: LaunchOptions,
    terminal: Terminal,
    runtime: Runtime | None,
) -> Launched:
    if options.host is HostKind.HEADLESS:
        from homeport.launch._headless import start_headless

        return start_headless(app, engine, storage, options, terminal, runtime)
    from homeport.launch._browser import start_in_browser

    return await start_in_browser(app, engine, storage, options, terminal)


async def _attend(
    running: Launched, stop: asyncio.Event, terminal: Terminal, traffic: Traffic, file: RunFile
) -> tuple[int, str]:
    """Wait for the end, and meanwhile show and note what happens; the exit status, and why it ended."""
    gc.freeze()  # What is loaded by now stays: to look through it again would stop everything for 40 ms.
    stopped = asyncio.ensure_future(stop.wait())
    ready = asyncio.ensure_future(running.ready)
    ended = asyncio.ensure_future(running.end)
    waiting: set[asyncio.Future[Any]] = {stopped, ready, ended}
    ticks = 0
    try:
        while True:
            done, _ = await asyncio.wait(waiting, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
            if ready in done:
                waiting.remove(ready)
                ready.result()
                notify(READY=1, STATUS=f"{file.run.name} runs")
            elif ready in waiting and (ticks := ticks + 1) == _LONG and running.host is HostKind.HEADLESS:
                terminal.note("it has not started yet: its scripts are still busy; Ctrl-C ends it")
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
        for future in (stopped, ready, ended):
            future.cancel()


def _note_run(file: RunFile, traffic: Traffic) -> None:
    before = file.run
    file.update(
        sockets=traffic.sockets,
        bytes_in=traffic.received,
        bytes_out=traffic.sent,
        last_denial=traffic.last_denial,
    )
    if file.run != before:
        notify(STATUS=f"{plural(traffic.sockets, 'socket')}, {traffic.received} bytes in, {traffic.sent} out")


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
