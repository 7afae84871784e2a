"""Answers of other servers to a page without a browser, in parts as they come.

Messages of the pipe, of one request by its number::

    page    ["web", n, "ask", method, url, headers, {"mode", "credentials", "redirect"}]  + the body
    parent  ["web", n, "head", status, details]      0: there is no answer, and nothing follows
    parent  ["web", n, "part"]  + bytes
    page    ["web", n, "took", count]                 so many bytes of it were read
    parent  ["web", n, "end", reason]                 null: it is whole
    page    ["web", n, "stop"]                        nobody wants the rest

So much is sent that the page has not read, and no more; then the server waits. A page that looks at heads
alone leaves bodies behind that nobody will ever read: those make room when others wait for their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aiohttp

__all__ = ["Stream", "WebStreams"]

#: Bytes of one answer that the page has not read.
_AHEAD = 256 << 10


class Stream:
    """One answer on its way to a page."""

    def __init__(self, number: int, tell: Callable[..., None], room: Callable[[], Awaitable[None]]) -> None:
        self._number = number
        self._tell = tell
        self._pipe_room = room
        self._ahead = 0
        self._room = asyncio.Event()
        self._room.set()
        self._headed = False
        #: It was ended for others, and goes.
        self.leaves = False
        self.task: asyncio.Task[None]
        #: Called when it has a head, and when the page has as much as it may have and does not read.
        self.headed: Callable[[], None] = lambda: None
        self.unread: Callable[[], None] = lambda: None

    def head(self, status: int, details: dict[str, object]) -> None:
        """What is before the body."""
        self._headed = True
        self.headed()
        self._tell("web", self._number, "head", status, details)

    def end(self, reason: str | None) -> None:
        """It is whole, or there is no more of it."""
        self._tell("web", self._number, "end", reason)

    def fail(self, why: dict[str, object]) -> None:
        """There is no answer, or not all of it."""
        if self._headed:
            self.end(str(why.get("reason", "")))
        else:
            self.head(0, why)

    async def pass_on(self, body: aiohttp.StreamReader) -> None:
        """The body, as fast as the page reads it."""
        async for piece in body.iter_any():
            if not self._room.is_set():
                self.unread()
            await self._room.wait()
            await self._pipe_room()
            self._tell("web", self._number, "part", body=piece)
            self._ahead += len(piece)
            self._mind()

    @property
    def is_unread(self) -> bool:
        """Whether the page has to read before more is sent."""
        return not (self._room.is_set() or self.leaves)

    def took(self, count: int) -> None:
        """The page has read so many bytes."""
        self._ahead = max(0, self._ahead - max(0, count))
        self._mind()

    def _mind(self) -> None:
        if self._ahead < _AHEAD:
            self._room.set()
        else:
            self._room.clear()


class WebStreams:
    """The answers under way to one page.

    Args:
        serve: asks, and passes the answer on; it ends each stream by itself.
        tell: tells the page.
        room: waits until it has read most of what it was told.
    """

    def __init__(
        self,
        serve: Callable[[Stream, list[Any], bytes], Coroutine[Any, Any, None]],
        tell: Callable[..., None],
        room: Callable[[], Awaitable[None]],
    ) -> None:
        self._serve = serve
        self._tell = tell
        self._room = room
        self._open: dict[int, Stream] = {}
        #: Those that have a head: as many at most as have their turn.
        self._headed: dict[int, Stream] = {}
        #: Requests that wait until others are done, and those others that go for them.
        self._waiting = 0
        self._leaving = 0

    def message(self, message: list[Any], body: bytes) -> None:
        """What the page says."""
        match message:
            case ["web", int(number), "ask", *args] if number not in self._open:
                stream = self._open[number] = Stream(number, self._tell, self._room)
                stream.headed = partial(self._headed.__setitem__, number, stream)
                stream.unread = self._make_room
                stream.task = asyncio.get_running_loop().create_task(self._serve(stream, args, body))
                # Not in the task: one that is stopped at once never begins.
                stream.task.add_done_callback(lambda _: self._forget(number))
            case ["web", int(number), "took", int(count)] if number in self._open:
                self._open[number].took(count)
            case ["web", int(number), "stop"] if number in self._open:
                self._open[number].task.cancel()

    def _forget(self, number: int) -> None:
        self._leaving -= self._open.pop(number).leaves
        self._headed.pop(number, None)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """One waits for its turn."""
        self._waiting += 1
        try:
            self._make_room()
            yield
        finally:
            self._waiting -= 1

    def _make_room(self) -> None:
        """End the first answer that nobody reads, if more wait than others go for."""
        if self._waiting > self._leaving:
            for stream in self._headed.values():
                if stream.is_unread:
                    stream.fail({"reason": "it was not read, and others wait"})
                    stream.leaves = True
                    self._leaving += 1
                    stream.task.cancel()
                    return

    def close(self) -> None:
        """End them."""
        for stream in self._open.values():
            stream.task.cancel()
