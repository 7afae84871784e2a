"""The functions of ``chrome.sockets.tcp``: their checks, in order, and their outcomes."""

import asyncio
import socket

import pytest

from homeport.engine import (
    ABANDONED,
    OK,
    Address,
    CreateInfo,
    Outcome,
    SendInfo,
    SocketProperties,
    TcpSocketInfo,
)
from homeport.engine._network import TCP_KEEPIDLE

NOT_FOUND = Outcome((), "Socket not found")
ZERO = Outcome((0,))


async def test_ids_count_from_one_and_are_never_used_again(open_app):
    app = open_app()
    assert await app.tcp("create", None) == ((CreateInfo(1),), None)
    assert await app.tcp("create", None) == ((CreateInfo(2),), None)
    await app.tcp("close", 2)
    assert await app.tcp("create", None) == ((CreateInfo(3),), None)


async def test_a_fresh_socket_has_no_addresses_and_tells_only_what_was_given(open_app):
    app = open_app()
    await app.tcp("create", None)
    await app.tcp("create", SocketProperties(persistent=True, name="n", buffer_size=100))
    await app.tcp("create", SocketProperties(name="", buffer_size=-1))
    assert (await app.tcp("get_sockets")).args[0] == [
        TcpSocketInfo(1, persistent=False, paused=False, connected=False),
        TcpSocketInfo(2, persistent=True, paused=False, connected=False, name="n", buffer_size=100),
        TcpSocketInfo(3, persistent=False, paused=False, connected=False),
    ]


async def test_update_changes_what_is_given_and_keeps_the_rest(open_app):
    app = open_app()
    await app.tcp("create", SocketProperties(persistent=True, name="n", buffer_size=100))
    assert await app.tcp("update", 1, SocketProperties(name="m")) == OK
    assert (await app.tcp("get_info", 1)).args[0] == TcpSocketInfo(
        1, persistent=True, paused=False, connected=False, name="m", buffer_size=100
    )


@pytest.mark.parametrize(
    ("call", "outcome"),
    [
        (("update", SocketProperties()), NOT_FOUND),
        (("set_paused", True), NOT_FOUND),
        (("set_keep_alive", True, None), Outcome((-2,), "Socket not found")),
        (("set_no_delay", True), Outcome((-2,), "Socket not found")),
        (("connect", "127.0.0.1", 1, None), NOT_FOUND),
        (("disconnect",), NOT_FOUND),
        (("secure", None), Outcome((-4,), "Socket not found")),
        (("send", b"x"), NOT_FOUND),
        (("close",), NOT_FOUND),
        (("get_info",), NOT_FOUND),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) and isinstance(value[0], str) else "",
)
async def test_a_socket_that_is_not_there_is_not_found(open_app, call, outcome):
    name, *args = call
    app = open_app()
    assert await app.tcp(name, 999, *args) == outcome
    await app.server("create", None)
    assert await app.tcp(name, 1, *args) == outcome  # An id of another namespace.
    await app.tcp("create", None)
    await app.tcp("close", 1)
    assert await app.tcp(name, 1, *args) == outcome


async def test_ids_of_another_session_are_not_found(open_app):
    mine, other = open_app(), open_app()
    await mine.tcp("create", None)
    assert await other.tcp("get_info", 1) == NOT_FOUND
    assert await other.tcp("close", 1) == NOT_FOUND
    assert (await mine.tcp("get_info", 1)).error is None


async def test_what_needs_a_connection_fails_without_one(open_app):
    app = open_app()
    await app.tcp("create", None)
    assert await app.tcp("send", 1, b"x") == ((SendInfo(-15),), "net::ERR_SOCKET_NOT_CONNECTED")
    assert await app.tcp("set_no_delay", 1, True) == ((-2,), "net::ERR_FAILED")
    assert await app.tcp("set_keep_alive", 1, True, 5) == ((-2,), "net::ERR_FAILED")
    assert await app.tcp("disconnect", 1) == OK


