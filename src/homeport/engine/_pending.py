"""A send that the kernel has not taken whole, in the queue of its socket."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._interfaces import Done
    from ._network import Buffer


class Pending:
    """What is left of it, and who hears of its end."""

    __slots__ = ("done", "promised", "rest", "size")

    def __init__(self, data: Buffer, taken: int, size: int, done: Done, promised: bool) -> None:
        rest = memoryview(data)[taken:]
        # What the caller may change meanwhile is copied, and what would keep much more than itself.
        if type(rest.obj) is not bytes or len(rest.obj) > 2 * len(rest):
            rest = memoryview(bytes(rest))
        self.rest = rest
        self.size = size
        self.done = done
        #: The app counts on it: it goes out even when the socket is closed.
        self.promised = promised


def promised_rest(queue: Iterable[Pending]) -> bytes:
    """The bytes that go out even so, of a queue that is given up."""
    return b"".join(pending.rest for pending in takewhile(attrgetter("promised"), queue))
