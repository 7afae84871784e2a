"""Data and a reset that come together are both seen, on every event loop."""

from collections.abc import Callable

import pytest

from homeport.engine import OsNetwork
from homeport.engine._network import Timer
from homeport.engine._second_look import SecondLook


class Sock:
    def __init__(self) -> None:
        self.looked = 0
        self.news = 0

    def look_again(self) -> None:
        self.looked += 1


async def test_a_socket_that_was_read_is_looked_at_once_more_and_then_left_alone():
    clock, sock = Clock(), Sock()
    look = SecondLook(clock)
    for times in (1, 2):
        look.note(sock)
        clock.tick()
        assert sock.looked == times - 1
        clock.tick()
        assert sock.looked == times
        assert clock.waiting == []


async def test_a_busy_socket_is_not_looked_at():
    clock, sock = Clock(), Sock()
    look = SecondLook(clock)
    for _ in range(5):
        look.note(sock)
        clock.tick()
    assert sock.looked == 0


async def test_a_look_may_find_news():
    class Busy(Sock):
        def look_again(self) -> None:
            super().look_again()
            look.note(self)

    clock, sock = Clock(), Busy()
    look = SecondLook(clock)
    look.note(sock)
    for _ in range(4):
        clock.tick()
    assert sock.looked == 2
    assert len(clock.waiting) == 1


class Clock(OsNetwork):
    """A network's clock that goes when told."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[..., object]] = []

    def call_later(self, delay: float, callback: Callable[..., object], *args: object) -> Timer:
        self.waiting.append(callback)
        return super().call_later(0, lambda: None)

    def tick(self):
        waiting, self.waiting = self.waiting, []
        for callback in waiting:
            callback()


@pytest.mark.parametrize("size", [1, 1000, 16 << 10, 60_000])
async def test_data_and_a_reset_that_come_together_are_both_seen(open_app, connect, until, size):
    app = open_app(slicing=False)
    socket_id, peer = await connect(app, paused=True)
    await peer.send(bytes(size))
    await until(lambda: not app.session.network.unsent(peer.sock))
    peer.reset()
    await app.tcp("set_paused", socket_id, False)
    await until(lambda: app.sink.events[-1:] and app.sink.events[-1][0] == "tcp.receive_error")
    assert sum(len(event[2]) for event in app.sink.events[:-1]) == size
    assert app.sink.events[-1] == ("tcp.receive_error", socket_id, -101)
