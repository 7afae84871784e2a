"""Units for systemd: a service that reports readiness, and a socket unit that listens early.

The service runs with everything off that a headless app cannot need: its own files are read-only, the only
place it may write is Homeport's data folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from homeport._text import one_line
from homeport.errors import UserError
from homeport.service._plan import Scope, ServicePlan

HARDENING = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
PrivateDevices=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
"""


def quote(word: str) -> str:
    """One word of an ``ExecStart=`` line: specifiers and variables are taken literally."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r")  # else the rest would be a line of its own
    plain = escaped == word and word and not any(c.isspace() or c in "';" for c in word)
    return word if plain else f'"{escaped}"'


def _description(plan: ServicePlan) -> str:
    return one_line(" ".join(plan.title.split())).replace("%", "%%") + " (Chrome App, run by Homeport)"


def service_unit(plan: ServicePlan) -> str:
    """The text of the ``.service`` unit."""
    system = plan.scope is Scope.SYSTEM
    state = f"DynamicUser=yes\nStateDirectory={plan.name}\n" if system else ""
    if system:
        state += (
            f"Environment=HOMEPORT_DATA_DIR=/var/lib/{plan.name}\n"
            f"Environment=HOMEPORT_CACHE_DIR=/var/lib/{plan.name}/cache\n"
            f"Environment=HOMEPORT_RUNTIME_DIR=/var/lib/{plan.name}/runs\n"
            "ProtectHome=read-only\nPrivateTmp=yes\n"
        )
    if any(port < 1024 for _, port in (*plan.streams, *plan.datagrams)) and system:
        state += "AmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n"
    after = "network-online.target" if system else "default.target"
    sockets = f"Requires={plan.name}.socket\nAfter={plan.name}.socket\n" if has_sockets(plan) else ""
    start = f"After={after}\nWants={after}\n" if system else ""
    target = "multi-user.target" if system else "default.target"
    restart = "Restart=on-failure"
    if plan.kiosk:
        # It comes and goes with the user's screen, may wait long for the browser, and comes back when closed.
        target = "graphical-session.target"
        start = f"After={target}\nPartOf={target}\n"
        restart = "Restart=always\nTimeoutStartSec=300"
    return f"""\
[Unit]
Description={_description(plan)}
{start}{sockets}StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=notify
NotifyAccess=main
ExecStart={" ".join(quote(word) for word in plan.command)}
{restart}
RestartSec=2
TimeoutStopSec=15
KillMode=mixed
{state}{HARDENING if system else ""}
[Install]
WantedBy={target}
"""


def has_sockets(plan: ServicePlan) -> bool:
    """Whether systemd can listen for the app before it runs."""
    return bool(plan.streams or plan.datagrams)


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def socket_unit(plan: ServicePlan) -> str:
    """The text of the ``.socket`` unit."""
    lines = [f"ListenStream={_address(*address)}" for address in plan.streams]
    lines += [f"ListenDatagram={_address(*address)}" for address in plan.datagrams]
    newline = "\n"
    return f"""\
[Unit]
Description=Addresses of {_description(plan)}

[Socket]
{newline.join(lines)}
FreeBind=yes
ReusePort=no

[Install]
WantedBy=sockets.target
"""


def unit_folder(scope: Scope) -> Path:
    """Where the units of this scope live."""
    if scope is Scope.SYSTEM:
        return Path("/etc/systemd/system")
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def is_there() -> bool:
    """Whether this machine has systemd at all."""
    return shutil.which("systemctl") is not None


def systemctl(scope: Scope, *arguments: str) -> str | None:
    """Call systemctl; what it complained of, or ``None``. Where no systemd runs that is said, not raised."""
    program = shutil.which("systemctl")
    if not program:
        return "systemctl is not on this machine"
    command = [program, *(["--user"] if scope is Scope.USER else []), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return None if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it failed"])[-1]


def write_units(plan: ServicePlan, folder: Path) -> list[Path]:
    """Write the plan's units; an earlier install of the same name is replaced whole."""
    texts = {f"{plan.name}.service": service_unit(plan)}
    if has_sockets(plan):
        texts[f"{plan.name}.socket"] = socket_unit(plan)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        delete_units(plan.name, folder)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except PermissionError as error:
        instead = "; use sudo, or --user" if plan.scope is Scope.SYSTEM else f": {error.strerror}"
        raise UserError(f"{folder} cannot be written{instead}.") from error
    except OSError as error:
        raise UserError(f"The service's files cannot be written to {folder}: {error.strerror}.") from error
    return [folder / name for name in texts]


def _unit_files(name: str, folder: Path) -> list[Path]:
    return [folder / f"{name}.{kind}" for kind in ("socket", "service")]


def delete_units(name: str, folder: Path) -> list[Path]:
    """Delete the units of ``name``; those that were there."""
    gone = [path for path in _unit_files(name, folder) if path.exists()]
    for path in gone:
        path.unlink()
    return gone


def _units(name: str, folder: Path) -> list[str]:
    """The names of those units of ``name`` that are there."""
    return [path.name for path in _unit_files(name, folder) if path.exists()]


def halt(name: str, scope: Scope, folder: Path) -> str | None:
    """Stop the service, and have it started no more; why not, or ``None``. What it stored stays."""
    units = _units(name, folder)
    return systemctl(scope, "disable", "--now", *units) if units else None


def disable(name: str, scope: Scope, folder: Path) -> str | None:
    """Stop the service and forget it, with what it stored as a user of its own; why not, or ``None``."""
    units = _units(name, folder)
    if not units:
        return None
    problem = halt(name, scope, folder)
    if scope is Scope.SYSTEM and problem is None:
        problem = systemctl(scope, "clean", "--what=state", f"{name}.service")
    systemctl(
        scope, "reset-failed", *units
    )  # else what failed stays listed; of what did not it knows nothing
    return problem
