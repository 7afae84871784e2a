"""Shows the table of hosts and cases at the end of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conformance.deviations import DEVIATIONS
from tests.conformance.harness import netns
from tests.conformance.harness.case import load_all
from tests.conformance.harness.compare import compare, table
from tests.conformance.harness.recording import latest

_TABLES = pytest.StashKey[list[Path]]()


@pytest.fixture(scope="session")
def conformance_table(pytestconfig: pytest.Config) -> list[Path]:
    """Files of transcripts that the table at the end is to show."""
    return pytestconfig.stash.setdefault(_TABLES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Cases down, hosts across."""
    files = [path for path in config.stash.get(_TABLES, []) if path.exists()]
    if not files:
        return
    recording, cases = latest(), {case.name: case for case in load_all()}
    offline = netns.wrap(["true"]) != ["true"]
    compared = {
        host: {
            name: compare(host, cases[name], recording, transcript, DEVIATIONS, offline=offline)
            for name, transcript in transcripts.items()
        }
        for path in files
        for host, transcripts in json.loads(path.read_text()).items()
    }
    terminalreporter.section(f"conformance with Chromium {recording.version}")
    terminalreporter.write_line(table(compared, cases))
