"""``homeport doctor``: what this machine has, what is missing, what to do about it."""

from __future__ import annotations

import importlib.resources
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import click

from homeport.errors import UserError

#: What browsers are called on the systems we run on, in the order in which people mean them.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "firefox",
    "firefox-esr",
    "microsoft-edge",
    "brave-browser",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``todo`` is what to do when it is not ``good``."""

    what: str
    good: bool
    found: str
    todo: str = ""
    needed: bool = True


def _python() -> Finding:
    found = f"{platform.python_implementation()} {platform.python_version()}"
    good = sys.version_info >= (3, 11)
    return Finding("Python", good, found, "Homeport needs Python 3.11 or newer.")


def _loop() -> Finding:
    name = "winloop" if sys.platform == "win32" else "uvloop"
    try:
        return Finding("Event loop", True, f"{name} {version(name)}")
    except PackageNotFoundError:
        todo = f"It works, slower. For speed: {sys.executable} -m pip install {name}"
        return Finding("Event loop", False, "asyncio", todo, needed=False)


def _deno() -> Finding:
    from homeport.host import find_deno

    try:
        program = find_deno()
        text = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
        return Finding("Deno", True, text.stdout.splitlines()[0])
    except (UserError, OSError, subprocess.SubprocessError) as error:
        todo = f"Apps cannot run without a browser. Install it: {sys.executable} -m pip install deno"
        return Finding("Deno", False, str(error).splitlines()[0], todo)


def _page() -> Finding:
    bundle = importlib.resources.files("homeport.page") / "_dist" / "shim.js"
    good = bundle.is_file()
    todo = "The page side was not built. From a checkout: python tools/build_page.py"
    return Finding("Page side", good, "built" if good else "missing", todo)


def browsers() -> list[str]:
    """The browsers on this machine's PATH."""
    return [name for name in BROWSERS if shutil.which(name)]


def _browser() -> Finding:
    from homeport.host import has_screen

    names = browsers()
    if sys.platform in ("win32", "darwin"):
        return Finding("Browser", True, "the system's own")
    if names and not has_screen():
        todo = "Apps run headless here; `homeport run APP --no-open` prints an address for a tunnel."
        return Finding("Browser", False, f"{', '.join(names)}, but no screen", todo, needed=False)
    return Finding(
        "Browser", bool(names), ", ".join(names) or "none", "Apps run headless here.", needed=False
    )


def _ipv6() -> Finding:
    from homeport.engine import can_bind

    good = can_bind("::1")
    return Finding(
        "IPv6", good, "works" if good else "off", "Apps that listen on :: get an error.", needed=False
    )


def _low_ports() -> Finding:
    from homeport.engine import can_bind, first_unprivileged_port

    good = can_bind("127.0.0.1", 81) or can_bind("127.0.0.1", 82)
    todo = f"Ports under {first_unprivileged_port()} need root"
    if sys.platform == "win32":
        todo = "Other programs have ports 81 and 82, or Windows keeps them"
    elif sys.platform.startswith("linux"):
        todo += f", or: sudo setcap cap_net_bind_service=+ep {os.path.realpath(sys.executable)}"
    return Finding("Low ports", good, "allowed" if good else "refused", todo, needed=False)


def _script() -> Finding:
    program = shutil.which("homeport")
    folder = sysconfig.get_path("scripts")
    return Finding("Command", bool(program), program or "not on PATH", f"Add {folder} to PATH.", needed=False)


CHECKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _script,
    _loop,
    _deno,
    _page,
    _browser,
    _ipv6,
    _low_ports,
)


def findings() -> Iterator[Finding]:
    """Look at one thing after the other."""
    for look in CHECKS:
        yield look()


@click.command(short_help="Look what this machine has, what is missing, and what to do.")
def doctor() -> None:
    """Look at this machine: Python, loop, Deno, browsers, ports, and what to do."""
    failed = False
    for finding in findings():
        mark, colour = (
            ("ok", "green") if finding.good else ("!!", "red") if finding.needed else ("--", "yellow")
        )
        click.secho(f"{mark}  ", fg=colour, nl=False)
        click.echo(f"{finding.what:11s} {finding.found}")
        if not finding.good:
            click.echo(f"    {finding.todo}")
            failed |= finding.needed
    if failed:
        raise click.exceptions.Exit(1)
