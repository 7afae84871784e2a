"""The ratios of a run as an SVG that is legible on light and on dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from bench.report import BASE, Results, number

#: Colours by face, distinct for the colour-blind, too, and legible on white and on black.
COLOURS = {
    "tab-chromium": "#4f7fe0",
    "tab-firefox": "#e07b39",
    "headless": "#2fa37c",
    "python": "#b9a11c",
    "node": "#9a8fb0",
    "direct": "#c8588f",
}
#: Lines and letters follow the reader's choice; without one they are grey enough for both.
STYLE = """
text { fill: #3c4148; } .faint { fill: #6b717a; } line { stroke: #d4d7dc; } .one { stroke: #6b717a; }
@media (prefers-color-scheme: dark) {
  text { fill: #d6d9de; } .faint { fill: #9aa0a8; } line { stroke: #3a3f46; } .one { stroke: #9aa0a8; }
}
"""
_BAR, _GAP, _LEFT, _RIGHT, _TOP, _WIDTH = 7, 11, 118, 48, 48, 760
_LEAST, _MOST = 0.25, 128


def plot(results: Results, names: Sequence[str]) -> str:
    """A bar for each face and measurement, from one outward on a logarithmic scale."""
    faces = [face for face in COLOURS if face in results.faces]
    rows = [(name, [(f, r) for f in faces if (r := results.ratio(name, f, BASE))]) for name in names]
    rows = [(name, bars) for name, bars in rows if bars]
    height = _TOP + sum(_BAR * len(bars) + _GAP for _, bars in rows)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
            f' height="{height}" font-family="system-ui, sans-serif" font-size="11" role="img"'
            f' aria-label="How many times as fast as Chromium\'s own chrome.sockets">'
        ),
        f"<style>{STYLE}</style>",
        *_legend(faces),
        *_scale(height),
    ]
    top = _TOP
    for name, bars in rows:
        parts += _row(name, bars, top)
        top += _BAR * len(bars) + _GAP
    return "\n".join([*parts, "</svg>", ""])


def _x(ratio: float) -> float:
    low, high = math.log2(_LEAST), math.log2(_MOST)
    share = (min(max(math.log2(ratio), low), high) - low) / (high - low)
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _legend(faces: Sequence[str]) -> list[str]:
    parts = []
    for index, face in enumerate(faces):
        left = _LEFT + index * 108
        parts.append(f'<rect x="{left}" y="6" width="10" height="10" rx="2" fill="{COLOURS[face]}"/>')
        parts.append(f'<text x="{left + 15}" y="15">{escape(face)}</text>')
    return parts


def _scale(height: int) -> list[str]:
    parts = []
    tick = _LEAST
    while tick <= _MOST:
        kind = ' class="one"' if tick == 1 else ""
        parts.append(f'<line{kind} x1="{_x(tick):.1f}" x2="{_x(tick):.1f}" y1="{_TOP - 8}" y2="{height}"/>')
        label = "½" if tick == 0.5 else "¼" if tick == 0.25 else f"{tick:g}"
        parts.append(
            f'<text class="faint" x="{_x(tick):.1f}" y="{_TOP - 13}" text-anchor="middle">{label}×</text>'
        )
        tick *= 2
    return parts


def _row(name: str, bars: Sequence[tuple[str, float]], top: float) -> list[str]:
    middle = top + _BAR * len(bars) / 2 + 4
    parts = [f'<text x="{_LEFT - 8}" y="{middle:.1f}" text-anchor="end">{escape(name)}</text>']
    for index, (face, ratio) in enumerate(bars):
        start, end = sorted((_x(1), _x(ratio)))
        y = top + index * _BAR
        parts.append(
            f'<rect x="{start:.1f}" y="{y}" width="{max(1.0, end - start):.1f}" height="{_BAR - 1}"'
            f' fill="{COLOURS[face]}"><title>{escape(face)} {number(ratio)}</title></rect>'
        )
        if index == max(range(len(bars)), key=lambda i: bars[i][1]):
            parts.append(
                f'<text class="faint" x="{max(end, _x(1)) + 4:.1f}" y="{y + _BAR - 0.5}" font-size="9">'
                f"{number(ratio)}</text>"
            )
    return parts
