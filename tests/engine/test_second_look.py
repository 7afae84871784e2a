"""Data and a reset that come together are both seen, on every event loop."""

import pytest

from homeport.engine._second_look import SecondLook


class Sock:
    def __init__(self) -> None:
        self.looked = 0
        self.news = 0

    def look_again(self) -> None:
        self.looked += 1


async def test_a_socket_that_was_read_is_looked_at_once_more_and_then_left_alone():
    look, sock = SecondLook(Clock()), Sock()
    for times in (1, 2):
        look.note(sock)
        look._network.tick()
        assert sock.looked == times - 1
        look._network.tick()
        assert sock.looked == times
        assert look._network.waiting == []


async def test_a_busy_socket_is_not_looked_at():
    look, sock = SecondLook(Clock()), Sock()
    for _ in range(5):
        look.note(sock)
        look._network.tick()
    assert sock.looked == 0


async def test_a_look_may_find_news():
    look, sock = SecondLook(Clock()), Sock()
    sock.look_again = lambda: (look.note(sock), setattr(sock, "looked", sock.looked + 1))
    look.note(sock)
    for _ in range(4):
        look._network.tick()
    assert sock.looked == 2
    assert len(look._network.waiting) == 1


class Clock:
    """A network's clock that goes when told."""

    def __init__(self) -> None:
        self.waiting = []

    def call_later(self, delay, callback):
        self.waiting.append(callback)

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
