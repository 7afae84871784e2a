"""A transport's first words, without a network."""

from __future__ import annotations

import asyncio
import json

import pytest

from homeport.host import UnauthorizedError, Visit
from homeport.wire import Busy, ByeCode, Hello


class Wire:
    def __init__(self):
        self.messages = []
        self.closed = False

    def send(self, message):
        self.messages.append(json.loads(message)[0])

    def buffered(self):
        return 0

    def close(self):
        self.closed = True

    abort = close


class Host:
    """An app's host that writes down who came."""

    def __init__(self):
        self.log = []

    async def admit(self, visit, hello):
        self.log.append(("admit", hello))

    async def take_over(self, visit):
        self.log.append(("takeover",))

    async def confirm(self, stale):
        self.log.append(("confirm", stale))

    def forget(self, visit):
        self.log.append(("forget",))

    def lost(self, session, channel):
        self.log.append(("lost",))


class Session:
    def __init__(self, channel):
        self.channel = channel
        self.heard = []

    def receive(self, message):
        self.heard.append(message)


@pytest.fixture
def host():
    return Host()


@pytest.fixture
def wire():
    return Wire()


@pytest.fixture
async def visit(host, wire):
    async def find(hello):
        if hello.secret != "good":
            raise UnauthorizedError("not you")
        return host

    visit = Visit(wire, find)
    yield visit
    visit.lost()


HELLO = '[["hello",{"version":1,"secret":"good"}]]'


async def turn():
    for _ in range(3):
        await asyncio.sleep(0)


async def test_hello_leads_to_the_app(visit, host):
    visit.receive(HELLO)
    await turn()
    assert host.log == [("admit", Hello("good"))]
    assert visit.authorized


async def test_a_wrong_secret_is_sent_away(visit, host, wire):
    visit.receive('[["hello",{"version":1,"secret":"bad"}]]')
    await turn()
    assert wire.messages == [["bye", "unauthorized", "not you"]]
    assert wire.closed
    assert not host.log


@pytest.mark.parametrize(
    ("message", "code"),
    [("rubbish", "protocol"), (b"\x01", "protocol"), ('[["hello",{"version":9}]]', "version")],
)
async def test_other_first_words_are_refused(visit, wire, message, code):
    visit.receive(message)
    assert wire.messages[0][:2] == ["bye", code]
    visit.receive(HELLO)
    await turn()
    assert len(wire.messages) == 1


async def test_the_first_word_is_not_waited_for_long(host, wire):
    async def find(_hello):
        raise UnauthorizedError("nobody has said hello")

    visit = Visit(wire, find, hello_within=0.01)
    await asyncio.sleep(0.05)
    assert wire.messages[0][:2] == ["bye", "protocol"]
    visit.lost()


async def test_a_page_that_waits_may_ping_take_over_and_leave(visit, host, wire):
    visit.receive(HELLO)
    await turn()
    visit.busy(Busy(5))
    visit.receive('[["ping",3]]')
    visit.receive('[["takeover"]]')
    await turn()
    assert wire.messages == [["busy", {"since": 5}], ["pong", 3]]
    assert host.log[-1] == ("takeover",)
    visit.receive('[["bye"]]')
    assert wire.closed


async def test_a_page_that_waits_may_not_call(visit, wire):
    visit.receive(HELLO)
    await turn()
    visit.receive('[["call",1,"sockets.tcp.create",[null]]]')
    assert wire.messages[-1][:2] == ["bye", "protocol"]


async def test_the_old_token_is_void_once_the_page_speaks(visit, host, wire):
    visit.receive(HELLO)
    await turn()
    session = Session(wire)
    visit.begin(session, "stale-token")
    assert ("confirm", "stale-token") not in host.log
    visit.receive('[["ack",0]]')
    visit.receive('[["ack",1]]')
    await turn()
    assert host.log.count(("confirm", "stale-token")) == 1
    assert session.heard == ['[["ack",0]]', '[["ack",1]]']


async def test_what_an_old_transport_still_brings_is_not_heard(visit, wire):
    visit.receive(HELLO)
    await turn()
    session = Session(wire)
    visit.begin(session, None)
    session.channel = Wire()  # the page has resumed elsewhere
    visit.receive('[["ack",0]]')
    assert session.heard == []


async def test_a_lost_transport_is_told_to_the_app(visit, host, wire):
    visit.receive(HELLO)
    await turn()
    visit.begin(Session(wire), None)
    visit.lost()
    assert host.log[-1] == ("lost",)


async def test_a_transport_lost_while_it_was_let_in_is_told_then(visit, host, wire):
    visit.receive(HELLO)
    await turn()
    visit.lost()
    assert host.log[-1] == ("forget",)
    visit.begin(Session(wire), None)
    await turn()
    assert host.log[-1] == ("lost",)


async def test_a_refusal_is_said_once(visit, wire):
    visit.refuse(ByeCode.BUSY, "no")
    visit.refuse(ByeCode.BUSY, "no")
    assert wire.messages == [["bye", "busy", "no"]]
