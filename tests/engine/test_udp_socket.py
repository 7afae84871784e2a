"""The receive loop of a UDP socket, under load and with errors."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.engine import Credit, Engine, SocketProperties, new_event_loop
from homeport.engine._network import OsNetwork
from homeport.testing import MemoryNetwork


async def bound(app: Any, **properties: Any) -> tuple[int, int]:
    socket_id = (await app.udp("create", SocketProperties(**properties))).args[0].socket_id
    await app.udp("bind", socket_id, "127.0.0.1", 0)
    return socket_id, (await app.udp("get_info", socket_id)).args[0].local_port


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 200])
async def test_a_burst_arrives_whole_and_in_order(open_app, count: int) -> None:
    app = open_app()
    _, port = await bound(app)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        for round_ in range(3):
            for number in range(count):
                peer.sendto(number.to_bytes(2, "big"), ("127.0.0.1", port))
            events = (await app.sink.wait(count * (round_ + 1)))[count * round_ :]
            assert [int.from_bytes(event[2], "big") for event in events] == list(range(count))


async def test_a_wake_up_reads_more_as_the_load_grows_and_never_hogs_the_loop(open_app) -> None:
    app = open_app(network=MemoryNetwork())
    socket_id, port = await bound(app)
    sock = app.session.udp.sockets[socket_id]
    bursts = []
    for _ in range(60):
        for _ in range(200):
            await app.udp("send", socket_id, b"x", "127.0.0.1", port, None)
        before = len(app.sink.events)
        sock._readable()
        bursts.append(len(app.sink.events) - before)
        sock.raw._queue.clear()
        sock.raw._queued = 0
    assert bursts[0] == 1
    assert max(bursts) == 64
    assert bursts == sorted(bursts)
    await app.udp("send", socket_id, b"x", "127.0.0.1", port, None)
    sock._readable()
    assert sock._burst == 1


async def test_datagrams_that_nobody_read_are_counted(open_app) -> None:
    """10,000 datagrams at a paused socket: what did not fit in the system's queue is known."""
    app = open_app()
    socket_id, port = await bound(app)
    await app.udp("set_paused", socket_id, True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        for _ in range(10_000):
            peer.sendto(bytes(100), ("127.0.0.1", port))
    sock = app.session.udp.sockets[socket_id]
    dropped = sock.dropped
    if sys.platform != "linux":
        assert dropped is None
        return
    assert 0 < dropped < 10_000
    await app.udp("set_paused", socket_id, False)
    assert len(await app.sink.wait(10_000 - dropped)) == 10_000 - dropped


async def test_an_unbound_socket_has_dropped_nothing_it_knows_of(open_app) -> None:
    app = open_app()
    await app.udp("create", None)
    assert app.session.udp.sockets[1].dropped is None


class Failing(socket.socket):
    """A socket whose next receptions fail as they do on other systems, or on a bad day."""

    def __init__(self, family: int, kind: int) -> None:
        super().__init__(family, kind)
        self.setblocking(False)
        self.failures: list[int] = []

    def recvfrom(self, *args: Any) -> Any:
        if self.failures:
            raise OSError(self.failures.pop(0), "as ordered")
        return super().recvfrom(*args)


class FailingNetwork(OsNetwork):
    def socket(self, family: int, kind: int) -> Any:
        return Failing(family, kind)


async def test_the_echo_of_a_datagram_that_nobody_took_is_not_an_error(open_app) -> None:
    app = open_app(network=FailingNetwork())
    socket_id, port = await bound(app)
    app.session.udp.sockets[socket_id].raw.failures = [errno.ECONNREFUSED, errno.ECONNRESET]
    for text in (b"1", b"2", b"3"):
        await app.udp("send", socket_id, text, "127.0.0.1", port, None)
    assert [event[2] for event in await app.sink.wait(3)] == [b"1", b"2", b"3"]


async def test_an_error_of_the_system_is_told_and_pauses_and_leaves_the_socket_bound(open_app) -> None:
    app = open_app(network=FailingNetwork())
    socket_id, port = await bound(app)
    app.session.udp.sockets[socket_id].raw.failures = [errno.ENETDOWN]
    await app.udp("send", socket_id, b"x", "127.0.0.1", port, None)
    assert await app.sink.wait(1) == [("udp.receive_error", socket_id, -106)]
    (info,) = (await app.udp("get_info", socket_id)).args
    assert (info.paused, info.local_port) == (True, port)
    await app.udp("set_paused", socket_id, False)
    assert (await app.sink.wait(2))[1][2] == b"x"


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(1, 20)),
        st.tuples(st.just("pause"), st.booleans()),
        st.tuples(st.just("repay"), st.integers(0, 5000)),
        st.tuples(st.just("pause in the event"), st.integers(1, 5)),
        st.tuples(st.just("turn"), st.integers(1, 5)),
    ),
    max_size=30,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(_STEPS, st.sampled_from([None, Credit(session=4096, socket=2048)]), st.booleans())
