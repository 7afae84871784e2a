"""All or nothing, in SQLite."""

from __future__ import annotations

import sqlite3


class Transaction:
    """Writes all or nothing. Begins at once, so that two processes do not both read before they write."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            # Where the disk is full SQLite has taken it back already, and would say that instead.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
