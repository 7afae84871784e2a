"""The functions of ``chrome.sockets.tcpServer`` and the accept loop."""

import asyncio
import errno
import os
import sys

import pytest

from homeport.engine import (
    OK,
    CreateInfo,
    Outcome,
    SocketProperties,
    TcpServerSocketInfo,
    TcpSocketInfo,
)

NOT_FOUND = Outcome((), "Socket not found")
ZERO = Outcome((0,))


@pytest.fixture
def start(open_app):
    """Makes an app with a listening socket, the first of its kind: ``app, port = await start()``."""

    async def make(address="127.0.0.1", *, paused=False, **options):
        app = open_app(**options)
        await app.server("create", None)
        if paused:
            await app.server("set_paused", 1, True)
        assert await app.server("listen", 1, address, 0, None) == ZERO
        return app, (await app.server("get_info", 1)).args[0].local_port

    return make


async def test_a_fresh_socket_does_not_listen(open_app):
    app = open_app()
    properties = SocketProperties(persistent=True, name="server", buffer_size=7)
    assert await app.server("create", properties) == ((CreateInfo(1),), None)
    assert await app.server("update", 1, SocketProperties(name="other")) == OK
    info = TcpServerSocketInfo(1, persistent=True, paused=False, name="other")
    assert await app.server("get_info", 1) == ((info,), None)
    assert (await app.server("get_sockets")).args[0] == [info]


@pytest.mark.parametrize(
    "call",
    [
        ("update", SocketProperties()),
        ("set_paused", True),
        ("listen", "127.0.0.1", 0, None),
        ("disconnect",),
        ("close",),
        ("get_info",),
    ],
    ids=lambda call: call[0],
)
async def test_a_socket_that_is_not_there_is_not_found(open_app, call):
    app = open_app()
    await app.tcp("create", None)
    assert await app.server(call[0], 1, *call[1:]) == NOT_FOUND


# listen


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("::1", "::1"),
        ("::ffff:127.0.0.1", "::ffff:7f00:1"),
    ],
)
async def test_any_spelling_of_an_ip_address_can_be_listened_at(open_app, address, normal):
    app = open_app()
    await app.server("create", None)
    assert await app.server("listen", 1, address, 0, None) == ZERO
    info = (await app.server("get_info", 1)).args[0]
    assert info.local_address == normal
    assert info.local_port > 0


@pytest.mark.parametrize(
    "address", ["localhost", "", "[::1]", "127.0.0.1:80", "::1%lo", " 127.0.0.1", "nope"]
)
async def test_what_is_no_ip_address_cannot(open_app, address):
    app = open_app()
    await app.server("create", None)
    outcome = await app.server("listen", 1, address, 0, None)
    assert outcome == ((-4,), "net::ERR_INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("backlog", "outcome"),
    [(0, ((-4,), "net::ERR_INVALID_ARGUMENT")), (-5, ZERO), (1, ZERO), (2**31 - 1, ZERO)],
)
async def test_only_a_backlog_of_nothing_is_refused(open_app, backlog, outcome):
    app = open_app()
    await app.server("create", None)
    assert await app.server("listen", 1, "127.0.0.1", 0, backlog) == outcome


@pytest.mark.parametrize("port", [-1, 65536, 73616])
async def test_a_port_out_of_range_is_refused_before_any_permission(open_app, grants, port):
    app = open_app(grants("udp.send"))
    await app.server("create", None)
    assert await app.server("listen", 1, "127.0.0.1", port, None) == ((-4,), "net::ERR_INVALID_ARGUMENT")


async def test_permission_is_asked_before_the_address_is_read(open_app, grants):
    app = open_app(grants("tcp.connect"))
    await app.server("create", None)
    assert await app.server("listen", 1, "nope", 0, 0) == ((), "Does not have permission")


async def test_a_refused_listen_may_be_tried_again(open_app, listen):
    app = open_app()
    taken = listen().port
    await app.server("create", None)
    assert await app.server("listen", 1, "127.0.0.1", taken, None) == ((-147,), "net::ERR_ADDRESS_IN_USE")
    assert await app.server("listen", 1, "192.0.2.1", 0, None) == ((-108,), "net::ERR_ADDRESS_INVALID")
    assert await app.server("listen", 1, "127.0.0.1", 0, None) == ZERO


