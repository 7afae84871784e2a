"""What the engine's tests share: both event loops, a sink that remembers, and calls that can be awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from homeport.engine import Engine, Outcome, Session

try:
    import uvloop
except ImportError:  # Windows
    uvloop = None  # type: ignore[assignment]


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
    """Run each test of a coroutine on both loops, as the engine must not know the difference."""
    factories: dict[str, Any] = {"standard": asyncio.SelectorEventLoop}
    if uvloop is not None:
        factories["uvloop"] = uvloop.new_event_loop
    return factories


class Grants:
    """Permissions that say yes to the kinds that they name; to all if they name none."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds

    def check(self, kind: str, host: str, port: int) -> str | None:
        return "*:*" if not self._kinds or kind in self._kinds else None


class Recorder:
    """A sink that keeps every event, and lets a test wait for the next."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []
        self._changed = asyncio.Event()
        #: Called with each event when it comes, for tests of what listeners do.
        self.listener: Callable[[tuple[Any, ...]], None] | None = None

    def _add(self, *event: Any) -> None:
        self.events.append(event)
        self._changed.set()
        if self.listener is not None:
            self.listener(event)

    async def wait(self, count: int) -> list[tuple[Any, ...]]:
        """The first ``count`` events, once there are that many."""
        async with asyncio.timeout(5):
            while len(self.events) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.events

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        self._add("tcp.receive", socket_id, data)

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        self._add("tcp.receive_error", socket_id, result_code)

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        self._add("udp.receive", socket_id, data, remote_address, remote_port)

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        self._add("udp.receive_error", socket_id, result_code)

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        self._add("accept", socket_id, client_socket_id)

    def accept_error(self, socket_id: int, result_code: int) -> None:
        self._add("accept_error", socket_id, result_code)


class App:
    """A session, its sink, and its functions as coroutines: ``await app.udp("bind", 1, "::", 0)``."""

    def __init__(self, session: Session, sink: Recorder) -> None:
        self.session = session
        self.sink = sink

    async def _call(self, namespace: Any, name: str, *args: Any) -> Outcome:
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        getattr(namespace, name)(*args, outcome.set_result)
        async with asyncio.timeout(5):
            return await outcome

    async def udp(self, name: str, *args: Any) -> Outcome:
        return await self._call(self.session.udp, name, *args)

    async def tcp(self, name: str, *args: Any) -> Outcome:
        return await self._call(self.session.tcp, name, *args)

    async def server(self, name: str, *args: Any) -> Outcome:
        return await self._call(self.session.tcp_server, name, *args)


@pytest.fixture
async def open_app():
    """Makes apps: ``open_app(permissions, **of_the_engine)``. Those without engine options share one engine."""
    engines: list[Engine] = []

    def open_it(
        permissions: Any = None,
        *,
        app_id: str = "app",
        credit: Any = None,
        slicing: bool = True,
        **options: Any,
    ) -> App:
        if options or not engines:
            engines.append(Engine(**options))
        sink = Recorder()
        session = engines[-1].open_session(
            app_id, permissions or Grants(), sink, slicing=slicing, credit=credit
        )
        return App(session, sink)

    yield open_it
    for engine in engines:
        await engine.aclose()


@pytest.fixture
def grants() -> type[Grants]:
    """Permissions by kind."""
    return Grants
