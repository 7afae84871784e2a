from __future__ import annotations

import pytest

from homeport.host import give_back, memory_for


@pytest.mark.parametrize("size", [100_000, 100_001, 60_000, 16_384, 1 << 20])
def test_memory_that_was_given_back_serves_again_in_any_size(size: int) -> None:
    first = memory_for(100_000)
    give_back(first)
    again = memory_for(size)
    assert again is first
    assert len(again) == size


def test_memory_serves_one_at_a_time() -> None:
    give_back(memory_for(100_000))
    assert memory_for(100_000) is not memory_for(100_000)


def test_memory_of_which_somebody_has_a_view_does_not_serve_again() -> None:
    first = memory_for(100_000)
    view = memoryview(first)[1:]
    give_back(first)
    assert memory_for(100_000) is not first
    assert len(view) == 99_999


@pytest.mark.parametrize("size", [0, 16_383, (1 << 20) + 1])
def test_what_is_small_or_huge_is_not_kept(size: int) -> None:
    first = memory_for(size)
    assert len(first) == size
    give_back(first)
    assert memory_for(size) is not first
