"""The command, run as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Homeport = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of the test's own, and no screen."""
    left_out = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONUNBUFFERED")
    kept = {key: value for key, value in os.environ.items() if key not in left_out}
    home = {"HOME": str(tmp_path), "HOMEPORT_RUNTIME_DIR": str(tmp_path / "runs")}
    return {
        **kept,
        **home,
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }


@pytest.fixture
def homeport(environment: dict[str, str]) -> Homeport:
    """Run the command to its end."""

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "homeport", *map(str, words)]
        return subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=60, check=False
        )

    return run


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Start the command, and end it after the test."""
    started = []

    def begin(*words: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "homeport", *map(str, words)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=ROOT
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(process: subprocess.Popen[str], text: str) -> list[str]:
    """The lines up to the one that holds ``text``."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"{text!r} never came, but {lines}")


@pytest.fixture(name="wait_for")
def wait_for_fixture() -> Callable[[subprocess.Popen[str], str], list[str]]:
    """Read a process's lines until one holds a text."""
    return wait_for
