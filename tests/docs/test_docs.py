"""What the documentation shows is true: its code runs, its files parse, its commands exist."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import homeport
from homeport.cli._main import homeport as command
from homeport.engine import parse_policy
from homeport.manifest import parse_sockets_key

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> Iterator[Any]:
    for page in PAGES:
        for number, (kind, text) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
            if kind == language:
                yield pytest.param(text, id=f"{page.name}-{number}")


def commands() -> Iterator[Any]:
    for param in blocks("sh"):
        for line in param.values[0].splitlines():
            for part in line.split("#")[0].split("&&"):
                words = shlex.split(part)
                if words[:1] == ["sudo"]:
                    words = words[1:]
                if words and words[0].rpartition("/")[2] == "homeport":
                    yield pytest.param(words[1:], id=f"{param.id}: {' '.join(words[1:])}")


@pytest.mark.parametrize("words", list(commands()))
def test_a_command_that_is_shown_exists_with_its_options(words: list[str]) -> None:
    context = click.Context(command)
    shown: click.Command = command
    while isinstance(shown, click.Group) and words:
        found = shown.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        shown, words = found, words[1:]
    shown.make_context("homeport", list(words), parent=context)


@pytest.mark.parametrize("text", list(blocks("toml")))
def test_a_policy_that_is_shown_can_be_read(text: str) -> None:
    assert parse_policy(text).rules


@pytest.mark.parametrize("text", list(blocks("json")))
def test_a_manifest_key_that_is_shown_can_be_read(text: str) -> None:
    assert parse_sockets_key(json.loads("{" + text + "}")["sockets"])


def serve_once() -> int:
    """A web server for one request, at the port that is returned."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with server, server.accept()[0] as peer:
            peer.recv(1000)
            peer.sendall(b"HTTP/1.0 200 OK\r\n\r\n")

    threading.Thread(target=answer, daemon=True).start()
    return int(server.getsockname()[1])


def test_the_readmes_program_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [text] = [text for kind, text in BLOCK.findall((ROOT / "README.md").read_text()) if kind == "python"]
    target = {"example.com": f"127.0.0.1:{serve_once()}"}
    open_app = homeport.open
    monkeypatch.setattr(homeport, "open", lambda app: open_app(app, map_host=target))
    program: dict[str, Any] = {"__name__": "readme"}
    main = re.sub(r"\nasyncio\.run\(main\(\)\)\n", "\n", text)
    exec(compile(main, "README.md", "exec"), program)  # noqa: S102 - our own text

    async def run() -> None:
        async with asyncio.timeout(20):
            await program["main"]()

    asyncio.run(run())
    assert capsys.readouterr().out.startswith("HTTP/1.0 200 OK")
