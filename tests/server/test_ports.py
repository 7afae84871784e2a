"""Where an app's pages are: at the same port each time, where what it stored in the browser is."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from homeport.engine import Engine
from homeport.server import Daemon, usual_ports
from homeport.storage import Storage


def test_an_apps_ports_follow_from_its_id_alone():
    program = "from homeport.server import usual_ports; print(*usual_ports('a' * 32))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert tuple(map(int, done.stdout.split())) == usual_ports("a" * 32)
    assert usual_ports("a" * 32) != usual_ports("b" * 32)


def test_the_ports_are_none_that_a_system_or_a_browser_keeps():
    for number in range(1000):
        for port in usual_ports(f"{number:032}"):
            assert 20_000 <= port < 32_768


@pytest.mark.skipif(not hasattr(__import__("os"), "getuid"), reason="users have names only")
def test_another_user_has_another_port_for_the_same_app(monkeypatch):
    mine = usual_ports("a" * 32)
    monkeypatch.setattr("os.getuid", lambda: 4711)
    assert usual_ports("a" * 32) != mine


@pytest.fixture
async def start(app, make_app):
    """Makes daemons whose apps have their usual ports; they end with the test."""
    engine, storage = Engine(), Storage(None)
    daemons = []

    async def start(**options):
        daemon = Daemon(engine, storage, usual_ports=usual_ports, **options)
        daemons.append(daemon)
        await daemon.start()
        return daemon

    yield start
    for daemon in daemons:
        await daemon.aclose()
    await storage.aclose()
    await engine.aclose()


async def test_each_app_has_its_own_address_from_run_to_run(start, app, make_app):
    other = make_app("other")
    origins = []
    for _ in range(2):
        daemon = await start()
        origins.append((await daemon.register(app), await daemon.register(other)))
        await daemon.aclose()
    assert origins[0] == origins[1]
    for origin, registered in zip(origins[0], (app, other), strict=True):
        assert origin == f"http://{registered.id}.localhost:{usual_ports(registered.id)[0]}"


async def test_where_the_port_is_taken_the_next_one_is_used_each_time(start, app):
    first, second, _ = usual_ports(app.id)
    with socket.create_server(("127.0.0.1", first)):
        daemon = await start()
        assert (await daemon.register(app)).endswith(f":{second}")


async def test_where_all_are_taken_any_free_one_is_used(start, app):
    squatters = [socket.create_server(("127.0.0.1", port)) for port in usual_ports(app.id)]
    daemon = await start()
    port = int((await daemon.register(app)).rpartition(":")[2])
    assert port not in usual_ports(app.id)
    for squatter in squatters:
        squatter.close()


async def test_an_app_that_goes_frees_its_port(start, app):
    daemon = await start()
    port = int((await daemon.register(app)).rpartition(":")[2])
    await daemon.unregister(app.id)
    socket.create_server(("127.0.0.1", port)).close()


async def test_an_app_is_served_at_its_own_port_only(start, app, make_app, make_http):
    other = make_app("other", {"x.txt": b"x"})
    daemon = await start()
    await daemon.register(app)
    await daemon.register(other)
    mine, theirs = make_http(daemon, app), make_http(daemon, other)
    assert (await theirs("GET", "/x.txt")).status == 200
    assert (await mine("GET", "/x.txt", Host=theirs.origin.removeprefix("http://"))).status == 421
