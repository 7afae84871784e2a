"""The faces that are measured: each starts a process that connects to the control port."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.names import is_bare, kind

HERE = Path(__file__).resolve().parent
CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--password-store=basic",
    "--use-mock-keychain",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a face is told: the control port, the peer's ports, and websockify's in front of those."""

    control: int
    ports: dict[str, int]
    websockify: dict[str, int] = field(default_factory=dict)

    def write_app(self, folder: Path) -> Path:
        """A copy of the bench app that knows the ports."""
        app = folder / "app"
        shutil.copytree(HERE / "app", app)
        (app / "config.json").write_text(json.dumps({"control": self.control, "ports": self.ports}))
        return app


#: The processes of a face, by what they are: "homeport", "browser", "program".
Pids = dict[str, int]
Starter = Callable[[Setting, Path], AbstractAsyncContextManager[Pids]]


@asynccontextmanager
async def _process(*command: str | Path, read_address: bool = False) -> AsyncIterator[tuple[int, str]]:
    """A process of our own, in a group of its own, ended at the end; its first address if that is wanted."""
    child = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE if read_address else asyncio.subprocess.DEVNULL,
        stderr=None if os.environ.get("BENCH_DEBUG") else asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = ""
        while read_address and child.stdout is not None and "://" not in address:
            line = await asyncio.wait_for(child.stdout.readline(), 30)
            if not line:
                raise RuntimeError(f"{command[0]} ended before it said its address")
            address = line.decode()
        yield child.pid, next((word for word in address.split() if "://" in word), "")
    finally:
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), 10)
            except TimeoutError:
                os.killpg(child.pid, signal.SIGKILL)
                await child.wait()


def _chromium() -> str:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"


def _homeport(*arguments: str | Path) -> tuple[str | Path, ...]:
    return (sys.executable, "-m", "homeport", *arguments)


def _firefox() -> str:
    return shutil.which("firefox-esr") or shutil.which("firefox") or "firefox"


@asynccontextmanager
async def _browser(name: str, folder: Path, *arguments: str) -> AsyncIterator[int]:
    """A fresh browser with a fresh profile."""
    profile = folder / "profile"
    profile.mkdir()
    if name == "firefox":
        command = (_firefox(), "--headless", "--no-remote", "--profile", str(profile), *arguments)
    else:
        command = (_chromium(), *CHROMIUM_FLAGS, f"--user-data-dir={profile}", *arguments)
    async with _process(*command) as (pid, _):
        yield pid


@asynccontextmanager
async def chromium(setting: Setting, folder: Path) -> AsyncIterator[Pids]:
    """Chromium's own chrome.sockets, and its Direct Sockets: the app in the real thing."""
    app = setting.write_app(folder)
    async with _browser("chromium", folder, f"--load-and-launch-app={app}") as pid:
        yield {"browser": pid}


@asynccontextmanager
async def headless(setting: Setting, folder: Path) -> AsyncIterator[Pids]:
    """The app over Homeport, with no browser."""
    app = setting.write_app(folder)
    async with _process(*_homeport("run", app, "--headless")) as (pid, _):
        yield {"homeport": pid}


def tab(browser: str) -> Starter:
    """The app over Homeport, in a tab of that browser."""

    @asynccontextmanager
    async def start(setting: Setting, folder: Path) -> AsyncIterator[Pids]:
        app = setting.write_app(folder)
        async with (
            _process(*_homeport("run", app, "--no-open"), read_address=True) as (pid, address),
            _browser(browser, folder, address) as browser_pid,
        ):
            yield {"homeport": pid, "browser": browser_pid}

    return start


def bare(browser: str) -> Starter:
    """A page with bare WebSockets, and the least server for it."""

    @asynccontextmanager
    async def start(setting: Setting, folder: Path) -> AsyncIterator[Pids]:
        server = (
            sys.executable,
            HERE / "bare_server.py",
            str(setting.control),
            json.dumps(setting.websockify),
        )
        async with (
            _process(*server, read_address=True) as (pid, address),
            _browser(browser, folder, address) as browser_pid,
        ):
            yield {"program": pid, "browser": browser_pid}

    return start


def program(*command: str | Path) -> Starter:
    """The same work, written for something else than chrome.sockets in JavaScript."""

    @asynccontextmanager
    async def start(setting: Setting, folder: Path) -> AsyncIterator[Pids]:
        async with _process(*command, json.dumps(setting.ports), str(setting.control)) as (pid, _):
            yield {"program": pid}

    return start


@dataclass(frozen=True, slots=True)
class Face:
    """One thing that is measured. ``api`` names the script's set of measurements.

    ``lacks`` are kinds of measurement that it cannot make. Direct Sockets' bulk writes stall for good there.
    """

    name: str
    start: Starter
    api: str = "sockets"
    lacks: frozenset[str] = frozenset()

    def makes(self, name: str) -> bool:
        """Whether it can make this measurement."""
        return is_bare(name) == (self.api == "bare") and kind(name) not in self.lacks


FACES = {
    face.name: face
    for face in (
        Face("chromium", chromium),
        Face("direct", chromium, "direct", frozenset({"call", "rttawait", "chatty", "send"})),
        Face("tab-chromium", tab("chromium")),
        Face("page-chromium", bare("chromium"), "bare"),
        Face("tab-firefox", tab("firefox")),
        Face("page-firefox", bare("firefox"), "bare"),
        Face("headless", headless),
        Face("python", program(sys.executable, HERE / "python_face.py")),
        Face("node", program("node", HERE / "node_face.js"), lacks=frozenset({"call", "rttawait", "chatty"})),
    )
}


@asynccontextmanager
async def scratch() -> AsyncIterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="homeport-bench-"))
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
