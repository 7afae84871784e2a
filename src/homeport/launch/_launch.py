"""A run from start to end: one engine, one terminal, and an app or more, each in a host of its own.

Apps share the process that has their sockets, and nothing else: each has its own page's process, permissions,
storage and origin. One that cannot be started, or ends by itself, does not end the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from homeport._text import plural
from homeport.engine import Engine, notify
from homeport.errors import UserError
from homeport.launch._app_run import AppRun
from homeport.launch._choose import HostKind
from homeport.launch._descriptors import raise_limit
from homeport.launch._engine import make_engine
from homeport.launch._labels import labels
from homeport.launch._memory import settle
from homeport.launch._observe import Observed, observed
from homeport.launch._options import Launched, LaunchOptions, Placed
from homeport.launch._shell import heard_end, waiting_shell
from homeport.launch._signals import stop_signals
from homeport.launch._terminal import Terminal, Voice
from homeport.launch._traffic import TrafficByApp, totals
from homeport.runs import asked_to_open, asked_to_stop
from homeport.storage import Storage, default_folder

if TYPE_CHECKING:
    from homeport.host import Room, Runtime
    from homeport.server import Daemon

#: Seconds between two looks at what the apps do.
TICK = 1.0
#: What a service manager is asked to wait longer, in microseconds, when another of many apps has come up.
_LONGER = 60_000_000


async def launch(apps: Sequence[Placed], options: LaunchOptions, runtime: Runtime | None = None) -> int:
    """Run ``apps``, the first in ``runtime`` if there is one, until all have ended or somebody stops them.

    Returns the exit status: 0 when they were stopped, and 1 when there is none left and one of them failed.

    Raises:
        UserError: nothing can be started; the text says what to do.
    """
    terminal = Terminal(quiet=options.quiet, status=options.status)
    traffic = TrafficByApp()
    stop = asyncio.Event()
    raise_limit()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(stop_signals(stop))
        stack.enter_context(terminal.with_warnings())
        shell = waiting_shell() if options.end_with_shell else None
        stack.enter_context(heard_end(shell, stop.set))
        seen = stack.enter_context(observed(options, traffic, terminal.warn))
        engine = make_engine(options.engine, seen.observer)
        stack.push_async_callback(engine.aclose)
        storage = Storage(default_folder())
        stack.push_async_callback(storage.aclose)
        hosts = _Hosts(engine, storage, options, {} if runtime is None else {apps[0].app.id: runtime})
        await hosts.prepare(apps, stack)
        stack.callback(terminal.status.clear)
        return await _Run(apps, hosts, terminal, traffic, seen).until(stop)


@dataclass(eq=False, slots=True)
class _Hosts:
    """What starts each app where it shall run."""

    engine: Engine
    storage: Storage
    options: LaunchOptions
    #: Those that wait for their page, which were started as suits that app.
    runtimes: dict[str, Runtime]
    daemon: Daemon | None = None
    room: Room | None = None

    async def prepare(self, apps: Sequence[Placed], stack: AsyncExitStack) -> None:
        """Make what several apps share, for as long as ``stack`` lasts."""
        if any(each.host is HostKind.BROWSER for each in apps):
            from homeport.launch._browser import serving

            self.daemon = await stack.enter_async_context(serving(self.engine, self.storage, self.options))
        if len(apps) > 1:
            from homeport.launch._headless import room_for_many

            self.room = room_for_many()

    async def start(self, placed: Placed, voice: Voice) -> Launched:
        """Start one of them."""
        if placed.host is HostKind.BROWSER:
            assert self.daemon is not None  # noqa: S101 - prepared
            if self.options.kiosk:
                from homeport.launch._kiosk import start_kiosk

                return await start_kiosk(placed.app, self.daemon, self.options, voice)
            from homeport.launch._browser import start_in_browser

            return await start_in_browser(placed.app, self.daemon, self.options, voice)
        from homeport.launch._headless import start_headless

        app = placed.app
        runtime = self.runtimes.pop(app.id, None)
        return start_headless(
            app, self.engine, self.storage, self.options, voice, runtime=runtime, room=self.room
        )


class _Run:
    """The apps of one run."""

    def __init__(
        self,
        apps: Sequence[Placed],
        hosts: _Hosts,
        terminal: Terminal,
        traffic: TrafficByApp,
        seen: Observed,
    ) -> None:
        self._terminal = terminal
        self._seen = seen
        self._alone = len(apps) == 1
        self._failed = False
        self._ready = False
        self._ending = self._stopped = False
        self._apps: list[AppRun] = []
        self._left: set[AppRun] = set()
        names = [""] if self._alone else labels(each.app.manifest.name for each in apps)
        width = max(map(len, names))
        for placed, label in zip(apps, names, strict=True):
            voice = Voice(terminal, label, width=width)
            start = partial(hosts.start, placed, voice)
            self._apps.append(
                AppRun(
                    placed,
                    voice,
                    traffic.of(placed.app.id),
                    start,
                    on_up=self._one_is_up,
                    kiosk=hosts.options.kiosk,
                )
            )

    async def until(self, stop: asyncio.Event) -> int:
        """Start the apps and see them to their end; the exit status."""
        self._left = set(self._apps)
        lives = asyncio.gather(*map(self._live, self._apps))
        stopped = asyncio.ensure_future(stop.wait())
        either: set[asyncio.Future[Any]] = {stopped, lives}
        await asyncio.sleep(0)  # They begin, and load what that needs.
        settle()
        try:
            while not (stopped.done() or lives.done()):
                await asyncio.wait(either, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
                self._look()
        finally:
            self._end(stopped.done())
            stopped.cancel()
            await lives
        return int(self._failed and not self._stopped)

    def _end(self, wanted: bool) -> None:
        self._ending, self._stopped = True, wanted
        notify(STOPPING=1)
        self._terminal.status.clear()
        if wanted:
            self._terminal.note("stopping; Ctrl-C again stops at once")
        for app in self._left:
            app.stop()

    async def _live(self, app: AppRun) -> None:
        reason: str | None = "it failed"
        self._seen.launched(app.placed)
        try:
            reason = await app.live()
            if reason is not None:
                self._failed = True
                self._terminal.status.clear()
                app.voice.note(reason)
            elif not self._ending:
                app.voice.note("it was stopped")
        except UserError as error:
            if self._alone:
                raise
            self._failed = True
            app.voice.warn(str(error))
        finally:
            self._left.discard(app)
            self._seen.ended(app.placed, "it was stopped" if reason is None else reason)
        self._look_whether_ready()

    def _one_is_up(self) -> None:
        if not self._alone:
            notify(EXTEND_TIMEOUT_USEC=_LONGER)
        self._look_whether_ready()

    def _look_whether_ready(self) -> None:
        """Say once that all run that do."""
        if self._ready or not self._left or not all(app.up for app in self._left):
            return
        self._ready = True
        if self._alone:
            notify(READY=1, STATUS=f"{self._apps[0].name} runs")
        else:
            notify(READY=1, STATUS=f"{self._count()} run")
            self._terminal.note(f"{self._count()} run")

    def _count(self) -> str:
        up = sum(app.up for app in self._left)
        every = plural(len(self._apps), "app")
        return every if up == len(self._apps) else f"{up} of {every}"

    def _look(self) -> None:
        """Show and note what happens."""
        asked, again = asked_to_stop(), asked_to_open()
        for app in self._left:
            app.look()
            if (app_id := app.placed.app.id) in again:
                app.open_again(again[app_id])
            if app_id in asked:
                app.stop()
        traffic = [app.traffic for app in self._apps]
        self._terminal.count(traffic, "" if self._alone else self._count())
        if any(app.changed for app in self._left):
            sockets, received, sent = totals(traffic)
            notify(STATUS=f"{plural(sockets, 'socket')}, {received} bytes in, {sent} out")
