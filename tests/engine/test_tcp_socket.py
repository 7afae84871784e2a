"""The read loop of a TCP socket: slices, pauses, credit, and the end of the stream."""

import asyncio
import sys
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.engine import Credit, Outcome, SocketProperties
from homeport.engine._interfaces import SendInfo


def received(app, socket_id):
    return b"".join(e[2] for e in app.sink.events if e[:2] == ("tcp.receive", socket_id))


# Slices


@pytest.mark.parametrize(
    ("buffer_size", "size", "slices"),
    [
        (None, 10_000, [4096, 4096, 1808]),
        (0, 5000, [4096, 904]),
        (-1, 5000, [4096, 904]),
        (1, 3, [1, 1, 1]),
        (1000, 2500, [1000, 1000, 500]),
        (65536, 65536, [65536]),
    ],
)
async def test_an_event_has_at_most_buffer_size_bytes(open_app, connect, buffer_size, size, slices, until):
    app = open_app()
    socket_id, peer = await connect(app, paused=True, buffer_size=buffer_size)
    await peer.send(bytes(size))
    await until(lambda: not app.session.network.unsent(peer.sock))
    # A first read takes no more than the engine's smallest, so that only these sizes are exact.
    app.session.tcp.sockets[socket_id]._chunk = 1 << 18
    await app.tcp("set_paused", socket_id, False)
    events = await app.sink.wait(len(slices))
    assert [len(event[2]) for event in events] == slices


async def test_an_event_never_has_more_than_64_kib_when_sliced(open_app, connect, until):
    app = open_app()
    socket_id, peer = await connect(app, buffer_size=1 << 20)
    await peer.send(bytes(3_000_000))
    await until(lambda: len(received(app, socket_id)) == 3_000_000)
    assert max(len(event[2]) for event in app.sink.events) == 65536


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="the system does not tell what is unsent")
async def test_a_face_that_slices_itself_gets_up_to_256_kib_at_a_time(open_app, connect, until):
    app = open_app(slicing=False)
    socket_id, peer = await connect(app, paused=True, buffer_size=100)
    sending = asyncio.ensure_future(peer.send(bytes(5_000_000)))
    await until(lambda: app.session.network.unsent(peer.sock) > 1_000_000 or sending.done())
    await app.tcp("set_paused", socket_id, False)
    await until(lambda: len(received(app, socket_id)) == 5_000_000)
    await sending
    assert 65536 < max(len(event[2]) for event in app.sink.events) <= 256 << 10


async def test_a_new_buffer_size_holds_from_the_next_slice(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app, buffer_size=10)

    def listener(event):
        size = 30 if len(app.sink.events) == 1 else 20
        app.session.tcp.update(socket_id, SocketProperties(buffer_size=size), lambda outcome: None)

    app.sink.listener = listener
    await peer.send(bytes(60))
    events = await app.sink.wait(3)
    assert [len(event[2]) for event in events] == [10, 30, 20]


# Pauses


async def test_after_pausing_there_is_no_event_and_nothing_is_lost(open_app, connect, until):
    app = open_app()
    socket_id, peer = await connect(app)
    await peer.send(b"one")
    await app.sink.wait(1)
    await app.tcp("set_paused", socket_id, True)
    await peer.send(b"two")
    await until(lambda: not app.session.network.unsent(peer.sock))
    await asyncio.sleep(0.02)
    assert len(app.sink.events) == 1
    await app.tcp("set_paused", socket_id, False)
    assert (await app.sink.wait(2))[1] == ("tcp.receive", socket_id, b"two")


async def test_a_listener_that_pauses_gets_no_further_slice(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app, buffer_size=10)
    app.sink.listener = lambda event: app.session.tcp.set_paused(socket_id, True, lambda outcome: None)
    await peer.send(b"0123456789abcdefghijABCDE")
    await app.sink.wait(1)
    await asyncio.sleep(0.02)
    assert len(app.sink.events) == 1
    await app.tcp("set_paused", socket_id, False)
    await app.sink.wait(2)
    await app.tcp("set_paused", socket_id, False)
    assert [e[2] for e in await app.sink.wait(3)] == [b"0123456789", b"abcdefghij", b"ABCDE"]


async def test_unpausing_answers_before_what_was_held_comes(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app, buffer_size=1)
    app.sink.listener = lambda event: app.session.tcp.set_paused(socket_id, True, lambda outcome: None)
    await peer.send(b"ab")
    order = app.sink.events
    await app.sink.wait(1)
    app.session.tcp.set_paused(socket_id, False, order.append)
    await app.sink.wait(3)
    assert [event[0] for event in order] == ["tcp.receive", (), "tcp.receive"]


