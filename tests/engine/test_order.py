"""The one stream of outcomes and events, under any sequence of calls."""

import asyncio
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.engine import ABANDONED, Credit, Outcome, SendInfo, Session

CALLS = st.one_of(
    st.tuples(st.just("send"), st.integers(0, 1), st.sampled_from([0, 1, 5000, 300_000, 3_000_000])),
    st.tuples(st.just("set_paused"), st.integers(0, 1), st.booleans()),
    st.tuples(st.just("disconnect"), st.integers(0, 1)),
    st.tuples(st.just("connect"), st.integers(0, 1)),
    st.tuples(st.just("close"), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.integers(0, 3)),
)


NOT_FOUND = Outcome((), "Socket not found")
NOT_CONNECTED = Outcome((SendInfo(-15),), "net::ERR_SOCKET_NOT_CONNECTED")
BROKEN = Outcome((SendInfo(-2),), "net::ERR_FAILED")


class Watcher:
    """A sink that checks, at each event, that it may come now."""

    session: Session

    def __init__(self) -> None:
        self.bytes: dict[int, int] = defaultdict(int)
        self.ended: set[int] = set()

    def tcp_receive(self, socket_id, data):
        sock = self.session.tcp.sockets[socket_id]
        assert not sock.paused
        assert sock.raw is not None
        assert data
        self.bytes[socket_id] += len(data)
        asyncio.get_running_loop().call_soon(self.session.return_credit, "tcp", socket_id, len(data))

    def tcp_receive_error(self, socket_id, result_code):
        sock = self.session.tcp.sockets.get(socket_id)
        assert sock is None or (sock.paused and sock.raw is None)
        assert result_code in (-100, -101)
        self.ended.add(socket_id)

    def accept(self, socket_id, client_socket_id):
        assert self.session.tcp.sockets[client_socket_id].paused
        self.session.tcp.set_paused(client_socket_id, False, lambda outcome: None)


@pytest.mark.parametrize("slicing", [True, False])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(CALLS, max_size=25))
async def test_every_call_is_answered_once_and_sends_in_order(opening_apps, slicing, calls):
    watcher = Watcher()
    async with opening_apps() as open_app:
        app = open_app(slicing=slicing, credit=Credit(session=100_000, socket=100_000))
        session = app.session
        watcher.session, session.sink = session, watcher
        await app.server("create", None)
        await app.server("listen", 1, "127.0.0.1", 0, None)
        port = (await app.server("get_info", 1)).args[0].local_port
        for _ in range(2):
            session.tcp.create(None, lambda outcome: None)
        for socket_id in (1, 2):
            assert (await app.tcp("connect", socket_id, "127.0.0.1", port, None)).error is None

        answers: list[list[object]] = []
        sizes: list[tuple[int, list[object]]] = []
        order: dict[int, list[int]] = defaultdict(list)

        def done(kind, socket_id):
            answer: list[object] = []
            answers.append(answer)
            index = len(answers)

            def take(outcome):
                answer.append(outcome)
                if kind == "send":
                    order[socket_id].append(index)

            return take

        for kind, which, *rest in calls:
            socket_id = which + 1
            if kind == "wait":
                for _ in range(which):
                    await asyncio.sleep(0)
            elif kind == "send":
                session.tcp.send(socket_id, bytes(rest[0]), done(kind, socket_id))
                sizes.append((rest[0], answers[-1]))
            elif kind == "connect":
                session.tcp.connect(socket_id, "127.0.0.1", port, None, done(kind, socket_id))
            else:
                getattr(session.tcp, kind)(socket_id, *rest, done(kind, socket_id))
        async with asyncio.timeout(10):
            while not all(answers):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        assert all(len(answer) == 1 for answer in answers)
        for socket_id, numbers in order.items():
            assert numbers == sorted(numbers), socket_id
        for size, answer in sizes:
            whole = ((SendInfo(0, size),), None)
            assert answer[0] in (whole, ABANDONED, NOT_CONNECTED, BROKEN, NOT_FOUND)
        assert session.quota.left == 200 << 20
