"""Answers under way to a page without a browser: which there are, and which of them make room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from homeport.host._web_streams import Stream, WebStreams


class Told:
    """What the page hears, and answers that go on for ever."""

    def __init__(self) -> None:
        self.said: list[tuple[object, ...]] = []
        self.served: list[str] = []
        self.turns = asyncio.Semaphore(2)
        self.streams = WebStreams(self.serve, self.tell, self.room)

    def tell(self, *message: object, body: bytes = b"") -> None:
        if message[2] != "part":
            self.said.append(message[1:])

    async def room(self) -> None:
        await asyncio.sleep(0)

    async def serve(self, stream: Stream, args: list[Any], body: bytes) -> None:
        if self.turns.locked():
            with self.streams.waiting():
                await self.turns.acquire()
        else:
            await self.turns.acquire()
        try:
            self.served.append(args[0])
            stream.head(200, {})
            await stream.pass_on(Body(args[0] == "endless"))  # type: ignore[arg-type]
        finally:
            self.turns.release()

    def ask(self, number: int, what: str) -> None:
        self.streams.message(["web", number, "ask", what], b"")

    async def settled(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)


class Body:
    """As aiohttp has it: more than the page may have unread, or nothing for ever."""

    def __init__(self, endless: bool) -> None:
        self._endless = endless

    async def iter_any(self) -> AsyncIterator[bytes]:
        while self._endless:
            yield bytes(256 << 10)
            await asyncio.sleep(0)
        await asyncio.Event().wait()


async def test_one_that_is_stopped_before_it_begins_is_forgotten() -> None:
    told = Told()
    told.ask(1, "quiet")
    told.streams.message(["web", 1, "stop"], b"")
    await told.settled()
    told.ask(1, "quiet")
    await told.settled()
    assert told.served == ["quiet"]
    told.streams.close()


async def test_each_that_waits_has_the_room_of_another_that_is_not_read() -> None:
    told = Told()
    told.ask(1, "endless")
    told.ask(2, "endless")
    await told.settled()
    told.ask(3, "quiet")
    told.ask(4, "quiet")
    await told.settled()
    assert told.served == ["endless", "endless", "quiet", "quiet"]
    why = "it was not read, and others wait"
    assert [each for each in told.said if each[1] == "end"] == [(1, "end", why), (2, "end", why)]
    told.streams.close()


async def test_no_more_are_ended_than_wait() -> None:
    told = Told()
    told.ask(1, "endless")
    told.ask(2, "endless")
    await told.settled()
    told.ask(3, "quiet")
    told.streams._make_room()
    await told.settled()
    assert [each[0] for each in told.said if each[1] == "end"] == [1]
    told.streams.close()
