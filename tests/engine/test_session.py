"""Sessions: one stream of outcomes and events, suspended, resumed and closed."""

import asyncio
import tracemalloc

import pytest

from homeport.engine import Credit, Outcome, SocketProperties

PERSISTENT = SocketProperties(persistent=True)


async def served(app, dial):
    """A listening socket (persistent) and a connection that it accepted: the peer and the port."""
    await app.server("create", PERSISTENT)
    await app.server("listen", 1, "127.0.0.1", 0, None)
    port = (await app.server("get_info", 1)).args[0].local_port
    peer = await dial(port)
    await app.sink.wait(1)
    return peer, port


async def test_suspended_it_closes_what_is_not_persistent(open_app, connect, dial):
    app = open_app()
    gone, gone_peer = await connect(app)
    kept, _ = await connect(app, persistent=True)
    accepted_peer, _ = await served(app, dial)
    app.session.suspend()
    assert await gone_peer.receive(1) == b""
    assert await accepted_peer.receive(1) == b""
    infos = (await app.tcp("get_sockets")).args[0]
    assert [info.socket_id for info in infos] == [kept]
    assert infos[0].connected
    assert not infos[0].paused
    assert gone != kept
    assert app.sink.events == [("accept", 1, 3)]


async def test_suspended_it_reads_and_accepts_nothing_and_resumed_it_does(open_app, connect, dial, until):
    app = open_app()
    socket_id, peer = await connect(app, persistent=True)
    _, port = await served(app, dial)
    app.session.suspend()
    await peer.send(b"while away")
    await dial(port)
    await until(lambda: not app.session.network.unsent(peer.sock))
    await asyncio.sleep(0.02)
    heard = len(app.sink.events)
    app.session.resume(app.sink)
    events = (await app.sink.wait(heard + 2))[heard:]
    assert sorted(events) == [("accept", 1, 3), ("tcp.receive", socket_id, b"while away")]


async def test_resumed_it_speaks_to_the_new_sink_only(open_app, connect):
    app, other = open_app(), open_app()
    socket_id, peer = await connect(app, persistent=True)
    app.session.suspend()
    app.session.resume(other.sink)
    await peer.send(b"x")
    assert await other.sink.wait(1) == [("tcp.receive", socket_id, b"x")]
    assert app.sink.events == []


async def test_ids_go_on_after_resuming(open_app):
    app = open_app()
    await app.tcp("create", None)
    app.session.suspend()
    app.session.resume(app.sink)
    assert (await app.tcp("create", None)).args[0].socket_id == 2


async def test_what_was_under_way_to_a_face_that_is_gone_counts_no_more(open_app, connect, until):
    app = open_app(credit=Credit(session=1000, socket=1000), slicing=False)
    socket_id, peer = await connect(app, persistent=True)
    await peer.send(bytes(5000))
    await until(lambda: app.session.credit.owed > 700)
    app.session.suspend()
    app.sink.events.clear()
    app.session.resume(app.sink)
    await until(lambda: sum(len(event[2]) for event in app.sink.events) > 700)
    assert app.session.credit.owed <= 1000
    assert socket_id == 1


async def test_what_was_held_when_the_face_went_is_charged_to_the_new_one(open_app, connect):
    app = open_app(credit=Credit(session=10_000, socket=10_000))
    socket_id, peer = await connect(app, persistent=True, buffer_size=10)
    app.sink.listener = lambda event: app.session.suspend()
    await peer.send(bytes(1000))
    await app.sink.wait(1)
    app.sink.listener = None
    assert app.session.credit.owed == 1000
    app.session.resume(app.sink)
    assert app.session.credit.owed == 990
    await app.sink.wait(100)
    app.session.return_credit("tcp", socket_id, 990)
    assert app.session.credit.owed == 0


async def test_what_was_held_when_the_app_was_about_to_go_and_stays_is_charged_once(open_app, connect):
    app = open_app(credit=Credit(session=100_000, socket=100_000))
    socket_id, peer = await connect(app, buffer_size=10)
    app.sink.listener = lambda event: app.session.tcp.set_paused(socket_id, True, lambda outcome: None)
    await peer.send(bytes(100))
    await app.sink.wait(1)
    owed = app.session.credit.owed
    assert owed > 10
    app.session.hold()
    app.session.go_on()
    assert app.session.credit.owed == owed


