"""One page's session, with real sockets behind it and a channel that a test can read."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from types import SimpleNamespace

import pytest
from tests.support.serving import serving

from homeport.chrome import Dispatcher
from homeport.engine import Credit, Engine, Outcome
from homeport.host import HostSession
from homeport.host import _session as session_module
from homeport.wire import MAX_KEPT, MAX_PROMISED, ByeCode, PageStream
from homeport.wire._limits import MAX_DATA, MAX_KEPT_DATAGRAMS


class Anything:
    """Permissions for everything."""

    def check(self, kind, host, port):
        return "*:*"


class Wire:
    """A channel that keeps what it is handed, until the page reads it."""

    def __init__(self):
        self.messages = []
        self.closed = None
        self.unread = 0
        self.news = asyncio.Event()

    async def until(self, condition):
        async with asyncio.timeout(5):
            while not condition():
                self.news.clear()
                await self.news.wait()

    def send(self, message):
        self.messages.append(message)
        self.news.set()

    def buffered(self):
        return self.unread

    def close(self):
        self.closed = "closed"

    def abort(self):
        self.closed = "aborted"
        self.news.set()


class Page:
    """The other end, as a stream that remembers."""

    def __init__(self):
        self.told = []
        self.stream = PageStream(self)

    def read(self, wire):
        while wire.messages:
            message = wire.messages.pop(0)
            self.stream.receive(message if isinstance(message, str) else bytes(message))
        return self.told

    def result(self, *args):
        self.told.append(("result", *args))

    def event(self, *args):
        self.told.append(("event", *args))

    def abandoned(self, *args):
        self.told.append(("abandoned", *args))

    def tcp_receive(self, *args):
        self.told.append(("tcp_receive", *args))

    def udp_receive(self, *args):
        self.told.append(("udp_receive", *args))

    def kept(self, *args):
        self.told.append(("kept", *args))

    def broken(self, *args):
        self.told.append(("broken", *args))

    def bye(self, bye):
        self.told.append(("bye", bye.code))


@pytest.fixture
async def engine():
    engine = Engine()
    yield engine
    await engine.aclose()


@pytest.fixture
def ended():
    return []


@pytest.fixture
async def session(engine, ended):
    session = HostSession("s1", resumable=True, on_end=ended.append)
    sockets = engine.open_session("a" * 32, Anything(), session)
    session.serve(sockets, Dispatcher(sockets))
    yield session
    session.expire()


@pytest.fixture
async def wire(session):
    wire = Wire()
    session.attach(wire, "welcome")
    assert wire.messages.pop() == "welcome"
    return wire


async def turn():
    """Let the loop turn, so that what one turn caused is flushed."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_all_that_one_turn_caused_is_one_message(session, wire):
    for number in range(30):
        session.receive(f'[["call",{number + 1},"sockets.tcp.create",[null]]]')
    await turn()
    assert len(wire.messages) == 1
    assert [item[1] for item in json.loads(wire.messages[0])] == list(range(1, 31))


async def test_events_and_results_keep_their_order(session, wire):
    session.receive('[["call",1,"sockets.tcp.create",[null]]]')
    session.tcp_receive(1, b"data")
    session.tcp_receive_error(1, -100)
    session.accept(2, 3)
    session.accept_error(2, -2)
    session.udp_receive(4, b"", "::1", 5)
    session.udp_receive_error(4, -1)
    await turn()
    assert len(wire.messages) == 1
    assert Page().read(wire) == [
        ("result", 1, [{"socketId": 1}], None),
        ("tcp_receive", 1, b"data"),
        ("event", "sockets.tcp.onReceiveError", [{"socketId": 1, "resultCode": -100}]),
        ("event", "sockets.tcpServer.onAccept", [{"socketId": 2, "clientSocketId": 3}]),
        ("event", "sockets.tcpServer.onAcceptError", [{"socketId": 2, "resultCode": -2}]),
        ("udp_receive", 4, b"", "::1", 5),
        ("event", "sockets.udp.onReceiveError", [{"socketId": 4, "resultCode": -1}]),
    ]


