"""The service files for macOS and Windows parse as what they are."""

from __future__ import annotations

import plistlib
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from homeport.errors import UserError
from homeport.service import Scope, ServicePlan, install, installed, remove
from homeport.service._others import launchd_hint, launchd_plist, windows_hint, windows_task

PLAN = ServicePlan("homeport-echo", "Echo & <co>", ("/usr/bin/python3", "-m", "homeport", "run", "/a b"))


def test_the_property_list_starts_the_very_command() -> None:
    plist = plistlib.loads(launchd_plist(PLAN))
    assert plist["ProgramArguments"] == list(PLAN.command)
    assert plist["Label"] == "homeport.echo"


def test_the_task_quotes_its_arguments() -> None:
    task = ET.fromstring(windows_task(PLAN).encode("utf-16"))  # noqa: S314 - our own text
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    assert task.findtext(f".//{space}Arguments") == '-m homeport run "/a b"'
    assert "Echo & <co>" in (task.findtext(f".//{space}Description") or "")


@pytest.mark.skipif(sys.platform != "win32", reason="what Windows is told")
def test_windows_is_handed_a_task_and_asked_for_it(tmp_path: Path) -> None:
    done = install(PLAN, folder=tmp_path)
    (path,) = done.files
    assert ET.parse(path).getroot().tag.endswith("}Task")  # noqa: S314 - our own text
    assert done.todo == f'Load it with: schtasks /Create /TN "homeport-echo" /XML "{path}"'
    assert remove("homeport-echo", Scope.USER).todo == 'Remove it with: schtasks /Delete /TN "homeport-echo"'
    with pytest.raises(UserError, match="schtasks /Query"):
        installed(Scope.USER)


@pytest.mark.skipif(sys.platform != "darwin", reason="what launchd is told")
def test_launchd_finds_what_is_installed_listed_and_removed(tmp_path: Path) -> None:
    (path,) = install(PLAN, folder=tmp_path).files
    assert installed(Scope.USER, folder=tmp_path) == ["homeport-echo"]
    assert remove("homeport-echo", Scope.USER, folder=tmp_path).files == (path,)
    assert installed(Scope.USER, folder=tmp_path) == []


def test_each_file_comes_with_the_command_that_loads_it() -> None:
    assert "launchctl bootstrap" in launchd_hint(Path("/x.plist"), Scope.USER)
    assert "schtasks" in windows_hint(Path("x.xml"), "homeport-echo")
