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
from homeport.launch import EngineOptions, HostKind, LaunchOptions, Placed, run_apps

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
    assert "homeport.manifest" in before
    assert not {"asyncio", "ssl", "homeport.chrome", "homeport.wire", "homeport.storage"} & set(before)
    assert {"asyncio", "homeport.chrome", "homeport.wire", "homeport.storage"} <= set(imported)
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