# connect


async def test_a_connected_socket_tells_both_addresses(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app, name="n")
    host, port = peer.sock.getpeername()
    assert (await app.tcp("get_info", socket_id)).args[0] == TcpSocketInfo(
        socket_id,
        persistent=False,
        paused=False,
        connected=True,
        name="n",
        local_address=host,
        local_port=port,
        peer_address="127.0.0.1",
        peer_port=peer.port,
    )


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f.1", "2130706433", "127.0.0.1."])
async def test_lenient_spellings_and_localhost_connect(open_app, listen, host):
    app = open_app()
    await app.tcp("create", None)
    assert await app.tcp("connect", 1, host, listen().port, None) == ZERO
    assert (await app.tcp("get_info", 1)).args[0].peer_address == "127.0.0.1"


async def test_localhost_is_ipv6_first(open_app, listen):
    app = open_app()
    listener = listen("::1")
    await app.tcp("create", None)
    assert await app.tcp("connect", 1, "localhost", listener.port, None) == ZERO
    assert (await app.tcp("get_info", 1)).args[0].peer_address == "::1"


async def test_a_mapped_address_is_told_in_groups(open_app, listen):
    app = open_app()
    await app.tcp("create", None)
    assert await app.tcp("connect", 1, "::ffff:127.0.0.1", listen().port, None) == ZERO
    info = (await app.tcp("get_info", 1)).args[0]
    assert (info.local_address, info.peer_address) == ("::ffff:7f00:1", "::ffff:7f00:1")


@pytest.mark.parametrize(
    ("host", "query", "code"),
    [
        ("127.0.0.1", None, -102),
        ("localhost", None, -102),
        ("127.0.0.1", "ipv6", -105),
        ("::1", "ipv4", -105),
        ("[::1]", None, -105),
        (" 127.0.0.1", None, -105),
        ("", None, -105),
        ("x" * 300, None, -105),
    ],
)
async def test_a_failed_connect_tells_its_code_and_leaves_the_socket(open_app, listen, host, query, code):
    app = open_app()
    listener = listen()
    listener.close()
    await app.tcp("create", None)
    outcome = await app.tcp("connect", 1, host, listener.port, query)
    assert outcome.args == (code,)
    assert outcome.error in ("net::ERR_CONNECTION_REFUSED", "net::ERR_NAME_NOT_RESOLVED")
    assert not (await app.tcp("get_info", 1)).args[0].connected


@pytest.mark.parametrize("port", [-1, 65536, 65616, 2**31 - 1, -(2**31)])
async def test_a_port_out_of_range_is_refused_before_any_permission(open_app, grants, port):
    app = open_app(grants("udp.send"))
    await app.tcp("create", None)
    assert await app.tcp("connect", 1, "127.0.0.1", port, None) == ((-4,), "net::ERR_INVALID_ARGUMENT")


async def test_permission_is_asked_before_the_name_is_resolved(open_app, grants):
    app = open_app(grants("tcpServer.listen"))
    await app.tcp("create", None)
    assert await app.tcp("connect", 1, "no such name", 80, None) == ((), "Does not have permission")


async def test_connecting_twice_fails_as_connected(open_app, connect, listen):
    app = open_app()
    socket_id, _ = await connect(app)
    assert await app.tcp("connect", socket_id, "127.0.0.1", listen().port, None) == (
        (-23,),
        "net::ERR_SOCKET_IS_CONNECTED",
    )


async def test_two_connects_at_once_are_one(open_app, listen):
    app = open_app()
    port = listen().port
    await app.tcp("create", None)
    outcomes = await asyncio.gather(*(app.tcp("connect", 1, "127.0.0.1", port, None) for _ in range(2)))
    assert outcomes[0] == ZERO
    assert outcomes[1].args[0] in (-104, -23)


