"""Where an app runs when nobody says: in a browser if it has windows and there is one, else headless."""

from __future__ import annotations

import os
import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from homeport.appfiles import App

#: However ``chrome`` itself is called there, as a wrapper with promises has it.
_WINDOW = re.compile(rb"app\s*\.\s*window\s*\.\s*create\b")
_SCRIPTS = (".js", ".mjs", ".html", ".htm")
_ENOUGH = 64 << 20


class HostKind(Enum):
    """Where an app's pages are."""

    BROWSER = "browser"
    HEADLESS = "headless"


class Choice(NamedTuple):
    """A host, and why, as the end of the sentence "Running headless: …"."""

    kind: HostKind
    why: str


def opens_windows(app: App) -> bool:
    """Whether the app's code asks for a window anywhere. Reads at most 64 MiB of it."""
    left = _ENOUGH
    for folder, folders, names in os.walk(app.root):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", ".git"))
        for name in sorted(names):
            if not name.endswith(_SCRIPTS):
                continue
            try:
                text = app.files.read(
                    os.path.relpath(os.path.join(folder, name), app.root).replace(os.sep, "/")
                )
            except Exception:  # noqa: S112 - a file that cannot be read opens no window
                continue
            if _WINDOW.search(text):
                return True
            left -= len(text)
            if left < 0:
                return False
    return False


def has_browser() -> bool:
    """Whether a browser could open: there is one, with a screen to show it, or ``$BROWSER`` leads to one."""
    from homeport.host import browser_elsewhere, has_screen

    if not (has_screen() or browser_elsewhere()):
        return False
    import webbrowser  # slow to load, and headless needs none

    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def choose(app: App) -> Choice:
    """The host that suits the app and this machine."""
    if not opens_windows(app):
        return Choice(HostKind.HEADLESS, "the app has no windows")
    if not has_browser():
        return Choice(HostKind.HEADLESS, "the app has windows, but no browser can open on this machine")
    return Choice(HostKind.BROWSER, "the app has windows")


def choose_host(app: App, *, headless: bool = False, browser: bool = False) -> Choice:
    """The host that was asked for, without a reason; else the one that suits, with it."""
    if headless:
        return Choice(HostKind.HEADLESS, "")
    if browser:
        return Choice(HostKind.BROWSER, "")
    return choose(app)
