"""The weight of arguments follows what they take."""

from __future__ import annotations

import sys
import tracemalloc

import pytest

from homeport.host._weight import weight_of
from homeport.wire._json import loads

N = 20_000


@pytest.mark.parametrize(
    "text",
    [
        '["' + "a" * (8 * N) + '"]',
        '["' + "\u00e9" * (8 * N) + '"]',
        '["' + "\U0001f600" * (8 * N) + '"]',
        "[" + "[]," * N + "0]",
        "[" + "{}," * N + "0]",
        "[" + "123456789012," * N + "0]",
        "{" + ",".join(f'"{n}":{n}.5' for n in range(N)) + "}",
        "[" + ",".join(f'"{n}"' for n in range(N)) + "]",
    ],
)
@pytest.mark.skipif(sys.implementation.name != "cpython", reason="is about its objects")
def test_it_is_what_python_makes_of_it_within_a_factor_of_four(text: str) -> None:
    tracemalloc.start()
    value = loads(text)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken / 4 < weight_of(value) < taken * 4


def test_bytes_count_once() -> None:
    assert 1000 < weight_of([b"x" * 1000]) < 1200


def test_depth_costs_no_recursion() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    assert weight_of(value) > 100_000
