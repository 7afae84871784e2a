"""Apps written for one test, run by the real runtime."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.host import HeadlessApp, PageSettings, Room, run_headless, settings_for
from homeport.storage import Storage

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session", autouse=True)
def bundle() -> None:
    """The page's scripts, as they are now."""
    dist = ROOT / "src/homeport/page/_dist"
    sources = (ROOT / "src/homeport/page/src").rglob("*.ts")
    names = ("shim.js", "headless.js", "indexed_db.js")
    built = min((dist / name).stat().st_mtime if (dist / name).exists() else 0 for name in names)
    if any(source.stat().st_mtime > built for source in sources):
        subprocess.run([sys.executable, "tools/build_page.py"], cwd=ROOT, check=True)


@dataclass
class Running:
    """An app at work, and what it has said."""

    app: HeadlessApp
    calls: list[tuple[str, str, str]]
    notes: list[str]
    said: asyncio.Condition

    async def hears(self, *texts: str) -> list[tuple[str, str, str]]:
        """Wait for console calls whose texts are these, in order among others; the calls."""
        found: list[tuple[str, str, str]] = []

        def all_said() -> bool:
            found[:] = []
            wanted = list(texts)
            for call in self.calls:
                if wanted and call[2] == wanted[0]:
                    found.append(call)
                    wanted.pop(0)
            return not wanted

        try:
            async with asyncio.timeout(30), self.said:
                await self.said.wait_for(all_said)
        except TimeoutError:
            raise AssertionError(f"{texts} was not said, but {self.calls}; {self.app.status()}") from None
        return found

    async def says(self, start: str) -> tuple[str, str, str]:
        """Wait for a console call whose text starts so."""
        try:
            async with asyncio.timeout(30), self.said:
                await self.said.wait_for(lambda: any(call[2].startswith(start) for call in self.calls))
        except TimeoutError:
            raise AssertionError(f"{start!r} was not said, but {self.calls}; {self.app.status()}") from None
        return next(call for call in self.calls if call[2].startswith(start))

    async def result(self) -> object:
        """The value that the app prints as ``RESULT`` and JSON."""
        text = (await self.says("RESULT "))[2]
        return json.loads(text.removeprefix("RESULT "))


StartApp = Callable[..., Awaitable[Running]]

MANIFEST: dict[str, object] = {
    "manifest_version": 2,
    "name": "Test",
    "version": "1",
    "app": {"background": {"scripts": ["background.js"]}},
    "sockets": {"tcp": {"connect": "127.0.0.1:*"}, "tcpServer": {"listen": "127.0.0.1:*"}},
}


@dataclass
class _Factory:
    folder: Path
    engine: Engine
    started: list[HeadlessApp] = field(default_factory=list)
    stored: list[Storage] = field(default_factory=list)
    number: int = 0

    async def __call__(
        self,
        script: str | None = None,
        *,
        files: Mapping[str, str | bytes] | None = None,
        manifest: Mapping[str, object] | None = None,
        settings: PageSettings | None = None,
        room: Room | None = None,
        **sandbox: Any,
    ) -> Running:
        self.number += 1
        root = self.folder / f"app{self.number}"
        root.mkdir()
        everything = {
            "manifest.json": json.dumps({**MANIFEST, **(manifest or {})}),
            **({} if script is None else {"background.js": script}),
            **(files or {}),
        }
        for name, content in everything.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return await self.run(root, settings=settings, room=room, **sandbox)

    async def run(
        self,
        root: Path,
        *,
        settings: PageSettings | None = None,
        room: Room | None = None,
        storage: Storage | None = None,
        **sandbox: Any,
    ) -> Running:
        """Start an app that has a folder."""
        app = open_app(root)
        chosen = settings or settings_for(app)
        chosen = chosen._replace(sandbox=chosen.sandbox._replace(**sandbox))
        calls: list[tuple[str, str, str]] = []
        notes: list[str] = []
        said = asyncio.Condition()

        async def announce() -> None:
            async with said:
                said.notify_all()

        announcing: set[asyncio.Task[None]] = set()

        def console(level: str, place: str, text: str) -> None:
            calls.append((level, place, text))
            task = asyncio.get_running_loop().create_task(announce())
            announcing.add(task)
            task.add_done_callback(announcing.discard)

        if storage is None:
            storage = Storage(None)
            self.stored.append(storage)
        running = await run_headless(
            app, self.engine, storage, settings=chosen, console=console, note=notes.append, room=room
        )
        self.started.append(running)
        return Running(running, calls, notes, said)


@pytest.fixture
async def start_app(tmp_path: Path) -> AsyncIterator[_Factory]:
    """Runs an app of the given files; ended with the test."""
    engine = Engine()
    factory = _Factory(tmp_path, engine)
    yield factory
    for app in factory.started:
        await app.stop()
    for storage in factory.stored:
        await storage.aclose()
    await engine.aclose()
