"""The functions beside ``sockets.*`` that the daemon answers itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from homeport.chrome import After
from homeport.engine import is_connected
from homeport.storage import AREAS, Changes, Keys, Storage

from ._alarms import store_alarms

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.chrome import Dispatcher
    from homeport.engine import Session

__all__ = ["look_up", "network_interfaces", "package_files", "register_handlers"]

#: Tells all frames of a page of an event.
Emit = Callable[[str, list[object]], None]


def register_handlers(dispatcher: Dispatcher, app: App, storage: Storage, emit: Emit) -> None:
    """Let the dispatcher answer what the app's permissions allow."""
    if app.manifest.has_permission("storage"):
        for area in AREAS:
            _register_area(dispatcher, StorageArea(app, area, storage, emit))
    if app.manifest.has_permission("alarms"):
        dispatcher.register("alarms.keep", lambda alarms: _surely(store_alarms(storage, app, alarms)))
    if app.manifest.has_permission("system.network"):
        dispatcher.register("system.network.getNetworkInterfaces", network_interfaces)
    dispatcher.register("runtime.getPackageFiles", lambda: asyncio.to_thread(package_files, app.root))


def _register_area(dispatcher: Dispatcher, area: StorageArea) -> None:
    for name, handler in (
        ("get", area.get),
        ("getKeys", area.get_keys),
        ("getBytesInUse", area.bytes_in_use),
        ("set", area.set),
        ("remove", area.remove),
        ("clear", area.clear),
        ("setAccessLevel", lambda _: None),
    ):
        dispatcher.register(f"storage.{area.name}.{name}", handler)


class StorageArea:
    """One area of one app's ``chrome.storage``. A change is told right before its call is answered."""

    def __init__(self, app: App, name: str, storage: Storage, emit: Emit) -> None:
        self.name = name
        self._app_id = app.id
        self._unlimited = app.manifest.has_permission("unlimitedStorage")
        self._storage = storage
        self._emit = emit

    # Reads go the way of changes, for they are answered in the order of the calls.

    def get(self, keys: Keys = None) -> Awaitable[dict[str, object]]:
        """``get``."""
        return _surely(self._storage.get(self._app_id, self.name, keys))

    def get_keys(self) -> Awaitable[list[str]]:
        """``getKeys``."""
        return _surely(self._storage.get_keys(self._app_id, self.name))

    def bytes_in_use(self, keys: str | Sequence[str] | None = None) -> Awaitable[int]:
        """``getBytesInUse``."""
        return _surely(self._storage.bytes_in_use(self._app_id, self.name, keys))

    def set(self, items: Mapping[str, object]) -> Awaitable[After]:
        """``set``."""
        change = self._storage.set(self._app_id, self.name, items, unlimited=self._unlimited)
        return _surely(self._change(change))

    def remove(self, keys: str | Sequence[str]) -> Awaitable[After]:
        """``remove``."""
        return _surely(self._change(self._storage.remove(self._app_id, self.name, keys)))

    def clear(self) -> Awaitable[After]:
        """``clear``."""
        return _surely(self._change(self._storage.clear(self._app_id, self.name)))

    async def _change(self, change: Awaitable[Changes]) -> After:
        return After(partial(self._tell, await change))

    def _tell(self, changes: Changes) -> None:
        if changes:
            self._emit(f"storage.{self.name}.onChanged", [changes])
            self._emit("storage.onChanged", [changes, self.name])


_under_way: set[asyncio.Future[Any]] = set()
_T = TypeVar("_T")


def _surely(work: Coroutine[Any, Any, _T]) -> Awaitable[_T]:
    """Do it even if the page that asked for it goes before it is done."""
    doing = asyncio.ensure_future(work)
    _under_way.add(doing)
    doing.add_done_callback(_under_way.discard)
    waited_for = asyncio.shield(doing)
    for each in (doing, waited_for):
        each.add_done_callback(_heard)  # a failure is told to the page, or to nobody
    return waited_for


def _heard(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()


def network_interfaces() -> list[dict[str, object]]:
    """The addresses by which others may reach this machine: IPv4 first, then by value, as in Chromium."""
    import ifaddr

    found: list[tuple[int, bytes, str, str, int]] = []
    for adapter in ifaddr.get_adapters():
        if not is_connected(adapter.name):
            continue
        for ip in adapter.ips:
            address = ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
            if not address.is_loopback:
                found.append((address.version, address.packed, adapter.name, str(address), ip.network_prefix))
    return [
        {"name": name, "address": text, "prefixLength": length} for *_, name, text, length in sorted(found)
    ]


async def look_up(session: Session, hostname: str) -> dict[str, object]:
    """``dns.resolve``."""
    found = await session.look_up(hostname)
    return {"resultCode": found} if isinstance(found, int) else {"resultCode": 0, "address": found}


def package_files(root: Path) -> list[list[object]]:
    """Path, bytes and time of change of the app's folder and of everything in it; folders end in ``/``."""

    def row(shown: str, path: Path) -> list[object]:
        status = path.stat()
        return [shown, status.st_size, int(status.st_mtime * 1000)]

    found = [row("/", root)]
    for folder, folders, files in os.walk(root):
        base = Path(folder)
        for names, end in (folders, "/"), (files, ""):
            for name in names:
                path = base / name
                if not path.is_symlink():
                    found.append(row(path.relative_to(root).as_posix() + end, path))
    return sorted(found, key=lambda row: str(row[0]))
