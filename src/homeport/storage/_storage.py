"""``chrome.storage`` for every app of this machine's user: one file an app, one thread for all."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import platformdirs

from homeport.errors import HomeportError, UserError

from ._database import Changes, Database
from ._indexed import IndexedDatabases
from ._quota import UNLIMITED, Limits, WriteRate, limits_of

__all__ = ["AREAS", "ReadOnlyError", "Storage", "StorageError", "default_folder"]

AREAS = ("local", "sync", "managed")

#: What ``get`` takes: nothing, a key, keys, or keys with defaults.
Keys = str | Sequence[str] | Mapping[str, object] | None

_Result = TypeVar("_Result")


class StorageError(HomeportError):
    """The file cannot be read or written: the disk is full, or the file is damaged."""


class ReadOnlyError(HomeportError):
    """The area is not for the app to write."""

    def __str__(self) -> str:
        return "This is a read-only store."


def default_folder() -> Path:
    """Where apps keep their values.

    Raises:
        UserError: the user has no data folder.
    """
    return data_folder() / "storage"


def data_folder() -> Path:
    """Where Homeport keeps what lasts: ``$HOMEPORT_DATA_DIR``, or the user's own data folder.

    Raises:
        UserError: the user has none.
    """
    own = os.environ.get("HOMEPORT_DATA_DIR")
    try:
        return Path(own) if own else platformdirs.user_data_path("homeport", appauthor=False)
    except RuntimeError as error:
        raise UserError("You have no home folder. Set HOME, or HOMEPORT_DATA_DIR to a folder.") from error


class Storage:
    """All apps' values. Calls are done one after another, off the event loop.

    Args:
        folder: where the files are; ``None`` keeps everything in memory.
        clock: for the write rates.
    """

    def __init__(self, folder: Path | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._clock = clock
        self._databases: dict[str, Database] = {}
        self._rates: dict[tuple[str, str, str], WriteRate] = {}
        self._thread = ThreadPoolExecutor(1, "homeport-storage")

    async def get(self, app_id: str, area: str, keys: Keys) -> dict[str, object]:
        """Values by key; defaults fill what is not there."""
        found = await self._run(app_id, lambda database: database.read(area, _names(keys)))
        return {**keys, **found} if isinstance(keys, Mapping) else found

    async def get_keys(self, app_id: str, area: str) -> list[str]:
        """Every key."""
        return await self._run(app_id, lambda database: database.keys(area))

    async def bytes_in_use(self, app_id: str, area: str, keys: str | Sequence[str] | None) -> int:
        """How much room these keys take."""
        return await self._run(app_id, lambda database: database.size(area, _names(keys)))

    async def set(
        self, app_id: str, area: str, items: Mapping[str, object], *, unlimited: bool = False
    ) -> Changes:
        """Set all these items, or none.

        Raises:
            QuotaError, ReadOnlyError, SerializeError, StorageError: with Chromium's text where it has one.
        """
        limits = _limits(area, unlimited)
        return await self._write(app_id, area, "set", lambda database: database.write(area, items, limits))

    async def remove(self, app_id: str, area: str, keys: str | Sequence[str]) -> Changes:
        """Remove these keys."""
        return await self._write(app_id, area, "remove", lambda database: database.remove(area, _names(keys)))

    async def clear(self, app_id: str, area: str) -> Changes:
        """Remove everything."""
        return await self._write(app_id, area, "clear", lambda database: database.remove(area, None))

    async def put(
        self,
        app_id: str,
        area: str,
        items: Mapping[str, object],
        *,
        unlimited: bool = False,
        replace: bool = False,
    ) -> Changes:
        """Set all these items, or none, for whoever owns the machine: in every area, at any rate.

        Args:
            app_id: whose.
            area: one of :data:`AREAS`.
            items: values by key.
            unlimited: whether the app may keep any amount in ``local``.
            replace: whether all other items are removed.

        Raises:
            QuotaError, SerializeError, StorageError: nothing was changed.
        """
        limits = _limits(area, unlimited)
        return await self._run(app_id, lambda database: database.write(area, items, limits, replace=replace))

    async def indexed(self, app_id: str, work: Callable[[IndexedDatabases], _Result]) -> _Result:
        """Do something with what the app keeps in ``indexedDB``.

        Raises:
            StorageError: the file cannot be used. And what ``work`` raises.
        """
        return await self._run(app_id, lambda database: work(database.indexed))

    async def release(self, app_id: str) -> None:
        """Close an app's file until it is asked for again: open, it costs memory and three descriptors."""

        def close() -> None:
            database = self._databases.pop(app_id, None)
            if database is not None:
                database.close()

        if self.folder is not None:  # what is in memory alone must stay
            await asyncio.get_running_loop().run_in_executor(self._thread, close)

    async def aclose(self) -> None:
        """Finish what is under way and close every file."""

        def close() -> None:
            while self._databases:
                self._databases.popitem()[1].close()

        await asyncio.get_running_loop().run_in_executor(self._thread, close)
        self._thread.shutdown(wait=False)

    async def _write(
        self, app_id: str, area: str, function: str, work: Callable[[Database], Changes]
    ) -> Changes:
        def write(database: Database) -> Changes:
            # In its turn, so that no refusal overtakes an answer.
            self._may_write(app_id, area, function)
            return work(database)

        return await self._run(app_id, write)

    def _may_write(self, app_id: str, area: str, function: str) -> None:
        if area == "managed":
            raise ReadOnlyError
        key = (app_id, area, function)
        if key not in self._rates:
            self._rates[key] = WriteRate(limits_of(area), self._clock)
        self._rates[key].take()

    async def _run(self, app_id: str, work: Callable[[Database], _Result]) -> _Result:
        def run() -> _Result:
            try:
                return work(self._database(app_id))
            except (OSError, sqlite3.Error) as error:
                why = error.strerror if isinstance(error, OSError) else None
                raise StorageError(f"The app's storage cannot be used: {why or error}.") from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    def _database(self, app_id: str) -> Database:
        database = self._databases.get(app_id)
        if database is None:
            path = self._path(app_id)
            if path is not None:
                _leave_to_owner(path)
            database = self._databases[app_id] = Database(path)
        return database

    def _path(self, app_id: str) -> Path | None:
        if not (app_id.isascii() and app_id.isalnum()):
            raise StorageError("The app's id is not one.")
        if self.folder is None:
            return None
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.folder / f"{app_id}.sqlite3"


def _leave_to_owner(path: Path) -> None:
    """Let a file that root makes belong to the folder's owner: a service's user, who is to write it later."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    owner = path.parent.stat()
    if owner.st_uid != 0 and path.is_symlink():
        raise StorageError(f"The app's storage cannot be used: {path} is a link, which root does not follow.")
    try:
        # Made here, so that it is no other file which the owner put in its place.
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o644)
    except FileExistsError:
        return
    try:
        os.fchown(file, owner.st_uid, owner.st_gid)
    finally:
        os.close(file)


def _limits(area: str, unlimited: bool) -> Limits:
    return UNLIMITED if unlimited and area == "local" else limits_of(area)


def _names(keys: Keys) -> list[str] | None:
    if keys is None:
        return None
    return [keys] if isinstance(keys, str) else list(keys)
