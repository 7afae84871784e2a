"""What is kept of `indexedDB`: whole transactions, in the state that they began in, within a bound."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from homeport.storage import (
    MOST_INDEXED_BYTES,
    ChangedElsewhereError,
    IndexedChange,
    IndexedDatabases,
    QuotaError,
    Storage,
)

APP = "a" * 32
PUT, DELETE, CLEAR = range(3)


def entry(what: int, store: int, key: str = "", value: bytes = b"") -> bytes:
    return struct.pack("<BIII", what, store, len(key), len(value)) + key.encode() + value


@pytest.fixture
async def storage(tmp_path: Path):
    storage = Storage(tmp_path)
    yield storage
    await storage.aclose()


def write(
    databases: IndexedDatabases, token: str | None, *entries: bytes, stores: list[int] | None = None
) -> str:
    return databases.change('"db"', token, IndexedChange(1, "{}", stores or [1, 2], b"".join(entries)))


def contents(databases: IndexedDatabases) -> list[tuple[int, str, bytes]]:
    found = databases.find('"db"')
    assert found is not None
    records: list[tuple[int, str, bytes]] = []
    while part := databases.read('"db"', found.token, records[-1][:2] if records else None):
        records += part
    return records


async def test_a_transaction_is_read_again_by_another_process(storage: Storage, tmp_path: Path) -> None:
    def fill(databases: IndexedDatabases) -> None:
        token = write(databases, None, entry(PUT, 1, "1", b"one"), entry(PUT, 2, "2", b"two"))
        write(databases, token, entry(PUT, 1, "1", b"uno"), entry(DELETE, 2, "2"), entry(PUT, 2, "3"))

    await storage.indexed(APP, fill)
    other = Storage(tmp_path)
    assert await other.indexed(APP, contents) == [(1, "1", b"uno"), (2, "3", b"")]
    assert await other.indexed(APP, lambda databases: databases.names()) == [('"db"', 1)]
    await other.aclose()


async def test_a_store_is_emptied_before_what_is_put_in_it_and_one_that_is_gone_has_no_records(
    storage: Storage,
) -> None:
    def work(databases: IndexedDatabases) -> list[tuple[int, str, bytes]]:
        token = write(databases, None, entry(PUT, 1, "1"), entry(PUT, 1, "2"), entry(PUT, 2, "3"))
        write(databases, token, entry(CLEAR, 1), entry(PUT, 1, "4"), stores=[1])
        return contents(databases)

    assert await storage.indexed(APP, work) == [(1, "4", b"")]


async def test_nothing_is_written_over_what_another_process_wrote(storage: Storage) -> None:
    def work(databases: IndexedDatabases) -> list[tuple[int, str, bytes]]:
        token = write(databases, None, entry(PUT, 1, "1", b"mine"))
        write(databases, token, entry(PUT, 1, "1", b"theirs"))
        for stale in (token, None):
            with pytest.raises(ChangedElsewhereError):
                write(databases, stale, entry(PUT, 1, "1", b"mine again"))
        with pytest.raises(ChangedElsewhereError):
            databases.read('"db"', token, None)
        return contents(databases)

    assert await storage.indexed(APP, work) == [(1, "1", b"theirs")]


async def test_what_would_be_too_much_leaves_everything_as_it_was(storage: Storage) -> None:
    big = bytes(MOST_INDEXED_BYTES // 2)

    def work(databases: IndexedDatabases) -> list[tuple[int, str, int]]:
        token = write(databases, None, entry(PUT, 1, "1", big))
        with pytest.raises(QuotaError):
            write(databases, token, entry(PUT, 1, "2", b"x"), entry(PUT, 1, "3", big))
        token = write(databases, token, entry(PUT, 1, "1", big))  # in the place of what is there
        write(databases, token, entry(DELETE, 1, "1"), entry(PUT, 1, "2", big), entry(PUT, 1, "3", b"y"))
        return [(store, key, len(value)) for store, key, value in contents(databases)]

    assert await storage.indexed(APP, work) == [(1, "2", len(big)), (1, "3", 1)]


async def test_what_is_no_change_changes_nothing(storage: Storage) -> None:
    def work(databases: IndexedDatabases) -> object:
        for broken in (b"x", entry(3, 1), entry(PUT, 1, "key", b"value")[:-1], entry(PUT, 1)[:-1] + b"\1"):
            with pytest.raises(ValueError, match="not an entry"):
                write(databases, None, entry(PUT, 1, "1"), broken)
        return databases.find('"db"')

    assert await storage.indexed(APP, work) is None


async def test_many_records_are_read_in_parts_and_a_deleted_database_is_gone(storage: Storage) -> None:
    def work(databases: IndexedDatabases) -> tuple[list[str], list[tuple[str, int]]]:
        token = write(databases, None, *(entry(PUT, 1, f"{n}", bytes(3 << 20)) for n in range(5)))
        keys: list[str] = []
        parts = 0
        while records := databases.read('"db"', token, (1, keys[-1]) if keys else None):
            keys += [key for _, key, _ in records]
            parts += 1
        assert parts > 1
        databases.delete('"db"')
        databases.delete('"never"')
        write(databases, None)
        assert contents(databases) == []
        return keys, databases.names()

    assert await storage.indexed(APP, work) == ([f"{n}" for n in range(5)], [('"db"', 1)])
