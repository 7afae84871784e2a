"""What an app keeps in ``indexedDB`` where no browser keeps it: databases to read, transactions to write.

The page holds a database in memory, as it was read, and sends what each of its transactions changed. A
*token* says which state that was: it changes with each transaction, so that of two processes that have the
same database one alone goes on to write, and what it wrote is whole.

A change comes as entries: ``u8`` what it is, ``u32`` store, ``u32`` length of the key, ``u32`` length of the
value (little endian), the key's text, the value's bytes.
"""

from __future__ import annotations

import secrets
import sqlite3
import struct
from collections.abc import Iterator
from typing import NamedTuple

from homeport.errors import HomeportError

from ._quota import QuotaError
from ._transaction import Transaction

__all__ = [
    "MOST_BYTES",
    "ChangedElsewhereError",
    "IndexedChange",
    "IndexedDatabase",
    "IndexedDatabases",
    "Place",
]

#: What an app may keep: the page has all of a database in its memory.
MOST_BYTES = 64 << 20
#: What a record costs beside its key and value.
_A_RECORD = 64
#: What is read at once, unless one record is larger.
_READ = 4 << 20
_ENTRY = struct.Struct("<BIII")
_PUT, _DELETE, _CLEAR = range(3)

_SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS indexed_databases (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        token TEXT NOT NULL,
        about TEXT NOT NULL,
        size INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS indexed_records (
        owner INTEGER NOT NULL,
        store INTEGER NOT NULL,
        key TEXT NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (owner, store, key)
    )
    """,
)


class ChangedElsewhereError(HomeportError):
    """The database is not as the page has it."""

    def __str__(self) -> str:
        return "Another process has changed the database."


class IndexedDatabase(NamedTuple):
    """A database without its records. ``about`` is the page's own description of it."""

    version: int
    token: str
    about: str


class IndexedChange(NamedTuple):
    """What a transaction changed.

    Attributes:
        version, about: of the database, now.
        stores: those that there are now; the records of others are removed.
        entries: see the module's text.
    """

    version: int
    about: str
    stores: list[int]
    entries: bytes


#: The store and the key of a record.
Place = tuple[int, str]


class IndexedDatabases:
    """The databases of one app. Synchronous; used from one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        for statement in _SCHEMA:
            connection.execute(statement)

    def names(self) -> list[tuple[str, int]]:
        """Every database: its name and version."""
        return self._connection.execute(
            "SELECT name, version FROM indexed_databases ORDER BY name"
        ).fetchall()

    def find(self, name: str) -> IndexedDatabase | None:
        """A database, if there is one of this name."""
        row = self._connection.execute(
            "SELECT version, token, about FROM indexed_databases WHERE name = ?", (name,)
        ).fetchone()
        return None if row is None else IndexedDatabase(*row)

    def read(self, name: str, token: str, after: Place | None) -> list[tuple[int, str, bytes]]:
        """The records that follow ``after``, as many as are read at once; none: there are no more.

        Raises:
            ChangedElsewhereError: it is not in the state ``token`` any more.
        """
        owner, _ = self._owner(name, token)
        store, key = after or (-1, "")
        rows = self._connection.execute(
            "SELECT store, key, value FROM indexed_records WHERE owner = ? AND (store, key) > (?, ?) "
            "ORDER BY store, key",
            (owner, store, key),
        )
        found, size = [], 0
        for row in rows:
            found.append(row)
            size += len(row[1]) + len(row[2])
            if size >= _READ:
                break
        return found

    def change(self, name: str, token: str | None, change: IndexedChange) -> str:
        """Write what a transaction changed, all or nothing; the new token.

        ``token`` is the state that it began in; None: there was no such database.

        Raises:
            ChangedElsewhereError: it is not in that state.
            QuotaError: the app would keep too much.
            ValueError: these are no entries.
        """
        new = secrets.token_hex(8)
        with Transaction(self._connection):
            owner, size = self._owner(name, token)
            kept = {store for (store,) in self._stores(owner)}
            for store in kept - set(change.stores):
                size -= self._clear(owner, store)
            for what, store, key, value in _read_entries(change.entries):
                size += self._apply(owner, what, store, key, value)
            self._connection.execute(
                "UPDATE indexed_databases SET version = ?, token = ?, about = ?, size = ? WHERE id = ?",
                (change.version, new, change.about, size, owner),
            )
            self._check_size()
        return new

    def delete(self, name: str) -> None:
        """Remove a database and all that is in it."""
        with Transaction(self._connection):
            for (owner,) in self._connection.execute(
                "SELECT id FROM indexed_databases WHERE name = ?", (name,)
            ).fetchall():
                self._connection.execute("DELETE FROM indexed_records WHERE owner = ?", (owner,))
                self._connection.execute("DELETE FROM indexed_databases WHERE id = ?", (owner,))

    def _owner(self, name: str, token: str | None) -> tuple[int, int]:
        """The number and size of the database in this state; of a new one without a token."""
        row = self._connection.execute(
            "SELECT id, size, token FROM indexed_databases WHERE name = ?", (name,)
        ).fetchone()
        if (None if row is None else row[2]) != token:
            raise ChangedElsewhereError
        if row is not None:
            return row[0], row[1]
        cursor = self._connection.execute(
            "INSERT INTO indexed_databases (name, version, token, about, size) VALUES (?, 0, '', '', 0)",
            (name,),
        )
        assert cursor.lastrowid is not None  # noqa: S101 - it was inserted
        return cursor.lastrowid, 0

    def _stores(self, owner: int) -> list[tuple[int]]:
        return self._connection.execute(
            "SELECT DISTINCT store FROM indexed_records WHERE owner = ?", (owner,)
        ).fetchall()

    def _apply(self, owner: int, what: int, store: int, key: str, value: bytes) -> int:
        """Do one entry; by how much it makes the database larger."""
        if what == _CLEAR:
            return -self._clear(owner, store)
        place = (owner, store, key)
        row = self._connection.execute(
            "SELECT length(value) FROM indexed_records WHERE owner = ? AND store = ? AND key = ?", place
        ).fetchone()
        before = 0 if row is None else _A_RECORD + len(key) + row[0]
        if what == _PUT:
            self._connection.execute("REPLACE INTO indexed_records VALUES (?, ?, ?, ?)", (*place, value))
            return _A_RECORD + len(key) + len(value) - before
        self._connection.execute(
            "DELETE FROM indexed_records WHERE owner = ? AND store = ? AND key = ?", place
        )
        return -before

    def _clear(self, owner: int, store: int) -> int:
        """Remove a store's records; how large they were."""
        size: int = self._connection.execute(
            "SELECT coalesce(sum(length(key) + length(value) + ?), 0) FROM indexed_records "
            "WHERE owner = ? AND store = ?",
            (_A_RECORD, owner, store),
        ).fetchone()[0]
        self._connection.execute("DELETE FROM indexed_records WHERE owner = ? AND store = ?", (owner, store))
        return size

    def _check_size(self) -> None:
        size: int = self._connection.execute(
            "SELECT coalesce(sum(size + length(name) + length(about) + ?), 0) FROM indexed_databases",
            (_A_RECORD,),
        ).fetchone()[0]
        if size > MOST_BYTES:
            raise QuotaError(f"An app may keep {MOST_BYTES >> 20} MiB in indexedDB without a browser.")


def _read_entries(entries: bytes) -> Iterator[tuple[int, int, str, bytes]]:
    at = 0
    while at < len(entries):
        try:
            what, store, key_length, length = _ENTRY.unpack_from(entries, at)
        except struct.error:
            raise ValueError("not an entry") from None
        at += _ENTRY.size
        middle, end = at + key_length, at + key_length + length
        if what > _CLEAR or end > len(entries):
            raise ValueError("not an entry")
        yield what, store, entries[at:middle].decode(), entries[middle:end]
        at = end