def test_no_datagram_is_lost_doubled_or_out_of_order_whatever_is_paused(
    steps: Any, credit: Any, real: bool
) -> None:
    """Under any sequence of sends, pauses, credit and turns of the loop; and a paused socket is silent."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_play(steps, credit, real))


class _Sink:
    def __init__(self) -> None:
        self.got: list[int] = []
        self.unpaid = 0
        self.paused = False
        self.pause_after = 0
        self.session: Any = None

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        assert not self.paused
        self.got.append(int.from_bytes(data[:2], "big"))
        self.unpaid += len(data)
        self.pause_after -= 1
        if self.pause_after == 0:
            self.pause(True)

    def pause(self, paused: bool) -> None:
        self.session.udp.set_paused(1, paused, lambda outcome: None)
        self.paused = paused

    def repay(self, size: int) -> None:
        size = min(size, self.unpaid)
        self.unpaid -= size
        self.session.return_credit("udp", 1, size)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)  # nothing else is told


async def _play(steps: Any, credit: Any, real: bool) -> None:
    class Anything:
        def check(self, *args: object) -> str:
            return "*"

    engine = Engine(network=OsNetwork() if real else MemoryNetwork())
    sink = _Sink()
    sink.session = session = engine.open_session("app", Anything(), sink, credit=credit)
    infos: list[Any] = []
    session.udp.create(None, infos.append)
    session.udp.bind(1, "127.0.0.1", 0, infos.append)
    session.udp.get_info(1, infos.append)
    port, count = infos[2].args[0].local_port, 0
    for step, value in steps:
        if step == "send":
            for _ in range(value):
                data = count.to_bytes(2, "big") + bytes(count % 300)
                session.udp.send(1, data, "127.0.0.1", port, None, lambda outcome: None)
                count += 1
        elif step == "pause":
            sink.pause(value)
        elif step == "repay":
            sink.repay(value)
        elif step == "pause in the event":
            sink.pause_after = value
        else:
            for _ in range(value):
                await asyncio.sleep(0)
        if count > 150:
            break
    sink.pause_after = 0
    sink.pause(False)
    async with asyncio.timeout(5):
        while len(sink.got) < count:
            sink.repay(1 << 20)
            await asyncio.sleep(0)
    for _ in range(3):
        await asyncio.sleep(0)
    assert sink.got == list(range(count))
    await engine.aclose()


async def test_sockets_with_nothing_to_read_hold_no_credit_of_others(open_app, connect) -> None:
    """They used it up in the middle of a burst; when it is back, whoever has something to read reads."""
    app = open_app(credit=Credit(session=4000, socket=4000), slicing=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        for count in range(1, 5):
            socket_id, port = await bound(app)
            app.session.udp.sockets[socket_id]._burst = 8  # as after a while under load
            peer.sendto(bytes(4000), ("127.0.0.1", port))
            await app.sink.wait(count)
            app.session.return_credit("udp", socket_id, 4000)
    socket_id, tcp_peer = await connect(app)
    await tcp_peer.send(b"heard")
    async with asyncio.timeout(5):
        events = await app.sink.wait(5)
    assert events[4][:3] == ("tcp.receive", socket_id, b"heard")
