"""Ctrl-C at any moment: no traceback, whatever was just being loaded or left."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself Ctrl-C there")

EXAMPLE = Path(__file__).parents[2] / "examples" / "echo-server"

#: Loaded by Python itself, before anything of ours: it interrupts the process where the test says.
SITE = """
import atexit, os, signal, sys

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

class Watcher:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPT_AT"]:
            interrupt()

sys.meta_path.insert(0, Watcher())
if os.environ["INTERRUPT_AT"] == "exit":
    atexit.register(interrupt)
"""


@pytest.fixture
def interrupted(environment: dict[str, str], tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITE)

    def run(moment: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
        around = {**environment, "PYTHONPATH": str(tmp_path / "site"), "INTERRUPT_AT": moment}
        command = [sys.executable, "-m", "homeport", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, env=around, timeout=60, check=False)

    return run


@pytest.mark.parametrize(
    "moment",
    [
        "click",
        "homeport.cli._main",
        "homeport.cli._run",
        "homeport.appfiles",
        "homeport.host._runtime",
        "homeport.engine._engine",
        "homeport.launch._launch",
        "uvloop",
        "homeport.launch._headless",
    ],
)
def test_while_something_is_loaded_it_ends_without_a_word(interrupted, moment: str) -> None:
    done = interrupted(moment, "run", EXAMPLE)
    assert done.returncode in (0, 130, -signal.SIGINT)
    assert [line for line in done.stderr.splitlines() if line and not line.startswith("homeport: ")] == []


def test_at_its_very_end_it_ends_without_a_word(interrupted) -> None:
    done = interrupted("exit", "--version")
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def busy_app(folder: Path) -> Path:
    """An app that never comes to the end of its script."""
    manifest = {"manifest_version": 2, "name": "Busy", "version": "1"}
    app = folder / "busy"
    app.mkdir()
    (app / "manifest.json").write_text(json.dumps({**manifest, "app": {"background": {"scripts": ["b.js"]}}}))
    (app / "b.js").write_text("console.log('busy'); for (;;);")
    return app


def test_an_app_that_does_not_start_is_listed_told_of_and_stopped_by_one_ctrl_c(
    start: Any, homeport: Any, wait_for: Any, tmp_path: Path
) -> None:
    app = start("run", busy_app(tmp_path))
    wait_for(app, "it has not started yet: its scripts are still busy")
    assert "Busy" in homeport("ps").stdout
    app.send_signal(signal.SIGINT)
    wait_for(app, "stopping")
    assert app.wait(20) == 0


def test_twice_it_ends_at_once(start: Any, wait_for: Any, tmp_path: Path) -> None:
    app = start("run", busy_app(tmp_path))
    wait_for(app, "busy")
    app.send_signal(signal.SIGINT)
    wait_for(app, "stopping")
    app.send_signal(signal.SIGINT)
    assert app.wait(20) in (130, -signal.SIGINT)
