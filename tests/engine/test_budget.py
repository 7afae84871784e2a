"""The budget of datagrams."""

from __future__ import annotations

from homeport.engine._budget import Budget, Budgets
from homeport.engine._policy import UdpLimits


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_second_holds_so_many_packets_and_what_is_refused_is_counted() -> None:
    clock = Clock()
    budget = Budget(UdpLimits(packets_per_second=100, bytes_per_second=0), clock)
    assert sum(budget.take(10) for _ in range(10_000)) == 100
    assert budget.refused == 9_900
    clock.now += 0.5
    assert sum(budget.take(10) for _ in range(10_000)) == 50
    clock.now += 60
    assert sum(budget.take(10) for _ in range(10_000)) == 100


def test_a_second_holds_so_many_bytes() -> None:
    clock = Clock()
    budget = Budget(UdpLimits(packets_per_second=0, bytes_per_second=1000), clock)
    assert sum(budget.take(100) for _ in range(100)) == 10
    clock.now += 0.1
    assert sum(budget.take(100) for _ in range(100)) == 1


def test_a_datagram_larger_than_a_second_goes_and_is_paid_for_later() -> None:
    clock = Clock()
    budget = Budget(UdpLimits(packets_per_second=0, bytes_per_second=1000), clock)
    assert budget.take(5000)
    clock.now += 3.9
    assert not budget.take(1)
    clock.now += 0.2
    assert budget.take(1)


def test_empty_datagrams_cost_packets() -> None:
    budget = Budget(UdpLimits(packets_per_second=5, bytes_per_second=1), Clock())
    assert sum(budget.take(0) for _ in range(100)) == 5


def test_no_bound_is_no_bound() -> None:
    budget = Budget(UdpLimits(packets_per_second=0, bytes_per_second=0), Clock())
    assert all(budget.take(60_000) for _ in range(1000))


def test_the_sessions_of_an_app_share_a_budget_and_apps_do_not() -> None:
    budgets = Budgets(UdpLimits(packets_per_second=1), Clock())
    one, again, other = budgets.of("a"), budgets.of("a"), budgets.of("b")
    assert one is again
    assert one.take(1)
    assert not again.take(1)
    assert other.take(1)


def test_new_limits_hold_at_once() -> None:
    budgets = Budgets(UdpLimits(packets_per_second=1), Clock())
    budget = budgets.of("a")
    budgets.limit(UdpLimits(packets_per_second=3))
    assert sum(budget.take(1) for _ in range(10)) == 3
