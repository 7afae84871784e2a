"""The manifest of an app, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ._messages import Messages
from ._permissions import SocketPermissions

__all__ = ["APP_CSP", "SANDBOX_CSP", "Manifest", "ManifestWarning"]

#: The content security policy of every packaged app; its manifest cannot change it.
APP_CSP = (
    "default-src 'self' blob: filesystem:; connect-src * data: blob: filesystem:; "
    "style-src 'self' blob: filesystem: data: 'unsafe-inline'; img-src 'self' blob: filesystem: data:; "
    "frame-src 'self' blob: filesystem: data:; font-src 'self' blob: filesystem: data:; "
    "media-src * data: blob: filesystem:; script-src 'self' blob: filesystem: 'wasm-unsafe-eval';"
)

#: The policy of the pages in ``sandbox.pages``, unless the manifest has another.
SANDBOX_CSP = (
    "sandbox allow-scripts allow-forms allow-popups allow-modals; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; child-src 'self';"
)


class ManifestWarning(NamedTuple):
    """Something that Chromium passes over, in its words if it has any, and where it is.

    ``name`` is what it does not know, if that is what is wrong, and ``known`` what it does.
    """

    message: str
    line: int
    column: int
    name: str = ""
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A packaged app's manifest.

    Attributes:
        path: the file; None if it was read from a text.
        name: in the user's language, on one line.
        raw: the whole manifest as ``chrome.runtime.getManifest`` gives it, in the user's language.
        app_id: 32 letters from a to p.
        background_scripts: paths inside the app; empty if there is a ``background_page``.
        background_page: path inside the app.
        persistent: always False: apps have event pages, whatever the manifest says.
        sockets: None if the manifest has no ``sockets`` key; ``chrome.sockets`` is absent then.
        socket_permissions: what the old ``socket`` permission allows ``chrome.socket``; None without it.
        permissions: the list as it was read.
        messages: the app's texts, also for ``chrome.i18n`` and style sheets.
        csp: the policy of the app's pages; ``sandbox_csp`` of those in ``sandbox_pages``.
        warnings: what Chromium passes over.
    """

    path: Path | None
    name: str
    short_name: str
    version: str
    description: str
    manifest_version: int
    app_id: str
    key: bytes | None
    background_scripts: tuple[str, ...]
    background_page: str | None
    persistent: bool
    sockets: SocketPermissions | None
    socket_permissions: SocketPermissions | None
    permissions: tuple[str | Mapping[str, object], ...]
    optional_permissions: tuple[str | Mapping[str, object], ...]
    icons: Mapping[int, str]
    kiosk_enabled: bool
    kiosk_only: bool
    offline_enabled: bool
    minimum_chrome_version: str | None
    sandbox_pages: tuple[str, ...]
    sandbox_csp: str
    csp: str
    default_locale: str | None
    messages: Messages
    raw: Mapping[str, object]
    warnings: tuple[ManifestWarning, ...]

    @property
    def locale(self) -> str:
        """The locale in which its texts were read, such as ``en_US``."""
        return self.messages.locale

    def has_permission(self, name: str) -> bool:
        """Whether ``permissions`` has ``name``, as a text, or as either in ``{"fileSystem": ["write"]}``."""
        return any(name == item if isinstance(item, str) else _has(item, name) for item in self.permissions)

    def permission_arguments(self, name: str) -> tuple[str, ...]:
        """The parts of a permission: ``write`` of ``{"fileSystem": ["write"]}``, ``"fileSystem.write"``."""
        found: list[str] = []
        for item in self.permissions:
            if isinstance(item, str):
                found += [item.removeprefix(f"{name}.")] if item.startswith(f"{name}.") else []
            elif isinstance(arguments := item.get(name), list):
                found += [text for text in arguments if isinstance(text, str)]
        return tuple(dict.fromkeys(found))


def _has(item: Mapping[str, object], name: str) -> bool:
    """Whether a permission's object is ``name``, or has it as a part."""
    return name in item or any(
        isinstance(parts, list) and name in (f"{whole}.{part}" for part in parts)
        for whole, parts in item.items()
    )
