"""What runs is known by one file a run, and can be stopped by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from homeport.errors import UserError
from homeport.runs import Run, RunFile, ask_to_open, asked_to_open, asked_to_stop, running, stop


def a_run(pid: int, **more: Any) -> Run:
    return Run(
        pid=pid, app_id="a" * 32, name="Echo", path="/apps/echo", host="headless", started=time.time(), **more
    )


def test_a_run_is_listed_while_it_lasts_and_not_after(tmp_path: Path) -> None:
    with RunFile(a_run(os.getpid()), tmp_path) as file:
        file.update(sockets=3, bytes_in=10)
        (seen,) = running(tmp_path)
        assert (seen.name, seen.sockets, seen.bytes_in) == ("Echo", 3, 10)
    assert list(running(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    with RunFile(a_run(os.getpid()), tmp_path) as file:
        assert file.path.stat().st_mode & 0o077 == 0


def test_the_file_of_a_killed_process_is_cleaned_up(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    file = RunFile(a_run(dead.pid), tmp_path)
    file.__enter__()
    assert list(running(tmp_path)) == []
    assert not file.path.exists()


def test_rubbish_in_the_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text("{")
    (tmp_path / "2.json").write_text(json.dumps({"pid": 1}))
    (tmp_path / "3.json").write_text(json.dumps({**a_run(os.getpid())._asdict(), "started": "yesterday"}))
    (tmp_path / "4.json").write_text("[1]")
    assert list(running(tmp_path)) == []


def test_what_another_version_says_beside_is_passed_over(tmp_path: Path) -> None:
    run = a_run(os.getpid())
    (tmp_path / "1.json").write_text(json.dumps({**run._asdict(), "mood": "good"}))
    assert list(running(tmp_path)) == [run]


def test_what_leads_to_itself_is_no_running_app(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(UserError, match="No running app"):
        stop(str(tmp_path / "loop"), folder=tmp_path)


@pytest.mark.parametrize("by", ["pid", "app_id", "name", "path"])
def test_an_app_is_stopped_by_any_of_its_names(tmp_path: Path, by: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "print(flush=True); input()"], stdout=-1, stdin=-1) as child:
        assert child.stdout
        child.stdout.readline()
        run = RunFile(a_run(child.pid), tmp_path).__enter__().run
        assert stop(str(getattr(run, by)), folder=tmp_path, signals=True) == [run]
        assert child.wait() != 0


_ASKED = """
import os, pathlib, sys, time
from homeport.runs import asked_to_stop
print(flush=True)
while asked_to_stop(pathlib.Path(sys.argv[1])) != {"a" * 32}:
    time.sleep(0.01)
"""


def test_without_signals_a_whole_process_is_asked_by_a_file_and_not_ended(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _ASKED, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        run = RunFile(a_run(child.pid), tmp_path).__enter__().run
        assert stop("Echo", folder=tmp_path, signals=False) == [run]
        assert child.wait() == 0


def test_one_of_several_apps_of_a_process_is_asked_by_a_file(tmp_path: Path) -> None:
    others = a_run(os.getpid())._replace(app_id="b" * 32, name="Other", path="/apps/other")
    with RunFile(a_run(os.getpid()), tmp_path) as one, RunFile(others, tmp_path):
        with pytest.raises(UserError, match=r"Echo \(process \d+\) did not end within 0 s"):
            stop("Echo", patience=0, folder=tmp_path)
        assert asked_to_stop(tmp_path) == {"a" * 32}
        assert {run.name for run in running(tmp_path)} == {"Echo", "Other"}
        ending = threading.Timer(0.1, one.__exit__)
        ending.start()
        assert [run.name for run in stop("Echo", folder=tmp_path)] == ["Echo"]
        ending.join()
    assert list(tmp_path.iterdir()) == []


def test_a_request_to_an_earlier_process_of_that_number_is_not_heard(tmp_path: Path) -> None:
    file = RunFile(a_run(os.getpid()), tmp_path)
    file.path.with_suffix(".stop").touch()
    with file:
        assert asked_to_stop(tmp_path) == set()


def test_stopping_what_does_not_run_names_what_does(tmp_path: Path) -> None:
    with RunFile(a_run(os.getpid()), tmp_path), pytest.raises(UserError, match=r"called 'x' \(Echo\)"):
        stop("x", folder=tmp_path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells when a process began")
def test_another_process_that_got_the_number_is_not_taken_for_the_run(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "print(flush=True); input()"], stdout=-1, stdin=-1) as other:
        file = RunFile(a_run(other.pid), tmp_path)
        file.run = file.run._replace(birth="1")
        file.__enter__()
        with pytest.raises(UserError, match="No running app"):
            stop("Echo", folder=tmp_path)
        assert other.poll() is None
        assert not file.path.exists()
        other.communicate(b"\n")


@pytest.mark.skipif(sys.platform == "win32", reason="as POSIX has them")
def test_files_of_other_kinds_are_passed_over(tmp_path: Path) -> None:
    run = a_run(os.getpid())
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "endless.json").symlink_to("/dev/zero")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "odd.json").write_text(json.dumps(run._asdict() | {"app_id": []}))
    with RunFile(run, tmp_path) as file:
        assert list(running(tmp_path)) == [file.run]


@pytest.mark.parametrize("pid", [0, -1, "1", None])
def test_what_is_no_process_is_not_asked_to_end(tmp_path: Path, pid: object) -> None:
    (tmp_path / "1.json").write_text(json.dumps(a_run(1)._asdict() | {"pid": pid}))
    assert list(running(tmp_path)) == []


def test_an_app_is_opened_once_more_where_its_own_user_asks_for_it(tmp_path: Path) -> None:
    path = tmp_path / f"{os.getpid()}-{'a' * 32}.open"
    path.write_text("a-browser")
    assert asked_to_open(tmp_path) == {"a" * 32: "a-browser"}
    assert asked_to_open(tmp_path) == {}
    path.write_text("")
    assert asked_to_open(tmp_path) == {"a" * 32: None}


@pytest.mark.parametrize("how", ["in order", "killed"])
def test_one_that_ends_meanwhile_does_not_open_its_app(tmp_path: Path, how: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        file = RunFile(a_run(child.pid), tmp_path).__enter__()

        def end() -> None:
            while not file.path.with_suffix(".open").exists():
                time.sleep(0.01)
            if how == "killed":
                child.kill()
                child.wait()
            else:
                file.__exit__()

        with ThreadPoolExecutor() as pool:
            pool.submit(end)
            assert not ask_to_open(file.run, None, patience=60, folder=tmp_path)
        assert list(tmp_path.glob("*.open")) == []
        child.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="as POSIX has them")
@pytest.mark.parametrize("kind", ["link", "pipe", "another's"])
def test_nobody_else_says_what_is_started(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{os.getpid()}-{'a' * 32}.open"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        (tmp_path / "file").write_text("a-browser")
        path.symlink_to(tmp_path / "file")
    elif os.getuid():
        pytest.skip("only root gives files away")
    else:
        path.write_text("a-browser")
        os.chown(path, 1, 1)
    assert asked_to_open(tmp_path) == {}
    assert not path.is_symlink()
    assert not path.exists()
