"""How an app's page runs without a browser, if nobody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ._runtime import Sandbox

if TYPE_CHECKING:
    from homeport.appfiles import App

__all__ = ["PageSettings", "settings_for", "usual_sandbox"]

#: As long as Chromium lets an event page be idle, and some more: to load it again costs.
IDLE = 15.0


class PageSettings(NamedTuple):
    """How a page runs.

    Attributes:
        sandbox: what bounds its process.
        idle: seconds without anything to do after which an event page may go; None: it stays.
        answer_within: seconds that its event loop may be busy; None: for ever.
    """

    sandbox: Sandbox = Sandbox()
    idle: float | None = None
    answer_within: float | None = 60.0


def settings_for(app: App) -> PageSettings:
    """How this app's page runs if nobody says otherwise.

    A page stays loaded unless the manifest says ``"persistent": false``: a server must not stop on its own.
    Text becomes code only where the app's policy has ``'unsafe-eval'``.
    """
    background = app.manifest.raw.get("app")
    background = background.get("background") if isinstance(background, Mapping) else None
    event_page = isinstance(background, Mapping) and background.get("persistent") is False
    return PageSettings(
        sandbox=usual_sandbox()._replace(eval_allowed=_allows_eval(app.manifest.csp)),
        idle=IDLE if event_page else None,
    )


def _allows_eval(policy: str) -> bool:
    """Whether a content security policy lets text become code: ``script-src`` says, else ``default-src``."""
    sources: dict[str, list[str]] = {}
    for directive in policy.lower().split(";"):
        name, *values = directive.split() or [""]
        sources.setdefault(name, values)
    return "'unsafe-eval'" in sources.get("script-src", sources.get("default-src", ["'unsafe-eval'"]))


def usual_sandbox() -> Sandbox:
    """What bounds the page's process of nearly every app: text becomes no code."""
    from homeport.appfiles import cache_folder

    return Sandbox(cache=cache_folder() / "deno")
