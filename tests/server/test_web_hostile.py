"""Servers and pages that do their worst to what a tab asks, and apps that end meanwhile."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket

import aiohttp
import pytest
from tests.support.serving import serving
from tests.support.web_asking import MEBIBYTE, Asking, answering, ended


@pytest.fixture
def app(make_app):
    return make_app(permissions=["http://127.0.0.1/*", "storage"], sockets=None)


@pytest.fixture
async def large(ask):
    """Asks, and reads a head of any size as browsers do."""
    async with aiohttp.ClientSession(max_field_size=MEBIBYTE) as client:
        yield Asking(ask.page, client)


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"200", 200, ""),
        (b"200 a\0b", 200, "ab"),
        (b"200 \x1b[31mred", 200, "[31mred"),
        (b"999 Odd", 999, "Odd"),
        (b"101 Switching", 302, "Found"),
        (b"000 None", 302, "Found"),
        (b"099 Less", 302, "Found"),
        (b"200 a\rSet-Cookie: b", 302, "Found"),
    ],
)
async def test_a_status_line_of_any_kind_is_passed_on_or_none(ask, caplog, line, status, reason):
    async with (
        answering(b"HTTP/1.1 " + line + b"\r\nContent-Length: 2\r\n\r\nok") as port,
        ask(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert (answer.status, answer.reason) == (status, reason)
        assert "Set-Cookie" not in answer.headers
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (b"", ""),
        (b"Content-Type: text/html\r\n", "text/html"),
        (b"Content-Type: a/b\r\nContent-Type: c/d\r\n", "a/b, c/d"),
        (b"Content-Type: text/html\x0b\x1b[2J\r\n", "text/html[2J"),
        (b"Content-Type: text/html; charset=\xff\r\n", "text/html; charset=?"),
    ],
)
async def test_the_type_is_as_it_was_given_or_not(ask, caplog, given, passed):
    async with (
        answering(b"HTTP/1.1 200 OK\r\n" + given + b"Content-Length: 2\r\n\r\nok") as port,
        ask(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert answer.headers["Content-Type"] == passed
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_redirect_to_nowhere_is_an_answer(ask):
    async with (
        answering(b"HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok") as port,
        ask(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert (answer.status, await answer.text()) == (302, "ok")
        assert not json.loads(answer.headers["X-Homeport-Told"])["redirected"]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ([b"X-Many: a\r\n" * 1000], 200),
        ([b"X-Long: " + b"a" * 60000 + b"\r\n"], 200),
        ([b"X-Long: " + b"a" * 60000 + b"\r\n"] * 10, 302),
        ([b"X-Many: aaaaaaaa\r\n" * 40000], 302),
    ],
)
async def test_a_head_may_be_large_and_not_without_end(large, head, status):
    async with (
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", *head, b"\r\nok") as port,
        large(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert answer.status == status


async def test_a_server_that_never_comes_to_its_answer_is_given_up(ask):
    gone = asyncio.Event()

    async def early(reader, writer):
        try:
            while True:
                writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)
                await writer.drain()
        except ConnectionError:
            gone.set()

    async with serving(early) as port, ask(f"http://127.0.0.1:{port}/") as answer:
        assert answer.headers["Location"] == "data:,"
        await asyncio.wait_for(gone.wait(), 10)


async def test_a_packed_body_goes_on_as_it_is(ask, peer):
    packed = gzip.compress(bytes(20 * MEBIBYTE))
    async with ask(peer.url, packed, method="POST", headers={"Content-Encoding": "gzip"}):
        pass
    assert peer.asked[0].headers["Content-Length"] == str(len(packed))


async def test_a_body_of_which_nobody_says_how_large_it_is_is_not_taken(ask, peer):
    async def pieces():
        yield b"piece"

    async with ask(peer.url, pieces(), method="POST") as answer:
        assert answer.status == 411
    assert peer.asked == []


async def test_a_long_address_comes_in_parts(large):
    asked = asyncio.get_running_loop().create_future()

    async def serve(reader, writer):
        asked.set_result((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with serving(serve) as port:
        url = f"http://127.0.0.1:{port}/?" + "a" * 20000
        told = {"method": "GET", "url": url, "mode": "cors", "credentials": True, "redirect": "follow"}
        text = json.dumps(told)
        parts = [text[start : start + 7000] for start in range(0, len(text), 7000)]
        names = ["X-Homeport-Ask", *(f"X-Homeport-Ask-{number}" for number in range(1, len(parts)))]
        async with large(url, headers=dict(zip(names, parts, strict=True))) as answer:
            assert answer.status == 200
    head = await asked
    assert head.startswith(f"GET /?{'a' * 20000} HTTP/1.1\r\n")
    assert "X-Homeport" not in head


@pytest.mark.parametrize("path", ["/silent", "/never"])
@pytest.mark.parametrize("removed", [True, False])
async def test_what_is_under_way_ends_with_the_app_and_with_the_daemon(ask, peer, daemon, app, path, removed):
    asking = asyncio.create_task(ended(ask(peer.url + path)))
    await peer.came.wait()
    async with asyncio.timeout(1.5):
        await (daemon.unregister(app.id) if removed else daemon.aclose())
        await asking
        await peer.left.wait()


async def test_a_connection_that_does_not_come_about_ends_with_the_app(ask, daemon, app):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        asking = asyncio.create_task(ended(ask(f"http://127.0.0.1:{full.getsockname()[1]}/")))
        while not daemon._web._apps:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await daemon.unregister(app.id)
            await asking
        for each in waiting:
            each.close()


async def test_a_body_that_is_whole_when_the_app_is_gone_goes_nowhere(ask, peer, daemon, app):
    first, last = asyncio.Event(), asyncio.Event()

    async def halves():
        yield b"ab"
        first.set()
        await last.wait()
        yield b"cd"

    asking = asyncio.create_task(
        ended(ask(peer.url, halves(), method="POST", headers={"Content-Length": "4"}))
    )
    await first.wait()
    while not daemon._web._apps:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0)
    await daemon.unregister(app.id)
    last.set()
    await asyncio.wait_for(asking, 10)
    assert peer.asked == []
    assert daemon._web._apps == {}


async def test_so_many_requests_at_a_time_and_the_others_after_them(ask, peer, monkeypatch):
    monkeypatch.setattr("homeport.server._web._MOST_REQUESTS", 3)
    waiting = [asyncio.create_task(ended(ask(peer.url + "/never"))) for _ in range(3)]
    while len(peer.asked) < 3:
        peer.came.clear()
        await peer.came.wait()
    late = asyncio.create_task(ended(ask(peer.url)))
    done, _ = await asyncio.wait([late], timeout=0.3)
    assert not done
    waiting[0].cancel()
    assert await asyncio.wait_for(late, 10) == 201
    for each in waiting:
        each.cancel()
