"""Whether a run reached what is wanted."""

from __future__ import annotations

from bench.report import Results
from bench.targets import TARGETS, Target, ceiling_table, targets_table


def run(**figures: dict[str, float]) -> Results:
    made = Results()
    made.begin_round()
    for name, by_face in figures.items():
        for face, value in by_face.items():
            made.add(face.replace("_", "-"), name.replace("_", ":"), {"per_s": value})
    return made


def test_a_ratio_at_or_above_the_wanted_one_is_reached():
    found = run(call={"chromium": 100, "tab_chromium": 200, "headless": 499})
    lines = targets_table(found).splitlines()[2:]
    assert lines == [
        "| `call` | tab-chromium ÷ chromium | 2.00 | 2.00 | yes |",
        "| `call` | headless ÷ chromium | 5.00 | 4.99 | **no** |",
    ]


def test_what_was_not_measured_is_not_judged():
    assert targets_table(run(call={"chromium": 100})) == "–"


def test_a_tab_is_compared_with_websockify_on_its_own_measurement():
    target = next(target for target in TARGETS if target.base_name)
    found = run(recv_65536={"tab_chromium": 300}, websockify_recv={"page_chromium": 100})
    assert target.reached(found) == 3
    assert "tab-chromium ÷ websockify" in targets_table(found)


def test_every_row_of_the_goal_is_there():
    wanted = {(t.name, t.face, t.base, t.wanted) for t in TARGETS}
    assert len(wanted) == len(TARGETS) == 21
    assert ("many:100:64", "headless", "node", 1.2) in wanted
    assert Target("recv:0", "tab-chromium", "chromium", 10) in TARGETS


def test_the_ceiling_is_that_of_the_same_browser():
    found = run(
        rtt_64={"tab_chromium": 50, "tab_firefox": 90},
        bare_rtt_64_1={"page_chromium": 100, "page_firefox": 100},
    )
    assert ceiling_table(found).splitlines()[2:] == ["| `rtt:64` ÷ `bare:rtt:64:1` | 0.50 | 0.90 |"]
