"""Apps as services of the system: installed, listed, removed without a trace."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from homeport.errors import UserError
from homeport.service import _others, _systemd
from homeport.service._plan import Scope, ServicePlan, check_reach, run_command, service_name

__all__ = [
    "Installed",
    "Scope",
    "ServicePlan",
    "check_reach",
    "install",
    "installed",
    "remove",
    "run_command",
    "service_name",
]


@dataclass(frozen=True, slots=True)
class Installed:
    """What ``install`` or ``remove`` did: the files, and a sentence on what is left to do (or ``None``).

    ``failed``: the system tried to start it, and it did not start.
    """

    files: tuple[Path, ...]
    todo: str | None
    failed: bool = False


def install(plan: ServicePlan, *, folder: Path | None = None, start: bool = True) -> Installed:
    """Write the service's files and, under systemd, start it now and at boot: anew, if it runs.

    Raises:
        UserError: the folder cannot be written.
    """
    if sys.platform == "darwin":
        path = folder / _others.launchd_path(plan).name if folder else _others.launchd_path(plan)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_others.launchd_plist(plan))
        return Installed((path,), _others.launchd_hint(path, plan.scope))
    if sys.platform == "win32":
        path = (folder or Path.cwd()) / f"{plan.name}.xml"
        path.write_text(_others.windows_task(plan), encoding="utf-16")
        return Installed((path,), _others.windows_hint(path, plan.name))
    where = folder or _systemd.unit_folder(plan.scope)
    if start:
        _systemd.halt(plan.name, plan.scope, where)  # else one that was there goes on as it was
    files = tuple(_systemd.write_units(plan, where))
    if start and not _systemd.is_there():
        return Installed(files, f"Not started: no systemd here. By hand: {shlex.join(plan.command)}")
    flag = "--user " if plan.scope is Scope.USER else ""
    problem = _systemd.systemctl(plan.scope, "daemon-reload") if start else "as was asked"
    units = [path.name for path in files]
    if problem:
        todo = f"Not started ({problem}). Start it with: systemctl {flag}enable --now {' '.join(units)}"
        return Installed(files, todo)
    if _systemd.systemctl(plan.scope, "enable", "--now", *units) is None:
        return Installed(files, None)
    log = f"journalctl {flag}-u {plan.name}"
    return Installed(files, f"{plan.name} did not start. Its log says why: {log}", failed=True)


def remove(name: str, scope: Scope, *, folder: Path | None = None) -> Installed:
    """Stop the service and delete its files; a system's service had a user of its own, whose files go too.

    Raises:
        UserError: there is no service of that name.
    """
    if sys.platform == "darwin":
        where = folder or _others.launchd_path(ServicePlan(name, name, (), scope=scope)).parent
        path = where / f"{_others.launchd_label(name)}.plist"
        if not path.exists():
            raise UserError(f"There is no service {name} in {where}.")
        path.unlink()
        return Installed((path,), f"Unload it with: launchctl bootout gui/$(id -u)/{path.stem}")
    if sys.platform == "win32":
        return Installed((), f'Remove it with: schtasks /Delete /TN "{name}"')
    where = folder or _systemd.unit_folder(scope)
    if name not in installed(scope, folder=where):
        known = ", ".join(installed(scope, folder=where)) or "none"
        raise UserError(f"There is no service {name} in {where}; installed there: {known}.")
    _systemd.disable(name, scope, where)
    files = tuple(_systemd.delete_units(name, where))
    _systemd.systemctl(scope, "daemon-reload")
    return Installed(files, None)


def installed(scope: Scope, *, folder: Path | None = None) -> list[str]:
    """The names of the services that ``install`` wrote.

    Raises:
        UserError: Windows keeps them; the text says how to ask it.
    """
    if sys.platform == "win32":
        raise UserError("Windows keeps them, and lists them with: schtasks /Query | findstr homeport-")
    if sys.platform == "darwin":
        agents = folder or _others.launchd_path(ServicePlan("", "", (), scope=scope)).parent
        return sorted(f"homeport-{path.stem[len('homeport.') :]}" for path in agents.glob("homeport.*.plist"))
    where = folder or _systemd.unit_folder(scope)
    return sorted(path.stem for path in where.glob("homeport-*.service")) if where.is_dir() else []
