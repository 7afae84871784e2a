"""The Python and JavaScript that the documentation shows runs, with real peers."""

from __future__ import annotations

import ast
import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from tests.support.serving import serving

import homeport
from homeport.testing import MemoryNetwork

from .blocks import blocks

_EVERYTHING = {"tcp": {"connect": "*"}, "udp": {"bind": "*", "send": "*"}, "tcpServer": {"listen": "*"}}


@asynccontextmanager
async def web_server() -> AsyncIterator[int]:
    """Answers a connection as a web server does, and closes it; its port. One must come."""

    answer_to: asyncio.Future[asyncio.Task[None]] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    def begin(*ends: Any) -> None:
        answer_to.set_result(asyncio.ensure_future(answer(*ends)))

    async with serving(begin) as port:
        yield port
        await (await answer_to)


@pytest.mark.parametrize("text", [param for param in blocks("python") if "asyncio.run(" in param.values[0]])
def test_a_program_that_is_shown_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    open_app = homeport.open
    program: dict[str, Any] = {"__name__": "shown"}
    exec(compile(re.sub(r"(?m)^asyncio\.run\(main\(\)\)$", "", text), "shown.py", "exec"), program)  # noqa: S102

    async def run() -> None:
        async with asyncio.timeout(20), web_server() as port:
            target = {"example.com": f"127.0.0.1:{port}"}
            monkeypatch.setattr(homeport, "open", lambda app: open_app(app, map_host=target))
            await program["main"]()

    asyncio.run(run())
    assert capsys.readouterr().out.startswith("HTTP/1.0 200 OK")


@pytest.mark.parametrize("text", [p for p in blocks("python") if "asyncio.run(" not in p.values[0]])
async def test_lines_that_are_shown_run_in_a_program(text: str) -> None:
    """They have what the sentences around them speak of: an app that is open, and a connected socket."""
    code = compile(text, "shown.py", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    manifest = {"name": "shown", "version": "1", "sockets": _EVERYTHING}
    async with asyncio.timeout(20), web_server() as port, homeport.open(manifest) as chrome:
        socket_id = (await chrome.sockets.tcp.create()).socket_id
        await chrome.sockets.tcp.connect(socket_id, "127.0.0.1", port)
        names = {"chrome": chrome, "homeport": homeport, "socket_id": socket_id}
        names |= {"asyncio": asyncio, "MemoryNetwork": MemoryNetwork}
        running = asyncio.ensure_future(eval(code, names))  # noqa: S307 - our own text
        await asyncio.sleep(0)  # it has begun to listen
        if not running.done():
            await chrome.sockets.tcp.send(socket_id, b"GET / HTTP/1.0\r\n\r\n")
        await running


@pytest.mark.parametrize("text", list(blocks("js")))
def test_javascript_that_is_shown_passes_as_an_apps_own_test(tmp_path: Path, text: str) -> None:
    manifest = {"manifest_version": 2, "name": "Shown", "version": "1", "sockets": _EVERYTHING}
    background = {"app": {"background": {"scripts": ["shown.js"]}}}
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, **background}))
    (tmp_path / "shown.js").write_text(text)
    command: list[str | Path] = [sys.executable, "-m", "homeport", "run", tmp_path, "--chrome-test"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok 1 - connects" in done.stdout
