"""There are only so many sockets: of a session, of the engine, and known to an app."""

from __future__ import annotations

import asyncio

import pytest

from homeport.engine import OsNetwork, Outcome, SendInfo, SocketLimits, SocketProperties

INSUFFICIENT = ((-12,), "net::ERR_INSUFFICIENT_RESOURCES")


async def sockets(app, namespace, count):
    return [(await getattr(app, namespace)("create", None)).args[0].socket_id for _ in range(count)]


async def test_one_connection_too_many_fails_as_without_descriptors_and_a_closed_one_makes_room(
    open_app, listen
):
    app = open_app(limits=SocketLimits(session=3))
    port = listen().port
    first, second, third, fourth = await sockets(app, "tcp", 4)
    for socket_id in (first, second, third):
        assert (await app.tcp("connect", socket_id, "127.0.0.1", port, None)).args == (0,)
    assert await app.tcp("connect", fourth, "127.0.0.1", port, None) == INSUFFICIENT
    await app.tcp("disconnect", first)
    assert (await app.tcp("connect", fourth, "127.0.0.1", port, None)).args == (0,)
    await app.tcp("close", second)
    assert app.session.allowance.used == 2


async def test_attempts_under_way_count_too(open_app, listen):
    app = open_app(limits=SocketLimits(session=5))
    port = listen().port
    ids = await sockets(app, "tcp", 20)
    calls = [app.tcp("connect", socket_id, "127.0.0.1", port, None) for socket_id in ids]
    codes = [outcome.args[0] for outcome in await asyncio.gather(*calls)]
    assert sorted(codes) == [-12] * 15 + [0] * 5
    assert app.session.allowance.used == 5


async def test_binding_and_listening_count_as_connecting_does(open_app):
    app = open_app(limits=SocketLimits(session=2))
    udp = await sockets(app, "udp", 3)
    servers = await sockets(app, "server", 2)
    assert (await app.udp("bind", udp[0], "127.0.0.1", 0)).args == (0,)
    assert (await app.server("listen", servers[0], "127.0.0.1", 0, None)).args == (0,)
    assert await app.udp("bind", udp[1], "127.0.0.1", 0) == INSUFFICIENT
    assert await app.server("listen", servers[1], "127.0.0.1", 0, None) == INSUFFICIENT
    await app.udp("close", udp[0])
    await app.server("disconnect", servers[0])
    assert app.session.allowance.used == 0


async def test_a_server_stops_accepting_and_goes_on_when_told_to(open_app, dial):
    app = open_app(limits=SocketLimits(session=3))
    (server,) = await sockets(app, "server", 1)
    await app.server("listen", server, "127.0.0.1", 0, None)
    port = (await app.server("get_info", server)).args[0].local_port
    for _ in range(3):
        await dial(port)
    events = await app.sink.wait(3)
    assert events[2] == ("accept_error", server, -12)
    await app.tcp("close", events[0][2])
    await app.server("set_paused", server, False)
    assert (await app.sink.wait(4))[3][0] == "accept"


async def test_all_sessions_together_have_a_limit(open_app, listen):
    one = open_app(limits=SocketLimits(session=2, total=3))
    other = open_app(app_id="p" * 32)
    port = listen().port
    for app, codes in ((one, [0, 0]), (other, [0, -12])):
        for socket_id, code in zip(await sockets(app, "tcp", 2), codes, strict=True):
            assert (await app.tcp("connect", socket_id, "127.0.0.1", port, None)).args == (code,)
    one.session.close()
    assert (await other.tcp("connect", 2, "127.0.0.1", port, None)).args == (0,)
    other.session.close()
    await asyncio.sleep(0)
    assert other.session.engine.allowance.used == 0


async def test_a_failed_or_abandoned_attempt_gives_its_room_back(open_app, listen):
    app = open_app(limits=SocketLimits(session=1))
    listener = listen()
    port = listener.port
    listener.close()
    (socket_id,) = await sockets(app, "tcp", 1)
    for _ in range(3):
        assert (await app.tcp("connect", socket_id, "127.0.0.1", port, None)).args == (-102,)
    assert app.session.allowance.used == 0


@pytest.mark.parametrize("namespace", ["tcp", "udp", "server"])
async def test_an_app_that_closes_nothing_makes_only_so_many(open_app, namespace):
    app = open_app(limits=SocketLimits(known=4))
    await sockets(app, "tcp", 2)
    await sockets(app, "udp", 1)
    await sockets(app, "server", 1)
    assert await getattr(app, namespace)("create", None) == ((), "net::ERR_INSUFFICIENT_RESOURCES")
    await app.tcp("close", 1)
    assert (await getattr(app, namespace)("create", None)).error is None


@pytest.mark.parametrize("namespace", ["tcp", "udp", "server"])
async def test_of_a_names_characters_only_so_many_are_kept(open_app, namespace):
    app = open_app()
    await getattr(app, namespace)("create", SocketProperties(name="x" * 1_000_000))
    assert (await getattr(app, namespace)("get_info", 1)).args[0].name == "x" * 4096


async def test_a_host_that_no_host_can_be_is_refused_at_once_and_not_kept(open_app):
    """Looking at megabytes takes time, and remembering them takes memory."""
    app = open_app()
    await sockets(app, "tcp", 1)
    await sockets(app, "udp", 1)
    await app.udp("bind", 1, "127.0.0.1", 0)
    loopback = "0x" + "0" * 4_000_000 + "7f000001"
    begun = asyncio.get_running_loop().time()
    for host in (loopback, "1:" * 2_000_000, "%41" * 1_000_000, "a." * 2_000_000):
        assert (await app.tcp("connect", 1, host, 80, None)).error == "Does not have permission"
        assert (await app.udp("send", 1, b"x", host, 80, None)).error == "App does not have permission"
    assert asyncio.get_running_loop().time() - begun < 1
    assert not app.session.udp.sockets[1].routes
    assert len(app.session.tcp.sockets[1].host) <= 4096


async def test_only_so_many_calls_may_wait_for_names_and_others_need_not_wait_for_them(open_app, until):
    class Slow(OsNetwork):
        async def lookup(self, host, family):
            await hold.wait()
            return await super().lookup("127.0.0.1", family)

    hold = asyncio.Event()
    app = open_app(limits=SocketLimits(session=4), network=Slow())
    await app.tcp("create", None)
    await app.udp("create", None)
    await app.udp("bind", 1, "127.0.0.1", 0)
    done: list[Outcome] = []
    for name in ("a.test", "b.test"):
        app.session.udp.send(1, b"x", name, 9, None, done.append)
    app.session.tcp.connect(1, "c.test", 9, None, done.append)
    asked = asyncio.ensure_future(app.session.look_up("d.test"))
    await asyncio.sleep(0)
    full = Outcome((-119,), "net::ERR_HOST_RESOLVER_QUEUE_TOO_LARGE")
    assert await app.tcp("connect", 1, "e.test", 9, None) == full
    assert await app.udp("send", 1, b"x", "e.test", 9, None) == full._replace(args=(SendInfo(-119),))
    assert await app.session.look_up("e.test") == -119
    assert (await app.udp("send", 1, b"x", "127.0.0.1", 9, None)).args == (SendInfo(0, 1),)
    assert done == []
    hold.set()
    await until(lambda: len(done) == 3)
    assert await asked == "127.0.0.1"
    assert (await app.udp("send", 1, b"x", "e.test", 9, None)).args == (SendInfo(0, 1),)
