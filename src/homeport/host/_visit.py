"""A transport from its first byte on: who is it, and which session is it for?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from homeport.errors import HomeportError
from homeport.wire import (
    HELLO_WITHIN,
    Busy,
    ByeCode,
    Hello,
    ProtocolError,
    Received,
    encode_busy,
    encode_bye,
    parse_hello,
    parse_waiting,
)

if TYPE_CHECKING:
    from ._app_host import AppHost
    from ._channel import Channel
    from ._session import HostSession

__all__ = ["UnauthorizedError", "Visit"]

_log = logging.getLogger("homeport.host")


class UnauthorizedError(HomeportError):
    """The page's secret is not one of ours."""


class Visit:
    """One transport. Give :meth:`receive` what comes over it, and call :meth:`lost` once when it is closed.

    Args:
        channel: the transport.
        find_host: the app that a ``hello`` is for; raises :class:`UnauthorizedError`.
        hello_within: seconds that the page has for its first message.
    """

    def __init__(
        self,
        channel: Channel,
        find_host: Callable[[Hello], Awaitable[AppHost]],
        *,
        hello_within: float = HELLO_WITHIN,
    ) -> None:
        self.channel = channel
        self.authorized = False
        self._find_host = find_host
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(hello_within, self._too_slow)
        self._greeting: asyncio.Task[None] | None = None
        self._host: AppHost | None = None
        self._session: HostSession | None = None
        self._stale: str | None = None
        self._over = False

    def receive(self, message: Received) -> None:
        """Handle one message."""
        session = self._session
        if session is not None:
            if session.channel is self.channel:  # else another transport has taken its place
                if self._stale is not None:
                    self._confirm(self._stale)
                session.receive(message)
        elif not self._over:
            try:
                self._before_welcome(message)
            except ProtocolError as error:
                self.refuse(error.code, error.reason)

    def flush(self) -> None:
        """Send what the session has to say now."""
        if self._session is not None:
            self._session.flush()

    def lost(self) -> None:
        """The transport is closed."""
        self._over = True
        self._timer.cancel()
        if self._host is None:
            return
        if self._session is not None:
            self._host.lost(self._session, self.channel)
        else:
            self._host.forget(self)

    # For the app's host.

    def busy(self, busy: Busy) -> None:
        """Another page runs the app; wait."""
        if self._over and self._host is not None:
            self._host.forget(self)  # the page went while it stood at the door
        else:
            self.channel.send(encode_busy(busy))

    def begin(self, session: HostSession, stale: str | None) -> None:
        """The session is this page's."""
        self._session = session
        self._stale = stale
        if self._over and self._host is not None:
            # The page went while it was let in.
            self._loop.call_soon(self._host.lost, session, self.channel)

    def refuse(self, code: ByeCode, reason: str) -> None:
        """Say why not, and close."""
        if not self._over:
            self._over = True
            self._timer.cancel()
            self.channel.send(encode_bye(code, reason))
            self.channel.close()

    # The first words.

    def _before_welcome(self, message: Received) -> None:
        if self._greeting is None:
            hello = parse_hello(message)
            self._timer.cancel()
            self._greeting = self._loop.create_task(self._greet(hello))
            return
        waiting = parse_waiting(message)
        for number in waiting.pings:
            self.channel.send(f'[["pong",{number}]]')
        if waiting.leaving:
            self._over = True
            self.channel.close()
        elif waiting.takeover and self._host is not None:
            self._greeting = self._loop.create_task(self._host.take_over(self))

    async def _greet(self, hello: Hello) -> None:
        try:
            host = await self._find_host(hello)
        except UnauthorizedError as error:
            self.refuse(ByeCode.UNAUTHORIZED, str(error))
            return
        self.authorized = True
        if not self._over:
            self._host = host
            try:
                await host.admit(self, hello)
            except ProtocolError as error:
                self.refuse(error.code, error.reason)
            except HomeportError as error:
                _log.error("a page cannot be let in: %s", error)
                self.refuse(ByeCode.REMOVED, str(error))

    def _confirm(self, stale: str) -> None:
        self._stale = None
        if self._host is not None:
            self._greeting = self._loop.create_task(self._host.confirm(stale))

    def _too_slow(self) -> None:
        self.refuse(ByeCode.PROTOCOL, "The first message took too long.")
