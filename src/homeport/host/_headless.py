"""An app without a browser: a page when there is something to do, its sockets all the time.

::

    starting ──▶ running ──(idle, an event page)──▶ idle ──(a persistent socket's event, an alarm)──▶ starting
        │           │                                 │
        └───────────┴──────(stop, or the child dies)──┴──▶ ended

*Idle* costs no process: the sockets that are not persistent are closed, the others live on in this process,
as do the alarms. *Starting* is also an app that waits for its turn among others, see :mod:`._room`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from homeport.errors import UserError
from homeport.wire import ByeCode

from ._alarms import KeptAlarms
from ._app_host import AppHost, Lifetimes
from ._console import ConsoleWriter, write_to
from ._directory import MemoryDirectory
from ._page import HeadlessPage, PageEnd
from ._reloads import TOO_OFTEN
from ._room import HURRIED, Place, Room
from ._settings import PageSettings, settings_for
from ._supervisor import either
from ._wake import WakingSink

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.chrome import Handler
    from homeport.engine import Engine
    from homeport.storage import Storage

    from ._runtime import Runtime
    from ._session import HostSession

__all__ = ["HeadlessApp", "HeadlessStatus", "run_headless"]

State = Literal["starting", "running", "idle", "ended"]

#: An idle app waits for its events as long as it takes.
_FOR_EVER = Lifetimes(grace=0.0, keep=100 * 365 * 86400.0)
#: Seconds after which a page that has not started yet is worth a line.
_LATE = 3.0
#: A page that goes, and the next one.
_ALONE = 2


class HeadlessStatus(NamedTuple):
    """How an app is.

    Attributes:
        state: see the module's text.
        pid: its page's process, if it has one.
        loads: how often its page was loaded.
        end: why it ended.
    """

    state: State
    pid: int | None
    loads: int
    end: PageEnd | None = None


@dataclass(eq=False, slots=True)
class HeadlessApp:
    """A running app. Made by :func:`run_headless`."""

    app: App
    host: AppHost
    engine: Engine
    settings: PageSettings
    console: ConsoleWriter
    note: Callable[[str], None]
    room: Room
    state: State = "starting"
    loads: int = 0
    #: What kept the first page from being started.
    trouble: UserError | None = None
    _place: Place | None = None
    _page: HeadlessPage | None = None
    _leaving: HeadlessPage | None = None
    _waking: WakingSink | None = None
    _alarms: KeptAlarms = field(init=False)
    _late: asyncio.TimerHandle | None = None
    _launched: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: asyncio.Future[PageEnd] = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._ended = asyncio.get_running_loop().create_future()
        self._alarms = KeptAlarms(self.wake)

    def status(self) -> HeadlessStatus:
        """How it is now."""
        pid = None if self._page is None else self._page.pid
        return HeadlessStatus(
            self.state, pid, self.loads, self._ended.result() if self._ended.done() else None
        )

    async def ready(self) -> None:
        """Wait until the app was launched, or ended before that."""
        await either(self._launched, self._ended)

    async def wait(self) -> PageEnd:
        """Wait until the app has ended, sockets and all; why."""
        return await asyncio.shield(self._ended)

    async def stop(self, reason: str = "it was stopped") -> PageEnd:
        """End the app cleanly: its page, then its sockets."""
        if not self._ended.done():
            while (page := self._page) is not None:
                await page.stop(reason)
                if page is self._page:  # else it was loading itself again
                    break
            self._end(PageEnd(reason, wanted=True))
        return self._ended.result()

    def wake(self) -> None:
        """Load the page again if it is unloaded: there is an event for it."""
        if self.state == "idle":
            self.note("An event came: the app's page is loaded again.")
            self._load(launch=False)

    def reload(self) -> None:
        """Load the page anew, as ``chrome.runtime.reload`` does; its sockets are closed."""
        if self._page is not None and self._leaving is not self._page:
            self._spawn(self._reload(self._page))

    def give_up(self) -> None:
        """End the app, which loads itself anew without end."""
        if self._page is not None and self._leaving is not self._page:
            self._leaving = self._page
            self._spawn(self._give_up(self._page))

    # A page's life.

    def _load(self, *, launch: bool, runtime: Runtime | None = None) -> None:
        """Load the page, when there is room for it."""
        self.state = "starting"
        self.loads += 1
        hurry = None if self.settings.idle is None else self._hurry
        self._place = self.room.ask(partial(self._enter, launch, runtime), hurry)

    def _enter(self, launch: bool, runtime: Runtime | None, place: Place) -> None:
        page = HeadlessPage(
            self.app,
            self.host,
            self.engine,
            self.settings,
            console=self.console,
            on_idle=self._idle,
            on_begin=self._begin,
            on_ready=self._ready,
            on_note=self.note,
        )
        try:
            page.start(launch=launch, runtime=runtime, alarms=self._alarms.take())
        except UserError as error:
            self.trouble = error
            place.leave()
            self._end(PageEnd(str(error)))
            return
        self._page = page
        self._late = asyncio.get_running_loop().call_later(_LATE, self._tell_late)
        self._spawn(self._attend(page, place))

    def _hurry(self) -> None:
        """Others wait for this page to go."""
        if self._page is not None:
            self._page.hurry(HURRIED)

    def _tell_late(self) -> None:
        self.note("it has not started yet: its scripts are still busy")

    def _not_late(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    async def _attend(self, page: HeadlessPage, place: Place) -> None:
        """See a page to its end, and with it the app, unless the page was only idle."""
        end = await asyncio.shield(page.ended)
        place.leave()
        self._not_late()
        left = page is self._leaving
        if left:
            self._leaving = None  # an idle app keeps nothing of its page
        if not left or not end.wanted:
            self._end(end)

    def _ready(self) -> None:
        if self._place is not None:
            self._place.started()
        self._not_late()
        self._launched.set()
        if self.state == "starting":
            self.state = "running"

    def _begin(self, session: HostSession) -> None:
        """The page's session takes over the sockets: first it hears what it has missed."""
        waking, self._waking = self._waking, None
        if waking is not None:
            waking.replay(session)

    def _idle(self) -> None:
        if self.state == "running" and self._leaving is not self._page:
            self._spawn(self._unload())

    async def _unload(self) -> None:
        """Send an idle page away. Whatever comes from now on waits for the next one."""
        page, sockets = self._page, self.host.engine_session
        if page is None or sockets is None:
            return
        self._leaving = page
        sockets.hold()
        alarms = await page.suspend()
        if alarms is None:
            self._leaving = None
            sockets.go_on()
            return
        if self._ended.done():
            return
        self._page = None
        self.state = "idle"
        self._waking = WakingSink(self.wake)
        sockets.resume(self._waking)
        self._alarms.keep(alarms)
        await self.host.rest()

    async def _reload(self, page: HeadlessPage) -> None:
        self._leaving = page
        await page.stop("it loads itself again")
        self._page = None
        if not self._ended.done():
            self._load(launch=True)

    async def _give_up(self, page: HeadlessPage) -> None:
        await page.stop(TOO_OFTEN)
        self._end(PageEnd(TOO_OFTEN))

    def _end(self, end: PageEnd) -> None:
        if self._ended.done():
            return
        self.state = "ended"
        if self._place is not None:
            self._place.leave()
        self._alarms.take()
        self.host.close(ByeCode.SHUTDOWN, str(end))
        self._ended.set_result(end)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def run_headless(
    app: App,
    engine: Engine,
    storage: Storage,
    *,
    settings: PageSettings | None = None,
    console: ConsoleWriter | None = None,
    note: Callable[[str], None] = lambda _: None,
    options: Mapping[str, object] | None = None,
    handlers: Mapping[str, Handler] | None = None,
    runtime: Runtime | None = None,
    fell: bool = False,
    room: Room | None = None,
) -> HeadlessApp:
    """Run an app without a browser.

    Args:
        settings: how its page runs; by default as :func:`settings_for` says.
        console: hears the app's console; by default it goes to standard output.
        note: hears lines of Homeport's own about the app.
        options: switches for the page.
        handlers: answer calls of the page beside those of its manifest, by name.
        runtime: runs its first page, started beforehand as the settings say.
        fell: whether it ran before, and fell: then it may hear ``onRestarted`` instead of ``onLaunched``.
        room: for its pages and those of others; by default it is alone.

    Raises:
        UserError: the page cannot be started; the text says what to do.
    """
    if console is None:
        import sys

        console = write_to(sys.stdout)
    running: HeadlessApp | None = None

    def reload() -> None:
        if running is not None:
            running.reload()

    def loops() -> None:
        if running is not None:
            running.give_up()

    host = AppHost(
        app,
        engine,
        storage,
        MemoryDirectory(),
        host="headless",
        base_url=f"chrome-extension://{app.id}/",
        lifetimes=_FOR_EVER,
        resumable=False,
        fell=fell,
        options=options,
        on_reload=reload,
        on_loop=loops,
        handlers=handlers,
    )
    running = HeadlessApp(
        app, host, engine, settings or settings_for(app), console, note, room or Room(_ALONE)
    )
    running._load(launch=True, runtime=runtime)
    if running.trouble is not None:
        raise running.trouble
    return running
