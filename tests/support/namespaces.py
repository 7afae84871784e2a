"""A network of a test's own, on Linux."""

from __future__ import annotations

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")
_CLONE_NEWNET = 0x40000000


def in_new_network(commands: str, work: Callable[[], T]) -> T:
    """What ``work`` returns, on a thread in an empty network in which ``commands`` of the shell ran.

    Skips the test where a network may not be made.
    """
    done: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
                raise PermissionError(os.strerror(ctypes.get_errno()))
            subprocess.run(["sh", "-ec", commands], check=True, capture_output=True)
            done.append(work())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    for failure in failures:
        if isinstance(failure, PermissionError):
            pytest.skip("may not make a network namespace")
        raise failure
    return done[0]
