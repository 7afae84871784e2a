"""The service manager hears of us, and we take over what it opened."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from homeport.engine import Address
from homeport.engine._systemd import InheritingNetwork, inherited_sockets, notify
from homeport.engine._tcp_server import open_listener

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="systemd is Linux only")


def test_readiness_reaches_the_manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert notify(READY=1, STATUS="two\nlines")
        assert manager.recv(1000) == b"READY=1\nSTATUS=two lines"


@pytest.mark.parametrize("where", ["", "relative", "/nowhere/at/all"])
def test_without_a_manager_nothing_is_sent(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", where)
    assert not notify(READY=1)


CHILD = """
import os, sys
os.environ["LISTEN_PID"] = str(os.getpid() + int(sys.argv[1]))
from homeport.engine import Address
from homeport.engine._systemd import inherited_sockets
print([s.getsockname()[1] for s in inherited_sockets()], len(inherited_sockets()))
"""


def child(offset: int, count: str = "1", first: str = "") -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        number = 4 if first else 3
        command = f'exec {number}<&{server.fileno()} {first}; exec "$0" -c "$1" {offset}'
        done = subprocess.run(
            ["/bin/bash", "-c", command, sys.executable, CHILD],
            pass_fds=[server.fileno()],
            env={**os.environ, "LISTEN_FDS": count},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.replace(str(port), "PORT").strip()


def test_sockets_opened_for_this_process_are_taken_once() -> None:
    assert child(0) == "[PORT] 0"


def test_what_is_no_socket_is_passed_over() -> None:
    assert child(0, count="2", first="3</dev/null") == "[PORT] 0"
    assert child(0, count="9", first="3</dev/null") == "[PORT] 0"
    assert child(0, count="²") == "[] 0"


def test_sockets_meant_for_another_process_are_left_alone() -> None:
    assert child(1) == "[] 0"


def test_a_process_that_was_given_none_finds_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTEN_FDS", raising=False)
    assert inherited_sockets() == []


async def test_what_was_opened_early_is_one_sockets_at_a_time() -> None:
    """As any address: else two apps, or one app twice, would take each other's connections."""
    with socket.create_server(("127.0.0.1", 0)) as early:
        port = early.getsockname()[1]
        address, network = Address(socket.AF_INET, "127.0.0.1", port), InheritingNetwork([early])
        with open_listener(network, address, 1), pytest.raises(OSError, match="in use"):
            open_listener(network, address, 1)
        with open_listener(network, address, 1) as again, socket.create_connection(("127.0.0.1", port)):
            again.setblocking(True)
            again.accept()[0].close()
