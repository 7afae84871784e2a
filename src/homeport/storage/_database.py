"""One app's values in one SQLite file. Synchronous; used from one thread."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from ._indexed import IndexedDatabases
from ._quota import Limits
from ._size import size_of, to_json, well_formed
from ._transaction import Transaction

#: Seconds to wait for another process that has the file.
_PATIENCE = 10.0

#: For each key that changed, ``oldValue`` and ``newValue`` where there is one.
Changes = dict[str, dict[str, object]]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    area TEXT NOT NULL,
    key TEXT NOT NULL,
    size INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (area, key)
) WITHOUT ROWID
"""


class Database:
    """The file. ``None`` is a database in memory."""

    def __init__(self, path: Path | None) -> None:
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, timeout=_PATIENCE, isolation_level=None
        )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        # A crash may lose the last write, never the file: what a browser's own store promises.
        self._use_wal()
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(_SCHEMA)

    def _use_wal(self) -> None:
        """Turn the journal over. It needs the file alone, and SQLite does not wait for that by itself."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                passing = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not passing or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def read(self, area: str, keys: Iterable[str] | None) -> dict[str, object]:
        """The values of these keys that are there; of all with ``None``. Sorted by key."""
        return {key: json.loads(text) for key, text in self._texts(area, keys).items()}

    def keys(self, area: str) -> list[str]:
        """All keys, sorted."""
        rows = self._connection.execute("SELECT key FROM items WHERE area = ? ORDER BY key", (area,))
        return [key for (key,) in rows]

    def size(self, area: str, keys: Iterable[str] | None) -> int:
        """The bytes that these keys take; all with ``None``."""
        if keys is None:
            return self._totals(area)[0]
        return sum(size for key in set(keys) if (size := self._item_size(area, well_formed(key))) is not None)

    def write(
        self, area: str, items: Mapping[str, object], limits: Limits, *, replace: bool = False
    ) -> Changes:
        """Set all these items, or none. With ``replace`` no others are left.

        Raises:
            QuotaError: the area would hold too much; nothing was written.
            SerializeError: a value is not JSON; nothing was written.
        """
        rows = {}
        for key, value in sorted((well_formed(key), value) for key, value in items.items()):
            text = to_json(value)
            size = size_of(key, value, text)
            limits.check_item(size)
            rows[key] = (area, key, size, text)
        with self._transaction():
            old = self._texts(area, None if replace else rows)
            self._delete(area, old.keys() - rows.keys())
            self._connection.executemany("REPLACE INTO items VALUES (?, ?, ?, ?)", rows.values())
            limits.check_area(*self._totals(area))
        return _changes(old, {key: row[3] for key, row in rows.items()})

    def remove(self, area: str, keys: Iterable[str] | None) -> Changes:
        """Remove these keys; all with ``None``."""
        with self._transaction():
            old = self._texts(area, keys)
            self._delete(area, old)
        return _changes(old, {})

    def _delete(self, area: str, keys: Iterable[str]) -> None:
        rows = [(area, key) for key in keys]
        self._connection.executemany("DELETE FROM items WHERE area = ? AND key = ?", rows)

    @cached_property
    def indexed(self) -> IndexedDatabases:
        """What the app keeps in ``indexedDB``."""
        return IndexedDatabases(self._connection)

    def _transaction(self) -> Transaction:
        return Transaction(self._connection)

    def _texts(self, area: str, keys: Iterable[str] | None) -> dict[str, str]:
        if keys is None:
            rows = self._connection.execute(
                "SELECT key, value FROM items WHERE area = ? ORDER BY key", (area,)
            )
            return dict(rows)
        found = {}
        for key in sorted({well_formed(key) for key in keys}):
            row = self._connection.execute(
                "SELECT value FROM items WHERE area = ? AND key = ?", (area, key)
            ).fetchone()
            if row is not None:
                found[key] = row[0]
        return found

    def _item_size(self, area: str, key: str) -> int | None:
        row = self._connection.execute(
            "SELECT size FROM items WHERE area = ? AND key = ?", (area, key)
        ).fetchone()
        return None if row is None else row[0]

    def _totals(self, area: str) -> tuple[int, int]:
        row: tuple[int, int] = self._connection.execute(
            "SELECT coalesce(sum(size), 0), count(*) FROM items WHERE area = ?", (area,)
        ).fetchone()
        return row


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> Changes:
    changes: Changes = {}
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) == new.get(key):
            continue
        change = changes[key] = {}
        if key in new:
            change["newValue"] = json.loads(new[key])
        if key in old:
            change["oldValue"] = json.loads(old[key])
    return changes