async def test_a_socket_closed_while_its_name_is_resolved_is_not_found(open_app, listen):
    app = open_app()
    await app.tcp("create", None)
    connecting = asyncio.ensure_future(app.tcp("connect", 1, "127.0.0.1", listen().port, None))
    closing = asyncio.ensure_future(app.tcp("close", 1))
    assert await closing == OK
    assert await connecting == NOT_FOUND


async def test_disconnecting_while_the_name_is_resolved_stops_nothing(open_app, listen):
    app = open_app()
    await app.tcp("create", None)
    connecting = asyncio.ensure_future(app.tcp("connect", 1, "127.0.0.1", listen().port, None))
    await app.tcp("disconnect", 1)
    assert await connecting == ZERO


async def test_a_connect_that_is_given_up_while_its_name_is_resolved_makes_no_connection(open_app, listen):
    app = open_app()
    await app.tcp("create", None)
    port = listen().port
    first = asyncio.ensure_future(app.tcp("connect", 1, "127.0.0.1", port, None))
    await asyncio.sleep(0)
    app.session.tcp.give_up(1)
    app.session.tcp.give_up(2)
    second = asyncio.ensure_future(app.tcp("connect", 1, "127.0.0.1", port, None))
    assert await first == ABANDONED
    assert await second == ZERO


@pytest.mark.parametrize("how", ["disconnect", "close"])
async def test_an_attempt_to_connect_that_is_given_up_is_abandoned(open_app, full_port, how, until):
    app = open_app()
    await app.tcp("create", None)
    outcomes: list[Outcome] = []
    app.session.tcp.connect(1, "127.0.0.1", full_port, None, outcomes.append)
    await until(lambda: app.session.tcp.sockets[1].connecting)
    assert await app.tcp(how, 1) == OK
    await asyncio.sleep(0)
    assert outcomes == [ABANDONED]
    assert app.sink.events == []


async def test_another_connect_meanwhile_fails_as_in_progress(open_app, full_port, until):
    app = open_app()
    await app.tcp("create", None)
    app.session.tcp.connect(1, "127.0.0.1", full_port, None, lambda outcome: None)
    await until(lambda: app.session.tcp.sockets[1].connecting)
    again = await app.tcp("connect", 1, "127.0.0.1", full_port, None)
    assert again == ((-104,), "net::ERR_CONNECTION_FAILED")


async def test_options_reach_the_connection_that_is_being_made(open_app, full_port, until):
    app = open_app()
    await app.tcp("create", None)
    assert (await app.tcp("set_no_delay", 1, False)).args == (-2,)
    app.session.tcp.connect(1, "127.0.0.1", full_port, None, lambda outcome: None)
    await until(lambda: app.session.tcp.sockets[1].connecting)
    (raw,) = app.session.tcp.sockets[1].connecting.attempts
    assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert await app.tcp("set_no_delay", 1, False) == ZERO
    assert not raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert await app.tcp("set_keep_alive", 1, False, None) == ZERO
    assert not raw.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert (await app.tcp("set_keep_alive", 1, True, -1)).args == (-2,)


@pytest.fixture
async def full_port(listen, dial):
    """The port of a listener whose queue is full, so that connecting takes for ever."""
    listener = listen(backlog=0)
    pending = [asyncio.ensure_future(dial(listener.port)) for _ in range(4)]
    await asyncio.wait(pending, timeout=0.1)
    yield listener.port
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


async def test_connect_answers_before_the_first_bytes_come(open_app, listen):
    app = open_app()
    listener = listen()
    order = app.sink.events
    await app.tcp("create", None)
    app.session.tcp.connect(1, "127.0.0.1", listener.port, None, order.append)
    peer = await listener.accept()
    await peer.send(b"hello")
    await app.sink.wait(2)
    assert order == [ZERO, ("tcp.receive", 1, b"hello")]


