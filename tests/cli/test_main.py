"""The command itself: help, version, errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from homeport.cli._main import COMMANDS


def test_help_lists_every_command_with_examples(homeport: Any) -> None:
    done = homeport("--help")
    assert done.returncode == 0
    for name in set(COMMANDS) - {"apps"}:
        assert f"  {name} " in done.stdout
    assert "homeport check ./my-app" in done.stdout


@pytest.mark.parametrize("words", [(), ("service",)])
def test_no_line_of_help_is_cut(homeport: Any, words: tuple[str, ...]) -> None:
    assert "..." not in homeport(*words, "--help").stdout.partition("Commands:")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(homeport: Any, name: str) -> None:
    done = homeport(name, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: homeport")


def test_the_version_is_said(homeport: Any) -> None:
    done = homeport("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("homeport ")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("frobnicate",), "No such command 'frobnicate'. `homeport --help` says what there is."),
        (
            ("chek", "x"),
            "No such command 'chek'. Did you mean 'check'?",
        ),
        (("run",), "Missing argument 'APP...'. `homeport run --help` says what there is."),
        (
            ("run", "x", "--headless", "--kiosk"),
            "--kiosk shows the app in a browser, which --headless",
        ),
        (("explain", "x", "y:1", "--ca-file", "z"), "No such option '--ca-file'."),
    ],
)
def test_wrong_usage_is_a_line_that_says_what_to_do(homeport: Any, words: tuple[str, ...], line: str) -> None:
    done = homeport(*words)
    assert done.returncode == 2
    [said] = done.stderr.splitlines()
    assert said.startswith(f"error: {line}")
    assert said.endswith(" --help` says what there is.")


def test_without_a_command_there_is_help(homeport: Any) -> None:
    assert "Usage: homeport [OPTIONS] COMMAND" in homeport().stderr


def test_a_traceback_comes_only_when_it_is_asked_for(homeport: Any) -> None:
    assert "Traceback" not in homeport("run", "/none").stderr
    assert "Traceback" in homeport("--debug", "run", "/none").stderr


def test_colours_are_off_when_piped(homeport: Any) -> None:
    assert "\x1b" not in homeport("check", "examples/file-server").stdout


@pytest.mark.parametrize("command", ["check", "explain"])
def test_what_the_output_has_no_character_for_is_escaped(
    environment: dict[str, str], tmp_path: Path, command: str
) -> None:
    manifest = {"manifest_version": 2, "name": "Принтер", "version": "1"}
    manifest |= {"app": {"background": {"scripts": ["b.js"]}}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "b.js").write_text("")
    words = [command, str(tmp_path), *(["пример.рф:80"] if command == "explain" else [])]
    done = subprocess.run(
        [sys.executable, "-m", "homeport", *words],
        capture_output=True,
        env={**environment, "PYTHONIOENCODING": "cp1252"},
        check=False,
    )
    assert rb"\u0440\u0438\u043c" in done.stdout or rb"\u0440\u0438\u043d" in done.stdout, done.stderr
    assert (done.returncode, done.stderr) == (int(command == "explain"), b"")


def test_the_doctor_looks_at_this_machine(homeport: Any) -> None:
    done = homeport("doctor")
    for what in ("Python", "Event loop", "Deno", "Page side", "Browser"):
        assert what in done.stdout


def test_without_deno_it_says_how_to_get_it(
    homeport: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "deno.py").write_text("raise ModuleNotFoundError('no deno')")
    environment |= {"PYTHONPATH": str(tmp_path), "PATH": str(tmp_path)}
    sentence = f"There is no Deno. Install it: {sys.executable} -m pip install deno\n"
    done = homeport("run", "examples/file-server")
    assert (done.returncode, done.stderr.splitlines(keepends=True)[-1]) == (1, f"error: {sentence}")
    # It can tell all but whether the scripts compile.
    assert sentence in homeport("check", "examples/file-server").stdout
    assert "There is no Deno." in homeport("doctor").stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux' device that is always full")
def test_output_that_cannot_be_written_is_one_line(environment: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "homeport", "check", "examples/file-server"]
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, timeout=60, check=False
        )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("error: No space left on device")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix closes them")
def test_standard_files_that_are_closed_are_no_trouble(environment: dict[str, str], tmp_path: Path) -> None:
    command = f"exec {sys.executable} -m homeport check examples/file-server >&- 2>&- <&-"
    done = subprocess.run(["/bin/sh", "-c", command], env=environment, timeout=60, check=False)
    assert done.returncode == 0
