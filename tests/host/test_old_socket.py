"""``chrome.socket``, as its functions are called."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.sinks import Nobody

from homeport.chrome import Dispatcher, to_api
from homeport.engine import ABANDONED, Engine
from homeport.host._old_socket import OldSockets
from homeport.manifest import Kind, SocketPermissions, parse_pattern

NARROW = SocketPermissions(
    [
        parse_pattern(Kind.TCP_CONNECT, "127.0.0.1:*"),
        parse_pattern(Kind.TCP_LISTEN, "127.0.0.1:*"),
        parse_pattern(Kind.UDP_BIND, "127.0.0.1:*"),
        parse_pattern(Kind.UDP_SEND, "127.0.0.1:*"),
    ]
)
LOCAL = "127.0.0.1"


@pytest.fixture
async def call():
    """Calls a function; gives the callback's argument, or the error's text where there is none."""
    engine = Engine()
    old = OldSockets(engine, "a" * 32, NARROW)
    dispatcher = Dispatcher(engine.open_session("a" * 32, None, Nobody()))
    old.register(dispatcher)

    def call(name, *args):
        answer = asyncio.get_running_loop().create_future()

        def reply(outcome):
            values = to_api(outcome.args)
            answer.set_result("abandoned" if outcome is ABANDONED else values[0] if values else outcome.error)

        dispatcher.call(f"socket.{name}", list(args), reply)
        return asyncio.wait_for(answer, 10)

    yield call
    old.close()
    dispatcher.close()
    await engine.aclose()


async def create(call, kind):
    return (await call("create", kind, None))["socketId"]


async def pair(call):
    """A client and the accepted socket."""
    server, client = await create(call, "tcp"), await create(call, "tcp")
    assert await call("listen", server, LOCAL, 0, None) == 0
    port = (await call("getInfo", server))["localPort"]
    accepting = asyncio.ensure_future(call("accept", server))
    assert await call("connect", client, LOCAL, port) == 0
    return client, (await accepting)["socketId"], server


async def test_ids_of_all_kinds_are_of_one_space(call):
    """TCP, UDP and accepted sockets count together."""
    assert [await create(call, kind) for kind in ("udp", "tcp", "udp")] == [1, 2, 3]
    assert (await pair(call))[1] == 6


async def test_a_read_waits_and_takes_what_it_asked_for(call):
    """One read is outstanding, it gets at most its size, and the rest stays for the next."""
    client, accepted, _ = await pair(call)
    reading = asyncio.ensure_future(call("read", accepted, 3))
    await asyncio.sleep(0)
    assert await call("read", accepted, None) == {"resultCode": -1, "data": b""}
    assert await call("write", client, b"hello") == {"bytesWritten": 5}
    assert await reading == {"resultCode": 3, "data": b"hel"}
    assert await call("read", accepted, None) == {"resultCode": 2, "data": b"lo"}


async def test_an_end_that_was_not_read_does_not_stop_writing(call):
    """A peer that has said all it will say still gets its answer."""
    server = await create(call, "tcp")
    await call("listen", server, LOCAL, 0, None)
    port = (await call("getInfo", server))["localPort"]
    accepting = asyncio.ensure_future(call("accept", server))
    reader, writer = await asyncio.open_connection(LOCAL, port)
    writer.write(b"ask")
    writer.write_eof()
    accepted = (await accepting)["socketId"]
    assert (await call("read", accepted, None))["data"] == b"ask"
    assert await call("write", accepted, b"answer") == {"bytesWritten": 6}
    await call("destroy", accepted)
    assert await reader.read() == b"answer"
    writer.close()


async def test_the_end_is_0_and_then_not_connected(call):
    """What was sent before the end is read first."""
    client, accepted, _ = await pair(call)
    await call("write", client, b"x")
    await call("destroy", client)
    read = [(await call("read", accepted, None))["resultCode"] for _ in range(3)]
    assert read == [1, 0, -15]


async def test_disconnecting_answers_the_read(call):
    """The read that is outstanding ends with ERR_CONNECTION_CLOSED, and the socket can connect again."""
    client, _, server = await pair(call)
    reading = asyncio.ensure_future(call("read", client, None))
    await asyncio.sleep(0)
    await call("disconnect", client)
    assert await reading == {"resultCode": -100, "data": b""}
    assert await call("connect", client, LOCAL, (await call("getInfo", server))["localPort"]) == 0


async def test_the_socket_permission_is_what_is_checked(call):
    """Outside it nothing is reached, whichever function asks."""
    tcp, udp = await create(call, "tcp"), await create(call, "udp")
    assert await call("connect", tcp, "127.0.0.2", 1) == -1
    assert await call("listen", tcp, "127.0.0.2", 0, None) == -1
    assert await call("bind", udp, "127.0.0.2", 0) == -1
    assert await call("connect", udp, "127.0.0.2", 9) == -1
    await call("bind", udp, LOCAL, 0)
    assert await call("sendTo", udp, b"x", "127.0.0.2", 9) == -1
    assert await call("joinGroup", udp, "224.1.1.1") == -1
    assert await call("getJoinedGroups", udp) == -1


async def test_a_connected_udp_socket_has_one_peer(call):
    """Without a permission to bind everywhere it connects, and hears its peer only."""
    server, stranger, client = [await create(call, "udp") for _ in range(3)]
    await call("bind", server, LOCAL, 0)
    await call("bind", stranger, LOCAL, 0)
    port = (await call("getInfo", server))["localPort"]
    assert await call("read", client, None) == {"resultCode": -15, "data": b""}
    assert await call("connect", client, LOCAL, port) == 0
    info = await call("getInfo", client)
    assert (info["connected"], info["peerPort"]) == (True, port)
    assert await call("write", client, b"ask") == {"bytesWritten": 3}
    assert (await call("recvFrom", server, None))["port"] == info["localPort"]
    reading = asyncio.ensure_future(call("read", client, None))
    await call("sendTo", stranger, b"noise", LOCAL, info["localPort"])
    await call("sendTo", server, b"answer", LOCAL, info["localPort"])
    assert await reading == {"resultCode": 6, "data": b"answer"}


async def test_a_datagram_that_is_too_large_is_an_error(call):
    """As in Chromium it is lost, with ERR_MSG_TOO_BIG."""
    one, two = await create(call, "udp"), await create(call, "udp")
    await call("bind", one, LOCAL, 0)
    await call("bind", two, LOCAL, 0)
    port = (await call("getInfo", one))["localPort"]
    assert await call("sendTo", two, b"0123456789", LOCAL, port) == {"bytesWritten": 10}
    assert (await call("recvFrom", one, 4))["resultCode"] == -142
    assert await call("sendTo", two, b"0123", LOCAL, port) == {"bytesWritten": 4}
    assert (await call("recvFrom", one, 4))["data"] == b"0123"


async def test_a_destroyed_socket_is_gone(call):
    """A socket that is destroyed is gone for every function."""
    tcp = await create(call, "tcp")
    await call("destroy", tcp)
    assert await call("getInfo", tcp) == "Socket not found"
    assert await call("read", tcp, None) == {"resultCode": -1, "data": b""}
    assert await call("connect", tcp, LOCAL, 1) == -1


async def test_destroying_a_socket_ends_the_read_that_waits_and_the_connection(call):
    """The read is answered, the peer sees the end, and no error is left behind."""
    client, accepted, _ = await pair(call)
    reading = asyncio.ensure_future(call("read", client, None))
    await asyncio.sleep(0)
    assert await call("destroy", client) is None
    assert await reading == {"resultCode": -100, "data": b""}
    assert await call("read", accepted, None) == {"resultCode": 0, "data": b""}


async def test_a_socket_that_listened_never_connects(call):
    """Not when it was disconnected or could not listen either."""
    _, _, server = await pair(call)
    port = (await call("getInfo", server))["localPort"]
    other = await create(call, "tcp")
    assert await call("listen", other, LOCAL, port, None) == -147
    assert await call("connect", other, LOCAL, port) == -104
    await call("disconnect", server)
    assert await call("connect", server, LOCAL, port) == -104


async def test_a_server_whose_next_port_is_taken_keeps_its_own(call):
    """And goes on to accept there."""
    _, _, server = await pair(call)
    port = (await call("getInfo", server))["localPort"]
    assert await call("listen", server, LOCAL, port, None) == -147
    client = await create(call, "tcp")
    accepting = asyncio.ensure_future(call("accept", server))
    assert await call("connect", client, LOCAL, port) == 0
    assert (await accepting)["resultCode"] == 0


async def test_a_handshake_that_fails_destroys_the_socket(call):
    """It is not found any more."""
    client, accepted, _ = await pair(call)
    await call("destroy", accepted)
    assert await call("secure", client, None) == -15
    assert await call("getInfo", client) == "Socket not found"


async def test_a_connected_udp_socket_hears_that_nobody_is_there(call):
    """The system tells it, as it does not tell one that is bound only."""
    socket, gone = await create(call, "udp"), await create(call, "udp")
    assert await call("bind", gone, LOCAL, 0) == 0
    port = (await call("getInfo", gone))["localPort"]
    await call("destroy", gone)
    assert await call("connect", socket, LOCAL, port) == 0
    info = await call("getInfo", socket)
    assert (info["localAddress"], info["peerPort"]) == (LOCAL, port)
    reading = asyncio.ensure_future(call("read", socket, None))
    assert await call("write", socket, b"hello?") == {"bytesWritten": 6}
    assert (await reading)["resultCode"] in (-101, -102)


async def test_a_udp_socket_is_bound_or_connected_and_not_both(call):
    """Each reads by its own function."""
    bound, connected = await create(call, "udp"), await create(call, "udp")
    assert await call("bind", bound, LOCAL, 0) == 0
    port = (await call("getInfo", bound))["localPort"]
    assert await call("connect", bound, LOCAL, port) == -104
    assert await call("connect", connected, LOCAL, port) == 0
    assert await call("bind", connected, LOCAL, 0) == -104
    assert (await call("recvFrom", connected, None))["resultCode"] == -15
    assert (await call("read", bound, None))["resultCode"] == -15
    await call("disconnect", connected)
    assert await call("bind", connected, LOCAL, 0) == 0
