"""What is known of each ``chrome.*`` API: whether a Chrome App has it, and whether Homeport does."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

__all__ = ["Api", "Status", "find_api", "known_members", "supported_names"]


class Status(StrEnum):
    """How an API stands."""

    SUPPORTED = "supported"
    #: It is there, with a difference that the note tells.
    PARTIAL = "partial"
    #: Chrome Apps have it, Homeport does not.
    ABSENT = "absent"
    #: Only extensions have it; it is undefined in Chrome Apps, too.
    EXTENSION = "extension"
    #: No such API is known.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Api:
    """One function, event or namespace: its name without ``chrome.``, such as ``sockets.tcp.connect``."""

    name: str
    namespace: str
    status: Status
    note: str = ""
    permission: str | None = None
    key: str | None = None
    old: str = ""


_EXTENSION_ONLY = frozenset(
    (
        *("action", "bookmarks", "browserAction", "browsingData", "certificateProvider", "contentSettings"),
        *("cookies", "debugger", "declarativeContent", "declarativeNetRequest", "devtools", "downloads"),
        *("extension", "fontSettings", "history", "input", "offscreen", "omnibox", "pageAction"),
        *("pageCapture", "privacy", "processes", "proxy", "readingList", "scripting", "search", "sessions"),
        *("sidePanel", "tabCapture", "tabGroups", "tabs", "topSites", "ttsEngine", "userScripts"),
        *("webNavigation", "webRequest", "windows"),
    )
)

# `chrome` has these in every web page; they say nothing about an app.
_WEB = frozenset(("csi", "loadTimes"))


@cache
def _namespaces() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(_data("apis.toml"))


@cache
def supported_names() -> frozenset[str]:
    """The full names of all functions and events that Homeport has."""
    return frozenset(line for line in _data("supported.txt").split() if line)


def _data(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def known_members(namespace: str) -> tuple[str, ...]:
    """The functions and events of a namespace in Chromium; empty if they are not listed."""
    members = _namespaces().get(namespace, {}).get("members", "")
    return tuple(str(members).split())


def find_api(names: Sequence[str]) -> Api | None:
    """The API that ``chrome`` and these names lead to; None for what says nothing, such as ``chrome`` alone.

    What stands behind an API is passed over: ``runtime.lastError.message`` is ``runtime.lastError``.
    """
    if not names or names[0] in _WEB:
        return None
    for length in range(len(names), 0, -1):
        namespace = ".".join(names[:length])
        if namespace in _namespaces():
            return _member(namespace, names[length] if length < len(names) else None)
    if any(known.startswith(names[0] + ".") for known in _namespaces()):
        # `chrome.app`, `chrome.sockets`: only a step on the way.
        return None if len(names) == 1 else _api(".".join(names[:2]), names[0], Status.UNKNOWN)
    status = Status.EXTENSION if names[0] in _EXTENSION_ONLY else Status.UNKNOWN
    return _api(".".join(names[:2]), names[0], status)


def _member(namespace: str, member: str | None) -> Api:
    has = any(name.startswith(namespace + ".") for name in supported_names())
    if member is None:
        return _api(namespace, namespace, Status.SUPPORTED if has else Status.ABSENT)
    name = f"{namespace}.{member}"
    entry = _namespaces()[namespace]
    if name in supported_names():
        return _api(name, namespace, Status.PARTIAL if _difference(namespace, member) else Status.SUPPORTED)
    members = known_members(namespace)
    if member in members or not members:
        return _api(name, namespace, Status.ABSENT)
    if member in str(entry.get("properties", "")).split() or member[:1].isupper():
        # `runtime.id`, and enums and constants.
        return _api(name, namespace, Status.SUPPORTED if has else Status.ABSENT)
    return _api(name, namespace, Status.UNKNOWN)


def _difference(namespace: str, member: str) -> str:
    """What is said of this member alone, or of all: how it works otherwise than in Chromium, if it does."""
    partial = _namespaces().get(namespace, {}).get("partial", "")
    return str(partial.get(member, "") if isinstance(partial, dict) else partial)


def _api(name: str, namespace: str, status: Status) -> Api:
    entry = _namespaces().get(namespace, {})
    note = ""
    if status in (Status.PARTIAL, Status.ABSENT):
        note = _difference(namespace, name.rpartition(".")[2])
    if status is Status.ABSENT:
        note = note or str(entry.get("note", ""))
    if status is Status.EXTENSION:
        note = "Only extensions have it; in a Chrome App it is undefined."
    permission, key = entry.get("permission"), entry.get("key")
    return Api(
        name,
        namespace,
        status,
        note,
        permission if isinstance(permission, str) else None,
        key if isinstance(key, str) else None,
        str(entry.get("old", "")),
    )
