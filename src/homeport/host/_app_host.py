"""One app on this machine: which page runs it, who waits for it, and what it leaves behind.

The life of an app's sockets, seen from here::

    page comes ──▶ running ──(transport drops)──▶ away ──(grace is over)──▶ suspended ──(keep is over)──▶ gone
                     ▲  │                          │                            │
                     │  └──(the page says bye)─────┼───────────────────────────▶│
                     └───────(it resumes)──────────┘     a page comes ◀─────────┘

*Suspended* closes the sockets that are not persistent. At any time at most one page runs the app.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from homeport.chrome import Dispatcher
from homeport.chrome import Handler as Handler
from homeport.wire import Busy, ByeCode, Hello, Welcome, encode_welcome

from ._alarms import stored_alarms
from ._describe import describe, launch_data
from ._handlers import look_up, register_handlers
from ._installed import installed
from ._reloads import TOO_OFTEN, Reloads
from ._session import HostSession

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.engine import Engine
    from homeport.engine import Session as EngineSession
    from homeport.storage import Storage

    from ._channel import Channel
    from ._directory import SessionDirectory
    from ._old_socket import OldSockets

__all__ = ["AppHost", "Lifetimes", "Visitor"]

_MAX_WAITING = 8
_BUSY_WITHIN = 600.0
_CLOSED = "This app no longer runs."


class Lifetimes(NamedTuple):
    """In seconds: how long a dropped page is waited for, and how long persistent sockets live without one."""

    grace: float = 10.0
    keep: float = 600.0


class Visitor(Protocol):
    """A page at the door; see :class:`~homeport.host._visit.Visit`."""

    channel: Channel

    def busy(self, busy: Busy) -> None:
        """Another page runs the app."""

    def begin(self, session: HostSession, stale: str | None) -> None:
        """The session is the visitor's now; ``stale`` is the token that it came with."""

    def refuse(self, code: ByeCode, reason: str) -> None:
        """Say why not, and close."""


@dataclass(eq=False, slots=True)
class _Page:
    """The page that runs the app, or ran it last."""

    session: HostSession
    token: str | None
    fell: bool
    since: float = field(default_factory=time.time)