async def test_a_failed_send_says_why(session, wire):
    page = Page()
    page.stream.tcp_send(9, b"x")
    page.stream.udp_send(9, b"x", "127.0.0.1", 9)
    for message in page.stream.take():
        session.receive(message)
    await turn()
    assert page.read(wire) == [("result", 1, [], "Socket not found"), ("result", 2, [], "Socket not found")]


async def test_a_result_that_nobody_waits_for_goes_with_the_next_one(session, wire):
    page = Page()
    page.stream.tell("sockets.tcp.create", [None])
    for message in page.stream.take():
        session.receive(message)
    await turn()
    assert not wire.messages
    page.stream.call("sockets.tcp.create", [None])
    for message in page.stream.take():
        session.receive(message)
    await turn()
    assert len(wire.messages) == 1
    assert page.read(wire) == [("result", 1, [{"socketId": 1}], None), ("result", 2, [{"socketId": 2}], None)]


async def test_what_comes_of_a_close_goes_with_the_connection_that_follows_it(session, wire):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        page = Page()
        page.stream.call("sockets.tcp.create", [None])
        page.stream.call("sockets.tcp.connect", [1, "127.0.0.1", port, None])
        for message in page.stream.take():
            session.receive(message)
        await wire.until(lambda: ("result", 2, [0], None) in page.read(wire))
        page.told.clear()
        page.stream.tell("sockets.tcp.close", [1])
        page.stream.tell("sockets.tcp.create", [None])
        page.stream.call("sockets.tcp.connect", [2, "127.0.0.1", port, None])
        for message in page.stream.take():
            session.receive(message)
        await wire.until(lambda: wire.messages)
        assert page.read(wire)[0] == ("result", 3, [], None)
        assert page.told[-1] == ("result", 5, [0], None)


async def test_a_result_that_nobody_waits_for_does_not_stay_back_for_long(session, wire):
    page = Page()
    page.stream.tell("sockets.tcp.create", [None])
    for message in page.stream.take():
        session.receive(message)
    await wire.until(lambda: wire.messages)
    assert page.read(wire) == [("result", 1, [{"socketId": 1}], None)]


async def test_a_promise_for_a_socket_that_cannot_send_is_broken(session, wire):
    page = Page()
    page.stream.call("sockets.tcp.create", [None])
    page.stream.promise(1, b"x")
    page.stream.promise(9, b"x")
    for message in page.stream.take():
        session.receive(message)
    await turn()
    assert page.read(wire)[1:] == [("broken", 1), ("broken", 9)]


async def test_a_promise_that_is_too_large_ends_the_session(session, wire, ended):
    page = Page()
    page.stream.call("sockets.tcp.create", [None])
    for call_id in (7, 0):
        for _ in range(MAX_PROMISED // MAX_DATA):
            page.stream.batch.data(struct.pack("<BIiI", 10, call_id, 1, MAX_DATA), bytes(MAX_DATA))
        page.stream.batch.data(struct.pack("<BIiI", 3, call_id, 1, 1), b"x")
    for message in page.stream.take():
        session.receive(message if isinstance(message, str) else bytes(message))
    await turn()
    assert ("bye", "protocol") in page.read(wire)
    assert ended == [session]


async def test_a_send_on_an_unconnected_socket_has_its_code(session, wire):
    page = Page()
    page.stream.call("sockets.tcp.create", [None])
    page.stream.tcp_send(1, b"x")
    for message in page.stream.take():
        session.receive(message)
    await turn()
    assert page.read(wire)[1] == ("result", 2, [{"resultCode": -15}], "net::ERR_SOCKET_NOT_CONNECTED")


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ('[["call",1,"no.such",[]]]', "no.such is not available."),
        ('[["call",1,"sockets.tcp.create",[1]]]', "Error in invocation"),
        ('[["call",1,"sockets.tcp.create",[null,null,null]]]', "Error in invocation"),
        ('[["call",1,"__init__",[]]]', "not available"),
        ('[["call",1,"sockets.tcp._private",[]]]', "not available"),
    ],
)
async def test_a_wrong_call_is_answered_and_ends_nothing(session, wire, ended, message, text):
    session.receive(message)
    await turn()
    ((kind, call_id, args, error),) = Page().read(wire)
    assert (kind, call_id, args) == ("result", 1, [])
    assert text in error
    assert not ended


