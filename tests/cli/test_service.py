"""`homeport service` writes what starts an app at boot, and takes it away again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.support.saying import said_to, saying_app

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="they have no systemd")

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_service_is_written_listed_and_removed(homeport: Any, tmp_path: Path) -> None:
    done = homeport("service", "install", EXAMPLES / "file-server", "--no-start")
    assert done.returncode == 0, done.stderr
    assert "runs" not in done.stdout
    assert "enable --now homeport-file-server.service homeport-file-server.socket" in done.stdout
    folder = tmp_path / "config" / "systemd" / "user"
    assert "ListenStream=127.0.0.1:8080" in (folder / "homeport-file-server.socket").read_text()
    assert "--headless" in (folder / "homeport-file-server.service").read_text()
    assert homeport("service", "list").stdout == "homeport-file-server\n"
    assert homeport("service", "remove", "File server").returncode == 0
    assert list(folder.iterdir()) == []


def test_several_apps_are_one_service(homeport: Any, tmp_path: Path) -> None:
    apps = EXAMPLES / "file-server", EXAMPLES / "udp-echo"
    done = homeport("service", "install", *apps, "--no-start")
    assert done.returncode == 1
    assert "say --name NAME" in done.stderr
    assert homeport("service", "install", *apps, "--name", "both", "--no-start").returncode == 0
    folder = tmp_path / "config" / "systemd" / "user"
    service, sockets = ((folder / f"homeport-both.{kind}").read_text() for kind in ("service", "socket"))
    assert "Description=File server, UDP echo (" in service
    assert f"run {apps[0]} {apps[1]} --headless" in service
    assert "ListenStream=127.0.0.1:8080\n" in sockets
    assert "ListenDatagram=" in sockets
    assert homeport("service", "remove", "both").returncode == 0


def test_a_packed_app_is_run_from_its_package_so_that_it_stays_the_app_it_is(
    homeport: Any, tmp_path: Path
) -> None:
    """Its id, and so what it stored, is its package's; the cache may be emptied, and a newer put in place."""
    shutil.make_archive(str(tmp_path / "app"), "zip", EXAMPLES / "udp-echo")
    done = homeport("service", "install", tmp_path / "app.zip", "--no-start")
    assert done.returncode == 0, done.stderr
    unit = (tmp_path / "config/systemd/user/homeport-udp-echo.service").read_text()
    assert f"run {tmp_path / 'app.zip'} --headless\n" in unit


def test_files_of_options_are_found_wherever_the_service_starts(homeport: Any, tmp_path: Path) -> None:
    options = "--policy=docs/p.toml", "--audit-log", "a.log", "--ca-file=/ca.pem", "--map-host=a=b"
    words = [f"--option={option}" for option in options]
    assert homeport("service", "install", EXAMPLES / "udp-echo", "--no-start", *words).returncode == 0
    unit = (tmp_path / "config/systemd/user/homeport-udp-echo.service").read_text()
    root = EXAMPLES.parent
    wanted = f"--policy={root}/docs/p.toml --audit-log {root}/a.log --ca-file=/ca.pem --map-host=a=b\n"
    assert f" --headless {wanted}" in unit


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--nonsense", "--option: No such option '--nonsense'"),
        ("--port=x", "--option: Invalid value for '--port'"),
        ("quiet", "--option: 'quiet' is no option; write --option=--NAME=VALUE"),
    ],
)
def test_an_option_that_run_does_not_take_is_refused_before_anything_is_written(
    homeport: Any, tmp_path: Path, option: str, complaint: str
) -> None:
    done = homeport("service", "install", EXAMPLES / "udp-echo", "--no-start", f"--option={option}")
    assert done.returncode == 2
    assert complaint in done.stderr.replace("No such option:", "No such option")
    assert not (tmp_path / "config").exists()


def test_of_windows_that_nobody_will_see_it_tells(homeport: Any) -> None:
    done = homeport("service", "install", EXAMPLES / "line-printer", "--no-start")
    sentence = "Line printer opens windows. A service runs without a browser: nobody will see them"
    assert f"{sentence} without --kiosk." in done.stdout
    done = homeport("service", "install", EXAMPLES / "udp-echo", "--no-start")
    assert "opens windows" not in done.stdout


def test_a_kiosk_is_a_users_service_that_comes_with_the_screen(homeport: Any, tmp_path: Path) -> None:
    app = EXAMPLES / "line-printer"
    done = homeport("service", "install", app, "--kiosk", "--no-start", "--option=--browser=firefox")
    assert "opens windows" not in done.stdout
    unit = (tmp_path / "config/systemd/user/homeport-line-printer.service").read_text()
    assert f"run {app} --kiosk --browser=firefox\n" in unit
    assert "PartOf=graphical-session.target\n" in unit
    assert "WantedBy=graphical-session.target\n" in unit
    assert "Restart=always\n" in unit
    for words in ((app, "--kiosk", "--system"), (app, EXAMPLES / "udp-echo", "--kiosk", "--name=both")):
        refused = homeport("service", "install", *words)
        assert refused.returncode == 2
        assert "--kiosk shows one APP on your screen" in refused.stderr


def test_without_a_session_of_systemd_it_says_how_to_start_it(homeport: Any) -> None:
    done = homeport("service", "install", EXAMPLES / "udp-echo")
    assert done.returncode == 0
    assert "homeport-udp-echo" in done.stdout


def test_on_a_machine_without_systemd_it_says_how_to_run_it_by_hand(
    homeport: Any, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["PATH"] = str(tmp_path)
    done = homeport("service", "install", EXAMPLES / "udp-echo")
    assert done.returncode == 0
    *_, last = done.stdout.splitlines()
    assert last.startswith("Not started: no systemd here. By hand: ")
    assert last.endswith(f"-m homeport run {EXAMPLES / 'udp-echo'} --headless")


def test_removing_what_is_not_there_is_one_line(homeport: Any) -> None:
    done = homeport("service", "remove", "nothing")
    assert done.returncode == 1
    assert "There is no service homeport-nothing" in done.stderr
    assert "installed there: none." in done.stderr


@pytest.mark.parametrize("names", [["early"], ["one", "two", "three"]])
def test_apps_take_over_the_ports_that_were_opened_for_them(
    environment: dict[str, str], tmp_path: Path, names: list[str]
) -> None:
    """As systemd does it: the ports listen before the apps run, and clients that came early are served."""
    with ExitStack() as stack:
        early = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in names]
        ports = [sock.getsockname()[1] for sock in early]
        clients = [socket.create_connection(("127.0.0.1", port)) for port in ports]
        apps = [saying_app(tmp_path / name, port) for name, port in zip(names, ports, strict=True)]
        # To free numbers first, as the sockets may have those that are wanted.
        moves = [f"exec {40 + n}<&{sock.fileno()}" for n, sock in enumerate(early)]
        moves += [f"exec {3 + n}<&{40 + n}" for n in range(len(early))]
        variables = f"LISTEN_PID=$$ LISTEN_FDS={len(early)}"
        start = "; ".join([*moves, f'{variables} exec "$0" -m homeport run "$@" --headless'])
        command = ["/bin/bash", "-c", start, sys.executable, *map(str, apps)]
        env = {key: value for key, value in environment.items() if key != "LISTEN_PID"}
        service = subprocess.Popen(
            command, pass_fds=[sock.fileno() for sock in early], env=env, stderr=subprocess.DEVNULL
        )
        try:
            assert [said_to(client) for client in clients] == names
        finally:
            service.terminate()
            assert service.wait(20) == 0
