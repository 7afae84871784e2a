"""`homeport check` reads an app and says what its owner needs to know."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from tests.support.browsers import CHROMIUM

from homeport.manifest import app_id_from_key

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


@pytest.mark.browser
def test_an_app_that_chromium_packed_has_the_id_of_its_key_wherever_it_lies(
    homeport: Any, tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLES / "file-server", tmp_path / "app")
    options = ["--headless=new", "--no-sandbox", f"--user-data-dir={tmp_path / 'profile'}"]
    assert CHROMIUM is not None
    subprocess.run([CHROMIUM, *options, f"--pack-extension={tmp_path / 'app'}"], capture_output=True)
    key = load_pem_private_key((tmp_path / "app.pem").read_bytes(), None).public_key()
    app_id = app_id_from_key(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    done = homeport("check", tmp_path / "app.crx")
    assert done.returncode == 0
    assert f"Its id is {app_id}, from the key that signed its package." in done.stdout


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
