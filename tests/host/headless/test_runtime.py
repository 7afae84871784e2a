"""A runtime before it has a page."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from homeport.errors import UserError
from homeport.host import Sandbox, start_runtime
from homeport.host import _runtime as module
from homeport.host._child import Child
from homeport.host._page import _explain


def descriptors() -> set[str]:
    """What this process has open that is a socket or a pipe."""
    links = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
    return {os.readlink(link) for link in links if os.path.islink(link)}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("pipes", [False, True])
def test_a_runtime_that_nobody_takes_is_gone_with_all_its_descriptors(tmp_path: Path, pipes: bool) -> None:
    before = descriptors()
    with start_runtime(Sandbox(cache=tmp_path), pipes=pipes) as runtime:
        assert psutil.pid_exists(runtime.process.pid)
    assert not psutil.pid_exists(runtime.process.pid)
    assert descriptors() == before


async def test_a_runtime_that_was_taken_lives_on_and_waits(tmp_path: Path) -> None:
    with start_runtime(Sandbox(cache=tmp_path)) as runtime:
        child = Child(runtime)
    assert runtime.process.poll() is None
    child.kill()
    assert await child.wait() == (1 if sys.platform == "win32" else -9)


#: Runs in a console of its own, to whose programs it sends Ctrl-C; one of them shows that it came.
_CTRL_C = """
import ctypes, signal, subprocess, sys
from homeport.host import Sandbox, start_runtime

signal.signal(signal.SIGINT, lambda *_: None)
with start_runtime(Sandbox()) as runtime:
    wait = [sys.executable, "-c", "print(flush=True); import time; time.sleep(60)"]
    with subprocess.Popen(wait, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as other:
        other.stdout.readline()
        ctypes.windll.kernel32.GenerateConsoleCtrlEvent(signal.CTRL_C_EVENT, 0)
        other.wait(30)
    print(runtime.process.poll())
"""


@pytest.mark.skipif(sys.platform != "win32", reason="elsewhere it has a session of its own")
def test_a_runtime_hears_no_ctrl_c_of_the_console() -> None:
    inner = [sys.executable, "-c", _CTRL_C]
    alone = subprocess.CREATE_NO_WINDOW  # type: ignore[attr-defined, unused-ignore]
    done = subprocess.run(inner, capture_output=True, creationflags=alone, timeout=60, check=False)
    assert (done.stdout.strip(), done.returncode) == (b"None", 0), done.stderr


@pytest.mark.parametrize("name", ["location_data", "node_compat_bin"])
def test_what_it_would_keep_for_others_has_no_place(tmp_path: Path, name: str) -> None:
    with start_runtime(Sandbox(cache=tmp_path / "cache")):
        assert (tmp_path / "cache" / name).is_file()


def test_a_runtime_that_cannot_be_started_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "find_deno", lambda: str(tmp_path / "no-deno"))
    before = descriptors()
    with pytest.raises(UserError, match="The JavaScript runtime cannot be started"):
        start_runtime(Sandbox())
    assert descriptors() == before


@pytest.mark.skipif(sys.platform != "linux", reason="needs sockets that keep writes apart")
def test_what_it_says_is_one_write_whatever_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = iter((socket.socketpair(), socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)))
    monkeypatch.setattr(module, "local_pair", lambda: next(pairs))
    question, answer = b'["ping",1]', b'["pong",1]'
    with start_runtime(Sandbox(cache=tmp_path)) as runtime:
        assert isinstance(runtime.writer, socket.socket)
        assert isinstance(runtime.reader, socket.socket)
        runtime.writer.sendall(struct.pack("<BI", 2, len(question)) + question)
        runtime.reader.settimeout(30)
        assert runtime.reader.recv(100) == struct.pack("<BI", 2, ord("\n")) + answer + b"\n"


def test_why_one_ended_is_told_in_its_first_words_not_in_a_ruled_line() -> None:
    said = _explain(1, ["", "=" * 60, "Deno has panicked.", "Platform: linux"], Sandbox())
    assert said == "its process ended with status 1: Deno has panicked."
