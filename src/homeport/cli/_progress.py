"""A line for what takes long: it says what is done and since when, and goes away. On a terminal only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from homeport.launch import StatusLine

__all__ = ["progress"]


@contextmanager
def progress(what: str, line: StatusLine | None = None, *, tick: float = 1.0) -> Iterator[None]:
    """Show ``what`` and the seconds, from the second one on, as long as the block takes.

    Args:
        line: where; by default on standard error, if that is a terminal.
        tick: how long a second is.
    """
    line = line or StatusLine()
    if not line.enabled:
        yield
        return
    over = threading.Event()

    def show() -> None:
        seconds = 0
        while not over.wait(tick):
            seconds += 1
            line.show(f"{what}… {seconds} s")

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        line.clear()
