"""T15: text that others chose shows as text, in every place where Homeport shows it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import re
import struct
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from homeport._text import one_line, table
from homeport.cli._main import homeport as commands
from homeport.engine import Engine
from homeport.engine._session import Muted
from homeport.host._console import console_line
from homeport.launch._labels import labels
from homeport.launch._status import StatusLine
from homeport.launch._terminal import Terminal, Voice
from homeport.launch._traffic import Traffic
from homeport.runs import Run, RunFile
from homeport.service import Scope, ServicePlan
from homeport.service._others import windows_task
from homeport.service._systemd import quote, service_unit

fcntl, pty, termios = (pytest.importorskip(name) for name in ("fcntl", "pty", "termios"))

#: What moves a cursor, sets a title, hides text, turns it around, ends a line, or is not even text.
HOSTILE = [
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[1;1Hroot#",
    "\x9b31m",
    "a\nhomeport: refused nothing",
    "a\r\nb",
    "a\x0bb\x0cc",
    "a\u2028b\u2029c\x85d",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "\x00\x08\x7f",
    "\ud800",
    "<script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "%n%s%d{0}{host}",
    "x" * 100_000,
]
#: What a terminal must never get from anybody but us.
COMMANDS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
hostile = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


class Screen:
    """What came to the terminal."""

    def __init__(self, capsys) -> None:
        self._capsys = capsys

    def lines(self) -> list[str]:
        """The lines, once it is sure that nothing in them is a command but ours; ours are left out."""
        shown = "".join(self._capsys.readouterr())
        left = re.sub(r"\r?\x1b\[K|\x1b\[2m|\x1b\[0m", "", shown)
        assert not COMMANDS.search(left), repr(left)
        return left.split("\n")


@pytest.fixture
def screen(capsys) -> Screen:
    return Screen(capsys)


@hostile
def test_any_text_becomes_one_short_line(text):
    line = one_line(text)
    assert line.isprintable()
    assert len(line) < 2000


@hostile
def test_in_the_status_line_and_in_notes(text, screen):
    terminal = Terminal(status=True)
    terminal.note(f"{text} runs headless")
    terminal.status.show(f"last denial: {text}")
    terminal.warn(text)
    note, _, again = screen.lines()
    assert note.startswith("homeport: ")
    assert again.startswith("last denial: ")


@hostile
def test_on_the_console(text, screen):
    voice = Voice(Terminal(status=True))
    voice.console("log", text, text)
    voice.console(text, "b.js:1", "x")
    assert all(line.startswith(("LOG", "    ")) for line in screen.lines()[:-1])
    assert console_line("log", "b.js:1", text).endswith("\n")


@hostile
def test_on_the_console_and_in_the_label_of_one_of_several(text, screen):
    one, other = labels([text, text])
    voice = Voice(Terminal(status=False), one, width=len(one))
    voice.console("log", text, text)
    voice.note(text)
    *said, note, _ = screen.lines()
    assert all(line.startswith((f"{one} | LOG", f"{one} |     ")) for line in said)
    assert note.startswith(f"homeport: {one}: ")
    assert one != other


@hostile
async def test_in_a_denial(text, screen):
    traffic = Traffic()
    engine = Engine(observer=traffic)
    session = engine.open_session("a" * 32, None, Muted())
    session.tcp.create(None, lambda outcome: None)
    session.tcp.connect(1, text, 80, None, lambda outcome: None)
    terminal = Terminal(status=True)
    Voice(terminal).refresh(traffic)
    terminal.count([traffic])
    await engine.aclose()
    assert traffic.last_denial.isprintable()
    assert len(traffic.last_denial) < 5000
    note, status = screen.lines()
    assert note.startswith("homeport: refused tcp.connect ")
    assert status.startswith("1 socket ")


@hostile
def test_in_the_list_of_what_runs(text, tmp_path):
    with RunFile(Run(1, "a" * 32, text, text, "headless", 0.0, last_denial=text), tmp_path) as file:
        written = file.path.read_text("ascii")
        assert json.loads(written)["name"] == text
    shown = table(("PID", "APP"), [("1", text)])
    assert len(shown.split("\n")) == 2
    assert not COMMANDS.search(shown)


@hostile
def test_in_the_files_of_a_service(text, tmp_path):
    plan = ServicePlan(
        name="homeport-x",
        title=text,
        command=("python", text.replace("\x00", "")),
        scope=Scope.SYSTEM,
    )
    unit = service_unit(plan)
    keys = [line.partition("=")[0] for line in unit.split("\n")]
    assert keys.count("ExecStart") == 1
    assert keys.count("Description") == 1
    assert all(re.fullmatch(r"[A-Za-z]*|\[[A-Za-z]+\]", key) for key in keys), keys
    assert "\n" not in quote(text)
    task = windows_task(plan)
    if not re.search(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", task):
        ET.fromstring(task.partition("?>")[2])  # noqa: S314 (ours)


def test_a_narrow_encoding_loses_no_line_and_stops_nothing():
    class Narrow(io.StringIO):
        encoding = "ascii"

        def write(self, text: str) -> int:
            return super().write(text.encode("ascii").decode())

    narrow = Narrow()
    StatusLine(narrow, enabled=False).line("LOG b.js:1 gr\u00fc\u00df\n")
    assert narrow.getvalue() == "LOG b.js:1 gr\\xfc\\xdf\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
async def test_a_real_terminal_gets_nothing_of_an_apps_choice(write_app, tmp_path):
    """The whole way: manifest, console, denial; on a terminal of its own."""
    script = f"""
      const texts = {json.dumps(HOSTILE[:-1])};
      for (const text of texts) {{
        console.log(text);
        chrome.sockets.tcp.create({{}}, ({{ socketId }}) =>
          chrome.sockets.tcp.connect(socketId, text, 80, () => void chrome.runtime.lastError));
      }}
      setTimeout(() => {{ throw new Error(texts.join("")); }}, 300);
      setTimeout(() => console.log("that was all"), 1500);
    """
    app = write_app(
        script, name="\x1b]0;owned\x07\x1b[2JApp\u202e", sockets={"tcp": {"connect": "nowhere.test"}}
    )
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "homeport", "run", str(app), "--headless", "--status"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**_environment(tmp_path), "TERM": "xterm", "COLUMNS": "200"},
    )
    seen = await _read_until(ours, b"that was all")
    process.terminate()
    await asyncio.wait_for(process.wait(), 20)
    shown = seen.decode("utf-8")
    assert "owned" in shown
    assert "refused tcp.connect" in shown
    left = re.sub(r"\r\x1b\[K|\x1b\[K|\x1b\[2m|\x1b\[0m|\r\n", "\n", shown)  # what we write ourselves
    assert not COMMANDS.search(left), COMMANDS.search(left)


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "HOMEPORT_"))}
    return {**kept, "HOME": str(home), "HOMEPORT_RUNTIME_DIR": str(home / "runs")}


async def _read_until(descriptor: int, last: bytes) -> bytes:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    os.set_blocking(descriptor, False)
    loop = asyncio.get_running_loop()
    news = asyncio.Event()
    loop.add_reader(descriptor, news.set)
    seen = b""
    try:
        async with asyncio.timeout(60):
            while last not in seen:
                await news.wait()
                news.clear()
                with contextlib.suppress(BlockingIOError):
                    seen += os.read(descriptor, 65536)
    finally:
        loop.remove_reader(descriptor)
    return seen


@pytest.mark.parametrize("command", [("check", "--verbose"), ("explain", "x.test:1")])
def test_in_what_is_said_of_an_app(command, write_app):
    evil = "\x1b]0;owned\x07\x1b[2J\u202e"
    script = f"chrome.foo['{evil}'](); chrome.sockets.tcp.connect(1, '{evil}', 80);"
    app = write_app(
        script,
        name=evil,
        description=evil,
        permissions=[evil],
        **{evil: 1, "sockets": {"tcp": {"connect": "a"}}},
    )
    (app / f"{evil.replace('/', '')}.html").write_text(f"<img src='http://{evil}/'>")
    result = CliRunner().invoke(commands, [command[0], str(app), *command[1:]], color=False)
    assert result.exit_code == 1
    assert not COMMANDS.search(result.output.replace("\n", "")), result.output
