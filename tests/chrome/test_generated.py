"""What is generated from the API table and from the command line is what is committed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "tool",
    ["generate_schema", "generate_reference", "generate_commands", "generate_net_errors", "generate_python"],
)
def test_a_generated_file_is_fresh(tool: str) -> None:
    check = [sys.executable, "-m", f"tools.{tool}", "--check"]
    assert subprocess.run(check, check=False, cwd=ROOT).returncode == 0, f"run python -m tools.{tool}"