async def test_the_port_of_a_closed_server_is_free_at_once_though_connections_linger(start, dial):
    app, port = await start()
    peer = await dial(port)
    await app.sink.wait(1)
    await app.tcp("close", 1)  # This side closes first, so it keeps the port for a while.
    peer.close()
    await app.server("close", 1)
    await app.server("create", None)
    assert await app.server("listen", 2, "127.0.0.1", port, None) == ZERO


async def test_the_unspecified_ipv6_address_takes_ipv4_too(start, dial):
    app, port = await start("::")
    four, six = await dial(port), await dial(port, "::1")
    await app.sink.wait(2)
    infos = (await app.tcp("get_sockets")).args[0]
    assert [(i.peer_address, i.peer_port) for i in infos] == [("::ffff:7f00:1", four.port), ("::1", six.port)]


async def test_listening_twice_answers_yes_then_fails_the_accept_loop(start, dial):
    app, first = await start()
    order = app.sink.events
    app.session.tcp_server.listen(1, "127.0.0.1", 0, None, order.append)
    assert order == [ZERO, ("accept_error", 1, -2)]
    info = (await app.server("get_info", 1)).args[0]
    assert info.paused
    assert info.local_port != first
    with pytest.raises(ConnectionRefusedError):
        await dial(first)
    await app.server("set_paused", 1, False)
    await dial(info.local_port)
    assert (await app.sink.wait(3))[2] == ("accept", 1, 1)


async def test_listening_twice_while_paused_just_moves(start):
    app, first = await start(paused=True)
    assert await app.server("listen", 1, "127.0.0.1", 0, None) == ZERO
    assert app.sink.events == []
    assert (await app.server("get_info", 1)).args[0].local_port != first


async def test_a_second_listen_that_fails_leaves_the_first_alone(start, dial):
    app, port = await start()
    assert (await app.server("listen", 1, "127.0.0.1", port, None)).args == (-147,)
    assert (await app.server("listen", 1, "nope", 0, None)).args == (-4,)
    await dial(port)
    assert await app.sink.wait(1) == [("accept", 1, 1)]
    assert (await app.server("get_info", 1)).args[0].local_port == port


async def test_listen_answers_before_the_first_connection_is_told(open_app, dial, listen):
    app = open_app()
    free = listen()
    free.close()
    order = app.sink.events
    await app.server("create", None)
    app.session.tcp_server.listen(1, "127.0.0.1", free.port, None, order.append)
    await dial(free.port)
    await app.sink.wait(2)
    assert order == [ZERO, ("accept", 1, 1)]


# The accept loop


async def test_an_accepted_socket_is_paused_and_inherits_nothing(start, dial):
    app, port = await start()
    await app.server("update", 1, SocketProperties(persistent=True, name="server"))
    peer = await dial(port)
    assert await app.sink.wait(1) == [("accept", 1, 1)]
    assert (await app.tcp("get_info", 1)).args[0] == TcpSocketInfo(
        1, persistent=False, paused=True, connected=True, peer_address="127.0.0.1", peer_port=peer.port
    )
    await peer.send(b"hello")
    await app.tcp("set_paused", 1, False)
    assert (await app.sink.wait(2))[1] == ("tcp.receive", 1, b"hello")
    assert (await app.tcp("send", 1, b"hi")).error is None
    assert await peer.receive(2) == b"hi"


async def test_accepted_sockets_take_ids_of_the_tcp_namespace(start, dial):
    app, port = await start()
    await app.tcp("create", None)
    await dial(port)
    assert await app.sink.wait(1) == [("accept", 1, 2)]
    assert await app.tcp("create", None) == ((CreateInfo(3),), None)


async def test_a_burst_of_connections_is_accepted_in_order(start, dial):
    app, port = await start()
    peers = [await dial(port) for _ in range(200)]
    assert await app.sink.wait(200) == [("accept", 1, number) for number in range(1, 201)]
    infos = (await app.tcp("get_sockets")).args[0]
    assert [info.peer_port for info in infos] == [peer.port for peer in peers]


