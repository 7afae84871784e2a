"""`homeport service` writes what starts an app at boot, and takes it away again."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

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


def test_without_systemd_it_says_how_to_start_it(homeport: Any) -> None:
    done = homeport("service", "install", EXAMPLES / "udp-echo")
    assert done.returncode == 0
    assert "homeport-udp-echo" in done.stdout


def test_removing_what_is_not_there_is_one_line(homeport: Any) -> None:
    done = homeport("service", "remove", "nothing")
    assert done.returncode == 1
    assert "There is no service homeport-nothing" in done.stderr


def test_an_app_takes_over_the_port_that_was_opened_for_it(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """As systemd does it: the port listens before the app runs, and a client that came early is served."""
    with socket.create_server(("127.0.0.1", 0)) as early:
        port = early.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        app = tmp_path / "app"
        app.mkdir()
        manifest = {
            "manifest_version": 2,
            "name": "Early",
            "version": "1",
            "app": {"background": {"scripts": ["b.js"]}},
            "sockets": {"tcpServer": {"listen": f"127.0.0.1:{port}"}},
        }
        (app / "manifest.json").write_text(json.dumps(manifest))
        (app / "b.js").write_text(
            f"""
            chrome.sockets.tcpServer.onAccept.addListener(({{ clientSocketId }}) =>
              chrome.sockets.tcp.send(clientSocketId, new TextEncoder().encode('hello').buffer, () => {{}}));
            const {{ tcpServer }} = chrome.sockets;
            tcpServer.create({{}}, ({{ socketId }}) =>
              tcpServer.listen(socketId, '127.0.0.1', {port}, (result) => console.log(result)));
            """
        )
        start = (
            f'exec 3<&{early.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" -m homeport run "$1" --headless'
        )
        command = ["/bin/bash", "-c", start, sys.executable, str(app)]
        env = {key: value for key, value in environment.items() if key != "LISTEN_PID"}
        service = subprocess.Popen(command, pass_fds=[early.fileno()], env=env, stderr=subprocess.DEVNULL)
        try:
            with client:
                client.settimeout(20)
                assert client.recv(10) == b"hello"
        finally:
            service.terminate()
            assert service.wait(20) == 0
