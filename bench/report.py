"""The figures of one run, their ratios, and the tables that the docs show."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

BASE = "chromium"
NONE = "–"


def rate(figures: dict[str, Any]) -> float | None:
    """The one number of a measurement: something a second, or MB a second."""
    value = figures.get("MB_per_s", figures.get("per_s"))
    return float(value) if value is not None else None


@dataclass(slots=True)
class Results:
    """All rounds: for each the figures of each measurement and face."""

    faces: dict[str, str] = field(default_factory=dict)
    rounds: list[dict[str, dict[str, dict[str, Any]]]] = field(default_factory=list)

    def begin_round(self) -> None:
        """The figures that follow belong together in time."""
        self.rounds.append(defaultdict(dict))

    def add(self, face: str, name: str, figures: dict[str, Any]) -> None:
        """Note one measurement of the round under way."""
        self.rounds[-1][name][face] = figures

    def names(self) -> list[str]:
        """The measurements, in the order in which they were first made."""
        return list(dict.fromkeys(name for one in self.rounds for name in one))

    def unit(self, name: str) -> str:
        """What a measurement's rate counts."""
        figures = (f for one in self.rounds for f in one.get(name, {}).values())
        return "MB/s" if any("MB_per_s" in f for f in figures) else "/s"

    def rates(self, name: str, face: str) -> list[float]:
        """A measurement's rate in each round that has it."""
        found = (rate(one[name][face]) for one in self.rounds if face in one.get(name, {}))
        return [value for value in found if value is not None]

    def median(self, name: str, face: str) -> float | None:
        """The median of the rounds' rates."""
        rates = self.rates(name, face)
        return statistics.median(rates) if rates else None

    def ratio(self, name: str, face: str, base: str, base_name: str | None = None) -> float | None:
        """The median over the rounds of face ÷ base, each ratio taken within one round."""
        pairs = []
        for one in self.rounds:
            mine = rate(one.get(name, {}).get(face, {}))
            other = rate(one.get(base_name or name, {}).get(base, {}))
            if mine and other:
                pairs.append(mine / other)
        return statistics.median(pairs) if pairs else None

    def disturbance(self) -> list[float]:
        """The share of a core that foreign work took, for each figure."""
        by_face = (by.values() for one in self.rounds for by in one.values())
        return [f["other_cpu"] for figures in by_face for f in figures if "other_cpu" in f]

    def summary(self) -> dict[str, dict[str, dict[str, float]]]:
        """Least, median and most of each figure over the rounds."""
        made: dict[str, dict[str, dict[str, float]]] = {}
        for name in self.names():
            for face in dict.fromkeys(face for one in self.rounds for face in one.get(name, {})):
                if rates := self.rates(name, face):
                    made.setdefault(name, {})[face] = {
                        "min": min(rates),
                        "median": statistics.median(rates),
                        "max": max(rates),
                    }
        return made


def number(value: float | None) -> str:
    """Short for people: three digits or so."""
    if value is None:
        return NONE
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first column aligned left and the others right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def rates_table(results: Results, names: Sequence[str], faces: Sequence[str], base: str | None) -> str:
    """Each face's rate and, in brackets, its ratio to the base."""
    rows = []
    for name in names:
        cells = [f"`{name}`", results.unit(name)]
        for face in faces:
            ratio = results.ratio(name, face, base) if base and face != base else None
            cells.append(number(results.median(name, face)) + (f" (**{number(ratio)}**)" if ratio else ""))
        if any(cell != NONE for cell in cells[2:]):
            rows.append(cells)
    return markdown(["measurement", "unit", *faces], rows)
