"""``indexedDB`` of a headless page: what it has in memory is kept here.

The page asks ``["request", id, "indexedDB", args]`` with these ``args``. Names and keys are JSON texts of the
page's own. The answer's status is 200, 409 where another process has changed the database, 507 where it would
be too large, 500 where the file cannot be used.

============================================================  =============================================
args                                                          answer
============================================================  =============================================
``["names"]``                                                 ``databases``: names and versions
``["find", name]``                                            ``version``, ``token``, ``about``; empty: none
``["read", name, token, after]``                              ``records``: store, key, size; and their bytes
``["stage", at]`` + bytes                                     a part of a long change, behind so many bytes
``["change", at, name, token, version, about, stores]`` + …   ``token``; it is written
``["delete", name]``                                          it is removed
============================================================  =============================================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from homeport.storage import MOST_INDEXED_BYTES as MOST_BYTES
from homeport.storage import ChangedElsewhereError, IndexedChange, IndexedDatabases, QuotaError, StorageError

from ._answer import Answer

if TYPE_CHECKING:
    from homeport.storage import Storage

__all__ = ["IndexedDB"]

#: Details and bytes.
_Answered = tuple[dict[str, object], bytes]

_MOST_VERSION = 1 << 53
_MOST_STORES = 10_000
#: A change also names what it removes.
_MOST_STAGED = MOST_BYTES + (16 << 20)
#: Requests at once, of which one may be a change: what they hold is in our memory.
_MOST_OPEN = 1000


class IndexedDB:
    """Answers one page."""

    def __init__(self, storage: Storage, app_id: str) -> None:
        self._storage = storage
        self._app_id = app_id
        self._staged = bytearray()
        self._open = 0
        self._changing = False

    async def answer(self, args: list[Any], body: bytes) -> Answer:
        """See the module's text."""
        changes = args[:1] in (["stage"], ["change"])
        if self._open >= _MOST_OPEN or (changes and self._changing):
            return Answer(0, {"reason": "Too much is asked of indexedDB at once."})
        self._open += 1
        self._changing |= changes
        try:
            if changes and not self._follows(args):
                return Answer(0, {"reason": "Not a part of a change of indexedDB."})
            return self._stage(body) if args[:1] == ["stage"] else await self._do(args, body)
        finally:
            self._open -= 1
            if changes:
                self._changing = False

    async def _do(self, args: list[Any], body: bytes) -> Answer:
        work = self._work(args, body)
        if work is None:
            return Answer(0, {"reason": "Not a request of indexedDB."})
        try:
            details, content = await self._storage.indexed(self._app_id, work)
        except ChangedElsewhereError as error:
            return Answer(409, {"reason": str(error)})
        except QuotaError as error:
            return Answer(507, {"reason": str(error)})
        except StorageError as error:
            return Answer(500, {"reason": str(error)})
        except (ValueError, OverflowError):  # also what is no UTF-8
            return Answer(0, {"reason": "Not a change of indexedDB."})
        return Answer(200, details, content)

    def _follows(self, args: list[Any]) -> bool:
        """Whether a part comes where the last one ended. Of a change that went no further nothing is left."""
        match args:
            case ["stage" | "change", int(at), *_]:
                if at == 0:
                    self._staged.clear()
                return at == len(self._staged)
        return False

    def _stage(self, body: bytes) -> Answer:
        if len(self._staged) + len(body) > _MOST_STAGED:
            self._staged.clear()
            return Answer(507, {"reason": "A transaction of indexedDB is too large."})
        self._staged += body
        return Answer(200)

    def _work(self, args: list[Any], body: bytes) -> Callable[[IndexedDatabases], _Answered] | None:
        match args:
            case ["names"]:
                return lambda databases: ({"databases": databases.names()}, b"")
            case ["find", str(name)]:
                return lambda databases: (_found(databases, name), b"")
            case ["read", str(name), str(token), None]:
                return lambda databases: _read(databases, name, token, None)
            case ["read", str(name), str(token), [int(store), str(key)]]:
                return lambda databases: _read(databases, name, token, (store, key))
            case ["delete", str(name)]:
                return lambda databases: _delete(databases, name)
            case ["change", _, str(name), (None | str()) as began, int(version), str(about), list(stores)]:
                if not (0 <= version <= _MOST_VERSION and _are_stores(stores)):
                    return None
                entries = bytes(self._staged) + body
                self._staged.clear()
                change = IndexedChange(version, about, stores, entries)
                return lambda databases: ({"token": databases.change(name, began, change)}, b"")
        return None


def _are_stores(stores: list[Any]) -> bool:
    return len(stores) <= _MOST_STORES and all(type(each) is int and 0 <= each < 1 << 32 for each in stores)


def _found(databases: IndexedDatabases, name: str) -> dict[str, object]:
    found = databases.find(name)
    if found is None:
        return {}
    return {"version": found.version, "token": found.token, "about": found.about}


def _read(databases: IndexedDatabases, name: str, token: str, after: tuple[int, str] | None) -> _Answered:
    records = databases.read(name, token, after)
    places = [(store, key, len(value)) for store, key, value in records]
    return {"records": places}, b"".join(value for _, _, value in records)


def _delete(databases: IndexedDatabases, name: str) -> _Answered:
    databases.delete(name)
    return {}, b""
