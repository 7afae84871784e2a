"""The daemon's memory, in a process of its own."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import gc, resource
from homeport.launch._memory import settle

settle()
assert gc.get_freeze_count() > 1000
for turn in range(100):
    if turn == 10:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    [bytearray(256 << 10) for _ in range(8)]
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc's way")
def test_memory_that_was_given_back_serves_again() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    pages = 90 * 8 * 64
    assert int(done.stdout) < pages // 20


def test_garbage_is_looked_for_once_all_is_loaded() -> None:
    script = "import gc; gc.disable()" + SCRIPT.partition("for")[0] + "print(gc.isenabled())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
