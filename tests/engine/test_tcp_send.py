"""``tcp.send``: its order, its quota, and what a connection that breaks does to it."""

import asyncio
import errno
from array import array

import pytest

from homeport.engine import (
    ABANDONED,
    OK,
    Outcome,
    SendInfo,
)

NOT_FOUND = Outcome((), "Socket not found")
ZERO = Outcome((0,))


async def test_sends_answer_in_order_with_their_full_length(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    pieces = [b"a", b"bc" * 5_000_000, b"", b"d" * 3]
    outcomes: list[Outcome] = []
    for piece in pieces:
        app.session.tcp.send(socket_id, piece, outcomes.append)
    assert await peer.receive(10_000_004) == b"".join(pieces)
    assert outcomes == [((SendInfo(0, len(piece)),), None) for piece in pieces]


async def test_a_callback_may_send_on(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    order = []

    def first(outcome):
        order.append("first")
        app.session.tcp.send(socket_id, b"second", lambda outcome: order.append("second"))
        assert order == ["first"]  # It waits its turn.

    app.session.tcp.send(socket_id, bytes(5_000_000), first)
    app.session.tcp.send(socket_id, b"behind", lambda outcome: order.append("behind"))
    assert await peer.receive(5_000_012) == bytes(5_000_000) + b"behindsecond"
    assert order == ["first", "behind", "second"]


async def test_an_empty_send_puts_nothing_on_the_wire(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    assert await app.tcp("send", socket_id, b"") == ((SendInfo(0, 0),), None)
    await app.tcp("close", socket_id)
    assert await peer.receive_all() == b""


async def test_anything_that_has_bytes_can_be_sent(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    values = [bytearray(b"ab"), memoryview(b"xcdx")[1:3], memoryview(b"e-f-")[::2], array("H", [0x6867])]
    for value in values:
        assert (await app.tcp("send", socket_id, value)).args == (SendInfo(0, 2),)
    assert await peer.receive(8) == b"abcdefgh"


async def test_what_is_changed_after_the_send_was_called_is_sent_as_it_was(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    data = bytearray(b"x" * 8_000_000)
    sending = asyncio.ensure_future(app.tcp("send", socket_id, data))
    await asyncio.sleep(0)
    data[:] = bytes(len(data))
    assert await peer.receive(8_000_000) == b"x" * 8_000_000
    assert (await sending).error is None


async def test_quota_comes_before_the_lookup_of_the_socket_and_is_inclusive(open_app):
    app = open_app()
    limit = 200 << 20
    data = memoryview(bytes(limit + 1))
    assert await app.tcp("send", 999, data) == ((), "Exceeded write quota.")
    assert await app.tcp("send", 999, data[:limit]) == NOT_FOUND


async def test_unfinished_sends_count_to_the_quota_of_all_sessions_of_the_app(open_app, connect):
    app = open_app()
    second, stranger = open_app(), open_app(app_id="other")
    socket_id, peer = await connect(app)
    data = bytes(200 << 20)
    sending = asyncio.ensure_future(app.tcp("send", socket_id, data))
    await asyncio.sleep(0)
    assert await second.tcp("send", 1, b"x") == ((), "Exceeded write quota.")
    assert await app.tcp("send", socket_id, b"x") == ((), "Exceeded write quota.")
    assert await stranger.tcp("send", 1, data) == NOT_FOUND
    assert await peer.receive(1 << 20) == bytes(1 << 20)
    await app.tcp("close", socket_id)
    assert await sending == ABANDONED
    assert await second.tcp("send", 1, data) == NOT_FOUND


async def test_a_large_send_is_not_copied(open_app, connect):
    app = open_app()
    socket_id, _ = await connect(app)
    data = bytes(50_000_000)
    app.session.tcp.send(socket_id, data, lambda outcome: None)
    (pending,) = app.session.tcp.sockets[socket_id]._queue
    assert pending.rest.obj is data


@pytest.mark.parametrize("how", ["disconnect", "close"])
async def test_unfinished_sends_are_abandoned_and_the_queue_is_not_stuck(open_app, connect, listen, how):
    app = open_app()
    socket_id, _ = await connect(app, paused=True)
    outcomes: list[Outcome] = []
    app.session.tcp.send(socket_id, bytes(50_000_000), outcomes.append)
    app.session.tcp.send(socket_id, b"behind", outcomes.append)
    getattr(app.session.tcp, how)(socket_id, outcomes.append)
    assert outcomes == [ABANDONED, ABANDONED, OK]
    if how == "disconnect":
        listener = listen()
        await app.tcp("connect", socket_id, "127.0.0.1", listener.port, None)
        assert (await app.tcp("send", socket_id, b"x")).args == (SendInfo(0, 1),)


async def test_a_broken_connection_fails_the_send_and_those_behind_it(open_app, connect, until):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    outcomes: list[Outcome] = []
    app.session.tcp.send(socket_id, bytes(50_000_000), outcomes.append)
    app.session.tcp.send(socket_id, b"behind", outcomes.append)
    await peer.receive(1000)
    peer.reset()
    await until(lambda: len(outcomes) == 2)
    assert outcomes == [
        ((SendInfo(-2),), "net::ERR_FAILED"),
        ((SendInfo(-15),), "net::ERR_SOCKET_NOT_CONNECTED"),
    ]
    assert await app.tcp("send", socket_id, b"x") == ((SendInfo(-15),), "net::ERR_SOCKET_NOT_CONNECTED")
    # Paused, it hears of the end when it looks.
    assert app.sink.events == []
    await app.tcp("set_paused", socket_id, False)
    assert await app.sink.wait(1) == [("tcp.receive_error", socket_id, -101)]
    assert not (await app.tcp("get_info", socket_id)).args[0].connected


async def test_what_the_peer_sent_before_the_connection_broke_is_received(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    await peer.send(b"last words")
    peer.close()  # Before it read, so the next send is answered by a reset.
    outcome = await app.tcp("send", socket_id, b"x")
    async with asyncio.timeout(5):
        while outcome.error is None:
            await asyncio.sleep(0.001)
            outcome = await app.tcp("send", socket_id, b"x")
    assert outcome == ((SendInfo(-2),), "net::ERR_FAILED")
    await app.tcp("set_paused", socket_id, False)
    events = await app.sink.wait(2)
    assert events[0] == ("tcp.receive", socket_id, b"last words")
    assert events[1][2] in (-100, -101)


async def test_a_failed_send_of_a_socket_that_reads_answers_and_then_tells_the_end(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    real = app.session.tcp.sockets[socket_id].raw

    class Broken:
        """A send that the system refuses, with bytes still to read."""

        def __getattr__(self, name):
            return getattr(real, name)

        def send(self, data):
            raise OSError(errno.ECONNRESET, "reset")

    await peer.send(b"tail")
    app.session.tcp.sockets[socket_id].clear = Broken()
    order = app.sink.events
    app.session.tcp.send(socket_id, b"x", order.append)
    await app.sink.wait(3)
    assert order == [
        ((SendInfo(-2),), "net::ERR_FAILED"),
        ("tcp.receive", socket_id, b"tail"),
        ("tcp.receive_error", socket_id, -101),
    ]
