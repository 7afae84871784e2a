"""What a service needs to know, whichever system runs it."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from homeport.errors import UserError


class Scope(Enum):
    """Whose service it is: one user's, or the machine's."""

    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """One app as a service: what starts it and what it listens on.

    ``streams`` are the TCP addresses, and ``datagrams`` the UDP addresses, that the system may open early and
    hand over, as ``(host, port)``; only those the app's manifest names with host and port are known in time.
    """

    name: str
    title: str
    app: Path
    command: tuple[str, ...]
    streams: tuple[tuple[str, int], ...] = ()
    datagrams: tuple[tuple[str, int], ...] = ()
    scope: Scope = Scope.USER


_UNFIT = re.compile(r"[^a-z0-9]+")


def service_name(title: str) -> str:
    """A unit name from an app's name: lower case, hyphens, with our prefix so that ``list`` finds it."""
    stem = _UNFIT.sub("-", title.lower()).strip("-")[:48]
    if not stem:
        raise UserError(f"The app's name {title!r} gives no service name; choose one with --name.")
    return stem if stem.startswith("homeport-") else f"homeport-{stem}"


def run_command(app: Path, options: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The command that runs ``app`` with this very Python, so that no PATH is needed at boot."""
    return (sys.executable, "-m", "homeport", "run", str(app), "--headless", *options)
