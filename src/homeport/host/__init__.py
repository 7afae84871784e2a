"""How an app runs: a page or a headless runtime on one side, its sockets and values on the other."""

from __future__ import annotations

from ._app_host import AppHost, Lifetimes
from ._channel import Channel
from ._describe import GENERATED_BACKGROUND_PAGE, background_path, platform_info
from ._directory import Grant, MemoryDirectory, SessionDirectory
from ._session import HostSession
from ._visit import UnauthorizedError, Visit

__all__ = [
    "GENERATED_BACKGROUND_PAGE",
    "AppHost",
    "Channel",
    "Grant",
    "HostSession",
    "Lifetimes",
    "MemoryDirectory",
    "SessionDirectory",
    "UnauthorizedError",
    "Visit",
    "background_path",
    "platform_info",
]
