"""``homeport.open``: an app's sockets in a Python program."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from homeport.engine import (
    Credit,
    Engine,
    PolicyFile,
    SocketLimits,
    TlsConfig,
    interface_index,
    parse_host_map,
)
from homeport.errors import UserError
from homeport.manifest import Manifest, ManifestError, parse_manifest, read_manifest

from ._chrome import Chrome
from ._face import Face

if TYPE_CHECKING:
    from types import TracebackType

    from homeport.engine import Network, Policy

__all__ = ["App", "open_app"]

#: An app: its folder, package or manifest file, the manifest's content, or a manifest that was read before.
App: TypeAlias = "str | os.PathLike[str] | Mapping[str, object] | Manifest"

_CREDIT = Credit()
_LIMITS = SocketLimits()
#: What a manifest must have besides what a program cares about.
_SKELETON: Mapping[str, object] = {
    "manifest_version": 2,
    "name": "Python",
    "version": "1",
    "app": {"background": {"scripts": ["main.js"]}},
}


class Opening:
    """``async with homeport.open(…) as chrome``."""

    def __init__(self, manifest: Manifest, options: Mapping[str, Any], credit: Credit) -> None:
        self._manifest = manifest
        self._options = options
        self._credit = credit
        self._stack: AsyncExitStack | None = None

    async def __aenter__(self) -> Chrome:
        if self._stack is not None:
            raise RuntimeError("homeport.open(…) is entered already")
        manifest = self._manifest
        engine = Engine(**self._options)
        face = Face()
        session = engine.open_session(
            manifest.app_id, manifest.sockets, face, slicing=True, credit=self._credit
        )
        face.open(session)
        self._stack = AsyncExitStack()
        self._stack.push_async_callback(engine.aclose)
        self._stack.push_async_callback(face.aclose)
        return Chrome(engine, session, face, manifest)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stack is not None:
            await self._stack.aclose()


def open_app(
    app: App,
    *,
    policy: Policy | PolicyFile | str | os.PathLike[str] | None = None,
    ca_file: str | os.PathLike[str] | None = None,
    map_host: Mapping[str, str] | None = None,
    network: Network | None = None,
    strict_chromium: bool = False,
    multicast_interface: str | None = None,
    credit: Credit = _CREDIT,
    limits: SocketLimits = _LIMITS,
) -> Opening:
    """Give the program what an app has: ``chrome.sockets``, held to the app's manifest.

    ::

        async with homeport.open({"sockets": {"tcp": {"connect": "*:7"}}}) as chrome:
            ...

    On leaving, every socket is closed, calls under way raise :class:`~homeport.Aborted`, streams end, and
    tasks of listeners are cancelled.

    Args:
        app: the app's folder, its ``.zip`` or ``.crx``, its manifest file, the manifest as a mapping (at
            least ``{"sockets": …}``), or a :class:`~homeport.Manifest`.
        policy: what the operator allows beyond the manifest, or the file that says so.
        ca_file: certificates to trust besides the system's, for ``secure``.
        map_host: where names go instead of to the resolver, as ``{"printer": "192.0.2.7"}``; an address may
            have a port.
        network: another network than the system's, such as :class:`homeport.testing.MemoryNetwork`.
        strict_chromium: be like Chromium also where it loses information.
        multicast_interface: the name of the interface on which groups are joined, and sent to.
        credit: how many received bytes may wait for the program.
        limits: how many sockets there may be.

    Raises:
        ManifestError: Chromium would not load the app either.
        UserError: another option cannot be used.
    """
    if multicast_interface is not None:
        interface_index(multicast_interface)
    options = {
        "policy": _policy(policy),
        "tls": TlsConfig((Path(ca_file),)) if ca_file is not None else None,
        "host_map": parse_host_map(f"{name}={where}" for name, where in (map_host or {}).items()),
        "network": network,
        "strict_chromium": strict_chromium,
        "multicast_interface": multicast_interface,
        "limits": limits,
    }
    return Opening(_manifest(app), options, credit)


def _manifest(app: App) -> Manifest:
    if isinstance(app, Manifest):
        return app
    if isinstance(app, Mapping):
        try:
            return parse_manifest(json.dumps({**_SKELETON, **app}))
        except ManifestError as error:
            # Nobody has seen the text that has these lines and columns.
            raise ManifestError(error.message, key=error.key, hint=error.hint) from None
        except (TypeError, ValueError) as error:
            raise UserError(f"the manifest is no JSON: {error}") from error
    path = Path(app)
    if path.is_dir():
        return read_manifest(path)
    if path.suffix.lower() in (".zip", ".crx"):
        from homeport.appfiles import open_app as open_package

        return open_package(path).manifest
    try:
        return parse_manifest(path.read_bytes(), path=path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error


def _policy(policy: Policy | PolicyFile | str | os.PathLike[str] | None) -> Policy | PolicyFile | None:
    return PolicyFile(Path(policy)) if isinstance(policy, (str, os.PathLike)) else policy
