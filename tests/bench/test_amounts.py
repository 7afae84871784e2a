"""How much a face is asked to measure."""

from __future__ import annotations

from typing import Any

from bench.amounts import WARM, measure_for, next_share


class Face:
    """Answers as one that does its full amount in ``seconds``."""

    def __init__(self, seconds: float, *, cold: float = 1) -> None:
        self.seconds, self.cold = seconds, cold
        self.asked: list[tuple[str, float]] = []

    async def measure(self, name: str, scale: float, *, api: str = "sockets") -> dict[str, Any]:
        self.asked.append((name, scale))
        slow = self.cold if len(self.asked) == 1 else 1
        return {"per_s": 1.0, "seconds": self.seconds * scale * slow}


async def test_every_face_warms_up_with_the_same_amount_and_then_takes_the_same_time():
    slow, fast = Face(10), Face(0.5)
    for face in (slow, fast):
        figures = await measure_for(face, "connect", 1)
        assert abs(figures["seconds"] - 1) < 1e-9
    assert slow.asked[0] == fast.asked[0] == ("connect", WARM["connect"])


async def test_one_that_was_slow_only_when_cold_is_asked_for_more():
    face = Face(1, cold=10)
    figures = await measure_for(face, "rtt:64", 1)
    assert figures["seconds"] >= 0.6
    assert len(face.asked) == 3


async def test_an_error_is_told_as_it_is():
    class Broken(Face):
        async def measure(self, name: str, scale: float, *, api: str = "sockets") -> dict[str, Any]:
            return {"error": "no"}

    assert await measure_for(Broken(1), "call", 1) == {"error": "no"}


async def test_a_job_of_a_stated_size_is_made_once_and_whole():
    face = Face(30)
    await measure_for(face, "chatty", 0.7)
    assert face.asked == [("chatty", 1)]


async def test_in_a_first_look_such_a_job_is_cut():
    face = Face(30)
    await measure_for(face, "chatty", 0.2)
    assert face.asked == [("chatty", 0.2)]


def test_a_share_has_a_bound_however_fast_a_face_is():
    assert next_share(0.1, 0, 1) <= 40