async def test_rubbish_ends_it_with_a_reason(session, wire, ended):
    session.receive(b"\xff")
    assert json.loads(wire.messages[-1])[0][:2] == ["bye", "protocol"]
    assert wire.closed == "closed"
    assert ended == [session]
    session.receive('[["call",1,"sockets.tcp.create",[null]]]')
    session.event("x.y", [])
    await turn()
    assert len(wire.messages) == 1


async def test_bye_comes_after_what_was_to_be_said(session, wire, ended):
    session.receive('[["call",1,"sockets.tcp.create",[null]]]')
    session.end(ByeCode.SHUTDOWN, "enough")
    assert [entry[0] for entry in Page().read(wire)] == ["result", "bye"]
    assert ended == [session]


async def test_too_many_open_calls_end_it(session, wire, ended, monkeypatch):
    monkeypatch.setattr(session_module, "MAX_OPEN_CALLS", 3)
    never = asyncio.get_running_loop().create_future()
    session._dispatcher.register("x.never", lambda: never)
    for number in range(1, 4):
        session.receive(f'[["call",{number},"x.never",[]]]')
    assert not ended
    session.receive('[["call",4,"x.never",[]]]')
    assert ended == [session]


async def test_answered_calls_do_not_count(session, wire, ended, monkeypatch):
    monkeypatch.setattr(session_module, "MAX_OPEN_CALLS", 2)
    for number in range(1, 20):
        session.receive(f'[["call",{number},"sockets.tcp.getSockets",[]]]')
    assert not ended


@pytest.mark.parametrize("argument", ['"' + "a" * 1_000_000 + '"', "[" + "[]," * 20_000 + "0]"])
async def test_open_calls_that_hold_too_much_end_it(session, wire, ended, monkeypatch, argument):
    monkeypatch.setattr(session_module, "MAX_HELD", 4_000_000)
    now, never = asyncio.get_running_loop().create_future(), asyncio.get_running_loop().create_future()
    session._dispatcher.register("x.now", lambda _: now)
    session._dispatcher.register("x.never", lambda _: never)
    now.set_result(None)
    for number in range(1, 30):
        session.receive(f'[["call",{number},"x.now",[{argument}]]]')
        await wire.until(lambda number=number: f'["result",{number},' in str(wire.messages))
    assert not ended
    for number in range(30, 60):
        session.receive(f'[["call",{number},"x.never",[{argument}]]]')
    assert ended == [session]


async def test_a_page_that_acknowledges_nothing_is_cut_off_within_a_bound(session, wire, ended):
    sent = 0
    while not ended:
        session.event("x.y", ["x" * 100_000])
        sent += 100_000
        await turn()
        assert sent < 2 * MAX_KEPT
    assert json.loads(wire.messages[-1])[0][:2] == ["bye", "overflow"]


async def test_a_page_that_does_not_read_is_cut_off(session, wire, ended):
    wire.unread = MAX_KEPT + 1
    session.receive('[["ping",1]]')
    await turn()
    assert wire.closed == "aborted"
    assert ended == [session]


