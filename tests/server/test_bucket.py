from __future__ import annotations

from homeport.server._bucket import Bucket


def test_a_burst_is_allowed_and_then_a_rate():
    now = 0.0
    bucket = Bucket(rate=2, burst=3, clock=lambda: now)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now = 1000
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
