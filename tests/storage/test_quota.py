from __future__ import annotations

import pytest

from homeport.storage import QuotaError
from homeport.storage._quota import LIMITS, UNLIMITED, WriteRate


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_sync_takes_120_writes_a_minute_and_then_says_so_as_chromium_does():
    clock = Clock()
    rate = WriteRate(LIMITS["sync"], clock)
    for _ in range(120):
        rate.take()
    with pytest.raises(QuotaError, match=r"This request exceeds the MAX_WRITE_OPERATIONS_PER_MINUTE quota\."):
        rate.take()
    clock.now = 60
    rate.take()


def test_sync_takes_1800_writes_an_hour():
    clock = Clock()
    rate = WriteRate(LIMITS["sync"], clock)
    for number in range(1800):
        clock.now = number
        rate.take()
    with pytest.raises(QuotaError, match="MAX_WRITE_OPERATIONS_PER_HOUR"):
        rate.take()


def test_local_may_be_written_as_often_as_one_likes():
    rate = WriteRate(LIMITS["local"], Clock())
    for _ in range(5000):
        rate.take()


def test_an_item_is_checked_before_the_area_and_bytes_before_items():
    sync = LIMITS["sync"]
    sync.check_item(8192)
    with pytest.raises(QuotaError, match="Resource::kQuotaBytesPerItem quota exceeded"):
        sync.check_item(8193)
    with pytest.raises(QuotaError, match="Resource::kQuotaBytes quota exceeded"):
        sync.check_area(102_401, 513)
    with pytest.raises(QuotaError, match="Resource::kMaxItems quota exceeded"):
        sync.check_area(102_400, 513)
    sync.check_area(102_400, 512)
    UNLIMITED.check_area(1 << 40, 1 << 20)
