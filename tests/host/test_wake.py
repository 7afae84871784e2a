"""What is kept for a page that is not there."""

from __future__ import annotations

from typing import Any

from homeport.host._wake import WakingSink


class Heard:
    """A sink that writes everything down."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args: self.calls.append((name, *args))


def test_events_are_kept_in_order_and_the_first_wakes() -> None:
    woken: list[int] = []
    sink = WakingSink(lambda: woken.append(len(sink)))
    sink.accept(1, 2)
    sink.tcp_receive(2, b"a")
    sink.udp_receive(3, b"b", "127.0.0.1", 5)
    sink.tcp_receive_error(2, -100)
    sink.udp_receive_error(3, -2)
    sink.accept_error(1, -2)
    assert (len(sink), woken) == (6, [1])
    heard = Heard()
    sink.replay(heard)
    assert heard.calls == [
        ("accept", 1, 2),
        ("tcp_receive", 2, b"a"),
        ("udp_receive", 3, b"b", "127.0.0.1", 5),
        ("tcp_receive_error", 2, -100),
        ("udp_receive_error", 3, -2),
        ("accept_error", 1, -2),
    ]
    sink.replay(heard)
    assert len(heard.calls) == 6


def test_datagrams_without_end_are_kept_up_to_a_number() -> None:
    sink = WakingSink(lambda: None)
    for _ in range(100_000):
        sink.udp_receive(3, b"", "127.0.0.1", 5)
    sink.tcp_receive(1, b"a")
    heard = Heard()
    sink.replay(heard)
    assert 1000 < len(heard.calls) < 20_000
    assert heard.calls[-1] == ("tcp_receive", 1, b"a")
