"""What the daemon answers a page about `indexedDB`: what is well formed, and not more than it can hold."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest

from homeport.host._indexed_db import IndexedDB
from homeport.storage import MOST_INDEXED_BYTES, Storage


def change(at: int = 0) -> list[Any]:
    return ["change", at, '"db"', None, 1, "{}", [1]]


CHANGE = change()
PUT = struct.pack("<BIII", 0, 1, 1, 5) + b"1value"


@pytest.fixture
async def databases() -> AsyncIterator[IndexedDB]:
    storage = Storage(None)
    yield IndexedDB(storage, "a" * 32)
    await storage.aclose()


async def test_a_change_may_come_in_pieces(databases: IndexedDB) -> None:
    assert (await databases.answer(["stage", 0], PUT[:7])).status == 200
    changed = await databases.answer(change(at=7), PUT[7:])
    assert changed.status == 200
    found = await databases.answer(["find", '"db"'], b"")
    assert found.details == {"version": 1, "token": changed.details["token"], "about": "{}"}
    read = await databases.answer(["read", '"db"', changed.details["token"], None], b"")
    assert (read.details, read.body) == ({"records": [(1, "1", 5)]}, b"value")
    assert (await databases.answer(CHANGE, PUT)).status == 409


async def test_of_a_change_that_went_no_further_nothing_is_in_the_next(databases: IndexedDB) -> None:
    lost = struct.pack("<BIII", 0, 1, 1, 4) + b"2lost"
    assert (await databases.answer(["stage", 0], lost)).status == 200
    changed = await databases.answer(CHANGE, PUT)
    read = await databases.answer(["read", '"db"', changed.details["token"], None], b"")
    assert read.details == {"records": [(1, "1", 5)]}


async def test_one_change_at_a_time_is_held_and_not_too_large_a_one(databases: IndexedDB) -> None:
    answers = await asyncio.gather(*(databases.answer(CHANGE, PUT) for _ in range(3)))
    assert [answer.status for answer in answers] == [200, 0, 0]
    piece = bytes(15 << 20)
    parts = range(0, MOST_INDEXED_BYTES * 2, len(piece))
    staged = [(await databases.answer(["stage", at], piece)).status for at in parts]
    assert staged[0] == 200
    assert 507 in staged


async def test_so_many_questions_at_once_are_answered_and_no_more(databases: IndexedDB) -> None:
    answers = await asyncio.gather(*(databases.answer(["names"], b"") for _ in range(1500)))
    assert [answer.status for answer in answers] == [200] * 1000 + [0] * 500


@pytest.mark.parametrize(
    "args",
    [
        *([], ["what"], ["find"], ["find", 1], ["delete", None], ["read", "x", None, None]),
        *(
            ["read", "x", "y", [1]],
            ["read", "x", "y", ["1", "k"]],
            ["change", 0, "x", None, -1, "{}", [1]],
        ),
        *(["change", 0, "x", None, 1 << 60, "{}", []], ["change", 0, "x", None, 1, "{}", [-1]]),
        *(["change", 0, "x", None, 1, "{}", [True]], ["change", 0, "x", None, 1, "{}", list(range(10_001))]),
        *(["change", 0, "x", None, 1.5, "{}", []], ["change", 1, "x", None, 1, "{}", []]),
        *(["change", "x", None, 1, "{}", []], ["stage"], ["stage", 5], ["stage", "0"], ["change"]),
    ],
)
async def test_what_is_no_request_is_refused(databases: IndexedDB, args: list[Any]) -> None:
    assert (await databases.answer(args, b"")).status == 0
    assert (await databases.answer(["names"], b"")).details == {"databases": []}


async def test_a_name_that_is_no_text_of_json_is_just_a_name(databases: IndexedDB) -> None:
    """Lone surrogates would be no UTF-8, so pages escape them; who does not is refused."""
    assert (await databases.answer(["find", "\ud800"], b"")).status == 0
    assert (await databases.answer(["find", "not JSON"], b"")).details == {}