async def test_a_socket_may_connect_again_after_disconnect(open_app, connect, listen):
    app = open_app()
    socket_id, peer = await connect(app)
    await app.tcp("disconnect", socket_id)
    assert await peer.receive(1) == b""
    listener = listen()
    assert await app.tcp("connect", socket_id, "127.0.0.1", listener.port, None) == ZERO
    again = await listener.accept()
    assert await app.tcp("send", socket_id, b"again") == ((SendInfo(0, 5),), None)
    assert await again.receive(5) == b"again"
    # It is still paused since the disconnect.
    await again.send(b"x")
    assert await app.tcp("set_paused", socket_id, False) == OK
    assert (await app.sink.wait(2))[1:] == [("tcp.receive", socket_id, b"x")]


# Options


async def test_options_reach_the_connection(open_app, connect):
    app = open_app()
    socket_id, _ = await connect(app)
    raw = app.session.tcp.sockets[socket_id].raw
    assert await app.tcp("set_no_delay", socket_id, False) == ZERO
    assert not raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert await app.tcp("set_keep_alive", socket_id, True, 7) == ZERO
    assert TCP_KEEPIDLE is not None
    assert raw.getsockopt(socket.IPPROTO_TCP, TCP_KEEPIDLE) == 7
    assert await app.tcp("set_keep_alive", socket_id, False, -1) == ZERO
    assert not raw.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert await app.tcp("set_keep_alive", socket_id, True, None) == ZERO


@pytest.mark.parametrize("delay", [-1, 2**31 - 1, -(2**31)])
async def test_a_delay_that_the_system_refuses_fails(open_app, connect, delay):
    app = open_app()
    socket_id, _ = await connect(app)
    assert await app.tcp("set_keep_alive", socket_id, True, delay) == ((-2,), "net::ERR_FAILED")


# disconnect, close


@pytest.mark.parametrize("how", ["disconnect", "close"])
async def test_ending_a_socket_that_reads_answers_and_then_tells_an_error(open_app, connect, how):
    app = open_app()
    socket_id, peer = await connect(app)
    order = app.sink.events
    getattr(app.session.tcp, how)(socket_id, order.append)
    assert order == [OK, ("tcp.receive_error", socket_id, -100)]
    assert await peer.receive(1) == b""
    if how == "disconnect":
        assert (await app.tcp("get_info", socket_id)).args[0] == TcpSocketInfo(
            socket_id, persistent=False, paused=True, connected=False
        )
    else:
        assert await app.tcp("close", socket_id) == NOT_FOUND


@pytest.mark.parametrize("how", ["disconnect", "close"])
async def test_ending_a_paused_socket_tells_no_error(open_app, connect, how):
    app = open_app()
    socket_id, peer = await connect(app, paused=True)
    assert await app.tcp(how, socket_id) == OK
    assert await peer.receive(1) == b""
    assert app.sink.events == []


async def test_a_listener_may_end_the_socket_in_the_middle_of_its_slices(open_app, connect):
    app = open_app()
    socket_id, peer = await connect(app, buffer_size=10)
    app.sink.listener = lambda event: (
        app.session.tcp.close(socket_id, lambda outcome: None) if event[0] == "tcp.receive" else None
    )
    await peer.send(b"x" * 100)
    assert await app.sink.wait(2) == [
        ("tcp.receive", socket_id, b"x" * 10),
        ("tcp.receive_error", socket_id, -100),
    ]


async def test_an_accepted_socket_is_connected_and_paused_and_does_not_tell_its_own_address(open_app):
    app = open_app()
    one, other = socket.socketpair()
    one.setblocking(False)
    with other:
        socket_id = app.session.tcp.adopt(one, Address(socket.AF_INET, "192.0.2.1", 9))
        assert (await app.tcp("get_info", socket_id)).args[0] == TcpSocketInfo(
            socket_id, persistent=False, paused=True, connected=True, peer_address="192.0.2.1", peer_port=9
        )
