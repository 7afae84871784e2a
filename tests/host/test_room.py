"""Many pages start and are loaded a few at a time, and none waits for ever."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from homeport.host import _room
from homeport.host._room import Place, Room


class Pages:
    """Pages that ask for a place, and what became of them."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.places: dict[str, Place] = {}
        self.entered: list[str] = []
        self.hurried: list[str] = []

    def ask(self, *names: str, stays: bool = False) -> None:
        for name in names:
            hurry = None if stays else partial(self.hurried.append, name)
            self.places[name] = self.room.ask(partial(self._enter, name), hurry)

    def _enter(self, name: str, _place: Place) -> None:
        self.entered.append(name)

    def started(self, *names: str) -> None:
        for name in names:
            self.places[name].started()

    def leave(self, *names: str) -> None:
        for name in names:
            self.places[name].leave()


async def test_pages_start_a_few_at_a_time_in_their_order() -> None:
    pages = Pages(Room(100, 2))
    pages.ask("a", "b", "c", "d")
    assert pages.entered == ["a", "b"]
    pages.started("b")
    pages.started("b")
    assert pages.entered == ["a", "b", "c"]
    pages.leave("a")
    assert pages.entered == ["a", "b", "c", "d"]


async def test_an_event_page_waits_for_another_to_go_and_those_are_told_once() -> None:
    pages = Pages(Room(2, 10))
    pages.ask("a", "b")
    assert pages.hurried == []
    pages.ask("c", "d")
    assert pages.entered == ["a", "b"]
    assert sorted(pages.hurried) == ["a", "b"]
    pages.leave("a")
    assert pages.entered == ["a", "b", "c"]
    assert sorted(pages.hurried) == ["a", "b", "c"]  # d still waits
    pages.leave("c")
    pages.leave("b", "d")
    pages.ask("e", "f")
    assert pages.entered == ["a", "b", "c", "d", "e", "f"]
    assert sorted(pages.hurried) == ["a", "b", "c"]


async def test_pages_that_stay_are_not_counted_among_those_that_go() -> None:
    pages = Pages(Room(1, 10))
    pages.ask("server 1", "server 2", stays=True)
    pages.ask("a")
    assert pages.entered == ["server 1", "server 2", "a"]


async def test_who_leaves_while_waiting_is_not_let_in() -> None:
    pages = Pages(Room(1, 10))
    pages.ask("a", "b", "c")
    pages.leave("b")
    pages.leave("a")
    assert pages.entered == ["a", "c"]


async def test_nobody_waits_for_ever_for_a_page_that_does_not_start_or_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_room, "_START", 0.01)
    monkeypatch.setattr(_room, "_PATIENCE", 0.01)
    pages = Pages(Room(1, 1))
    came = asyncio.Event()
    pages.ask("a", "b")
    pages.places["c"] = pages.room.ask(lambda _: came.set(), lambda: None)
    await asyncio.wait_for(came.wait(), 10)
    assert pages.entered == ["a", "b"]
    pages.leave("a", "b", "c")


async def test_a_page_that_fails_at_once_gives_its_place_to_the_next() -> None:
    room, entered = Room(1, 1), list[str]()

    def fail(place: Place) -> None:
        entered.append("a")
        place.leave()

    room.ask(fail, lambda: None)
    last = room.ask(lambda _: entered.append("b"), lambda: None)
    assert entered == ["a", "b"]
    last.leave()
