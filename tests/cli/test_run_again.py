"""`homeport run` of an app that runs already."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from homeport.appfiles import open_app
from homeport.runs import Run, RunFile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the browser is a shell script")


def an_app(folder: Path) -> Path:
    app = folder / "app"
    app.mkdir()
    about = {"manifest_version": 2, "name": "Test app", "version": "1"}
    (app / "manifest.json").write_text(json.dumps({**about, "app": {"background": {"scripts": ["b.js"]}}}))
    (app / "b.js").write_text("chrome.app.window.create('w.html');")
    return app


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A program that notes which addresses it was to open."""
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/opened"\n')
    program.chmod(0o700)
    return program


def test_one_that_runs_in_a_browser_is_opened_once_more(
    start: Any, homeport: Any, wait_for: Any, tmp_path: Path, browser: Path
) -> None:
    app = an_app(tmp_path)
    first = start("run", app, "--browser", browser)
    wait_for(first, "opened at")
    done = homeport("run", app, "--browser", browser)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"Test app runs already, in process {first.pid}, which opens it once more." in done.stderr
    wait_for(first, "opened once more")
    one, other = (line.split("#") for line in (tmp_path / "opened").read_text().split())
    assert one[0] == other[0]
    assert one[1] != other[1]

    another = start("run", app, "--browser", browser, "--map-host", "a=127.0.0.1")
    lines = wait_for(another, "opened at")
    assert any(f"is taken by the same app in process {first.pid}, so" in line for line in lines)


def a_run(app: Path, home: Path, host: str) -> RunFile:
    """This very process runs the app, and hears nobody."""
    run = Run(os.getpid(), open_app(app).id, "Test app", str(app), host, time.time(), address="http://a/")
    return RunFile(run._replace(data=str(home / "data/homeport")), home / "runs")


def test_one_that_does_not_answer_is_named(homeport: Any, tmp_path: Path, browser: Path) -> None:
    app = an_app(tmp_path)
    with a_run(app, tmp_path, "browser"):
        done = homeport("run", app, "--browser", browser)
    assert done.returncode == 1
    assert f"Test app runs already, in process {os.getpid()}, which does not answer." in done.stderr
    assert not (tmp_path / "opened").exists()
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_kiosk_is_shown_once(homeport: Any, tmp_path: Path, browser: Path) -> None:
    app = an_app(tmp_path)
    with a_run(app, tmp_path, "kiosk"):
        done = homeport("run", app, "--kiosk", "--browser", browser)
    assert done.returncode == 1
    assert f"Test app is shown already, by process {os.getpid()}." in done.stderr
