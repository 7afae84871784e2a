from __future__ import annotations

import pytest

from homeport.engine import OsSocket
from homeport.errors import UserError
from homeport.server._listen import listen


@pytest.fixture
def close(engine):
    opened: list[OsSocket] = []
    yield opened.extend
    for sock in opened:
        engine.release_listener(sock.getsockname()[1])
        sock.close()


async def test_both_loopbacks_have_the_same_port(engine, close):
    sockets = listen(engine, "127.0.0.1", 0)
    close(sockets)
    names = [sock.getsockname()[:2] for sock in sockets]
    assert names == [("127.0.0.1", names[0][1]), ("::1", names[0][1])]


async def test_a_port_that_is_taken_says_so(engine, close):
    sockets = listen(engine, "127.0.0.1", 0)
    close(sockets)
    port = sockets[0].getsockname()[1]
    with pytest.raises(UserError, match=rf"Port {port} is taken at 127\.0\.0\.1"):
        listen(engine, "127.0.0.1", port)


async def test_a_port_that_is_taken_at_one_loopback_only_is_not_used(engine, close):
    squatter = engine.listening_socket("::1", 0)
    close([squatter])
    port = squatter.getsockname()[1]
    with pytest.raises(UserError, match=rf"Port {port} is taken at \[::1\]"):
        listen(engine, "127.0.0.1", port)
    again = engine.listening_socket("127.0.0.1", port)  # and it was let go
    close([again])


async def test_another_address_is_taken_as_it_is(engine, close):
    sockets = listen(engine, "127.0.0.2", 0)
    close(sockets)
    assert [sock.getsockname()[0] for sock in sockets] == ["127.0.0.2"]


async def test_an_address_of_another_machine_is_an_error_of_the_user(engine):
    with pytest.raises(UserError, match="Cannot listen at"):
        listen(engine, "192.0.2.77", 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "::1", "0.0.0.0", "127.0.0.2"])
async def test_no_app_reaches_the_servers_own_port(page, daemon, host, monkeypatch):
    monkeypatch.setattr(type(page.app.manifest.sockets), "check", lambda *args: "*:*")
    (created,), _ = await page.call("sockets.tcp.create", None)
    socket_id = created["socketId"]
    result, error = await page.call("sockets.tcp.connect", socket_id, host, daemon.port, None)
    assert error is not None
    assert result != [0]


async def test_both_addresses_answer(daemon, http, send_raw):
    request = f"GET /js/main.js HTTP/1.1\r\nHost: {http.origin[7:]}\r\n\r\n".encode()
    for host in "127.0.0.1", "::1":
        assert (await send_raw(daemon.port, request, host=host)).status == 200
