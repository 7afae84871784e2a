"""Programs of ``chrome.sockets`` whose steps are made in the background page and in windows, by chance."""

from __future__ import annotations

from hypothesis import strategies as st
from tests.conformance.harness.case import Step

from . import sockets

_PAGES = ("", "", "one", "two")
_CLOSE: list[Step] = [{"do": "close", "in": page} for page in ("one", "two")]


def _placed(steps: list[Step], pages: list[str], closes: list[tuple[int, Step]]) -> list[Step]:
    """The steps in these pages, some of which close behind some step."""
    placed = []
    for index, step in enumerate(steps):
        placed.append(_in(step, pages, index))
        placed += [close for place, close in closes if place == index]
    return placed


def _in(step: Step, pages: list[str], index: int) -> Step:
    if "together" in step:
        # What several pages ask at once comes in any order.
        return {"together": [_in(one, pages, index) for one in step["together"]]}
    page = pages[index % len(pages)]
    return {**step, "in": page} if page else step


def programs(longest: int = 10) -> st.SearchStrategy[list[Step]]:
    """A beginning, and some steps."""
    return st.builds(
        _placed,
        sockets.programs(longest),
        st.lists(st.sampled_from(_PAGES), min_size=1, max_size=8),
        st.lists(st.tuples(st.integers(0, 12), st.sampled_from(_CLOSE)), max_size=2),
    )
