"""One load of an app's page without a browser: a child process, its session, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from homeport.wire import Hello, ProtocolError

from ._alarms import checked_alarms
from ._answer import Answer
from ._child import Child
from ._pipe import PipeChannel
from ._runtime import MOST_WORKERS, outer_bound, start_runtime
from ._services import Services
from ._visit import Visit
from ._web import Web

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.engine import Engine

    from ._app_host import AppHost
    from ._console import ConsoleWriter
    from ._runtime import Runtime, Sandbox
    from ._session import HostSession
    from ._settings import PageSettings

__all__ = ["HeadlessPage", "PageEnd"]

_HELLO_WITHIN = 60.0
_SUSPEND_WITHIN = 5.0
#: Longer than a page has that has read all that there was.
_STOP_WITHIN = 6.0
#: Seconds between two looks at what an app with workers fills.
_MEMORY_EVERY = 0.5
_DEBUGGER = re.compile(r"\bws://\S+:(\d+)/")


class PageEnd(NamedTuple):
    """Why a page's process is gone. ``wanted``: this side ended it."""

    reason: str
    wanted: bool = False
    status: int = 0

    def __str__(self) -> str:
        return self.reason


class _PipeVisit(Visit):
    """A visit that tells when its session begins."""

    def __init__(
        self,
        channel: PipeChannel,
        find_host: Callable[[Hello], Awaitable[AppHost]],
        on_begin: Callable[[HostSession], None],
    ) -> None:
        super().__init__(channel, find_host, hello_within=_HELLO_WITHIN)
        self._on_begin = on_begin

    def begin(self, session: HostSession, stale: str | None) -> None:
        super().begin(session, stale)
        self._on_begin(session)


