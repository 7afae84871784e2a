"""How an app runs: a page or a headless runtime on one side, its sockets and values on the other."""

from __future__ import annotations

from ._app_host import AppHost, Lifetimes
from ._browser import NoBrowserError, browser_elsewhere, open_browser
from ._channel import Channel
from ._child import Sandbox
from ._console import ConsoleWriter, console_line, write_to
from ._describe import GENERATED_BACKGROUND_PAGE, background_path, platform_info
from ._directory import Grant, MemoryDirectory, SessionDirectory
from ._headless import HeadlessApp, HeadlessStatus, run_headless, settings_for
from ._page import PageEnd, PageSettings
from ._session import HostSession
from ._supervisor import RestartPolicy, Supervisor
from ._visit import UnauthorizedError, Visit

__all__ = [
    "GENERATED_BACKGROUND_PAGE",
    "AppHost",
    "Channel",
    "ConsoleWriter",
    "Grant",
    "HeadlessApp",
    "HeadlessStatus",
    "HostSession",
    "Lifetimes",
    "MemoryDirectory",
    "NoBrowserError",
    "PageEnd",
    "PageSettings",
    "RestartPolicy",
    "Sandbox",
    "SessionDirectory",
    "Supervisor",
    "UnauthorizedError",
    "Visit",
    "background_path",
    "browser_elsewhere",
    "console_line",
    "open_browser",
    "platform_info",
    "run_headless",
    "settings_for",
    "write_to",
]
