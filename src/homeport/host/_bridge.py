"""Threads between a child's pipes and sockets, where no child can have sockets and no loop watch pipes.

That is Windows. Everywhere else the child's standard input and output are sockets themselves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from threading import Thread
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

    from homeport.engine import RawSocket

__all__ = ["bridge"]

_READ = 256 << 10


def bridge(
    process: subprocess.Popen[bytes],
    its_input: RawSocket,
    its_output: RawSocket,
    heard: Callable[[bytes], None],
) -> None:
    """Carry bytes between ``process`` and two sockets until either side ends.

    ``heard`` gets what it writes to its standard error; it is called in a thread. The sockets belong to the
    threads from now on.
    """
    assert process.stdin is not None  # noqa: S101 - the caller asked for pipes
    assert process.stdout is not None  # noqa: S101
    assert process.stderr is not None  # noqa: S101
    for work in (
        (_carry_in, its_input, process.stdin),
        (_carry_out, process.stdout, its_output),
        (_listen, process.stderr, heard),
    ):
        Thread(target=work[0], args=work[1:], daemon=True, name="homeport-child").start()


def _carry_in(source: RawSocket, target: IO[bytes]) -> None:
    source.setblocking(True)
    with contextlib.suppress(OSError, ValueError):
        while data := source.recv(_READ):
            target.write(data)
            target.flush()
    with contextlib.suppress(OSError):
        target.close()
    source.close()


def _carry_out(source: IO[bytes], target: RawSocket) -> None:
    target.setblocking(True)
    read: Callable[[int], bytes] = source.read1  # type: ignore[attr-defined]
    with contextlib.suppress(OSError, ValueError):
        while data := read(_READ):
            view = memoryview(data)
            while view:
                view = view[target.send(view) :]
    target.close()
    source.close()


def _listen(source: IO[bytes], heard: Callable[[bytes], None]) -> None:
    read: Callable[[int], bytes] = source.read1  # type: ignore[attr-defined]
    with contextlib.suppress(OSError, ValueError):
        while data := read(_READ):
            heard(data)
    source.close()
