from __future__ import annotations

import asyncio

import psutil
import pytest
from tests.support.cancelling import Cancelling

from homeport.errors import UserError
from homeport.server import Daemon, _connections


async def test_each_app_has_an_origin_of_its_own(make_app, make_daemon, app):
    other = make_app("other")
    daemon = await make_daemon()
    origins = [await daemon.register(each) for each in (app, other)]
    assert origins == [f"http://{each.id}.localhost:{daemon.port}" for each in (app, other)]


async def test_an_app_is_registered_once(daemon, app):
    with pytest.raises(UserError, match="registered already"):
        await daemon.register(app)


async def test_only_registered_apps_are_launched(daemon):
    with pytest.raises(UserError, match="No app"):
        await daemon.launch_url("b" * 32)


async def test_the_ticket_is_in_the_fragment(daemon, app):
    url = await daemon.launch_url(app.id)
    assert url.startswith(f"http://{app.id}.localhost:{daemon.port}/#ticket=")


async def test_with_ports_of_their_own_apps_come_and_go(make_app, make_daemon, make_http, app, engine):
    other = make_app("other")
    daemon = await make_daemon(app, other, per_app_ports=True)
    first, second = make_http(daemon, app), make_http(daemon, other)
    assert first.origin.startswith("http://localhost:")
    assert (await first("GET", "/js/main.js")).status == 200
    port = int(second.origin.rpartition(":")[2])
    await daemon.unregister(other.id)
    with pytest.raises(OSError, match="onnect"):
        await asyncio.open_connection("127.0.0.1", port)
    assert (await first("GET", "/js/main.js")).status == 200


async def test_unregistering_what_is_not_there_does_nothing(daemon):
    await daemon.unregister("b" * 32)


async def test_after_its_end_nothing_listens_and_the_port_is_free(make_daemon, app, engine):
    daemon = await make_daemon(app)
    port = daemon.port
    await daemon.aclose()
    with pytest.raises(OSError, match="onnect"):
        await asyncio.open_connection("127.0.0.1", port)
    again = engine.listening_socket("127.0.0.1", port)
    engine.release_listener(port)
    again.close()


async def test_wherever_its_start_is_cancelled_nothing_listens(engine, storage, app):
    async def started(daemon):
        await daemon.start()
        await daemon.register(app)

    for at in range(100):
        daemon = Daemon(engine, storage, per_app_ports=True)
        cancelling = Cancelling(started(daemon), at, late=False)
        await asyncio.wait([cancelling.task])
        sockets = [sock for listener in daemon._listeners for sock in listener.sockets]
        await daemon.aclose()
        assert not any(engine.door.never._ports.values())
        if cancelling.suspensions <= at:
            assert sockets
            return
        assert sockets == []
        assert listening() == 0


def listening():
    """How many TCP ports this process listens at."""
    connections = psutil.Process().net_connections("tcp")
    return sum(each.status == psutil.CONN_LISTEN for each in connections)


async def test_its_end_does_not_wait_for_strangers(make_daemon, make_page, app):
    daemon = await make_daemon(app)
    silent = make_page(daemon=daemon)
    await silent.dial()
    await asyncio.wait_for(daemon.aclose(), 4)


async def test_another_user_of_the_machine_gets_no_secret(daemon, app, http, monkeypatch):
    ticket = (await daemon.launch_url(app.id)).partition("#ticket=")[2]
    body = f'{{"ticket":"{ticket}"}}'.encode()
    headers = {"Origin": http.origin, "Content_Type": "application/json"}
    monkeypatch.setattr(_connections, "is_other_user", lambda peer, own: True)
    assert (await http("POST", "/_homeport/session", body, **headers)).status == 403
    monkeypatch.undo()
    assert (await http("POST", "/_homeport/session", body, **headers)).status == 200
