"""The figures of one run, their ratios, and the table and plot that the docs show."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

BASE = "chromium"


def rate(figures: dict[str, Any]) -> float | None:
    """The one number of a measurement: something a second, or MB a second."""
    value = figures.get("MB_per_s", figures.get("per_s"))
    return float(value) if value is not None else None


@dataclass(slots=True)
class Results:
    """All rounds: for each the figures of each face and measurement."""

    scale: float
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

    def rates(self, name: str, face: str) -> list[float]:
        """A measurement's rate in each round that has it."""
        found = (rate(one[name][face]) for one in self.rounds if face in one.get(name, {}))
        return [value for value in found if value is not None]

    def ratio(self, name: str, face: str, base: str) -> float | None:
        """The median over the rounds of face ÷ base, each ratio taken within one round."""
        pairs = []
        for one in self.rounds:
            mine, other = (rate(one.get(name, {}).get(which, {})) for which in (face, base))
            if mine and other:
                pairs.append(mine / other)
        return statistics.median(pairs) if pairs else None

    def disturbed(self) -> float:
        """The median share of a core that foreign work took."""
        shares = [
            f["other_cpu"]
            for one in self.rounds
            for by in one.values()
            for f in by.values()
            if "other_cpu" in f
        ]
        return statistics.median(shares) if shares else 0.0

    def save(self, out: Path | None, markdown: Path | None, svg: Path | None) -> None:
        """Write what was asked for."""
        if out:
            record = {"scale": self.scale, "faces": self.faces, "rounds": self.rounds}
            out.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        if markdown:
            markdown.write_text(table(self) + "\n", encoding="utf-8")
        if svg:
            svg.write_text(plot(self), encoding="utf-8")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def table(results: Results) -> str:
    """A Markdown table: the base's rate, then each face's rate and its ratio to the base."""
    faces = [face for face in results.faces if face != BASE]
    head = ["measurement", "unit", *([BASE] if BASE in results.faces else []), *faces]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name in results.names():
        unit = (
            "MB/s"
            if any("MB_per_s" in f for one in results.rounds for f in one.get(name, {}).values())
            else "/s"
        )
        cells = [name, unit]
        for face in head[2:]:
            rates = results.rates(name, face)
            if not rates:
                cells.append("–")
                continue
            ratio = results.ratio(name, face, BASE) if face != BASE else None
            cells.append(_number(statistics.median(rates)) + (f" (**{ratio:.2f}**)" if ratio else ""))
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("")
    lines.append(
        f"Medians of {len(results.rounds)} rounds at scale {results.scale:g}; in brackets the median ratio "
        f"to {BASE}. Foreign work took {results.disturbed():.2f} of a core (median)."
    )
    return "\n".join(lines)


COLOURS = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#9c6b4e")


def plot(results: Results) -> str:
    """A bar chart of the ratios to the base on a logarithmic scale, as SVG."""
    faces = [face for face in results.faces if face != BASE]
    names = [n for n in results.names() if any(results.ratio(n, face, BASE) for face in faces)]
    bar, gap, left, width = 9, 10, 130, 640
    height = 40 + sum(bar * len(faces) + gap for _ in names)

    def x(ratio: float) -> float:
        import math

        low, high = math.log10(0.1), math.log10(100)
        return left + (min(max(math.log10(ratio), low), high) - low) / (high - low) * (width - left - 50)

    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' font-family="sans-serif" font-size="11" role="img"'
            f' aria-label="Ratios to Chromium\'s own chrome.sockets">'
        )
    ]
    for i, face in enumerate(faces):
        parts.append(
            f'<rect x="{left + i * 90}" y="6" width="10" height="10" fill="{COLOURS[i % len(COLOURS)]}"/>'
        )
        parts.append(f'<text x="{left + 14 + i * 90}" y="15">{escape(face)}</text>')
    for tick in (0.1, 1, 10, 100):
        parts.append(f'<line x1="{x(tick):.0f}" x2="{x(tick):.0f}" y1="24" y2="{height}" stroke="#ccc"/>')
        parts.append(f'<text x="{x(tick):.0f}" y="34" text-anchor="middle" fill="#888">{tick:g}×</text>')
    y = 40
    for name in names:
        middle = y + bar * len(faces) / 2 + 4
        parts.append(f'<text x="{left - 8}" y="{middle:.0f}" text-anchor="end">{escape(name)}</text>')
        for i, face in enumerate(faces):
            if ratio := results.ratio(name, face, BASE):
                start, end = sorted((x(1), x(ratio)))
                fill = COLOURS[i % len(COLOURS)]
                parts.append(
                    f'<rect x="{start:.1f}" y="{y + i * bar}" width="{max(1, end - start):.1f}"'
                    f' height="{bar - 1}" fill="{fill}"><title>{escape(face)} {ratio:.2f}</title></rect>'
                )
        y += bar * len(faces) + gap
    return "\n".join([*parts, "</svg>", ""])