async def test_datagrams_for_a_slow_page_are_dropped_and_their_credit_comes_back(session, wire, engine):
    sockets = session._engine
    returned = []
    sockets.return_credit = lambda *args: returned.append(args)
    for _ in range(150):
        session.udp_receive(1, bytes(64_000), "127.0.0.1", 9)
        await turn()
    assert session.stream.dropped_datagrams == len(returned) > 0
    assert set(returned) == {("udp", 1, 64_000)}
    assert session.stream.held_bytes < 9 << 20


async def test_datagrams_that_the_transport_has_not_got_rid_of_count_even_where_nothing_is_kept(
    session, wire, engine
):
    session.stream.link.keeping = False  # as without a browser
    wire.unread = MAX_KEPT_DATAGRAMS
    session.udp_receive(1, b"", "127.0.0.1", 9)
    await turn()
    assert session.stream.dropped_datagrams == 0
    wire.unread += 1
    session.udp_receive(1, b"", "127.0.0.1", 9)
    assert session.stream.dropped_datagrams == 1


async def test_what_is_received_is_acknowledged_within_a_second(session, wire, monkeypatch):
    monkeypatch.setattr(session_module, "ACK_DELAY", 0.01)
    page = Page()
    page.stream.call("sockets.tcp.create", [None])
    for message in page.stream.take():
        session.receive(message)
    assert page.stream.held_bytes
    await wire.until(lambda: page.read(wire) and not page.stream.held_bytes)


async def test_silence_is_asked_about_and_then_ends_the_transport(session, monkeypatch, ended):
    monkeypatch.setattr(session_module, "PING_AFTER", 0.02)
    monkeypatch.setattr(session_module, "DROP_AFTER", 0.02)
    wire = Wire()
    session.attach(wire, "welcome")
    await wire.until(lambda: wire.closed)
    assert wire.messages[-1] == '[["ping",0]]'
    assert wire.closed == "aborted"
    assert not ended  # it may come back


async def test_an_answer_to_the_ping_keeps_the_transport(session, monkeypatch):
    monkeypatch.setattr(session_module, "PING_AFTER", 0.02)
    monkeypatch.setattr(session_module, "DROP_AFTER", 0.5)
    wire = Wire()
    session.attach(wire, "welcome")
    for answered in range(1, 4):
        await wire.until(lambda count=answered: wire.messages.count('[["ping",0]]') >= count)
        session.receive('[["pong",0]]')
    assert wire.closed is None


async def test_a_mistake_in_a_send_is_answered_and_logged(session, wire, caplog):
    def broken(*args):
        raise RuntimeError("a bug")

    session._engine = SimpleNamespace(tcp=SimpleNamespace(send=broken))
    page = Page()
    page.stream.tcp_send(1, b"x")
    for message in page.stream.take():
        session.receive(message)
    await turn()
    assert page.read(wire) == [("result", 1, [], "Unknown error.")]
    assert "a bug" in caplog.text


async def test_a_result_that_cannot_be_written_is_an_error_to_the_page(session, wire, caplog):
    session._dispatcher.register("x.odd", lambda: Outcome((float("nan"),)))
    session.receive('[["call",1,"x.odd",[]]]')
    await turn()
    assert Page().read(wire) == [("result", 1, [], "Unknown error.")]


async def test_a_flooding_peer_and_a_page_that_stopped_stay_within_credit(session, wire, engine):
    async def flood(reader, writer):
        try:
            while True:
                writer.write(bytes(65536))
                await writer.drain()
        except ConnectionError:
            pass

    async with serving(flood) as port:
        page = Page()
        page.stream.call("sockets.tcp.create", [None])
        page.stream.call("sockets.tcp.connect", [1, "127.0.0.1", port, None])
        for message in page.stream.take():
            session.receive(message)
        await wire.until(lambda: session.stream.held_bytes > 0.9 * Credit().socket)
        await asyncio.sleep(0.2)  # the peer floods on
        assert session.stream.held_bytes < Credit().socket + (64 << 10)
        session._engine.close()
