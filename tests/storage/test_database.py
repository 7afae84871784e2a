from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading

import pytest

from homeport.storage import QuotaError, SerializeError
from homeport.storage._database import Database
from homeport.storage._quota import LIMITS, UNLIMITED, Limits


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "app.sqlite3")
    yield database
    database.close()


def test_values_are_there_after_the_file_was_closed(tmp_path):
    path = tmp_path / "app.sqlite3"
    first = Database(path)
    first.write("local", {"b": [1, None, "x"], "a": {"z": 1, "y": 2.5}}, UNLIMITED)
    first.close()
    second = Database(path)
    assert list(second.read("local", None).items()) == [("a", {"y": 2.5, "z": 1}), ("b", [1, None, "x"])]
    second.close()


def test_a_write_tells_what_changed_and_nothing_where_nothing_did(database):
    assert database.write("local", {"a": 1, "b": 2}, UNLIMITED) == {
        "a": {"newValue": 1},
        "b": {"newValue": 2},
    }
    assert database.write("local", {"a": 1, "b": 3}, UNLIMITED) == {"b": {"newValue": 3, "oldValue": 2}}
    assert database.write("local", {"a": True}, UNLIMITED) == {"a": {"newValue": True, "oldValue": 1}}
    assert database.write("local", {"o": {"x": 1, "y": 2}}, UNLIMITED) != {}
    assert database.write("local", {"o": {"y": 2, "x": 1}}, UNLIMITED) == {}


def test_removing_tells_the_old_values(database):
    database.write("local", {"a": 1, "b": 2, "c": None}, UNLIMITED)
    assert database.remove("local", ["b", "nope", "b"]) == {"b": {"oldValue": 2}}
    assert database.remove("local", None) == {"a": {"oldValue": 1}, "c": {"oldValue": None}}
    assert database.remove("local", None) == {}


def test_areas_do_not_see_each_other(database):
    database.write("local", {"a": 1}, UNLIMITED)
    assert database.read("sync", None) == {}
    assert database.remove("sync", None) == {}
    assert database.keys("local") == ["a"]


def test_a_write_over_the_quota_writes_nothing_and_shrinking_is_always_allowed(database):
    quota = 10_485_760
    database.write("local", {"k": "x" * (quota - 3)}, LIMITS["local"])
    assert database.size("local", None) == quota
    with pytest.raises(QuotaError):
        database.write("local", {"j": 1}, LIMITS["local"])
    assert database.keys("local") == ["k"]
    database.write("local", {"k": 1, "j": 1}, LIMITS["local"])
    with pytest.raises(QuotaError):
        database.write("local", {"j": 2, "big": "x" * quota, "z": 1}, LIMITS["local"])
    assert database.read("local", None) == {"j": 1, "k": 1}


def test_the_area_is_checked_after_the_whole_write(database):
    limits = Limits(items=2)
    database.write("sync", {"a": 1, "b": 1}, limits)
    database.write("sync", {"b": 2}, limits)
    with pytest.raises(QuotaError, match="kMaxItems"):
        database.write("sync", {"c": 1}, limits)


def test_a_value_that_is_not_json_spoils_the_whole_write(database):
    with pytest.raises(SerializeError):
        database.write("local", {"a": 1, "b": b"bytes"}, UNLIMITED)
    assert database.keys("local") == []


def test_size_counts_each_key_once(database):
    database.write("local", {"a": "12", "b": 1}, UNLIMITED)
    assert database.size("local", ["a", "a", "no"]) == 5
    assert database.size("local", []) == 0


@pytest.mark.parametrize(
    "key", ["", "a.b", "k\u00e9\U0001f600", "__proto__", "'; DROP TABLE items; --", "\0"]
)
def test_any_text_is_a_key(database, key):
    database.write("local", {key: 1}, UNLIMITED)
    assert database.read("local", [key]) == {key: 1}


def test_a_lone_surrogate_becomes_the_replacement_character(database):
    database.write("local", {"\ud800": "\udfff"}, UNLIMITED)
    assert database.read("local", None) == {"\ufffd": "\ufffd"}


def test_a_file_that_many_open_at_once_for_the_first_time_is_opened_by_all(tmp_path):
    """Turning the journal over needs the file alone, and SQLite does not wait for that by itself."""
    failures = []
    for number in range(30):
        path = tmp_path / f"{number}.sqlite"
        together = threading.Barrier(4)

        def opens(path=path, together=together):
            together.wait()
            try:
                Database(path).close()
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=opens) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


@pytest.mark.skipif(sys.platform == "win32", reason="files have no bound there")
def test_a_disk_that_takes_nothing_is_told_at_once(tmp_path):
    # Files of this process may have no byte, and who waits for another process waits for ever.
    program = """
import resource, signal, sys
from pathlib import Path
from homeport.storage import _database as database
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
database._PATIENCE = 1e9
database.Database(Path(sys.argv[1]) / "app.sqlite3")
"""
    command = [sys.executable, "-c", program, tmp_path]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.stderr.splitlines()[-1].startswith("sqlite3.OperationalError: ")


def test_a_full_disk_is_told_as_such_and_what_was_there_is_still(database):
    database.write("local", {"before": 1}, UNLIMITED)
    connection = database._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        database.write("local", {"large": "x" * 100_000, "small": 2}, UNLIMITED)
    connection.execute("PRAGMA max_page_count = 1000000")
    database.write("local", {"after": 3}, UNLIMITED)
    assert database.read("local", None) == {"before": 1, "after": 3}
