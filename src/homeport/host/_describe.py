"""What a page learns about its app in ``welcome``."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from homeport.appfiles import App

__all__ = ["GENERATED_BACKGROUND_PAGE", "background_path", "describe", "launch_data", "platform_info"]

GENERATED_BACKGROUND_PAGE = "_generated_background_page.html"

_SYSTEMS = {"win32": "win", "darwin": "mac"}
_MACHINES = {
    "x86_64": "x86-64",
    "amd64": "x86-64",
    "i386": "x86-32",
    "i686": "x86-32",
    "aarch64": "arm64",
    "arm64": "arm64",
}


def platform_info() -> dict[str, str]:
    """What ``chrome.runtime.getPlatformInfo`` answers."""
    machine = platform.machine().lower()
    arch = _MACHINES.get(machine, "arm" if machine.startswith("arm") else "x86-64")
    nacl = "arm" if arch.startswith("arm") else arch
    return {"os": _SYSTEMS.get(sys.platform, "linux"), "arch": arch, "nacl_arch": nacl}


def background_path(app: App) -> str | None:
    """The app's background page, relative to its root."""
    if app.manifest.background_page is not None:
        return app.manifest.background_page
    return GENERATED_BACKGROUND_PAGE if app.manifest.background_scripts else None


def describe(
    app: App, *, base_url: str, host: Literal["browser", "headless"], kiosk: bool = False
) -> dict[str, object]:
    """The part of ``app`` in ``welcome`` that is the same for every page."""
    manifest = app.manifest
    language = manifest.locale.replace("_", "-")
    return {
        "id": app.id,
        "manifest": _plain(manifest.raw),
        "messages": dict(manifest.messages.texts),
        "locale": manifest.locale,
        "acceptLanguages": list(dict.fromkeys([language, language.split("-")[0]])),
        "baseUrl": base_url,
        "background": background_path(app),
        "platform": platform_info(),
        "host": host,
        "launch": launch_data("kiosk" if kiosk else "command_line", kiosk=kiosk),
    }


def launch_data(source: str, *, kiosk: bool) -> dict[str, object]:
    """What ``chrome.app.runtime.onLaunched`` says."""
    return {"isDemoSession": False, "isKioskSession": kiosk, "isPublicSession": False, "source": source}


def _plain(value: object) -> object:
    """The same as JSON can write it: a manifest's mappings cannot be changed, and are no dicts."""
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    return value
