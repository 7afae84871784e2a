"""Which shell stands for the call, and whether its end is heard: with real shells."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux says what another process was called"
)

PROGRAM = (
    "import os; from homeport.launch._shell import waiting_shell; "
    "print(waiting_shell() == os.getppid(), flush=True)"
)
CALL = shlex.join([sys.executable, "-c", PROGRAM, "--load-and-launch-app=/app"])


def is_followed(line: str) -> bool:
    """Whether the program sees the shell of ``sh -c line`` as the one that waits for it."""
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60, check=True)
    return {"True\n": True, "False\n": False}[done.stdout]


@pytest.mark.parametrize(
    ("line", "followed"),
    [
        (f"{CALL}; exit", True),
        (f"{CALL} 2>/dev/null; exit", True),
        (f"{CALL} & wait", False),
        (f"nohup {CALL}; exit", False),
        (f"setsid --wait {CALL}; exit", False),
        (f"sh -c {shlex.quote(shlex.join(['exec', sys.executable, '-c', PROGRAM]))}; exit", False),
    ],
    ids=[
        "waits",
        "waits, sent elsewhere",
        "in the background",
        "nohup",
        "a session of its own",
        "another call",
    ],
)
def test_only_a_shell_that_waits_for_our_call_stands_for_it(line: str, followed: bool) -> None:
    assert is_followed(line) is followed


def test_a_signal_that_the_shell_ignores_itself_says_nothing() -> None:
    inner = shlex.quote(f"{CALL}; exit")
    assert is_followed(f"trap '' INT HUP; sh -c {inner}; exit")


def test_whom_no_shell_started_follows_nobody() -> None:
    done = subprocess.run(
        shlex.split(CALL),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "False\n"
