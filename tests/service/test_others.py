"""The service files for macOS and Windows parse as what they are."""

from __future__ import annotations

import plistlib
from pathlib import Path
from xml.etree import ElementTree as ET

from homeport.service import Scope, ServicePlan
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


def test_each_file_comes_with_the_command_that_loads_it() -> None:
    assert "launchctl bootstrap" in launchd_hint(Path("/x.plist"), Scope.USER)
    assert "schtasks" in windows_hint(Path("x.xml"), "homeport-echo")
