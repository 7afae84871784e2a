"""The units that `homeport service` writes are what systemd itself accepts."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from homeport.errors import UserError
from homeport.service import Scope, ServicePlan, install, installed, remove, run_command, service_name
from homeport.service._systemd import quote, service_unit, socket_unit

PLAN = ServicePlan(
    name="homeport-echo",
    title="Echo 100% $HOME",
    app=Path("/srv/my apps/echo"),
    command=run_command(Path("/srv/my apps/echo")),
    streams=(("127.0.0.1", 7007), ("::1", 7007)),
    datagrams=(("0.0.0.0", 7008),),
    scope=Scope.SYSTEM,
)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd's own checker")
@pytest.mark.parametrize("scope", Scope)
def test_systemd_accepts_the_units(tmp_path: Path, scope: Scope) -> None:
    plan = dataclasses.replace(
        PLAN, scope=scope, command=(sys.executable, "-m", "homeport", "run", "/srv/a b")
    )
    files = install(plan, folder=tmp_path, start=False).files
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--{scope.value}", *map(str, files)],
        capture_output=True,
        text=True,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert "homeport-echo" not in checked.stderr, checked.stderr


def test_installing_twice_and_removing_leaves_nothing(tmp_path: Path) -> None:
    install(PLAN, folder=tmp_path, start=False)
    install(dataclasses.replace(PLAN, streams=(), datagrams=()), folder=tmp_path, start=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["homeport-echo.service"]
    assert installed(Scope.SYSTEM, folder=tmp_path) == ["homeport-echo"]
    remove("homeport-echo", Scope.SYSTEM, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_removing_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no service homeport-x"):
        remove("homeport-x", Scope.USER, folder=tmp_path)


def test_paths_with_spaces_percent_and_dollar_reach_the_program_as_written() -> None:
    assert quote("/usr/bin/python3") == "/usr/bin/python3"
    assert quote("/srv/my apps/50% $HOME") == '"/srv/my apps/50%% $$HOME"'
    assert quote('a"b\\c') == '"a\\"b\\\\c"'
    assert "Description=Echo 100%% $HOME" in service_unit(PLAN)


def test_the_socket_unit_lists_every_known_address() -> None:
    text = socket_unit(PLAN)
    assert "ListenStream=127.0.0.1:7007" in text
    assert "ListenStream=[::1]:7007" in text
    assert "ListenDatagram=0.0.0.0:7008" in text


def test_a_low_port_gets_the_capability_and_nothing_more() -> None:
    assert "AmbientCapabilities" not in service_unit(PLAN)
    low = dataclasses.replace(PLAN, streams=(("0.0.0.0", 80),))
    assert "AmbientCapabilities=CAP_NET_BIND_SERVICE\n" in service_unit(low)


@pytest.mark.parametrize(
    ("title", "name"),
    [("Echo", "homeport-echo"), ("My App!  2", "homeport-my-app-2"), ("Homeport-x", "homeport-x")],
)
def test_a_service_is_named_after_its_app(title: str, name: str) -> None:
    assert service_name(title) == name


def test_a_title_without_letters_asks_for_a_name() -> None:
    with pytest.raises(UserError, match="--name"):
        service_name("…")
