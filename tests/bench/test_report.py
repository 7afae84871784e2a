"""Figures, medians, ratios and tables of the benchmark."""

from __future__ import annotations

from bench.report import Results, markdown, number, rates_table


def results(*rounds: dict[str, dict[str, float]], unit: str = "per_s") -> Results:
    made = Results()
    for one in rounds:
        made.begin_round()
        for name, by_face in one.items():
            for face, value in by_face.items():
                made.faces[face] = face
                made.add(face, name, {unit: value})
    return made


def test_a_ratio_is_the_median_of_the_rounds_own_ratios():
    found = results(
        {"rtt:64": {"chromium": 10, "headless": 20}},
        {"rtt:64": {"chromium": 100, "headless": 900}},
        {"rtt:64": {"chromium": 10, "headless": 30}},
    )
    assert found.ratio("rtt:64", "headless", "chromium") == 3
    assert found.median("rtt:64", "headless") == 30


def test_a_round_that_lacks_one_side_is_left_out_of_the_ratio():
    found = results({"call": {"chromium": 10}}, {"call": {"chromium": 10, "headless": 40}})
    assert found.ratio("call", "headless", "chromium") == 4
    assert found.ratio("call", "node", "chromium") is None


def test_a_ratio_can_be_to_another_measurement_of_the_same_round():
    found = results({"recv:65536": {"tab-chromium": 30}, "websockify:recv": {"page-chromium": 10}})
    assert found.ratio("recv:65536", "tab-chromium", "page-chromium", "websockify:recv") == 3


def test_what_failed_has_no_rate_and_does_not_disturb_the_others():
    found = results({"call": {"chromium": 10}})
    found.add("headless", "call", {"error": "Error: no"})
    assert found.median("call", "headless") is None
    assert found.summary() == {"call": {"chromium": {"min": 10, "median": 10, "max": 10}}}


def test_the_summary_has_the_least_and_the_most_of_all_rounds():
    found = results({"call": {"node": 3}}, {"call": {"node": 9}}, {"call": {"node": 4}})
    assert found.summary()["call"]["node"] == {"min": 3, "median": 4, "max": 9}


def test_the_table_shows_each_rate_and_in_brackets_its_ratio():
    found = results({"recv:0": {"chromium": 20, "headless": 300}}, unit="MB_per_s")
    assert rates_table(
        found, ["recv:0", "send:1:1"], ["chromium", "headless", "node"], "chromium"
    ) == markdown(
        ["measurement", "unit", "chromium", "headless", "node"],
        [["`recv:0`", "MB/s", "20.0", "300 (**15.0**)", "–"]],
    )


def test_a_markdown_table_has_a_line_between_its_head_and_its_rows():
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --: |\n| 1 | 2 |"


def test_numbers_have_about_three_digits():
    assert [number(value) for value in (12345.6, 99.94, 1.234, None)] == ["12,346", "99.9", "1.23", "–"]
