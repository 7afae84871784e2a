"""What is asked of a launch, and what it gives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from homeport.launch._choose import HostKind

if TYPE_CHECKING:
    from homeport.appfiles import App


class EngineOptions(NamedTuple):
    """What an operator may say about an app's network.

    ``map_host`` holds texts such as ``printer.test=192.168.1.9:9100``; ``ca_files`` are PEM files.
    """

    map_host: Sequence[str] = ()
    ca_files: Sequence[Path] = ()
    policy: Path | None = None
    multicast_interface: str | None = None
    strict_chromium: bool = False


class Placed(NamedTuple):
    """An app, and where it shall run."""

    app: App
    host: HostKind


class LaunchOptions(NamedTuple):
    """How apps run.

    ``browser`` is the name of one, or ``None`` for the user's own; ``port`` is where their
    pages are served, ``None`` means each app's usual port and 0 any; ``plain_wire`` keeps
    all that a page and the daemon say to one WebSocket, for people to read; ``idle`` is in
    seconds; ``restarts`` is how often in a row an app that fell is started again, ``None`` as suits it:
    headless never, a kiosk always; ``audit_log`` and ``learn`` are files to be written; ``end_with_shell``
    ends the apps when the shell ends that waits for this call; ``kiosk`` shows the one app in a browser of
    its own and nothing else.
    """

    engine: EngineOptions = EngineOptions()
    browser: str | None = None
    open_browser: bool = True
    port: int | None = None
    plain_wire: bool = False
    inspect: str | None = None
    idle: float | None = None
    restarts: int | None = None
    quiet: bool = False
    status: bool | None = None
    audit_log: Path | None = None
    learn: Path | None = None
    end_with_shell: bool = False
    kiosk: bool = False


@dataclass(eq=False, slots=True)
class Launched:
    """An app that was started.

    ``ready`` is over when it runs, or is about to end; ``end`` gives the reason when it ends by itself,
    ``None`` if that was wanted. Both raise what keeps it from running. ``address`` is where it is seen.
    ``again`` opens it once more, in the browser of that name, if it can be opened.
    """

    ready: Awaitable[None]
    end: Awaitable[str | None]
    stop: Callable[[], Awaitable[None]]
    address: str = ""
    again: Callable[[str | None], Awaitable[None]] | None = None
