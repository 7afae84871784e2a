"""Differences are told as what they are: Homeport's, the recorded Chromium's, or another Chromium's."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conformance.harness.case import load_all
from tests.conformance.harness.recording import latest
from tests.conformance.harness.report import DIFFERENT, OTHER_CHROMIUM, Report, Run, read, write
from tests.conformance.harness.transcript import Transcript

RECORDED = latest().version
CASE, _ = load_all("tcp_names", "udp_bind")


def transcript(*, changed: bool) -> Transcript:
    """The case as Chromium ran it, or with one observation otherwise."""
    first, *rest = latest().transcript(CASE)
    return [{"what": first["what"], "throws": "something new"} if changed else first, *rest]


def report_of(host: str, version: str, *, changed: bool) -> Report:
    runs = {host: Run({CASE.name: transcript(changed=changed)}, version)}
    return Report(runs, [CASE], latest(), offline=True)


@pytest.mark.parametrize("version", [RECORDED, "157.0.1.2"])
def test_what_is_as_recorded_is_well_whatever_the_version(version: str) -> None:
    found = report_of("chromium", version, changed=False)
    assert found.status == 0
    assert f"Recorded: Chromium {RECORDED}. Here: chromium {version}." in found.text


@pytest.mark.parametrize(
    ("host", "version"), [("chromium", RECORDED), ("chromium-tab", "157.0.1.2"), ("headless", "")]
)
def test_the_recorded_chromium_and_every_face_of_homeport_are_held_to_the_recording(
    host: str, version: str
) -> None:
    found = report_of(host, version, changed=True)
    assert found.status == DIFFERENT
    assert found.different(host) == {CASE.name}
    assert "something new" in found.text


def test_another_chromium_may_differ_and_is_told_with_what_to_do() -> None:
    found = report_of("chromium", "157.0.1.2", changed=True)
    assert found.status == OTHER_CHROMIUM
    assert found.different("chromium") == {CASE.name}
    for part in ("157.0.1.2", RECORDED, "python -m tools.record_conformance", "something new"):
        assert part in found.text


@pytest.mark.parametrize(("version", "status"), [("157.0.1.2", OTHER_CHROMIUM), ("158.0.1.2", DIFFERENT)])
def test_a_tab_of_another_chromium_may_do_as_that_one_does_itself(version: str, status: int) -> None:
    changed = {CASE.name: transcript(changed=True)}
    runs = {"chromium-tab": Run(changed, version)}
    alone = Report(runs, [CASE], latest(), offline=True)
    assert (alone.status, alone.unasked) == (DIFFERENT, [CASE])
    runs["chromium"] = Run(changed, "157.0.1.2")
    asked = Report(runs, [CASE], latest(), offline=True)
    assert (asked.status, asked.unasked) == (status, [])


def test_a_tab_of_another_chromium_may_do_nothing_else() -> None:
    runs = {
        "chromium-tab": Run({CASE.name: transcript(changed=True)}, "157.0.1.2"),
        "chromium": Run({CASE.name: transcript(changed=False)}, "157.0.1.2"),
    }
    assert Report(runs, [CASE], latest(), offline=True).status == DIFFERENT


def test_another_chromium_does_not_hide_what_homeport_does() -> None:
    runs = {
        "chromium": Run({CASE.name: transcript(changed=True)}, "157.0.1.2"),
        "headless": Run({CASE.name: transcript(changed=True)}),
    }
    assert Report(runs, [CASE], latest(), offline=True).status == DIFFERENT


@pytest.mark.parametrize(("offline", "status"), [(True, DIFFERENT), (False, 0)])
def test_what_depends_on_the_network_is_compared_only_without_a_way_out(
    offline: bool,
    status: int,
) -> None:
    online = [
        {"what": o["what"], "args": [-105]} if "(offline)" in o["what"] else o
        for o in latest().transcript(CASE)
    ]
    found = Report({"headless": Run({CASE.name: online})}, [CASE], latest(), offline=offline)
    assert found.status == status


def test_runs_are_kept_in_a_file(tmp_path: Path) -> None:
    runs = {"chromium": Run({CASE.name: transcript(changed=False)}, RECORDED), "headless": Run({})}
    write(tmp_path / "runs.json", runs)
    assert read(tmp_path / "runs.json") == runs
