"""The audit log's file."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import sys
import threading

import pytest

from homeport.audit import AuditLog
from homeport.errors import UserError


def test_each_event_is_a_line_of_json_with_its_time(tmp_path, lines):
    log = AuditLog(tmp_path / "audit.jsonl", clock=lambda: 0.25)
    log.write("connect", host="printer", port=9100)
    log.close()
    assert lines(log.path) == [
        {"time": "1970-01-01T00:00:00.250+00:00", "event": "connect", "host": "printer", "port": 9100}
    ]


@pytest.mark.parametrize("text", ["\x1b]0;owned\x07", "a\nb", "\x7f\x9b31m", "\u202egpj", "\ud800", '"}'])
def test_whatever_is_in_it_a_line_is_one_line_of_printable_ascii(tmp_path, text):
    log = AuditLog(tmp_path / "audit.jsonl")
    log.write("connect", host=text)
    log.close()
    data = log.path.read_bytes()
    assert data.count(b"\n") == 1
    assert data[:-1].decode("ascii").isprintable()
    assert json.loads(data)["host"] == text


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_only_its_owner_reads_it_even_if_it_was_open_to_others_before(tmp_path):
    path = tmp_path / "audit.jsonl"
    path.write_text("")
    path.chmod(0o644)
    AuditLog(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    new = tmp_path / "new.jsonl"
    old = os.umask(0)
    try:
        AuditLog(new).close()
    finally:
        os.umask(old)
    assert stat.S_IMODE(new.stat().st_mode) == 0o600


def test_it_goes_on_where_it_ended(tmp_path, lines):
    for event in ("one", "two"):
        log = AuditLog(tmp_path / "audit.jsonl")
        log.write(event)
        log.close()
    assert [line["event"] for line in lines(log.path)] == ["one", "two"]


def test_it_is_rotated_at_its_bound_and_only_so_many_are_kept(tmp_path, lines):
    log = AuditLog(tmp_path / "audit.jsonl", size=1000, keep=2)
    for number in range(100):
        log.write("connect", number=number)
    log.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"]
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())
    kept = [lines(tmp_path / name) for name in reversed(names)]
    numbers = [line["number"] for part in kept for line in part]
    assert numbers == list(range(numbers[0], 100))


def test_two_processes_do_not_share_a_log(tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl")
    with pytest.raises(UserError, match="another process writes to"):
        AuditLog(tmp_path / "audit.jsonl")
    log.close()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX links")
def test_a_link_is_not_followed_and_no_other_thing_is_written_to(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link", "pipe", "missing/folder/audit.jsonl"):
        with pytest.raises(UserError, match="audit-log"):
            AuditLog(tmp_path / name)
    os.close(reader)
    assert not (tmp_path / "target").exists()


def test_when_the_disk_is_full_lines_are_counted_and_that_is_said_once(tmp_path, lines, monkeypatch):
    said: list[str] = []
    full = threading.Event()
    real = os.write
    tried = threading.Semaphore(0)

    def write(descriptor, data):
        if full.is_set():
            tried.release()
            real(descriptor, data[:7])  # some of it still fits
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr("homeport.audit._log.os.write", write)
    log = AuditLog(tmp_path / "audit.jsonl", on_trouble=said.append)
    full.set()
    for number in range(5):
        log.write("connect", number=number)
        assert tried.acquire(timeout=5)
    while log.lost < 5:
        pass
    full.clear()
    log.write("connect", number=5)
    log.close()
    assert log.lost == 5
    assert said == [f"the audit log {log.path} cannot be written: No space left on device"]
    lost, last = lines(log.path)
    assert (lost["event"], lost["lines"], last["number"]) == ("lost", 5, 5)


def test_what_no_writer_keeps_up_with_is_counted_and_costs_no_more_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("homeport.audit._log._MOST_WAITING", 10)
    begun, go_on = threading.Event(), threading.Event()
    real = os.write

    def slow(descriptor, data):
        begun.set()
        assert go_on.wait(5)
        return real(descriptor, data)

    monkeypatch.setattr("homeport.audit._log.os.write", slow)
    log = AuditLog(tmp_path / "audit.jsonl")
    log.write("first")
    assert begun.wait(5)
    for _ in range(25):
        log.write("more")
    assert log.lost == 15
    go_on.set()
    log.close()
    assert log.path.read_bytes().count(b"\n") == 12  # the first, ten more, and that fifteen are lost


def test_after_its_end_nothing_is_written(tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl")
    log.close()
    log.write("late")
    assert log.path.read_bytes() == b""


def test_another_that_takes_the_file_while_it_is_rotated_costs_lines_and_stops_nothing(tmp_path):
    path = tmp_path / "audit.log"
    log = AuditLog(path, size=1, keep=1)
    for number in range(5000):
        log.write("line", number=number)
        with contextlib.suppress(UserError):
            AuditLog(path).close()
        if log.lost:
            break
    assert log.lost
    log.write("after")
    log.close()
    assert '"event":"after"' in path.read_text()