class AppHost:
    """See the module's text.

    Args:
        app: the app.
        engine: makes its sockets.
        storage: keeps its values.
        directory: issues and finds the tokens that resume a session.
        host: where its pages are.
        base_url: the root of its own origin.
        resumable: whether a page may come back after its transport dropped.
        fell: whether it ran before, and fell.
        kiosk: whether it is all that its screen shows.
        options: switches for the page.
        on_reload: called when the app has asked to be loaded anew.
        on_loop: called when it has asked for that too often, and is to end.
        handlers: answer calls of the page beside those of its manifest, by name.
    """

    def __init__(
        self,
        app: App,
        engine: Engine,
        storage: Storage,
        directory: SessionDirectory,
        *,
        host: Literal["browser", "headless"],
        base_url: str,
        lifetimes: Lifetimes = Lifetimes(),  # noqa: B008 (frozen)
        resumable: bool = True,
        fell: bool = False,
        kiosk: bool = False,
        options: Mapping[str, object] | None = None,
        on_reload: Callable[[], None] = lambda: None,
        on_loop: Callable[[], None] | None = None,
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        self.app = app
        self.lifetimes = lifetimes
        self._engine = engine
        self.storage = storage
        self._directory = directory
        self._resumable = resumable
        self._on_reload = on_reload
        self._on_loop = self._end_loop if on_loop is None else on_loop
        self._counted = Reloads()
        self._handlers = dict(handlers or {})
        self._kiosk = kiosk
        self._about = {
            **describe(app, base_url=base_url, host=host, kiosk=kiosk),
            "grace": int(lifetimes.grace * 1000),
            "keep": int(lifetimes.keep * 1000),
            "options": dict(options or {}),
        }
        #: Whether the next page is there because the app asked to be loaded anew.
        self._reloads = False
        #: Whether the last page was lost without a word, and nobody was told yet.
        self._fell = fell
        #: Set once a page has run the app.
        self.begun = asyncio.Event()
        #: How many pages have.
        self.pages = 0
        self._sockets: EngineSession | None = None
        self._old_sockets: OldSockets | None = None
        self._page: _Page | None = None
        self._waiting: dict[Visitor, asyncio.TimerHandle] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._door = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def engine_session(self) -> EngineSession | None:
        """The app's sockets, while it has any."""
        return self._sockets

    @property
    def connected(self) -> bool:
        """Whether a page is there now."""
        return self._page is not None and self._page.session.channel is not None

    # Who comes.

    async def admit(self, visitor: Visitor, hello: Hello) -> None:
        """Let a page resume, begin, or wait."""
        async with self._door:
            if self._closed:
                visitor.refuse(ByeCode.REMOVED, _CLOSED)
            elif not (hello.resume and await self._resume(visitor, hello)):
                if self.connected:
                    self._wait(visitor)
                else:
                    await self._begin(visitor)

    async def take_over(self, visitor: Visitor) -> None:
        """The user has chosen the page that waits."""
        async with self._door:
            if visitor in self._waiting and not self._closed:
                self.forget(visitor)
                await self._begin(visitor)

    def forget(self, visitor: Visitor) -> None:
        """A page that waited has gone."""
        timer = self._waiting.pop(visitor, None)
        if timer is not None:
            timer.cancel()

    def lost(self, session: HostSession, channel: Channel) -> None:
        """The transport of a session's page dropped."""
        session.detach(channel)
        if session.ended or session.channel is not None:
            return
        # One that went before it said anything, such as one loaded anew twice at once, did not run yet.
        ran = session.stream.link.received > 0
        self._fell = ran or (self._page is not None and self._page.fell)
        if not self._resumable:
            session.expire()
        elif self._waiting:
            self._spawn(self._begin_next())
        else:
            self._set_timer(self.lifetimes.grace, session.expire)

    def fell(self) -> None:
        """What shows the page has fallen, whatever the page said last."""
        self._fell = True

    async def confirm(self, stale: str) -> None:
        """A page has shown that it got its new token."""
        await self._directory.revoke_resume(stale)

    async def renew(self) -> None:
        """Use the token of the page that is there, which lives by being used."""
        if self._page is not None and self._page.token is not None:
            await self._directory.find_resume(self._page.token)

    async def _resume(self, visitor: Visitor, hello: Hello) -> bool:
        assert hello.resume is not None  # noqa: S101 - the caller looked
        page = self._page
        named = await self._directory.find_resume(hello.resume)
        if page is None or page.session.ended or named != page.session.id:
            return False
        page.token = await self._directory.issue_resume(page.session.id)
        if self._page is not page:
            return False
        self._set_timer(0, None)
        self._fell = False
        session = page.session
        welcome = Welcome(session.id, True, page.token, session.stream.link.received)
        visitor.begin(session, hello.resume)
        session.attach(visitor.channel, encode_welcome(welcome), hello.received)
        return True

    def _wait(self, visitor: Visitor) -> None:
        assert self._page is not None  # noqa: S101 - the caller looked
        if len(self._waiting) >= _MAX_WAITING:
            visitor.refuse(ByeCode.BUSY, "Too many pages wait for this app.")
            return
        self._waiting[visitor] = asyncio.get_running_loop().call_later(
            _BUSY_WITHIN, self._tired_of_waiting, visitor
        )
        visitor.busy(Busy(int(self._page.since * 1000)))

    def _tired_of_waiting(self, visitor: Visitor) -> None:
        self.forget(visitor)
        visitor.refuse(ByeCode.BUSY, "The app runs in another tab, and nobody answered.")

    async def _begin_next(self) -> None:
        async with self._door:
            if self._waiting and not self.connected and not self._closed:
                visitor = next(iter(self._waiting))
                self.forget(visitor)
                await self._begin(visitor)

    async def _begin(self, visitor: Visitor) -> None:
        """Give the app to this page; whoever had it loses it."""
        if self._page is not None:
            self._page.session.end(ByeCode.TAKEN_OVER, "The app was opened in another tab.")
        self._set_timer(0, None)
        session_id = secrets.token_hex(8)
        news = await installed(self.storage, self.app)
        alarms = await stored_alarms(self.storage, self.app, restarted=not self.begun.is_set())
        token = await self._directory.issue_resume(session_id) if self._resumable else None
        if self._closed:
            visitor.refuse(ByeCode.REMOVED, _CLOSED)
            return
        self.begun.set()
        self.pages += 1
        restarted = self._has_sockets()
        session = self._open(session_id)
        self._page = _Page(session, token, self._fell)
        about = {
            **self._about,
            "installed": news,
            "restarted": restarted,
            "fell": self._fell and not self._reloads,
            "alarms": alarms,
        }
        self._fell = False
        if self._reloads:
            about["launch"] = launch_data("reload", kiosk=self._kiosk)
            self._reloads = False
        visitor.begin(session, None)
        session.attach(visitor.channel, encode_welcome(Welcome(session_id, False, token, 0, about)))

    def _open(self, session_id: str) -> HostSession:
        session = HostSession(session_id, resumable=self._resumable, on_end=self._ended)
        if self._sockets is None or self._sockets.closed:
            self._sockets = self._engine.open_session(self.app.id, self.app.manifest.sockets, session)
        else:
            self._sockets.resume(session)
        dispatcher = Dispatcher(self._sockets)
        register_handlers(dispatcher, self.app, self.storage, session.event)
        dispatcher.register("runtime.reload", self._reload)
        for name, handler in self._handlers.items():
            dispatcher.register(name, handler)
        if self.app.manifest.has_permission("dns"):
            dispatcher.register("dns.resolve", partial(look_up, self._sockets))
        if self.app.manifest.socket_permissions is not None:
            from ._old_socket import OldSockets  # few apps need it

            self._old_sockets = OldSockets(self._engine, self.app.id, self.app.manifest.socket_permissions)
            self._old_sockets.register(dispatcher)
        session.serve(self._sockets, dispatcher)
        # Right after the welcome: the page has its own to prepare then.
        asyncio.get_running_loop().call_soon(dispatcher.prepare)
        return session

    # Who goes.

    def _ended(self, session: HostSession) -> None:
        """A session has ended: its page's sockets are closed, but for the persistent ones."""
        if self._page is None or self._page.session is not session:
            return
        token, self._page = self._page.token, None
        if self._old_sockets is not None:
            self._old_sockets.close()
            self._old_sockets = None
        if self._sockets is not None:
            self._sockets.suspend()
            self._set_timer(self.lifetimes.keep, self._drop_sockets)
        if token is not None:
            self._spawn(self._directory.revoke_resume(token))
        if self._waiting:
            self._spawn(self._begin_next())

    def _reload(self) -> None:
        """The app asks to be loaded anew: nothing of it stays."""
        if self._counted.too_often():
            self._on_loop()
            return
        self._drop_sockets()
        self._reloads = True
        self._on_reload()

    def _end_loop(self) -> None:
        """End the page, which its user may load anew."""
        self._counted = Reloads()
        if self._page is not None:
            self._page.session.end(ByeCode.RELOADS, f"This app was ended: {TOO_OFTEN}.")
        self._drop_sockets()

    def _drop_sockets(self) -> None:
        """Close every socket, persistent or not."""
        if self._sockets is not None:
            self._sockets.close()
            self._sockets = None

    def _has_sockets(self) -> bool:
        sockets = self._sockets
        return sockets is not None and any(
            namespace.sockets for namespace in (sockets.tcp, sockets.udp, sockets.tcp_server)
        )

    async def rest(self) -> None:
        """Give back what is not needed while no page is there and the app waits for an event."""
        await self.storage.release(self.app.id)

    def close(self, code: ByeCode, reason: str) -> None:
        """End everything: the page, those who wait, the sockets."""
        self._closed = True
        for visitor in list(self._waiting):
            self.forget(visitor)
            visitor.refuse(code, reason)
        if self._page is not None:
            self._page.session.end(code, reason)
        self._set_timer(0, None)
        self._drop_sockets()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _set_timer(self, delay: float, then: Callable[[], None] | None) -> None:
        """What happens if nobody comes; one thing at a time."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if then is None else asyncio.get_running_loop().call_later(delay, then)
