"""What `homeport service` installs, under a real systemd."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.saying import said_to, saying_app
from tests.support.systemd import UserManager, user_manager, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

HOMEPORT = (sys.executable, "-m", "homeport")


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[UserManager]:
    with user_manager(tmp_path) as running:
        yield running


def an_app(folder: Path) -> int:
    """An app that says its name to whoever connects; its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    saying_app(folder, port)
    return port


def ask(port: int) -> str:
    return said_to(socket.create_connection(("127.0.0.1", port), 30))


def test_apps_are_served_from_install_to_remove_and_nothing_is_left(
    manager: UserManager, tmp_path: Path
) -> None:
    ports = {name: an_app(tmp_path / name) for name in ("scale", "printer")}
    odd = (tmp_path / "scale").rename(tmp_path / 'sc\\ü "%h" $HOME')
    folders = [odd, tmp_path / "printer"]
    done = manager.run(*HOMEPORT, "service", "install", *folders, "--name", "till")
    assert "homeport-till runs." in done.stdout, done.stdout + done.stderr
    unit = manager.show("homeport-till.service")
    assert (unit["ActiveState"], unit["StatusText"]) == ("active", "2 apps run")
    assert {name: ask(port) for name, port in ports.items()} == {name: name for name in ports}

    manager.systemctl("kill", "--signal=KILL", "--kill-who=main", "homeport-till.service")
    assert {name: ask(port) for name, port in ports.items()} == {name: name for name in ports}
    again = manager.show("homeport-till.service")
    assert (again["NRestarts"], again["MainPID"] != unit["MainPID"]) == ("1", True)

    manager.systemctl("stop", "homeport-till.service")
    assert manager.show("homeport-till.service")["Result"] == "success"
    assert ask(ports["scale"]) == "scale"  # systemd listens, and starts it

    assert manager.run(*HOMEPORT, "service", "remove", "till").returncode == 0
    assert "homeport" not in manager.systemctl("list-units", "--all")
    for port in ports.values():
        with pytest.raises(ConnectionRefusedError):
            ask(port)
    assert list((tmp_path / ".config/systemd/user").rglob("*homeport*")) == []


def test_a_service_that_failed_is_forgotten_too(manager: UserManager, tmp_path: Path) -> None:
    an_app(tmp_path / "app")
    # Else it is tried ten times before it counts as failed.
    once = Path(manager.environment["XDG_RUNTIME_DIR"]) / "systemd/user/homeport-app.service.d/once.conf"
    once.parent.mkdir(parents=True)
    once.write_text("[Service]\nRestart=no\n")
    missing = f"--option=--policy={tmp_path / 'missing.toml'}"
    done = manager.run(*HOMEPORT, "service", "install", tmp_path / "app", missing)
    assert (done.returncode, done.stderr) == (1, "")
    assert "homeport-app did not start. Its log says why: journalctl --user -u homeport-app" in done.stdout
    assert manager.show("homeport-app.service")["ActiveState"] == "failed"
    assert manager.run(*HOMEPORT, "service", "remove", "app").returncode == 0
    assert "homeport" not in manager.systemctl("list-units", "--all")


def test_installed_again_it_runs_as_it_was_installed_last(manager: UserManager, tmp_path: Path) -> None:
    ports = {name: an_app(tmp_path / name) for name in ("old", "new")}
    for name in ports:
        done = manager.run(*HOMEPORT, "service", "install", tmp_path / name, "--name", "till")
        assert "homeport-till runs." in done.stdout, done.stdout + done.stderr
        assert ask(ports[name]) == name
    with pytest.raises(ConnectionRefusedError):
        ask(ports["old"])
