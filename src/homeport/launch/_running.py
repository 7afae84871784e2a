"""An app that runs already and is started again: the one that runs is opened once more, as in Chrome.

So its user finds it, with all that it stored in the browser. What was asked for otherwise, such as with
another policy, is run by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from homeport import runs
from homeport.errors import UserError
from homeport.launch._choose import HostKind
from homeport.launch._options import LaunchOptions
from homeport.storage import data_folder

if TYPE_CHECKING:
    from homeport.launch._options import Placed

__all__ = ["kept_in", "left_to_run", "running_in_browser"]


def kept_in() -> str:
    """Where what the apps of this process store is, which those of another may share."""
    with suppress(UserError):
        return str(data_folder().absolute())
    return ""


def running_in_browser(app_id: str, host: str = HostKind.BROWSER.value) -> runs.Run | None:
    """The run of an app that is in tabs, with the same storage."""
    with suppress(UserError, OSError):
        for run in runs.running():
            if (run.app_id, run.host, run.data) == (app_id, host, kept_in()) and run.address:
                return run
    return None


def left_to_run(apps: Sequence[Placed], options: LaunchOptions, note: Callable[[str], None]) -> list[Placed]:
    """Those apps that are to be started, and not just opened once more where they run.

    Raises:
        UserError: one runs, and cannot be opened.
    """
    usual = options._replace(browser=None, quiet=False, status=None) == LaunchOptions()
    return [each for each in apps if not _is_there(each, options, note if usual else None)]


def _is_there(placed: Placed, options: LaunchOptions, note: Callable[[str], None] | None) -> bool:
    name, app_id = placed.app.manifest.name, placed.app.id
    if options.kiosk and (shown := running_in_browser(app_id, "kiosk")) is not None:
        # This one would end the other's browser, which has the app's one profile.
        raise UserError(
            f"{name} is shown already, by process {shown.pid}. `homeport stop {shown.pid}` ends it."
        )
    if note is None or placed.host is not HostKind.BROWSER:
        return False
    run = running_in_browser(app_id)
    if run is None:
        return False
    from homeport.host import same_browser  # takes a moment

    browser = options.browser and same_browser(options.browser)
    if not runs.ask_to_open(run, browser):
        if running_in_browser(app_id) is None:  # it has ended meanwhile
            return False
        raise UserError(
            f"{name} runs already, in process {run.pid}, which does not answer. "
            f"`homeport stop {run.pid}` ends it; --port 0 runs another."
        )
    note(f"{name} runs already, in process {run.pid}, which opens it once more.")
    return True
