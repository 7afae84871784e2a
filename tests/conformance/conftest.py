"""Runs the hosts, and shows the table of hosts and cases at the end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.conformance.harness import netns
from tests.conformance.harness.case import HERE, load_all
from tests.conformance.harness.recording import latest
from tests.conformance.harness.report import Report, Run, read

_TABLES = pytest.StashKey[list[Path]]()

#: So many hosts run their cases at a time where each has a network of its own. They wait for most of theirs.
AT_A_TIME = 2
#: How long a host may take.
HOST_SECONDS = 850


@pytest.fixture(scope="session")
def conformance_table(pytestconfig: pytest.Config) -> list[Path]:
    """Files of transcripts that the table at the end is to show."""
    return pytestconfig.stash.setdefault(_TABLES, [])


@pytest.fixture(scope="session")
def host_runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, conformance_table: list[Path]
) -> Iterator[dict[str, Future[subprocess.CompletedProcess[str]]]]:
    """The run of each host that the session's tests ask for, begun in their order."""
    folder = tmp_path_factory.mktemp("transcripts")
    tests = [
        item
        for item in request.session.items
        if isinstance(item, pytest.Function) and "host_runs" in item.fixturenames
    ]
    hosts = [str(item.callspec.params["host"]) for item in tests]

    def run(host: str, results: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.conformance", "--host", host, "--json", str(results)]
        return subprocess.run(
            command,
            cwd=HERE.parent.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=HOST_SECONDS,
        )

    files = {host: folder / f"{host}.json" for host in hosts}
    conformance_table += files.values()
    pool = ThreadPoolExecutor(AT_A_TIME if _empty_networks() else 1)
    try:
        yield {host: pool.submit(run, host, file) for host, file in files.items()}
    finally:
        pool.shutdown(cancel_futures=True)


def _empty_networks() -> bool:
    """Whether such may be made here."""
    return netns.wrap(["true"]) != ["true"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Cases down, hosts across."""
    files = [path for path in config.stash.get(_TABLES, []) if path.exists()]
    if not files:
        return
    runs: dict[str, Run] = {}
    for path in files:
        for host, run in read(path).items():
            runs.setdefault(host, run).transcripts.update(run.transcripts)
    terminalreporter.section("conformance with Chromium")
    terminalreporter.write_line(Report(runs, load_all(), latest(), offline=_empty_networks()).text)
