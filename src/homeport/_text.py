"""Words, tables and sizes for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def size(count: int) -> str:
    """Bytes as people read them: ``17 B``, ``4.2 KB``, ``1.3 GB`` (powers of 1000)."""
    amount = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def duration(seconds: float) -> str:
    """A span of time, roughly: ``12 s``, ``5 min``, ``3 h``, ``2 d``."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"


def one_line(text: str, most: int = 300) -> str:
    """``text`` as it can be shown: no control character, nothing that turns the line around, not too long.

    Whoever chose the text, such as an app or a host on the network, can then neither move a terminal's cursor
    nor pass for a line of ours.
    """
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question, if one of the ``known`` names is much like ``name``; else nothing."""
    import difflib  # takes a moment, and names are seldom wrong

    near = difflib.get_close_matches(name, known, 1)
    return f"Did you mean {near[0]!r}?" if near else ""


def plural(count: int, noun: str) -> str:
    """``1 socket``, ``2 sockets``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; no trailing spaces."""
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)
    )
    return "\n".join(line.rstrip() for line in lines)
