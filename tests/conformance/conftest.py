"""Shows the table of hosts and cases at the end of a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conformance.harness import netns
from tests.conformance.harness.case import load_all
from tests.conformance.harness.recording import latest
from tests.conformance.harness.report import Report, Run, read

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
    runs: dict[str, Run] = {}
    for path in files:
        for host, run in read(path).items():
            runs.setdefault(host, run).transcripts.update(run.transcripts)
    offline = netns.wrap(["true"]) != ["true"]
    terminalreporter.section("conformance with Chromium")
    terminalreporter.write_line(Report(runs, load_all(), latest(), offline=offline).text)
