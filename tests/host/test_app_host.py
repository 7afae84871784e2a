"""An app's host without a server: who may run it, and what becomes of its sockets.

How tabs come, drop, resume and take over is tested over real connections, in the server's tests.
"""

from __future__ import annotations

import asyncio
import json

import pytest

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.host import AppHost, Lifetimes, MemoryDirectory, Visit
from homeport.storage import Storage
from homeport.wire import ByeCode, Hello


class Wire:
    def __init__(self):
        self.messages = []
        self.closed = False

    def send(self, message):
        self.messages += json.loads(message)

    def buffered(self):
        return 0

    def close(self):
        self.closed = True

    abort = close


class Visitor:
    """A page at the door."""

    def __init__(self):
        self.channel = Wire()
        self.session = None
        self.waits = False
        self.refused = None

    def busy(self, busy):
        self.waits = True

    def begin(self, session, stale):
        self.session = session

    def refuse(self, code, reason):
        self.refused = code


@pytest.fixture
async def make_host(tmp_path):
    manifest = {
        "manifest_version": 2,
        "name": "n",
        "version": "1",
        "app": {"background": {"scripts": ["b.js"]}},
        "sockets": {"tcpServer": {"listen": "127.0.0.1:*"}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "b.js").write_text("")
    engine, storage = Engine(), Storage(None)
    made = []

    def make(**options):
        host = AppHost(
            open_app(tmp_path),
            engine,
            storage,
            MemoryDirectory(),
            **{"host": "headless", "base_url": "chrome-extension://x/", **options},
        )
        made.append(host)
        return host

    yield make
    for host in made:
        host.close(ByeCode.SHUTDOWN, "over")
    await storage.aclose()
    await engine.aclose()


async def enter(host):
    visitor = Visitor()
    await host.admit(visitor, Hello())
    return visitor


def create(visitor, *, persistent):
    visitor.session.receive(
        json.dumps([["call", 1, "sockets.tcpServer.create", [{"persistent": persistent}]]])
    )


async def test_a_page_that_cannot_resume_gets_no_token_and_no_grace(make_host):
    host = make_host(resumable=False)
    page = await enter(host)
    _, welcome = page.channel.messages[0]
    assert welcome["resume"] is None
    assert welcome["app"]["host"] == "headless"
    create(page, persistent=False)
    assert host.engine_session.tcp_server.sockets
    host.lost(page.session, page.channel)
    assert page.session.ended
    assert not host.engine_session.tcp_server.sockets


async def test_persistent_sockets_wait_for_the_next_page(make_host):
    host = make_host(resumable=False)
    first = await enter(host)
    create(first, persistent=True)
    host.lost(first.session, first.channel)
    second = await enter(host)
    assert second.channel.messages[0][1]["app"]["restarted"] is True
    assert len(host.engine_session.tcp_server.sockets) == 1


async def test_the_page_after_one_that_was_lost_is_told_so_once(make_host):
    host = make_host(resumable=False)
    first = await enter(host)
    create(first, persistent=False)
    host.lost(first.session, first.channel)
    fell = []
    for _ in range(2):
        page = await enter(host)
        fell.append(page.channel.messages[0][1]["app"]["fell"])
        page.session.receive('[["bye"]]')
        await asyncio.sleep(0)
        host.lost(page.session, page.channel)
    assert fell == [True, False]


async def test_a_page_that_goes_before_it_said_anything_was_not_lost(make_host):
    host = make_host(resumable=False)
    fell = []
    for runs in False, False, True, False, False:
        page = await enter(host)
        fell.append(page.channel.messages[0][1]["app"]["fell"])
        if runs:
            create(page, persistent=False)
        host.lost(page.session, page.channel)
    assert fell == [False, False, False, True, True]


async def test_ids_go_on_from_page_to_page(make_host):
    host = make_host(resumable=False)
    for number in 1, 2:
        page = await enter(host)
        create(page, persistent=False)
        await asyncio.sleep(0)
        assert page.channel.messages[1] == ["result", 1, [{"socketId": number}], None]
        host.lost(page.session, page.channel)


async def test_two_pages_at_the_door_at_once_come_one_after_the_other(make_host):
    host = make_host()
    first, second = Visitor(), Visitor()
    await asyncio.gather(host.admit(first, Hello()), host.admit(second, Hello()))
    assert first.session is not None
    assert second.waits
    assert second.session is None


async def open_door(host):
    """A transport whose page has said hello, and stands at the door."""
    wire = Wire()

    async def find(_):
        return host

    visit = Visit(wire, find)
    visit.receive('[["hello",{"version":1}]]')
    await asyncio.sleep(0)
    return wire, visit


async def test_a_page_that_goes_while_another_is_let_in_does_not_wait(make_host):
    host = make_host()
    first, _ = await open_door(host)
    _, second = await open_door(host)
    second.lost()
    async with asyncio.timeout(5):
        await host.begun.wait()
        third = await enter(host)
    assert third.waits
    assert list(host._waiting) == [third]
    assert first.messages[0][0] == "welcome"


async def test_a_page_that_is_let_in_when_everything_ends_is_refused(make_host):
    host = make_host()
    wire, _ = await open_door(host)
    host.close(ByeCode.REMOVED, "gone")
    assert (await enter(host)).refused == ByeCode.REMOVED
    assert [message[:2] for message in wire.messages] == [["bye", "removed"]]
    assert wire.closed
    assert host.engine_session is None


async def test_an_unknown_resume_token_begins_anew(make_host):
    host = make_host()
    page = Visitor()
    await host.admit(page, Hello(None, "of-an-earlier-run", 7))
    assert page.channel.messages[0][1]["resumed"] is False


async def test_the_end_is_told_to_who_runs_and_who_waits(make_host):
    host = make_host()
    page, waiting = await enter(host), await enter(host)
    host.close(ByeCode.REMOVED, "gone")
    assert page.channel.messages[-1] == ["bye", "removed", "gone"]
    assert waiting.refused == ByeCode.REMOVED
    assert host.engine_session is None
    assert (await enter(host)).refused == ByeCode.REMOVED


async def test_who_waits_too_long_is_told(make_host, monkeypatch):
    monkeypatch.setattr("homeport.host._app_host._BUSY_WITHIN", 0.01)
    host = make_host(lifetimes=Lifetimes())
    await enter(host)
    waiting = await enter(host)
    await asyncio.sleep(0.05)
    assert waiting.refused == ByeCode.BUSY
