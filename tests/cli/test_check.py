"""`homeport check` reads an app and says what its owner needs to know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_sound_app_runs(homeport: Any) -> None:
    done = homeport("check", EXAMPLES / "file-server")
    assert done.returncode == 0
    assert "It may accept TCP connections on port 8080 of the local address 127.0.0.1." in done.stdout
    assert done.stdout.endswith("It runs.\n")


def test_every_example_runs(homeport: Any) -> None:
    for manifest in EXAMPLES.glob("*/manifest.json"):
        done = homeport("check", manifest.parent)
        assert done.returncode == 0, done.stdout


def test_programs_get_json(homeport: Any) -> None:
    report = json.loads(homeport("check", EXAMPLES / "tcp-client", "--json").stdout)
    assert report["verdict"] == "runs"
    assert {"sockets.tcp.connect", "app.window.create"} <= {api["name"] for api in report["apis"]}


def test_a_broken_manifest_is_shown_with_its_line(homeport: Any, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{\n "name": "x",\n oops }')
    done = homeport("check", tmp_path)
    assert done.returncode == 1
    assert "manifest.json:3:" in done.stdout
    assert "It does not run" in done.stdout


def test_an_empty_folder_is_one_line(homeport: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = homeport("check", tmp_path / "empty")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
