"""`homeport service` writes what starts an app at boot, and takes it away again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_service_is_written_listed_and_removed(homeport: Any, tmp_path: Path) -> None:
    done = homeport("service", "install", EXAMPLES / "file-server", "--no-start")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "config" / "systemd" / "user"
    assert "ListenStream=127.0.0.1:8080" in (folder / "homeport-file-server.socket").read_text()
    assert "--headless" in (folder / "homeport-file-server.service").read_text()
    assert homeport("service", "list").stdout == "homeport-file-server\n"
    assert homeport("service", "remove", "File server").returncode == 0
    assert list(folder.iterdir()) == []


def test_without_systemd_it_says_how_to_start_it(homeport: Any) -> None:
    done = homeport("service", "install", EXAMPLES / "udp-echo")
    assert done.returncode == 0
    assert "homeport-udp-echo" in done.stdout


def test_removing_what_is_not_there_is_one_line(homeport: Any) -> None:
    done = homeport("service", "remove", "nothing")
    assert done.returncode == 1
    assert "There is no service homeport-nothing" in done.stderr
