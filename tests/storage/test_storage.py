from __future__ import annotations

import asyncio
import os
import sys

import pytest

from homeport.storage import (
    QuotaError,
    ReadOnlyError,
    SerializeError,
    Storage,
    StorageError,
    default_folder,
)

APP = "a" * 32
OTHER = "b" * 32


@pytest.fixture
async def storage(tmp_path):
    storage = Storage(tmp_path / "storage")
    yield storage
    await storage.aclose()


async def test_get_takes_nothing_a_key_keys_or_defaults(storage):
    await storage.set(APP, "local", {"a": 1, "b": 2})
    assert await storage.get(APP, "local", None) == {"a": 1, "b": 2}
    assert await storage.get(APP, "local", "a") == {"a": 1}
    assert await storage.get(APP, "local", ["b", "zz"]) == {"b": 2}
    assert await storage.get(APP, "local", {"b": 7, "zz": 5}) == {"b": 2, "zz": 5}
    assert await storage.get(APP, "local", []) == {}
    assert await storage.get(APP, "local", {}) == {}
    assert await storage.get_keys(APP, "local") == ["a", "b"]
    assert await storage.bytes_in_use(APP, "local", "a") == 2


async def test_apps_do_not_see_each_other(storage):
    await storage.set(APP, "local", {"a": 1})
    assert await storage.get(OTHER, "local", None) == {}


async def test_two_daemons_share_one_file(storage, tmp_path):
    other = Storage(tmp_path / "storage")
    await asyncio.gather(
        *(storage.set(APP, "local", {f"a{n}": n}) for n in range(20)),
        *(other.set(APP, "local", {f"b{n}": n}) for n in range(20)),
    )
    assert len(await other.get_keys(APP, "local")) == 40
    await other.aclose()


async def test_managed_values_are_read_only(storage):
    assert await storage.get(APP, "managed", {"a": 1}) == {"a": 1}
    for write in (
        storage.set(APP, "managed", {"a": 1}),
        storage.remove(APP, "managed", "a"),
        storage.clear(APP, "managed"),
    ):
        with pytest.raises(ReadOnlyError, match=r"This is a read-only store\."):
            await write


async def test_local_has_no_bound_with_unlimited_storage(storage):
    big = {"k": "x" * 10_485_760}
    with pytest.raises(QuotaError):
        await storage.set(APP, "local", big)
    await storage.set(APP, "local", big, unlimited=True)
    with pytest.raises(QuotaError):
        await storage.set(APP, "sync", big, unlimited=True)


async def test_each_function_has_its_own_rate(storage):
    for number in range(120):
        await storage.set(APP, "sync", {"a": number})
    with pytest.raises(QuotaError, match="PER_MINUTE"):
        await storage.set(APP, "sync", {"a": 0})
    await storage.remove(APP, "sync", "a")
    await storage.clear(APP, "sync")
    await storage.set(OTHER, "sync", {"a": 0})


async def test_a_damaged_file_is_one_clear_error(storage, tmp_path):
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / f"{APP}.sqlite3").write_bytes(b"not a database, whatever its name says" * 99)
    with pytest.raises(StorageError, match="cannot be used"):
        await storage.get(APP, "local", None)
    assert await storage.get(OTHER, "local", None) == {}


@pytest.mark.parametrize("name", ["../evil", "", "a/b", "a.b"])
async def test_an_id_that_is_not_one_reaches_no_file(storage, name):
    with pytest.raises(StorageError):
        await storage.get(name, "local", None)


@pytest.mark.skipif(sys.platform == "win32", reason="files there have lists, which folders hand on")
async def test_files_are_the_users_own(storage, tmp_path):
    await storage.set(APP, "local", {"a": 1})
    assert (tmp_path / "storage").stat().st_mode & 0o077 == 0


async def test_without_a_folder_nothing_is_written():
    storage = Storage(None)
    await storage.set(APP, "local", {"a": 1})
    assert await storage.get(APP, "local", "a") == {"a": 1}
    await storage.aclose()


def test_the_folder_is_the_operators_where_one_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("HOMEPORT_DATA_DIR", str(tmp_path))
    assert default_folder() == tmp_path / "storage"
    monkeypatch.delenv("HOMEPORT_DATA_DIR")
    assert tmp_path not in default_folder().parents


async def test_a_released_file_is_closed_and_opens_again(storage, tmp_path):
    await storage.set(APP, "local", {"a": 1})
    journal = tmp_path / "storage" / f"{APP}.sqlite3-wal"  # is there while the file is open
    assert journal.exists()
    await storage.release(APP)
    assert not journal.exists()
    await storage.release(APP)
    assert await storage.get(APP, "local", None) == {"a": 1}


async def test_what_is_in_memory_alone_is_kept_when_it_is_released():
    storage = Storage(None)
    await storage.set(APP, "local", {"a": 1})
    await storage.release(APP)
    assert await storage.get(APP, "local", None) == {"a": 1}
    await storage.aclose()


async def test_the_owner_puts_values_into_any_area_and_at_any_rate(storage):
    for area in ("local", "sync", "managed"):
        for n in range(130):  # more than `sync` takes of an app in a minute
            await storage.put(APP, area, {"n": n})
        assert await storage.get(APP, area, None) == {"n": 129}


async def test_what_is_put_may_replace_all_there_was(storage):
    await storage.set(APP, "local", {"a": 1, "b": 2, "c": 3})
    changes = await storage.put(APP, "local", {"b": 2, "c": 4}, replace=True)
    assert await storage.get(APP, "local", None) == {"b": 2, "c": 4}
    assert changes == {"a": {"oldValue": 1}, "c": {"oldValue": 3, "newValue": 4}}


async def test_too_much_is_put_not_at_all(storage):
    await storage.set(APP, "sync", {"a": 1})
    with pytest.raises(QuotaError):
        await storage.put(APP, "sync", {str(n): n for n in range(513)}, replace=True)
    assert await storage.get(APP, "sync", None) == {"a": 1}
    await storage.put(APP, "sync", {str(n): n for n in range(512)}, replace=True)


async def test_a_value_nested_too_deep_is_refused(storage):
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(SerializeError):
        await storage.set(APP, "local", {"deep": deep})


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away")
async def test_what_root_puts_into_a_users_folder_is_that_users(tmp_path):
    folder = tmp_path / "storage"
    folder.mkdir()
    os.chown(folder, 12345, 12346)
    storage = Storage(folder)
    await storage.put(APP, "local", {"a": 1})
    files = [path.stat() for path in folder.iterdir()]
    assert {(file.st_uid, file.st_gid) for file in files} == {(12345, 12346)}
    assert len(files) == 3  # the journal's, too
    await storage.aclose()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root could be led astray")
async def test_root_follows_no_link_that_a_user_left_in_place_of_the_file(tmp_path):
    folder, elsewhere = tmp_path / "storage", tmp_path / "elsewhere"
    folder.mkdir()
    os.chown(folder, 12345, 12346)
    (folder / f"{APP}.sqlite3").symlink_to(elsewhere)
    storage = Storage(folder)
    with pytest.raises(StorageError, match="is a link"):
        await storage.put(APP, "local", {"a": 1})
    assert not elsewhere.exists()
    await storage.aclose()
