"""The tests pass in a script's background, too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: Ignores the signals, as ``nohup`` and a script's ``&`` do, and becomes its arguments.
BEHIND = """
import os, signal, sys
for name in ("SIGINT", "SIGHUP"):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not inherited there")
def test_where_ctrl_c_is_ignored_the_tests_of_it_pass() -> None:
    inner = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/cli/test_run.py",
        "-k",
        "ctrl_c or terminal",
    ]
    done = subprocess.run(
        [sys.executable, "-c", BEHIND, sys.executable, *inner], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