async def test_pausing_and_unpausing_at_once_loses_and_doubles_nothing(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    data = bytes(range(256)) * 8000
    sending = asyncio.ensure_future(peer.send(data))
    while len(received(app, socket_id)) < len(data):
        for paused in (True, False, True, False):
            app.session.tcp.set_paused(socket_id, paused, lambda outcome: None)
        await asyncio.sleep(0)
    await sending
    assert received(app, socket_id) == data


async def test_a_paused_socket_does_not_see_its_peer_go_and_can_still_send(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    await peer.send(b"request")
    peer.half_close()
    await asyncio.sleep(0.02)
    assert (await app.tcp("get_info", socket_id)).args[0].connected
    assert (await app.tcp("send", socket_id, b"response")).error is None
    assert await peer.receive(8) == b"response"
    await app.tcp("set_paused", socket_id, False)
    assert await app.sink.wait(2) == [
        ("tcp.receive", socket_id, b"request"),
        ("tcp.receive_error", socket_id, -100),
    ]


# The end of the stream


async def test_the_end_comes_after_the_last_byte_and_leaves_the_socket_paused_and_disconnected(
    open_app, connect, until
):
    app = open_app()
    socket_id, peer = await connect(app)
    await peer.send(b"x" * 10_000)
    peer.close()
    await until(lambda: app.sink.events and app.sink.events[-1][0] == "tcp.receive_error")
    assert received(app, socket_id) == b"x" * 10_000
    assert app.sink.events[-1] == ("tcp.receive_error", socket_id, -100)
    info = (await app.tcp("get_info", socket_id)).args[0]
    assert (info.connected, info.paused, info.peer_address, info.local_port) == (False, True, None, None)


async def test_unpausing_after_the_end_only_clears_the_flag(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    peer.close()
    await app.sink.wait(1)
    await app.tcp("set_paused", socket_id, False)
    await asyncio.sleep(0.01)
    assert len(app.sink.events) == 1
    assert not (await app.tcp("get_info", socket_id)).args[0].paused
    outcome = await app.tcp("send", socket_id, b"x")
    assert outcome.error == "net::ERR_SOCKET_NOT_CONNECTED"


@pytest.mark.parametrize(("strict", "code"), [(False, -101), (True, -100)])
async def test_a_reset_is_told_as_such_unless_strict(open_app, connect, strict, code):
    app = open_app(strict_chromium=strict)
    socket_id, peer = await connect(app)
    peer.reset()
    assert await app.sink.wait(1) == [("tcp.receive_error", socket_id, code)]


async def test_bytes_before_a_reset_are_all_received(open_app, connect, until):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    await peer.send(b"x" * 20_000)
    await until(lambda: not app.session.network.unsent(peer.sock))
    peer.reset()
    await asyncio.sleep(0.02)
    await app.tcp("set_paused", socket_id, False)
    await until(lambda: app.sink.events and app.sink.events[-1][0] == "tcp.receive_error")
    assert received(app, socket_id) == b"x" * 20_000
    assert app.sink.events[-1] == ("tcp.receive_error", socket_id, -101)


@pytest.mark.parametrize("end", ["half_close", "reset"])
@pytest.mark.parametrize("strict", [False, True])
async def test_a_peer_that_goes_while_sends_are_unfinished_fails_them(open_app, connect, end, strict):
    app = open_app(strict_chromium=strict)
    socket_id, peer = await connect(app)
    outcomes: list[Outcome] = []
    for size in (50_000_000, 5):
        app.session.tcp.send(socket_id, bytes(size), outcomes.append)
    getattr(peer, end)()
    await app.sink.wait(1)
    told = ("net::ERR_ABORTED", ()) if strict else ("net::ERR_SOCKET_NOT_CONNECTED", (SendInfo(-15),))
    assert [(outcome.error, outcome.args) for outcome in outcomes] == [told, told]
    assert app.session.quota.left == 200 << 20


async def test_a_small_send_that_waits_does_not_keep_the_message_that_it_came_in(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    app.session.tcp.send(socket_id, bytes(50_000_000), lambda _: None)
    tracemalloc.start()
    for _ in range(20):
        app.session.tcp.send(socket_id, memoryview(bytes(1 << 20))[:1], lambda _: None)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert app.session.quota.left == (200 << 20) - 50_000_020
    assert kept < 1 << 20
    peer.half_close()
    await app.sink.wait(1)


# Credit


async def test_with_a_stopped_face_and_a_flooding_peer_what_is_under_way_is_bounded(open_app, connect, until):
    app = open_app(credit=Credit(session=1 << 20, socket=256 << 10), slicing=False)
    pairs = [await connect(app) for _ in range(8)]
    floods = [asyncio.ensure_future(peer.send(bytes(20_000_000))) for _, peer in pairs]
    await until(lambda: app.session.credit.owed > (1 << 20) - (64 << 10))
    await asyncio.sleep(0.1)
    assert sum(len(event[2]) for event in app.sink.events) <= 1 << 20
    for socket_id, _ in pairs:
        assert len(received(app, socket_id)) <= 256 << 10
    for flood in floods:
        assert not flood.done()
        flood.cancel()
    await asyncio.gather(*floods, return_exceptions=True)


@pytest.mark.parametrize("slicing", [False, True])
async def test_returned_credit_lets_everything_through(open_app, connect, slicing):
    app = open_app(credit=Credit(session=100_000, socket=50_000), slicing=slicing)
    pairs = [await connect(app) for _ in range(4)]
    data = bytes(range(251)) * 2000
    floods = [asyncio.ensure_future(peer.send(data)) for _, peer in pairs]
    seen = 0
    async with asyncio.timeout(10):
        while not all(len(received(app, socket_id)) == len(data) for socket_id, _ in pairs):
            for event in app.sink.events[seen:]:
                app.session.return_credit("tcp", event[1], len(event[2]))
            seen = len(app.sink.events)
            await asyncio.sleep(0)
    await asyncio.gather(*floods)
    assert all(received(app, socket_id) == data for socket_id, _ in pairs)


async def test_one_busy_socket_does_not_keep_the_others_waiting(open_app, connect, until):
    app = open_app(credit=Credit(session=256 << 10, socket=256 << 10), slicing=False)
    busy, busy_peer = await connect(app)
    flood = asyncio.ensure_future(busy_peer.send(bytes(20_000_000)))
    await until(lambda: app.session.credit.room(app.session.tcp.sockets[busy]) == 0)
    quiet, quiet_peer = await connect(app)
    await quiet_peer.send(b"me too")
    seen = 0
    async with asyncio.timeout(5):
        while not received(app, quiet):
            for event in app.sink.events[seen : seen + 1]:
                app.session.return_credit("tcp", event[1], len(event[2]))
                seen += 1
            await asyncio.sleep(0)
    assert len(received(app, busy)) < 2_000_000
    flood.cancel()
    await asyncio.gather(flood, return_exceptions=True)


@pytest.mark.parametrize("silence", ["tls", "ended"])
async def test_those_whose_turn_brings_no_bytes_pass_it_on(
    open_app, connect, connect_tls, authority, until, silence
):
    """TLS says something of its own behind the handshake, which is nothing for the app."""
    app = open_app(credit=Credit(session=4096, socket=4096), slicing=False, tls=authority.config)
    account = app.session.credit
    hog, hogs_peer = await connect(app)
    await hogs_peer.send(bytes(8192))
    await until(lambda: account.owed == 4096)
    await app.tcp("set_paused", hog, True)
    for _ in range(4):  # so many turns are given at once
        if silence == "tls":
            socket_id, _ = await connect_tls(app)
            await app.tcp("set_paused", socket_id, False)
        else:
            _, peer = await connect(app)
            peer.half_close()
    await until(lambda: len(account._line) == 4)
    last, peer = await connect(app)
    await peer.send(b"me too")
    await until(lambda: len(account._line) == 5)
    app.session.return_credit("tcp", hog, 4096)
    await until(lambda: received(app, last) == b"me too")


async def test_bytes_held_at_a_pause_and_then_dropped_give_their_credit_back(open_app, connect):
    app = open_app(credit=Credit(session=100_000, socket=100_000))
    socket_id, peer = await connect(app, buffer_size=10)
    app.sink.listener = lambda event: app.session.tcp.set_paused(socket_id, True, lambda outcome: None)
    await peer.send(bytes(5000))
    await app.sink.wait(1)
    assert app.session.credit.owed > 10
    await app.tcp("close", socket_id)
    assert app.session.credit.owed == 10
    app.session.return_credit("tcp", socket_id, 10)
    assert app.session.credit.owed == 0


# All together


@pytest.mark.parametrize("secured", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("credit", [None, Credit(session=30_000, socket=20_000)], ids=["free", "credit"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(min_size=1, max_size=2000),
    copies=st.integers(1, 100),
    cuts=st.lists(st.integers(1, 60_000), min_size=1, max_size=8),
    buffer_size=st.sampled_from([1_000, 4096, 65536, 7_777]),
    pauses=st.lists(st.integers(0, 20), max_size=30),
    slicing=st.booleans(),
    ending=st.sampled_from(["close", "half_close", "app"]),
)
async def test_no_byte_is_lost_or_doubled_or_out_of_order(
    open_app,
    connect,
    connect_tls,
    authority,
    secured,
    credit,
    data,
    copies,
    cuts,
    buffer_size,
    pauses,
    slicing,
    ending,
    until,
):
    app = open_app(credit=credit, slicing=slicing, tls=authority.config)
    socket_id, peer = await (connect_tls(app) if secured else connect(app))
    await app.tcp("update", socket_id, SocketProperties(buffer_size=buffer_size))
    whole = data * copies
    stops = iter(pauses)
    steps = {"left": next(stops, -1)}
    paused_at: list[int] = []

    def listener(event):
        if event[0] != "tcp.receive":
            return
        assert not paused_at
        if slicing:
            assert len(event[2]) <= buffer_size
        if credit is not None:
            app.session.network.call_soon(app.session.return_credit, "tcp", socket_id, len(event[2]))
        steps["left"] -= 1
        if steps["left"] == 0:
            steps["left"] = next(stops, -1)
            paused_at.append(1)
            app.session.tcp.set_paused(socket_id, True, lambda outcome: None)
            app.session.network.call_later(0.001, resume)

    def resume():
        paused_at.clear()
        app.session.tcp.set_paused(socket_id, False, lambda outcome: None)

    app.sink.listener = listener

    async def send():
        at, index = 0, 0
        while at < len(whole):
            await peer.send(whole[at : at + cuts[index % len(cuts)]])
            at += cuts[index % len(cuts)]
            index += 1
            await asyncio.sleep(0)
        if ending != "app":
            getattr(peer, ending)()

    await app.tcp("set_paused", socket_id, False)
    await send()
    if ending == "app":
        await until(lambda: len(received(app, socket_id)) == len(whole) and not paused_at)
        await app.tcp("close", socket_id)
    else:
        await until(lambda: app.sink.events[-1:] and app.sink.events[-1][0] == "tcp.receive_error")
    assert received(app, socket_id) == whole
    assert [e for e in app.sink.events if e[0] != "tcp.receive"] == [("tcp.receive_error", socket_id, -100)]


async def test_what_is_sent_now_is_what_the_kernel_takes(open_app, connect):
    app = open_app()
    tcp = app.session.tcp
    socket_id, peer = await connect(app, paused=True)
    data = memoryview(bytes(range(256)) * 1000)
    taken = 0
    while (count := tcp.send_now(socket_id, data)) == len(data):
        taken += count
    assert tcp.send_now(socket_id, b"more") == 0
    assert app.session.sent == taken + count
    outcomes: list[Outcome] = []
    tcp.send_promised(socket_id, data[count:], outcomes.append)
    assert tcp.send_now(socket_id, b"behind what waits") == 0
    assert len(await peer.receive(taken + len(data))) == taken + len(data)
    await app.tcp("send", socket_id, b"!")
    assert await peer.receive(1) == b"!"
    assert outcomes == [Outcome((SendInfo(0, len(data) - count),))]


async def test_several_pieces_are_sent_now_one_behind_the_other(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    pieces = [bytes([number]) * 10_000 for number in range(200)]
    whole = b"".join(pieces)
    taken = app.session.tcp.send_now(socket_id, *pieces)
    assert 0 < taken <= len(whole)
    assert app.session.sent == taken
    assert await peer.receive(taken) == whole[:taken]


async def test_nothing_is_sent_now_where_a_send_would_fail(open_app, connect, until):
    app = open_app()
    tcp = app.session.tcp
    assert tcp.send_now(9, b"x") == 0
    await app.tcp("create", None)
    assert tcp.send_now(1, b"x") == 0
    socket_id, peer = await connect(app)
    peer.reset()
    await until(lambda: tcp.send_now(socket_id, b"x") == 0)
    outcomes: list[Outcome] = []
    tcp.send_promised(socket_id, b"x", outcomes.append)
    assert [outcome.error for outcome in outcomes] == ["net::ERR_SOCKET_NOT_CONNECTED"]
    assert await app.sink.wait(1) == [("tcp.receive_error", socket_id, -101)]


async def test_what_comes_in_is_counted(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app)
    await peer.send(b"hello")
    await app.sink.wait(1)
    assert received(app, socket_id) == b"hello"
    assert app.session.received == 5
