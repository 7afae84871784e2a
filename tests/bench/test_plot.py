"""The plot of a run."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from bench.plot import plot
from bench.report import Results

SVG = "{http://www.w3.org/2000/svg}"


def drawn(**ratios: float) -> ET.Element:
    found = Results()
    found.begin_round()
    for face, ratio in {"chromium": 1.0, **ratios}.items():
        found.faces[face] = face
        found.add(face, "rtt:64", {"per_s": 100 * ratio})
    return ET.fromstring(plot(found, ["rtt:64", "never:made"]))  # noqa: S314 (our own)


def bars(root: ET.Element) -> dict[str, ET.Element]:
    found = {}
    for rect in root.iter(f"{SVG}rect"):
        if (title := rect.find(f"{SVG}title")) is not None:
            assert title.text is not None
            found[title.text] = rect
    return found


def test_each_face_has_a_bar_that_says_its_ratio_and_the_base_has_none():
    assert set(bars(drawn(headless=8, node=2))) == {"headless 8.00", "node 2.00"}


def test_twice_the_ratio_is_as_much_longer_everywhere_on_the_scale():
    widths = [float(bar.attrib["width"]) for bar in bars(drawn(**{"tab-firefox": 2, "headless": 4})).values()]
    assert abs(widths[1] - 2 * widths[0]) < 0.2


def test_what_is_slower_than_the_base_is_drawn_to_the_other_side():
    found = bars(drawn(headless=2, node=0.5))
    slow, fast = found["node 0.50"], found["headless 2.00"]
    assert float(slow.attrib["x"]) + float(slow.attrib["width"]) <= float(fast.attrib["x"]) + 0.2


def test_a_measurement_that_nobody_made_has_no_row():
    texts = [text.text for text in drawn(headless=2).iter(f"{SVG}text")]
    assert "rtt:64" in texts
    assert "never:made" not in texts


def test_there_are_colours_for_readers_who_chose_dark():
    style = drawn(headless=2).find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme: dark" in (style.text or "")
