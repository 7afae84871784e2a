"""Fixtures: a real ``homeport run`` in a process and a home of its own, and apps for it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Running:
    """A process, and all that it said."""

    process: asyncio.subprocess.Process
    home: Path
    out: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    readers: list[asyncio.Task[None]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def _read(self, stream: asyncio.StreamReader, into: list[str]) -> None:
        while line := await stream.readline():
            into.append(line.decode(errors="replace"))
            self.news.set()
        self.news.set()

    async def line(self, text: str, *, errors: bool = False) -> str:
        """The first line with ``text`` in it, once it was said."""
        said = self.errors if errors else self.out
        async with asyncio.timeout(60):
            while not (found := [line for line in said if text in line]):
                assert self.process.returncode is None, self.errors
                self.news.clear()
                await self.news.wait()
        return found[0]

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await asyncio.gather(*self.readers)
            return await self.process.wait()


@pytest.fixture
def write_app(tmp_path: Path) -> Callable[..., Path]:
    def write(script: str = "", **manifest: Any) -> Path:
        folder = tmp_path / "app"
        folder.mkdir(exist_ok=True)
        sockets = {"tcp": {"connect": "*"}, "udp": {"bind": "*", "send": "*"}, "tcpServer": {"listen": "*"}}
        whole = {"manifest_version": 2, "name": "Threatened", "version": "1", "sockets": sockets, **manifest}
        whole.setdefault("app", {"background": {"scripts": ["b.js"]}})
        (folder / "manifest.json").write_text(json.dumps(whole))
        (folder / "b.js").write_text(script)
        return folder

    return write


@pytest.fixture
async def homeport(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """``await homeport("run", app, …)``: the command as a process of its own, with a home of its own."""
    async with homeports(tmp_path) as start:
        yield start


@asynccontextmanager
async def homeports(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """As :func:`homeport`, for fixtures of another loop."""
    if sys.platform == "win32":
        pytest.skip("a process cannot be asked to end")
    started: list[Running] = []
    home = tmp_path / "home"
    home.mkdir()

    async def start(*words: object, **environment: str) -> Running:
        own = {"HOME": str(home), "HOMEPORT_RUNTIME_DIR": str(home / "runs"), "PYTHONUNBUFFERED": "1"}
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "HOMEPORT_"))
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "homeport", *map(str, words)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**kept, **own, **environment},
        )
        running = Running(process, home)
        assert process.stdout is not None
        assert process.stderr is not None
        for stream, into in ((process.stdout, running.out), (process.stderr, running.errors)):
            running.readers.append(asyncio.create_task(running._read(stream, into)))
        started.append(running)
        return running

    try:
        yield start
    finally:
        for running in started:
            await running.stop()


@pytest.fixture
def free_port() -> int:
    """A port of loopback where nobody listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
