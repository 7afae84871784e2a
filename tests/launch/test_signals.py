"""Being asked to stop, once and again."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")

PROGRAM = """
import asyncio, os, signal, sys
from homeport.launch._signals import stop_signals

async def main():
    stop = asyncio.Event()
    async with stop_signals(stop):
        for name in sys.argv[1:]:
            os.kill(os.getpid(), getattr(signal, name))
            await stop.wait()
            for _ in range(5):
                await asyncio.sleep(0)
    print("all was closed")

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("signals", "status"),
    [
        # A terminal that ends is told of by the shell and by the kernel; timeout(1) asks twice, too.
        (["SIGHUP", "SIGHUP"], 0),
        (["SIGTERM", "SIGTERM"], 0),
        (["SIGINT", "SIGTERM", "SIGHUP"], 0),
        # Who presses Ctrl-C again wants no more.
        (["SIGINT", "SIGINT"], 130),
        (["SIGTERM", "SIGINT"], 130),
    ],
)
def test_only_ctrl_c_cuts_an_orderly_end_short(signals: list[str], status: int) -> None:
    command = [sys.executable, "-c", PROGRAM, *signals]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (status, "" if status else "all was closed\n")