class HeadlessPage:
    """A page at work, from :meth:`start` until :attr:`ended` is set.

    Args:
        app: whose files it may load.
        host: whom its session belongs to.
        engine: makes the connections of what it fetches.
        console: hears what the app says.
        on_idle: called when the page has had nothing to do for the idle time.
        on_begin: called when its session begins, before anything comes from its sockets.
        on_ready: called when the app was launched, or loaded again.
        on_note: hears the runtime's own lines, such as where the debugger listens.
    """

    def __init__(
        self,
        app: App,
        host: AppHost,
        engine: Engine,
        settings: PageSettings,
        *,
        console: ConsoleWriter,
        on_idle: Callable[[], None] = lambda: None,
        on_begin: Callable[[HostSession], None] = lambda _: None,
        on_ready: Callable[[], None] = lambda: None,
        on_note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.app = app
        self.settings = settings
        self.ready: asyncio.Event = asyncio.Event()
        self.ended: asyncio.Future[PageEnd] = asyncio.get_running_loop().create_future()
        self._host = host
        self._console = console
        self._on_idle = on_idle
        self._on_begin = on_begin
        self._on_ready = on_ready
        self._on_note = on_note
        self._web = Web(app, engine, self._tell, self._room)
        self._services = Services(
            app, self._web, self._may_start_worker, storage=host.storage, room=self._room
        )
        self._workers = 0
        self._workers_up = 0
        self._memory_watch: asyncio.TimerHandle | None = None
        self._child: Child | None = None
        self._suspended: asyncio.Future[list[Any] | None] = asyncio.get_running_loop().create_future()
        self._why: PageEnd | None = None
        self._heart: asyncio.TimerHandle | None = None
        self._due = asyncio.get_running_loop().time()
        self._pings = 0
        self._ending: asyncio.Task[None] | None = None
        self._engine = engine
        #: Where the debugger listens, to which the app would be no app any more.
        self._debugger: int | None = None

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return None if self._child is None or self.ended.done() else self._child.pid

    def start(self, *, launch: bool, runtime: Runtime | None = None, alarms: Sequence[object] = ()) -> None:
        """Load the page into ``runtime``, or a new one; with ``launch`` the app hears ``onLaunched``.

        ``alarms`` are those that its last load was left with.

        Raises:
            UserError: the process cannot be started.
        """
        settings = self.settings
        on_line = self._hear_runtime if settings.sandbox.inspect else None
        runtime = runtime or start_runtime(settings.sandbox)
        child = self._child = Child(runtime, on_line)
        self._channel = PipeChannel(child.reader, child.writer, self)
        self._visit = _PipeVisit(self._channel, self._find_host, self._on_begin)
        #: What comes through the pipe for the session goes there.
        self.wire_message = self._visit.receive
        boot = {
            "eval": settings.sandbox.eval_allowed,
            "launch": launch,
            "inspect": settings.sandbox.inspect is not None,
            "idle": settings.idle,
            "alarms": alarms,
        }
        self._channel.tell("boot", boot)

    def _hear_runtime(self, line: str) -> None:
        """A line of the runtime's own: the first says where the debugger listens."""
        found = _DEBUGGER.search(line)
        if found is not None and self._debugger is None:
            self._debugger = int(found[1])
            self._engine.guard_port(self._debugger)
        self._on_note(line)

    async def _find_host(self, _: Hello) -> AppHost:
        assert self._child is not None  # noqa: S101 - it says hello
        self._child.bound()
        if self.settings.answer_within is not None and not self.settings.sandbox.inspect:
            self._beat()
        return self._host

    async def suspend(self) -> list[dict[str, Any]] | None:
        """Let the app hear ``onSuspend``, then end the page; its alarms. ``None``: it is busy and stays."""
        alarms = None  # also where it does not answer in time: whatever it is about would be lost
        self._suspended = asyncio.get_running_loop().create_future()
        self._visit.flush()  # what the app has still to hear comes first
        self._channel.tell("suspend")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SUSPEND_WITHIN):
                alarms = await self._suspended
        if alarms is not None:
            await self.stop("it had nothing to do")
        return alarms

    def hurry(self, idle: float) -> None:
        """From now on the page is idle after so many seconds, if it was later before."""
        self._channel.tell("hurry", idle)

    async def stop(self, reason: str) -> None:
        """End the page and wait until nothing is left of it."""
        if self._child is None:
            return
        self._why = self._why or PageEnd(reason, wanted=True)
        self._channel.close()
        try:
            async with asyncio.timeout(_STOP_WITHIN):
                await asyncio.shield(self.ended)
        except TimeoutError:  # It is busy, and reads nothing of what still waits for it.
            self.kill(reason)
            await asyncio.shield(self.ended)

    def kill(self, reason: str) -> None:
        """End the process without asking it."""
        self._why = self._why or PageEnd(reason)
        if self._child is not None:
            self._child.kill()

    # What comes through the pipe.

    def host_message(self, message: list[Any], body: bytes) -> None:
        """For us: see :mod:`._services`."""
        assert self._child is not None  # noqa: S101 - it says something
        match message:
            case ["console", str(level), str(place), str(text)]:
                self._console(level, place, text)
            case ["request", int(number), what, args]:
                self._services.request(what, args, body, lambda answer: self._answer(number, answer))
            case ["ws", *_]:
                self._web.socket_message(message, body)
            case ["web", *_]:
                self._web.stream_message(message, body)
            case ["ready"]:
                self._on_ready()
                self.ready.set()
            case ["idle"]:
                self._on_idle()
            case ["suspended", list(alarms)]:
                if not self._suspended.done():
                    self._suspended.set_result(checked_alarms(alarms))
            case ["busy"]:
                if not self._suspended.done():
                    self._suspended.set_result(None)
            case ["worker", "up"]:
                self._workers_up = min(self._workers_up + 1, self._workers)
            case ["worker", "ended", bool(was_up)] if self._workers:
                self._workers -= 1
                self._workers_up = max(0, self._workers_up - was_up)
            case ["pong", int()]:
                pass
            case ["bye", str(code), str(reason)]:
                self._why = self._why or PageEnd(reason or code, wanted=code in ("shutdown", "removed"))
            case _:
                raise ProtocolError("not a message of a headless page")

    def _may_start_worker(self) -> bool:
        """Let the page start one more worker, unless it has too many."""
        if self._child is None or self._workers == MOST_WORKERS:
            return False
        self._child.runtime.allow_worker(self._workers, self._workers_up)
        self._workers += 1
        if self._memory_watch is None:
            self._watch_memory()
        return True

    def _watch_memory(self) -> None:
        """While a worker is allowed what the app could fill once it is gone, look what the app does fill."""
        assert self._child is not None  # noqa: S101 - it has workers
        runtime = self._child.runtime
        self._memory_watch = None
        if runtime.oversteps(self._workers):
            self.kill(f"it used up its {runtime.sandbox.memory} MiB of memory")
        elif self._workers or not runtime.take_back():
            loop = asyncio.get_running_loop()
            self._memory_watch = loop.call_later(_MEMORY_EVERY, self._watch_memory)

    def lost(self, error: ProtocolError | None) -> None:
        """The pipe is closed: see the process out, then say why."""
        if error is not None:
            self.kill(f"it broke the protocol: {error.reason}")
        for timer in (self._heart, self._memory_watch):
            if timer is not None:
                timer.cancel()
        self._services.close()
        self._web.close()
        self._visit.lost()
        self._ending = asyncio.get_running_loop().create_task(self._see_out())

    def _tell(self, *message: object, body: bytes | None = None) -> None:
        self._channel.tell(*message, body=body)

    async def _room(self) -> None:
        await self._channel.room()

    def _answer(self, number: int, answer: Answer) -> None:
        self._channel.tell("answer", number, answer.status, answer.details, body=answer.body)

    async def _see_out(self) -> None:
        assert self._child is not None  # noqa: S101 - there was a pipe
        status = await self._child.wait()
        if self._debugger is not None:
            self._engine.release_listener(self._debugger)
        why = self._why or PageEnd(_explain(status, list(self._child.last_words), self._child.sandbox))
        self.ended.set_result(PageEnd(why.reason, why.wanted, status))

    # Is it alive?

    def _beat(self) -> None:
        within = self.settings.answer_within
        assert within is not None  # noqa: S101 - the caller looked
        loop = asyncio.get_running_loop()
        # A beat that comes late says that this process stood still, and the child perhaps with it.
        late = loop.time() - self._due > within / 4
        if not self._channel.heard and not late:
            self.kill(f"it did not answer for {within:g} s")
            return
        self._channel.heard = False
        self._pings += 1
        self._channel.tell("ping", self._pings)
        self._due = loop.time() + within
        self._heart = loop.call_at(self._due, self._beat)


def _explain(status: int, last_words: list[str], sandbox: Sandbox) -> str:
    """Why a process ended by itself, for people."""
    said = "\n".join(last_words)
    if "out of memory" in said or "heap limit" in said:
        if (bound := outer_bound()) is not None:
            return f"it had not enough memory: {bound}, and the runtime sets some GiB of addresses apart"
        return f"it used up its {sandbox.memory} MiB of memory"
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"its process was ended by {signal.Signals(-status).name}"
    first = next((line for line in last_words if any(map(str.isalnum, line))), "")  # no ruled line
    return f"its process ended with status {status}" + (f": {first.strip()[:300]}" if first else "")
