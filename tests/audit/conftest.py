"""An app at work with observers, and what a log holds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from homeport.engine import Engine, Outcome, Session


class Silent:
    """A sink that only counts connections."""

    def __init__(self) -> None:
        self.accepted: asyncio.Queue[tuple[int, int]] = asyncio.Queue()

    def tcp_receive(self, *event: Any) -> None: ...
    def tcp_receive_error(self, *event: Any) -> None: ...
    def udp_receive(self, *event: Any) -> None: ...
    def udp_receive_error(self, *event: Any) -> None: ...
    def accept_error(self, *event: Any) -> None: ...

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        self.accepted.put_nowait((socket_id, client_socket_id))


class Grants:
    """Permissions for everything but one host."""

    def check(self, kind: str, host: str, port: int) -> str | None:
        return None if host == "refused.test" else "*"


class App:
    """``await app("tcp.connect", …)``."""

    def __init__(self, session: Session, sink: Silent) -> None:
        self.session = session
        self.sink = sink

    async def __call__(self, name: str, *args: Any) -> Outcome:
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        namespace, _, function = name.partition(".")
        getattr(getattr(self.session, namespace), function)(*args, outcome.set_result)
        async with asyncio.timeout(5):
            return await outcome


@pytest.fixture
async def run_app() -> AsyncIterator[Callable[..., App]]:
    engines: list[Engine] = []

    def make(**options: Any) -> App:
        engines.append(Engine(**options))
        sink = Silent()
        return App(engines[-1].open_session("a" * 32, Grants(), sink), sink)

    yield make
    for engine in engines:
        await engine.aclose()


@pytest.fixture
def lines() -> Callable[[Path], list[dict[str, Any]]]:
    def read(path: Path) -> list[dict[str, Any]]:
        return [json.loads(line) for line in path.read_text("ascii").splitlines()]

    return read
