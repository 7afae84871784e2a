"""A run from its first import on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from homeport.appfiles import open_app
from homeport.errors import UserError
from homeport.host import Sandbox, start_runtime
from homeport.launch import EngineOptions, HostKind, LaunchOptions, Placed, early_runtime, run_apps

MANIFEST = {
    "manifest_version": 2,
    "name": "Quick",
    "version": "1",
    "app": {"background": {"scripts": ["background.js"]}},
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    (folder / "background.js").write_text(
        "chrome.app.runtime.onLaunched.addListener(() => console.log('launched'));"
    )
    return folder


@pytest.fixture
def imported(app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules that a headless start loads up to its app's first event, in order."""
    monkeypatch.setenv("HOMEPORT_DATA_DIR", str(tmp_path / "data"))
    command = [sys.executable, "-X", "importtime", "-m", "homeport", "run", str(app), "--headless"]
    log = tmp_path / "imports"
    with log.open("w") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as process:
        assert process.stdout is not None
        assert process.stdout.readline().rstrip() == b"LOG   background.js:1 launched"
        process.terminate()
    return re.findall(r"^import time: .*\| +(\S+)$", log.read_text(), re.MULTILINE)


def test_a_headless_start_loads_only_what_it_needs_and_the_runtime_first(imported: list[str]) -> None:
    # What finds the runtime is loaded just before it is started; what follows is loaded while it starts.
    before = imported[: imported.index("deno")]
    later = {"asyncio", "ssl", "homeport.chrome", "homeport.manifest", "homeport.wire", "homeport.storage"}
    assert not later & set(before)
    assert later <= set(imported)
    # Each of these takes milliseconds, and a headless app may never need it.
    not_needed = {
        *("aiohttp", "decimal", "email", "http.client", "idna", "ifaddr", "psutil", "tomllib", "tree_sitter"),
        *("webbrowser", "xml.etree.ElementTree", "zipfile"),
        *("homeport.api", "homeport.audit", "homeport.inspect", "homeport.server", "homeport.service"),
    }
    assert not_needed & set(imported) == set()


def test_a_run_that_fails_early_leaves_no_runtime(app: Path, tmp_path: Path) -> None:
    engine = EngineOptions(ca_files=[tmp_path / "none.pem"])
    before = psutil.Process().children()  # other tests' browsers
    with pytest.raises(UserError, match="there is no file"):
        run_apps([Placed(open_app(app), HostKind.HEADLESS)], LaunchOptions(engine=engine))
    assert psutil.Process().children() == before


def test_an_early_runtime_that_nobody_takes_ends() -> None:
    with early_runtime() as runtime:
        assert runtime is not None
        assert runtime.process.poll() is None
    assert runtime.process.returncode is not None


def test_an_early_runtime_that_does_not_suit_the_page_ends_and_another_is_started(app: Path) -> None:
    engine = EngineOptions(ca_files=[app / "none.pem"])
    with start_runtime(Sandbox(memory=64)) as early:
        with pytest.raises(UserError, match="there is no file"):
            run_apps([Placed(open_app(app), HostKind.HEADLESS)], LaunchOptions(engine=engine), early)
        assert early.process.returncode is not None


@pytest.mark.parametrize("kind", [HostKind.HEADLESS, HostKind.BROWSER])
def test_an_early_runtime_is_there_for_a_headless_app_alone(app: Path, kind: HostKind) -> None:
    engine = EngineOptions(ca_files=[app / "none.pem"])
    with early_runtime() as early:
        assert early is not None
        before = psutil.Process().children()
        with pytest.raises(UserError, match="there is no file"):
            run_apps([Placed(open_app(app), kind)], LaunchOptions(engine=engine), early)
        after = psutil.Process().children()
        assert {child.pid for child in before} - {child.pid for child in after} == {early.process.pid}


def test_without_a_runtime_there_is_no_early_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("homeport.host._runtime.find_deno", lambda: str(tmp_path / "no-deno"))
    with early_runtime() as runtime:
        assert runtime is None


def test_what_is_loaded_by_the_start_is_not_looked_through_again_and_again(app: Path, tmp_path: Path) -> None:
    program = (
        "import atexit, gc, sys\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > len(gc.get_objects())))\n"
        "from homeport.cli import main\n"
        "sys.exit(main())\n"
    )
    command = [sys.executable, "-c", program, "run", str(app), "--headless"]
    environment = {**os.environ, "HOMEPORT_DATA_DIR": str(tmp_path / "data")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "LOG   background.js:1 launched\n"
        process.terminate()
        assert process.stdout.read() == "True\n"


def test_an_app_that_fell_and_is_started_again_hears_that_if_it_wants_to(app: Path, tmp_path: Path) -> None:
    with (app / "background.js").open("a") as script:
        script.write("chrome.app.runtime.onRestarted.addListener(() => console.log('restarted'));")
    command = [sys.executable, "-m", "homeport", "run", str(app), "--headless", "--restart", "1"]
    environment = {**os.environ, "HOMEPORT_DATA_DIR": str(tmp_path / "data")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().endswith(" launched\n")
        (child,) = psutil.Process(process.pid).children()
        child.kill()
        assert process.stdout.readline().endswith(" restarted\n")
        process.terminate()
