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
from dataclasses import dataclass
from pathlib import Path

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
    """What a face is told: the control port and the peer's ports."""

    control: int
    ports: dict[str, int]

    def write_app(self, folder: Path) -> Path:
        """A copy of the bench app that knows the ports."""
        app = folder / "app"
        shutil.copytree(HERE / "app", app)
        (app / "config.json").write_text(json.dumps({"control": self.control, "ports": self.ports}))
        return app


Starter = Callable[[Setting, Path], AbstractAsyncContextManager[int]]


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


@asynccontextmanager
async def chromium(setting: Setting, folder: Path) -> AsyncIterator[int]:
    """Chromium's own chrome.sockets, and its Direct Sockets: the app in the real thing."""
    app = setting.write_app(folder)
    profile = f"--user-data-dir={folder / 'profile'}"
    async with _process(_chromium(), *CHROMIUM_FLAGS, profile, f"--load-and-launch-app={app}") as (pid, _):
        yield pid


@asynccontextmanager
async def headless(setting: Setting, folder: Path) -> AsyncIterator[int]:
    """The app over Homeport, with no browser."""
    app = setting.write_app(folder)
    async with _process(*_homeport("run", app, "--headless")) as (pid, _):
        yield pid


@asynccontextmanager
async def tab_chromium(setting: Setting, folder: Path) -> AsyncIterator[int]:
    """The app over Homeport, in a tab of Chromium."""
    app = setting.write_app(folder)
    async with _process(*_homeport("run", app, "--no-open"), read_address=True) as (pid, address):
        profile = f"--user-data-dir={folder / 'profile'}"
        async with _process(_chromium(), *CHROMIUM_FLAGS, profile, address):
            yield pid


@asynccontextmanager
async def tab_firefox(setting: Setting, folder: Path) -> AsyncIterator[int]:
    """The app over Homeport, in a tab of Firefox."""
    app = setting.write_app(folder)
    firefox = shutil.which("firefox-esr") or shutil.which("firefox") or "firefox"
    async with _process(*_homeport("run", app, "--no-open"), read_address=True) as (pid, address):
        profile = folder / "firefox"
        profile.mkdir()
        async with _process(firefox, "--headless", "--no-remote", "--profile", profile, address):
            yield pid


@asynccontextmanager
async def python_api(setting: Setting, folder: Path) -> AsyncIterator[int]:
    """The same work, written against the Python API."""
    async with _process(
        sys.executable, HERE / "python_face.py", json.dumps(setting.ports), str(setting.control)
    ) as (
        pid,
        _,
    ):
        yield pid


@asynccontextmanager
async def node(setting: Setting, folder: Path) -> AsyncIterator[int]:
    """The same work, written for node's net and dgram."""
    async with _process("node", HERE / "node_face.js", json.dumps(setting.ports), str(setting.control)) as (
        pid,
        _,
    ):
        yield pid


@dataclass(frozen=True, slots=True)
class Face:
    """One thing that is measured. ``api`` names the script's set of measurements.

    ``lacks`` are kinds of measurement that it cannot make. Direct Sockets' bulk writes stall for good there.
    """

    name: str
    start: Starter
    api: str = "sockets"
    lacks: frozenset[str] = frozenset()


#: Measurements of chrome.sockets itself.
_OURS = frozenset({"call", "rttawait", "many", "grow", "chatty"})

FACES = {
    face.name: face
    for face in (
        Face("chromium", chromium),
        Face("direct", chromium, "direct", _OURS | {"send"}),
        Face("tab-chromium", tab_chromium),
        Face("tab-firefox", tab_firefox),
        Face("headless", headless),
        Face("python", python_api, lacks=_OURS - {"call", "many"}),
        Face("node", node, lacks=_OURS - {"many"}),
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
