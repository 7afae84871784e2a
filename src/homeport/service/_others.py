"""Service files for macOS and Windows: generated, with the sentence that loads them."""

from __future__ import annotations

import plistlib
from pathlib import Path
from xml.sax.saxutils import escape

from homeport.service._plan import Scope, ServicePlan


def launchd_plist(plan: ServicePlan) -> bytes:
    """The property list of a launchd agent (user) or daemon (system)."""
    logs = Path("/Library/Logs") if plan.scope is Scope.SYSTEM else Path.home() / "Library" / "Logs"
    return plistlib.dumps(
        {
            "Label": launchd_label(plan.name),
            "ProgramArguments": list(plan.command),
            "RunAtLoad": True,
            "KeepAlive": True if plan.kiosk else {"SuccessfulExit": False},
            "ThrottleInterval": 10,
            "ProcessType": "Interactive" if plan.kiosk else "Background",
            "StandardOutPath": str(logs / f"{plan.name}.log"),
            "StandardErrorPath": str(logs / f"{plan.name}.log"),
        }
    )


def launchd_label(name: str) -> str:
    """The label under which launchd knows the service."""
    return f"homeport.{name.removeprefix('homeport-')}"


def launchd_path(plan: ServicePlan) -> Path:
    """Where launchd looks for it."""
    root = (
        Path("/Library/LaunchDaemons") if plan.scope is Scope.SYSTEM else Path.home() / "Library/LaunchAgents"
    )
    return root / f"{launchd_label(plan.name)}.plist"


def launchd_hint(path: Path, scope: Scope) -> str:
    """How to load it."""
    domain = (
        "sudo launchctl bootstrap system" if scope is Scope.SYSTEM else "launchctl bootstrap gui/$(id -u)"
    )
    return f'Load it with: {domain} "{path}"'


def _argument(word: str) -> str:
    """One argument of a Windows command line, quoted as the C runtime reads it."""
    if word and not any(c in word for c in ' \t"'):
        return word
    out, slashes = '"', 0
    for char in word:
        if char == "\\":
            slashes += 1
            continue
        out += "\\" * (slashes * 2 + 1 if char == '"' else slashes) + char
        slashes = 0
    return out + "\\" * (slashes * 2) + '"'


def windows_task(plan: ServicePlan) -> str:
    """The XML of a scheduled task that runs at boot (system) or log-on (user), and again when it fails."""
    system = plan.scope is Scope.SYSTEM
    trigger = "BootTrigger" if system else "LogonTrigger"
    principal = (
        "<UserId>S-1-5-19</UserId>" if system else "<LogonType>InteractiveToken</LogonType>"
    )  # S-1-5-19 is LocalService
    arguments = " ".join(_argument(word) for word in plan.command[1:])
    return f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{escape(plan.title)} (Chrome App, run by Homeport)</Description>
  </RegistrationInfo>
  <Triggers><{trigger}><Enabled>true</Enabled></{trigger}></Triggers>
  <Principals><Principal id="Author">{principal}<RunLevel>LeastPrivilege</RunLevel></Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>{escape(plan.command[0])}</Command><Arguments>{escape(arguments)}</Arguments></Exec>
  </Actions>
</Task>
"""


def windows_hint(path: Path, name: str) -> str:
    """How to load it."""
    return f'Load it with: schtasks /Create /TN "{name}" /XML "{path}"'
