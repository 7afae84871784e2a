"""What a service needs to know, whichever system runs it."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from homeport._text import one_line
from homeport.errors import UserError


class Scope(Enum):
    """Whose service it is: one user's, or the machine's."""

    USER = "user"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """An app or more as one service: what starts it and what it listens on.

    ``streams`` are the TCP addresses, and ``datagrams`` the UDP addresses, that the system may open early and
    hand over, as ``(host, port)``; only those that a manifest names with host and port are known in time.
    ``kiosk``: it shows the app on the user's screen.
    """

    name: str
    title: str
    command: tuple[str, ...]
    streams: tuple[tuple[str, int], ...] = ()
    datagrams: tuple[tuple[str, int], ...] = ()
    scope: Scope = Scope.USER
    kiosk: bool = False


#: So often in a row one of several apps is started again.
_RESTARTS = 10
_UNFIT = re.compile(r"[^a-z0-9]+")


def service_name(title: str) -> str:
    """A unit name from an app's name: lower case, hyphens, with our prefix so that ``list`` finds it."""
    stem = _UNFIT.sub("-", title.lower()).strip("-")[:48]
    if not stem:
        raise UserError(f"The name {title!r} gives no service name; choose another with --name.")
    return stem if stem.startswith("homeport-") else f"homeport-{stem}"


#: A service has a `/tmp` of its own.
_PRIVATE = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - compared, not used


def hidden_from_others(path: Path, *, private: Sequence[Path] = _PRIVATE) -> Path | None:
    """The first of the folders above ``path``, or ``path`` itself, that keeps a service of the system out.

    Such a service runs as a user of its own, who is in no group and owns nothing. ``None``: it gets there.
    """
    for each in (*reversed(path.parents), path):
        if each in private:
            return each
        mode = each.stat().st_mode
        needed = stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
        if each == path:
            needed |= stat.S_IROTH
        if mode & needed != needed:
            return each
    return None


def check_reach(*paths: Path) -> None:
    """See to it that a service of the system can read all of these.

    Raises:
        UserError: it cannot; the text says what to do.
    """
    for path in paths:
        for way in dict.fromkeys((path.absolute(), path.resolve())):
            if (hidden := hidden_from_others(way)) is not None:
                raise UserError(
                    f"A service of the system runs as a user of its own, who cannot read {path}, since "
                    f"{hidden} is not open to others. Put it where everybody may read, such as /opt, or "
                    "install without --system."
                )


def run_command(apps: Sequence[Path], options: Sequence[str] = (), *, kiosk: bool = False) -> tuple[str, ...]:
    """The command that runs ``apps`` with this very Python, so that no PATH is needed at boot.

    The system starts the service again when it has ended. Of several apps one may end alone: Homeport itself
    starts that again, if the options say nothing else.

    Raises:
        UserError: a path is no text; the text says what to do.
    """
    where = "--kiosk" if kiosk else "--headless"
    again = ("--restart", str(_RESTARTS)) if len(apps) > 1 else ()
    words = (sys.executable, "-m", "homeport", "run", *map(str, apps), where, *again, *options)
    return tuple(map(_as_text, words))


def _as_text(word: str) -> str:
    """A word as the system's files have it: in UTF-8, whatever this process takes names for."""
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(
            f"A service cannot name {one_line(word)}, which is not UTF-8. Give it another name."
        ) from error
