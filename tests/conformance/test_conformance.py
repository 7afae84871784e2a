"""Every host against what Chromium did, and the books about it."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import Future
from subprocess import CompletedProcess

import pytest
from tests.conformance.deviations import DEVIATIONS
from tests.conformance.harness.case import CASES, HERE, load_all
from tests.conformance.harness.recording import latest
from tests.conformance.harness.report import OTHER_CHROMIUM
from tests.conformance.harness.rows import UNSEEN, rows
from tests.conformance.harness.run import HOSTS

#: These drive a browser.
BROWSERS = {"chromium", "chromium-tab", "firefox-tab"}


@pytest.mark.parametrize(
    "host",
    [pytest.param(name, marks=[pytest.mark.browser] if name in BROWSERS else []) for name in HOSTS],
)
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_host_does_what_chromium_does(
    host: str, host_runs: dict[str, Future[CompletedProcess[str]]]
) -> None:
    """Every observation is as recorded, or a deviation of the documentation explains it."""
    run = host_runs[host].result()
    if run.returncode == OTHER_CHROMIUM:
        pytest.xfail("this Chromium is not the recorded one, and differs from it; see the table")
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_case_is_recorded_as_it_now_is() -> None:
    """A case or a manifest that changed has to be recorded again."""
    recording = latest()
    for case in load_all():
        assert recording.transcript(case)


def test_the_recording_has_no_case_that_is_gone() -> None:
    """What was recorded can be looked up in a case."""
    assert set(latest().cases) == {case.name for case in load_all()}


def test_no_recorded_case_failed() -> None:
    """Each transcript is of a case that ran to its end."""
    failed = [
        (name, observation)
        for name, recorded in latest().cases.items()
        for observation in recorded.transcript
        if observation["what"] in {"the case failed", "the host failed"}
    ]
    assert not failed


def test_the_suite_is_large() -> None:
    """The recording has thousands of observations."""
    assert latest().observations > 3000


def test_every_deviation_is_a_documented_row() -> None:
    """docs/compatibility.md says why of each."""
    assert {deviation.row for deviation in DEVIATIONS} <= set(rows())


def test_every_documented_row_shows_in_an_observation() -> None:
    """A row that no case shows is documented as such."""
    seen = {deviation.row for deviation in DEVIATIONS}
    silent = {row for row, text in rows().items() if row not in seen and UNSEEN not in text}
    assert not silent


def test_no_deviation_is_written_twice() -> None:
    """One observation has one reason on each host."""
    written = Counter((d.case, d.what, d.hosts) for d in DEVIATIONS)
    assert max(written.values()) == 1


def test_every_deviation_is_of_a_recorded_observation_or_an_added_one() -> None:
    """The case that a deviation names exists."""
    names = {path.stem for path in CASES.iterdir()}
    assert {deviation.case for deviation in DEVIATIONS} <= names


def test_the_recording_is_one_observation_a_line() -> None:
    """So that a change of one shows as one."""
    (path,) = (HERE / "recorded").glob("chromium-*.json")
    lines = [line for line in path.read_text().splitlines() if line.lstrip().startswith('{"')]
    assert len(lines) == latest().observations
    assert json.loads(path.read_text())["version"] in path.name
