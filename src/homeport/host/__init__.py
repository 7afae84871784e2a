"""How an app runs: a page or a headless runtime on one side, its sockets and values on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeport._lazy import lazy

if TYPE_CHECKING:
    from ._app_host import AppHost, Handler, Lifetimes
    from ._browser import NoBrowserError, browser_elsewhere, has_screen, open_browser, same_browser
    from ._channel import Channel
    from ._console import ConsoleWriter, console_line, write_to
    from ._describe import GENERATED_BACKGROUND_PAGE, background_path, platform_info
    from ._directory import Grant, MemoryDirectory, SessionDirectory
    from ._headless import HeadlessApp, HeadlessStatus, run_headless
    from ._kiosk import KioskBrowser, kiosk_command
    from ._memory import give_back, memory_for
    from ._page import PageEnd
    from ._room import Room
    from ._runtime import Runtime, Sandbox, find_deno, start_runtime
    from ._session import HostSession
    from ._settings import PageSettings, settings_for, usual_sandbox
    from ._supervisor import RestartPolicy, Supervisor, either
    from ._syntax import ScriptKind, SyntaxFault, syntax_faults
    from ._visit import UnauthorizedError, Visit
    from ._web_client import Asked, NotNamedError, WebClient, is_redirect, shown_headers, was_redirected
else:
    __getattr__ = lazy(
        __name__,
        {
            "_app_host": ["AppHost", "Handler", "Lifetimes"],
            "_browser": ["NoBrowserError", "browser_elsewhere", "has_screen", "open_browser", "same_browser"],
            "_channel": ["Channel"],
            "_console": ["ConsoleWriter", "console_line", "write_to"],
            "_describe": ["GENERATED_BACKGROUND_PAGE", "background_path", "platform_info"],
            "_directory": ["Grant", "MemoryDirectory", "SessionDirectory"],
            "_headless": ["HeadlessApp", "HeadlessStatus", "run_headless"],
            "_kiosk": ["KioskBrowser", "kiosk_command"],
            "_memory": ["give_back", "memory_for"],
            "_page": ["PageEnd"],
            "_room": ["Room"],
            "_runtime": ["Runtime", "Sandbox", "find_deno", "start_runtime"],
            "_session": ["HostSession"],
            "_settings": ["PageSettings", "settings_for", "usual_sandbox"],
            "_supervisor": ["RestartPolicy", "Supervisor", "either"],
            "_syntax": ["ScriptKind", "SyntaxFault", "syntax_faults"],
            "_visit": ["UnauthorizedError", "Visit"],
            "_web_client": [
                *("Asked", "NotNamedError", "WebClient", "is_redirect", "shown_headers", "was_redirected"),
            ],
        },
    )

__all__ = [
    "GENERATED_BACKGROUND_PAGE",
    "AppHost",
    "Asked",
    "Channel",
    "ConsoleWriter",
    "Grant",
    "Handler",
    "HeadlessApp",
    "HeadlessStatus",
    "HostSession",
    "KioskBrowser",
    "Lifetimes",
    "MemoryDirectory",
    "NoBrowserError",
    "NotNamedError",
    "PageEnd",
    "PageSettings",
    "RestartPolicy",
    "Room",
    "Runtime",
    "Sandbox",
    "ScriptKind",
    "SessionDirectory",
    "Supervisor",
    "SyntaxFault",
    "UnauthorizedError",
    "Visit",
    "WebClient",
    "background_path",
    "browser_elsewhere",
    "console_line",
    "either",
    "find_deno",
    "give_back",
    "has_screen",
    "is_redirect",
    "kiosk_command",
    "memory_for",
    "open_browser",
    "platform_info",
    "run_headless",
    "same_browser",
    "settings_for",
    "shown_headers",
    "start_runtime",
    "syntax_faults",
    "usual_sandbox",
    "was_redirected",
    "write_to",
]
