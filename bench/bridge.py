"""websockify, the bridge that people use today, in a virtual environment that the bench makes for itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv-bench"
LOCK = ROOT / "requirements" / "bench.lock"


class BridgeLostError(Exception):
    """websockify did not start."""


def websockify() -> str:
    """The program; installed, as ``requirements/bench.lock`` says, when it is not there yet."""
    program = HOME / "bin" / "websockify"
    stamp = HOME / "bench.lock"
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)
        pip = [str(HOME / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
        shutil.copyfile(LOCK, stamp)
    return str(program)


@asynccontextmanager
async def bridges(ports: dict[str, int]) -> AsyncIterator[dict[str, int]]:
    """One websockify for each of the peer's ports; the ports on which they listen."""
    program = await asyncio.to_thread(websockify) if ports else ""
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(_bridge(program, port)) for name, port in ports.items()}


@asynccontextmanager
async def _bridge(program: str, target: int) -> AsyncIterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    child = await asyncio.create_subprocess_exec(
        *(program, f"127.0.0.1:{port}", f"127.0.0.1:{target}"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await _listening(child, port)
        yield port
    finally:
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGTERM)
            await child.wait()


async def _listening(child: asyncio.subprocess.Process, port: int) -> None:
    for _ in range(200):
        if child.returncode is not None:
            break
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise BridgeLostError(f"websockify does not listen on {port}")
