"""Strangers: slow, silent, or too many."""

from __future__ import annotations

import asyncio

import pytest

from homeport.server._connections import Strangers


class Silent:
    def __init__(self):
        self.dropped = asyncio.Event()

    def drop(self):
        self.dropped.set()


async def test_one_that_asks_nothing_in_time_is_dropped_and_one_that_asks_is_not():
    strangers = Strangers(within=0.05)
    silent, asking = Silent(), Silent()
    strangers.opened(silent)
    strangers.opened(asking)
    strangers.asked(asking)
    await asyncio.wait_for(silent.dropped.wait(), 5)
    assert not asking.dropped.is_set()


async def test_when_there_are_too_many_the_quietest_makes_room():
    strangers = Strangers(limit=2)
    first, second, third = Silent(), Silent(), Silent()
    for each in first, second:
        strangers.opened(each)
    strangers.asked(first)
    strangers.opened(third)
    assert second.dropped.is_set()
    assert not first.dropped.is_set()
    assert len(strangers) == 2
    for each in first, third:
        strangers.known(each)


@pytest.fixture
async def impatient(make_daemon, app):
    return await make_daemon(app, strangers=Strangers(limit=20, within=0.2))


@pytest.mark.parametrize("said", [b"", b"G", b"GET / HTTP/1.1\r\nHost: a\r\nX: "])
async def test_a_request_that_never_ends_is_cut_off(impatient, said):
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
    writer.write(said)
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(1), 5)
    writer.close()


async def test_a_connection_that_has_asked_may_wait_with_its_next_request(impatient, make_http, app):
    http = make_http(impatient, app)
    request = f"GET /data.bin HTTP/1.1\r\nHost: {http.origin[7:]}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
    for _ in range(2):
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(1024)
        await asyncio.sleep(0.4)  # twice what a stranger has for its first request
    writer.close()


async def test_half_open_connections_do_not_keep_others_out(make_daemon, make_http, app):
    strangers = Strangers(limit=20, within=60)
    daemon = await make_daemon(app, strangers=strangers)
    opened = [await asyncio.open_connection("127.0.0.1", daemon.port) for _ in range(200)]
    assert (await make_http(daemon, app)("GET", "/window.html")).status == 200
    assert len(strangers) <= 20
    for _, writer in opened:
        writer.close()


async def test_a_page_with_a_session_is_no_stranger(daemon, page):
    for _ in range(100):
        assert (await page.call("runtime.getPackageFiles"))[1] is None
        if not len(daemon.strangers):
            return
    pytest.fail("still a stranger")


@pytest.mark.parametrize(
    "said",
    [
        b"GET /\x1b[2J HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"GET /data.bin HTTP/1.1\r\nHost: SITE\r\nIf-Range: \xff\xfe\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_refused_in_a_word_and_fills_no_log(
    daemon, make_http, app, send_raw, said, caplog
):
    caplog.set_level("WARNING")
    host = make_http(daemon, app).origin.removeprefix("http://")
    answer = await send_raw(daemon.port, said.replace(b"SITE", host.encode()))
    assert (answer.status, answer.body) == (400, b"Bad request\n")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["server"] == "Homeport"  # and not of what it is made, in which version
    assert not caplog.records
