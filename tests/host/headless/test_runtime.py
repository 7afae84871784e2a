"""A runtime before it has a page."""

from __future__ import annotations

import os
import socket
import struct
import sys
from pathlib import Path

import psutil
import pytest

from homeport.errors import UserError
from homeport.host import Sandbox, start_runtime
from homeport.host import _runtime as module
from homeport.host._child import Child


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
    assert await child.wait() == -9


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
        runtime.writer.sendall(struct.pack("<BI", 2, len(question)) + question)
        runtime.reader.settimeout(30)
        assert runtime.reader.recv(100) == struct.pack("<BI", 2, ord("\n")) + answer + b"\n"
