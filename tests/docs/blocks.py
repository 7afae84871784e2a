"""The code that the documentation shows, found by language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")])
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: Languages that nobody executes: what a program prints.
SHOWN_ONLY = {"text"}


def blocks_of(page: Path) -> list[tuple[str, str]]:
    """The language and text of each block, in order."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def blocks(language: str) -> Iterator[Any]:
    """All blocks of a language, as parameters of a test."""
    for page in PAGES:
        for number, (kind, text) in enumerate(blocks_of(page)):
            if kind == language:
                yield pytest.param(text, id=f"{page.name}-{number}")


def spans(start: str) -> Iterator[Any]:
    """Code within sentences that begins with ``start``; what has an ellipsis in it is only alluded to."""
    for page in PAGES:
        text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
        found = {span for span in re.findall(r"`([^`\n]+)`", text) if span.startswith(start)}
        for span in sorted(span for span in found if "…" not in span):
            yield pytest.param(span, id=f"{page.name}: {span}")
