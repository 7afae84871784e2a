"""An engine, sessions of it, and a dispatcher to each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from homeport.chrome import Dispatcher, to_api
from homeport.engine import ABANDONED, Engine, Outcome, Session


class Heard:
    """A sink that remembers, and can be waited for."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self._news = asyncio.Event()

    def __getattr__(self, name: str) -> Callable[..., None]:
        def hear(*args: Any) -> None:
            self.events.append((name, *args))
            self._news.set()

        return hear

    async def until(self, name: str, count: int = 1) -> list[tuple[Any, ...]]:
        """Wait for ``count`` events called ``name``, and give them."""
        while len(found := [event for event in self.events if event[0] == name]) < count:
            self._news.clear()
            await self._news.wait()
        return found


class Allow:
    """Permissions by operation alone."""

    def __init__(self, *operations: str) -> None:
        self.operations = operations

    def check(self, kind: str, host: str, port: int) -> object | None:
        """What ``SocketPermissions.check`` does."""
        return "*" if kind in self.operations or "*" in self.operations else None


class Page:
    """A page's view of a dispatcher: call, and wait for the answer."""

    def __init__(self, session: Session, heard: Heard) -> None:
        self.session = session
        self.heard = heard
        self.dispatcher = Dispatcher(session)

    async def __call__(self, name: str, *args: Any) -> tuple[list[Any], str | None]:
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.dispatcher.call(name, args, answer.set_result)
        outcome = await answer
        assert outcome is not ABANDONED
        return to_api(outcome.args), outcome.error


@pytest.fixture
async def page() -> AsyncIterator[Callable[..., Page]]:
    engine = Engine()

    def opened(*operations: str, sockets: bool = True) -> Page:
        heard = Heard()
        permissions: Any = Allow(*operations) if sockets else None
        return Page(engine.open_session("a" * 32, permissions, heard), heard)

    yield opened
    await engine.aclose()
