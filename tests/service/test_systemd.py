"""The units that `homeport service` writes are what systemd itself accepts."""

from __future__ import annotations

import dataclasses
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from homeport.errors import UserError
from homeport.service import (
    Scope,
    ServicePlan,
    check_reach,
    install,
    installed,
    remove,
    run_command,
    service_name,
)
from homeport.service._plan import hidden_from_others
from homeport.service._systemd import quote, service_unit, socket_unit

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="they have no systemd")

PLAN = ServicePlan(
    name="homeport-echo",
    title="Echo 100% $HOME",
    command=run_command([Path("/srv/my apps/echo")]),
    streams=(("127.0.0.1", 7007), ("::1", 7007)),
    datagrams=(("0.0.0.0", 7008),),
    scope=Scope.SYSTEM,
)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd's own checker")
@pytest.mark.parametrize(("scope", "kiosk"), [(Scope.USER, False), (Scope.SYSTEM, False), (Scope.USER, True)])
def test_systemd_accepts_the_units(tmp_path: Path, scope: Scope, kiosk: bool) -> None:
    command = (sys.executable, "-m", "homeport", "run", "/srv/a b")
    plan = dataclasses.replace(PLAN, scope=scope, command=command, kiosk=kiosk)
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


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """A systemctl that does nothing, successfully, as no systemd runs here; what it was called with."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "systemctl"
    program.write_text(f'#!/bin/sh\necho "$*" >> {folder}/calls\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return lambda: (folder / "calls").read_text().splitlines()


def test_a_service_is_enabled_with_its_sockets_and_removed_with_what_it_stored(
    tmp_path: Path, systemctl: Callable[[], list[str]]
) -> None:
    units = tmp_path / "units"
    assert install(PLAN, folder=units).todo is None
    remove("homeport-echo", Scope.SYSTEM, folder=units)
    assert systemctl() == [
        "daemon-reload",
        "enable --now homeport-echo.service homeport-echo.socket",
        "disable --now homeport-echo.socket homeport-echo.service",
        "clean --what=state homeport-echo.service",
        "reset-failed homeport-echo.socket homeport-echo.service",
        "daemon-reload",
    ]


def test_what_is_not_started_comes_with_the_command_that_starts_all_of_it(tmp_path: Path) -> None:
    """The socket alone would start the app at its first connection, and not at boot."""
    done = install(PLAN, folder=tmp_path, start=False)
    command = "systemctl enable --now homeport-echo.service homeport-echo.socket"
    assert done.todo == f"Not started (as was asked). Start it with: {command}"


def test_what_others_may_not_read_is_not_for_a_service_of_the_system(tmp_path: Path) -> None:
    app = tmp_path / "home" / "app"
    app.mkdir(parents=True)
    for path in (tmp_path, *tmp_path.parents):  # those that pytest made for us alone
        if path.stat().st_uid == os.getuid() and stat.S_IMODE(path.stat().st_mode) == 0o700:
            path.chmod(0o755)
    assert hidden_from_others(app, private=()) is None
    assert hidden_from_others(app, private=[tmp_path]) == tmp_path
    app.parent.chmod(0o750)
    assert hidden_from_others(app, private=()) == app.parent
    assert hidden_from_others(Path("/usr/bin/env")) is None
    assert hidden_from_others(Path("/etc/shadow")) == Path("/etc/shadow")
    with pytest.raises(UserError, match="such as /opt, or install without --system"):
        check_reach(Path("/usr"), app)


def test_removing_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no service homeport-x"):
        remove("homeport-x", Scope.USER, folder=tmp_path)


def test_paths_with_spaces_percent_and_dollar_reach_the_program_as_written() -> None:
    assert quote("/usr/bin/python3") == "/usr/bin/python3"
    assert quote("/srv/my apps/50% $HOME") == '"/srv/my apps/50%% $$HOME"'
    assert quote('a"b\\c') == '"a\\"b\\\\c"'
    assert "Description=Echo 100%% $HOME" in service_unit(PLAN)


def test_a_path_that_is_no_text_is_refused_and_any_other_is_named_in_utf_8() -> None:
    with pytest.raises(UserError, match=r"cannot name /srv/caf\\udce9, which is not UTF-8"):
        run_command([Path(os.fsdecode(b"/srv/caf\xe9"))])
    in_the_c_locale = Path(b"/srv/caf\xc3\xa9".decode("ascii", "surrogateescape"))
    assert "/srv/café" in run_command([in_the_c_locale])


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


def test_of_several_apps_one_that_falls_is_started_again_by_homeport_itself() -> None:
    one, other = Path("/opt/a"), Path("/opt/b")
    assert run_command([one], ["--quiet"])[3:] == ("run", "/opt/a", "--headless", "--quiet")
    several = run_command([one, other], ["--restart=3"])
    # The last one counts.
    assert several[3:] == ("run", "/opt/a", "/opt/b", "--headless", "--restart", "10", "--restart=3")