async def test_paused_there_is_no_accept_and_resumed_there_is(start, dial):
    app, port = await start()
    await dial(port)
    await app.sink.wait(1)
    await app.server("set_paused", 1, True)
    await dial(port)
    await asyncio.sleep(0.02)
    assert len(app.sink.events) == 1
    await app.server("set_paused", 1, False)
    assert (await app.sink.wait(2))[1] == ("accept", 1, 2)


async def test_a_listener_that_pauses_gets_no_further_accept_of_the_burst(start, dial):
    app, port = await start(paused=True)
    for _ in range(5):
        await dial(port)
    app.sink.listener = lambda event: app.session.tcp_server.set_paused(1, True, lambda outcome: None)
    await app.server("set_paused", 1, False)
    await app.sink.wait(1)
    await asyncio.sleep(0.02)
    assert len(app.sink.events) == 1
    assert len((await app.tcp("get_sockets")).args[0]) == 1


async def test_a_listener_may_close_the_server_in_the_middle_of_a_burst(start, dial):
    app, port = await start(paused=True)
    for _ in range(5):
        await dial(port)
    app.sink.listener = lambda event: app.session.tcp_server.close(1, lambda outcome: None)
    await app.server("set_paused", 1, False)
    await app.sink.wait(1)
    await asyncio.sleep(0.02)
    assert len(app.sink.events) == 1


@pytest.mark.parametrize("how", ["disconnect", "close"])
async def test_accepted_sockets_survive_their_server(start, dial, how):
    app, port = await start()
    peer = await dial(port)
    await app.sink.wait(1)
    assert await app.server(how, 1) == OK
    with pytest.raises(ConnectionRefusedError):
        await dial(port)
    assert (await app.tcp("send", 1, b"still here")).error is None
    assert await peer.receive(10) == b"still here"
    assert len(app.sink.events) == 1
    if how == "disconnect":
        assert await app.server("get_info", 1) == (
            (TcpServerSocketInfo(1, persistent=False, paused=False),),
            None,
        )
        assert await app.server("listen", 1, "127.0.0.1", port, None) == ZERO
    else:
        assert await app.server("close", 1) == NOT_FOUND


async def test_a_connection_that_was_reset_in_the_queue_is_accepted_and_ends(start, dial):
    app, port = await start(paused=True)
    peer = await dial(port)
    peer.reset()
    await app.server("set_paused", 1, False)
    assert await app.sink.wait(1) == [("accept", 1, 1)]
    await app.tcp("set_paused", 1, False)
    assert (await app.sink.wait(2))[1] == ("tcp.receive_error", 1, -101)


class Failing:
    """A listening socket whose next accepts fail."""

    def __init__(self, real, *numbers):
        self._real = real
        self._numbers = list(numbers)

    def __getattr__(self, name):
        return getattr(self._real, name)

    def accept(self):
        if self._numbers:
            raise OSError(self._numbers.pop(0), "failing")
        return self._real.accept()


@pytest.mark.parametrize("number", [errno.ECONNABORTED, errno.ECONNRESET])
async def test_a_connection_that_was_aborted_in_the_queue_is_passed_over(start, dial, number):
    app, port = await start(paused=True)
    sock = app.session.tcp_server.sockets[1]
    sock.sock = Failing(sock.sock, number, number)
    await dial(port)
    await app.server("set_paused", 1, False)
    assert await app.sink.wait(1) == [("accept", 1, 1)]


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
async def test_out_of_descriptors_the_loop_fails_and_can_be_resumed(start, dial):
    import resource

    app, port = await start(paused=True)
    await dial(port)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, limits[1]))
    try:
        await app.server("set_paused", 1, False)
        assert await app.sink.wait(1) == [("accept_error", 1, -12)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (await app.server("get_info", 1)).args[0].paused
    assert (await app.server("get_info", 1)).args[0].local_port == port
    await app.server("set_paused", 1, False)
    assert (await app.sink.wait(2))[1] == ("accept", 1, 1)


async def test_an_accepted_socket_can_be_connected_once_its_connection_has_ended(start, dial, listen):
    app, port = await start()
    await dial(port)
    ((_, _, accepted),) = await app.sink.wait(1)
    await app.tcp("disconnect", accepted)
    listener = listen()
    assert await app.tcp("connect", accepted, "127.0.0.1", listener.port, None) == ZERO
    peer = await listener.accept()
    await app.tcp("send", accepted, b"from another place")
    assert await peer.receive(18) == b"from another place"
