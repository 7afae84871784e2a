"""Room for the pages of many apps: how many start at a time, and how many event pages are loaded.

A page is a process, and to start one is work of the processor for a fifth of a second. Many at once would
take each other's time until none starts in time; and the event pages of a thousand idle apps, woken by one
broadcast, all the memory there is. So each page asks for a :class:`Place`, and gets it in its turn.

No page waits for ever, whatever the others do: one that does not come to the end of its start, or of what it
has to do, is not waited for after a while.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

__all__ = ["HURRIED", "Place", "Room"]

#: Seconds that a page may be idle while others wait for its place.
HURRIED = 5.0
#: Seconds after which a start is not waited for.
_START = 10.0
#: Seconds after which an event page is loaded in spite of those that do not go.
_PATIENCE = 2 * HURRIED


class Place:
    """A page's place: waited for, then taken, then given back by :meth:`leave`.

    Args:
        room: where.
        enter: called once, with this place, when the page may start: at once, if there is room.
        hurry: called when others wait for its place. ``None``: the page stays for good, so it takes none.
    """

    __slots__ = ("_enter", "_hurry", "_room", "_timer")

    def __init__(
        self, room: Room, enter: Callable[[Place], None], hurry: Callable[[], None] | None = None
    ) -> None:
        self._room = room
        self._enter = enter
        self._hurry = hurry
        self._timer: asyncio.TimerHandle | None = None

    def enter(self) -> None:
        """Start the page."""
        self._timer = asyncio.get_running_loop().call_later(_START, self.started)
        self._enter(self)

    @property
    def goes(self) -> bool:
        """Whether it is given back when the page has nothing to do."""
        return self._hurry is not None

    def hurry(self) -> None:
        """Tell the page, once, that others wait."""
        if self._hurry is not None:
            hurry, self._hurry = self._hurry, lambda: None
            hurry()

    def started(self) -> None:
        """The page's start is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._room.started(self)

    def leave(self) -> None:
        """The page is gone, or needs no place any more."""
        self.started()
        self._room.left(self)


class Room:
    """The room of one process; for one page at least.

    Args:
        pages: event pages that may be loaded at once.
        starting: pages that may start at once; by default somewhat more than there are processors.
    """

    def __init__(self, pages: int, starting: int | None = None) -> None:
        self.pages = pages
        self.starts = (os.cpu_count() or 1) + 1 if starting is None else starting
        #: In the order in which they came.
        self._waiting: dict[Place, None] = {}
        self._starting: set[Place] = set()
        self._loaded: set[Place] = set()
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, enter: Callable[[Place], None], hurry: Callable[[], None] | None = None) -> Place:
        """Ask for a place; see :class:`Place`."""
        place = Place(self, enter, hurry)
        self._waiting[place] = None
        self._admit()
        return place

    def started(self, place: Place) -> None:
        """See :meth:`Place.started`."""
        if place in self._starting:
            self._starting.remove(place)
            self._admit()

    def left(self, place: Place) -> None:
        """See :meth:`Place.leave`."""
        self._waiting.pop(place, None)
        self._loaded.discard(place)
        self._admit()

    def _admit(self, *, over: bool = False) -> None:
        """Let in whom there is room for; ``over``: and one more event page."""
        while self._waiting and len(self._starting) < self.starts:
            place = next(iter(self._waiting))
            if place.goes:
                if len(self._loaded) >= self.pages and not over:
                    self._hurry()
                    return
                over = False
                self._loaded.add(place)
            del self._waiting[place]
            self._starting.add(place)
            self._relax()
            place.enter()
        if not self._waiting:
            self._relax()

    def _hurry(self) -> None:
        for place in self._loaded:
            place.hurry()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self._lose_patience)

    def _lose_patience(self) -> None:
        self._timer = None
        self._admit(over=True)

    def _relax(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