async def test_unfinished_sends_of_a_persistent_socket_go_on_while_suspended(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app, persistent=True)
    data = bytes(range(256)) * 40_000
    app.session.tcp.send(socket_id, data, lambda outcome: None)
    app.session.suspend()
    assert await peer.receive(len(data)) == data


async def test_closed_it_closes_every_socket_and_calls_nobody(open_app, connect, dial):
    app = open_app()
    socket_id, peer = await connect(app, persistent=True)
    _, port = await served(app, dial)
    outcomes: list[Outcome] = []
    app.session.tcp.send(socket_id, bytes(50_000_000), outcomes.append)
    app.session.tcp.create(None, lambda outcome: None)
    app.session.tcp.connect(3, "127.0.0.1", port, None, outcomes.append)
    heard = len(app.sink.events)
    app.session.close()
    assert app.session.closed
    app.session.close()
    await peer.receive_all()
    with pytest.raises(ConnectionRefusedError):
        await dial(port)
    app.session.return_credit("tcp", socket_id, 5)
    app.session.suspend()
    app.session.resume(app.sink)
    await asyncio.sleep(0.02)
    assert outcomes == []
    assert len(app.sink.events) == heard
    assert app.session.quota.left == 200 << 20


async def test_calls_on_a_closed_session_open_nothing(open_app, listen):
    app = open_app()
    app.session.close()
    await app.tcp("create", None)
    await app.server("create", None)
    await app.udp("create", None)
    assert (await app.tcp("connect", 1, "127.0.0.1", listen().port, None)).error == "Does not have permission"
    assert (await app.server("listen", 1, "127.0.0.1", 0, None)).error == "Does not have permission"
    assert (await app.udp("bind", 1, "127.0.0.1", 0)).error == "App does not have permission"


async def test_a_sink_that_closes_the_session_ends_everything_at_once(open_app, connect):
    app = open_app()
    _, peer = await connect(app, buffer_size=1)
    app.sink.listener = lambda event: app.session.close()
    await peer.send(b"abc")
    await app.sink.wait(1)
    await asyncio.sleep(0.02)
    assert len(app.sink.events) == 1


async def test_an_observer_sees_every_event_on_its_way(open_app, connect):
    class Tee:
        def __init__(self, sink, seen):
            self._sink, self._seen = sink, seen

        def __getattr__(self, name):
            def pass_on(*args):
                self._seen.append((name, *args))
                getattr(self._sink, name)(*args)

            return pass_on

    class Observer:
        def __init__(self):
            self.seen, self.decisions = [], []

        def watch(self, session, sink):
            return Tee(sink, self.seen)

        def decided(self, session, operation, host, port, decision):
            self.decisions.append((operation, host, decision.allowed))

        def failed(self, session, operation, host, port, code):
            raise AssertionError("nothing did")

        def policy_changed(self, outcome):
            self.decisions.append(outcome)

    observer = Observer()
    app = open_app(observer=observer)
    socket_id, peer = await connect(app)
    await peer.send(b"x")
    peer.close()
    await app.sink.wait(2)
    assert observer.seen == [("tcp_receive", socket_id, b"x"), ("tcp_receive_error", socket_id, -100)]
    assert observer.decisions == [("tcp.connect", "127.0.0.1", True)]


async def test_without_an_observer_nothing_is_in_the_way_of_an_event(open_app):
    app = open_app()
    assert app.session.sink is app.sink


async def test_an_idle_connection_costs_little_memory(open_app, dial):
    app = open_app()
    await app.server("create", None)
    await app.server("listen", 1, "127.0.0.1", 0, None)
    port = (await app.server("get_info", 1)).args[0].local_port
    app.sink.listener = lambda event: app.session.tcp.set_paused(event[2], False, lambda outcome: None)
    peers = [await dial(port) for _ in range(20)]
    await app.sink.wait(20)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    more = [await dial(port) for _ in range(100)]
    await app.sink.wait(120)
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    # The bare peers of this test are counted too.
    assert used / len(more) < 6000
    assert len(peers) == 20
