"""How the daemon's process treats its memory."""

from __future__ import annotations

import gc

#: Bytes. What glibc has seen freed at this size it takes from the heap from then on, and leaves the heap
#: twice as much. Else what is received gives its memory back to the system each time, and gets it anew.
_PIECE = 4 << 20


def settle() -> None:
    """Call it once all is loaded and begun."""
    gc.enable()
    gc.freeze()  # What is loaded by now stays: to look through it again would stop everything for 40 ms.
    bytes(_PIECE)
