"""The engine as a whole: its end, its own listeners, and what sessions share."""

import asyncio
import errno
import socket

import pytest

from homeport.engine import Engine, OsNetwork, Outcome

NEVER = ((-138,), "net::ERR_NETWORK_ACCESS_DENIED")


async def test_its_end_closes_every_session_and_socket(open_app, connect, dial):
    app = open_app()
    _, peer = await connect(app)
    await app.server("create", None)
    await app.server("listen", 1, "127.0.0.1", 0, None)
    port = (await app.server("get_info", 1)).args[0].local_port
    await app.session.engine.aclose()
    assert await peer.receive(1) == b""
    assert app.session.closed
    with pytest.raises(ConnectionRefusedError):
        await dial(port)


async def test_its_end_stops_attempts_to_connect(open_app):
    app = open_app()
    await app.tcp("create", None)
    outcomes: list[Outcome] = []
    app.session.tcp.connect(1, "192.0.2.1", 9, None, outcomes.append)
    await asyncio.sleep(0)
    await app.session.engine.aclose()
    assert outcomes == []


async def test_an_end_that_is_cancelled_closes_what_would_have_been_waited_for(open_app, connect):
    class Names(OsNetwork):
        async def lookup(self, host, family):
            await asyncio.get_running_loop().create_future()

    app = open_app(network=Names())
    socket_id, _peer = await connect(app)
    app.session.tcp.send(socket_id, bytes(8 << 20), lambda outcome: None)
    await app.tcp("create", None)
    app.session.tcp.connect(2, "printer.test", 80, None, lambda outcome: None)
    await asyncio.sleep(0)
    engine = app.session.engine
    ending = asyncio.ensure_future(engine.aclose())
    await asyncio.sleep(0)
    assert len(engine.closer) == 1
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert len(engine.closer) == 0


async def test_it_can_be_ended_twice():
    engine = Engine()
    await engine.aclose()
    await engine.aclose()


async def test_sessions_have_ids_of_their_own(open_app):
    assert open_app().session.id != open_app().session.id


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f000001", "localhost", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"]
)
async def test_no_app_reaches_a_listener_of_homeports_own_in_any_spelling(open_app, host):
    app = open_app()
    engine = app.session.engine
    with engine.listening_socket("127.0.0.1", 0) as own:
        port = own.getsockname()[1]
        await app.tcp("create", None)
        assert await app.tcp("connect", 1, host, port, None) == NEVER
        decision = await engine.explain(app.session.permissions, "tcp.connect", host, port)
        assert not decision.allowed
        assert decision.rule.startswith(f"never: port {port} of this machine is Homeport's own")
    engine.release_listener(port)
    outcome = await app.tcp("connect", 1, host, port, None)
    assert outcome.args == (-102,)


async def test_its_own_listener_can_be_connected_to_by_others(dial):
    engine = Engine()
    with engine.listening_socket("127.0.0.1", 0) as own:
        await dial(own.getsockname()[1])
        assert not own.getblocking()
    await engine.aclose()


async def test_a_listener_of_its_own_needs_an_address_and_a_free_port(listen):
    engine = Engine()
    with pytest.raises(OSError, match="'localhost' is not an IP address"):
        engine.listening_socket("localhost", 0)
    with pytest.raises(OSError) as caught:  # noqa: PT011 (the number follows)
        engine.listening_socket("127.0.0.1", listen().port)
    assert caught.value.errno == errno.EADDRINUSE
    await engine.aclose()


async def test_a_policy_for_addresses_decides_after_the_name_is_resolved(open_app, listen):
    from homeport.engine import parse_policy

    policy = parse_policy('[[rule]]\naction = "deny"\nnetworks = ["127.0.0.0/8"]\n')
    app = open_app(policy=policy)
    listener, six = listen(), None
    await app.tcp("create", None)
    assert await app.tcp("connect", 1, "127.0.0.1", listener.port, None) == NEVER
    assert await app.tcp("connect", 1, "localhost", listener.port, "ipv4") == NEVER
    six = listen("::1", listener.port) if socket.has_ipv6 else None
    if six is not None:
        # The address that is left is the one that is used.
        assert await app.tcp("connect", 1, "localhost", listener.port, None) == ((0,), None)
