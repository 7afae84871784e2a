"""A launch ticket's whole life, and what a session secret does and does not allow."""

from __future__ import annotations

import asyncio
import json
import logging
import time

import aiohttp
import pytest

from homeport.host import Grant, MemoryDirectory
from homeport.wire import Hello


@pytest.fixture
def clock():
    class Clock:
        now = 1000.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
async def timed(make_daemon, app, clock):
    return await make_daemon(app, directory=MemoryDirectory(clock))


async def ticket_of(daemon, app):
    return (await daemon.launch_url(app.id)).partition("#ticket=")[2]


async def exchange(http, body):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return await http("POST", "/_homeport/session", body, Origin=http.origin, Content_Type="application/json")


async def test_a_ticket_opens_the_app_once(timed, app, make_http):
    http, ticket = make_http(timed, app), await ticket_of(timed, app)
    first = await exchange(http, {"ticket": ticket})
    assert first.status == 200
    assert first.headers["cache-control"] == "no-store"
    assert (await exchange(http, {"ticket": ticket})).status == 403


async def test_of_many_who_bring_a_ticket_at_once_one_gets_in(daemon, app, http):
    ticket = await ticket_of(daemon, app)
    answers = await asyncio.gather(*(exchange(http, {"ticket": ticket}) for _ in range(40)))
    assert sorted(answer.status for answer in answers) == [200] + [403] * 39


async def test_a_ticket_lives_thirty_seconds(timed, app, make_http, clock):
    http = make_http(timed, app)
    early, late = await ticket_of(timed, app), await ticket_of(timed, app)
    clock.now += 29.9
    assert (await exchange(http, {"ticket": early})).status == 200
    clock.now += 0.2
    assert (await exchange(http, {"ticket": late})).status == 403


async def test_a_ticket_is_for_one_app_and_one_origin(make_app, make_daemon, make_http, app):
    other = make_app("other")
    daemon = await make_daemon(app, other)
    ticket = await ticket_of(daemon, app)
    assert (await exchange(make_http(daemon, other), {"ticket": ticket})).status == 403
    # Showing it at the wrong place has spent it.
    assert (await exchange(make_http(daemon, app), {"ticket": ticket})).status == 403


async def test_tickets_have_256_bits_and_differ(daemon, app):
    tickets = {await ticket_of(daemon, app) for _ in range(50)}
    assert len(tickets) == 50
    assert all(len(ticket) == 43 for ticket in tickets)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'"x"',
        b"null",
        b"{",
        b'{"ticket":1}',
        b'{"ticket":null}',
        b'{"ticket":["a"]}',
        b'{"ticket":"wrong"}',
        b'{"ticket":"' + b"A" * 43 + b'"}',
        b'{"ticket":"\\ud800"}',
        b"\xff\xfe",
        b"[" * 4000,
        b'{"ticket":"' + b"A" * 5000 + b'"}',
    ],
)
async def test_any_other_body_is_refused_quietly(http, body):
    answer = await exchange(http, body)
    assert answer.status == 403
    assert answer.body == b"Forbidden\n"


async def test_nobody_gets_a_thousand_tries(http):
    statuses = [(await exchange(http, {"ticket": f"guess{n}"})).status for n in range(1000)]
    assert set(statuses) == {403, 429}
    assert statuses.count(403) < 200


async def test_whoever_uses_up_the_attempts_with_tickets_keeps_no_page_from_coming_back(page, http):
    """A website can, by windows that it opens."""
    for _ in range(100):
        await exchange(http, {"ticket": "guess"})
    assert (await exchange(http, {"ticket": "guess"})).status == 429
    await page.drop()
    await page.reconnect()
    assert page.saw("welcome")[-1] == ("welcome", True)


async def test_a_page_that_comes_back_among_too_many_guesses_is_not_told_that_its_secret_is_bad(
    page, make_page
):
    await page.drop()
    for _ in range(60):
        guesser = make_page()
        await guesser.connect(Hello("A" * 43))
        await guesser.until(lambda guesser=guesser: guesser.saw("closed"))
        if not guesser.saw("bye"):
            break
    else:
        raise AssertionError("nothing bounds the attempts")
    page.told.clear()
    await page.connect()
    await page.until(lambda: page.saw("closed"))
    assert not page.saw("bye")


async def test_a_body_that_never_comes_is_not_waited_for(daemon, app, http):
    started = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", daemon.port)
    head = (
        f"POST /_homeport/session HTTP/1.1\r\nHost: {http.origin[7:]}\r\nOrigin: {http.origin}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    writer.write(head.encode())
    line = await asyncio.wait_for(reader.readline(), 10)
    assert b" 403 " in line
    assert time.monotonic() - started < 8
    writer.close()


@pytest.mark.parametrize("secret", [None, "", "wrong", "A" * 43])
async def test_without_the_secret_no_session_begins(make_page, secret):
    page = make_page()
    await page.connect(Hello(secret))
    await page.until(lambda: page.saw("bye"))
    assert page.saw("bye") == [("bye", "unauthorized")]
    assert page.welcome is None


async def test_a_cookie_opens_nothing(daemon, app, make_page):
    page = await make_page().launch()
    async with aiohttp.ClientSession() as client:
        socket = await client.ws_connect(
            f"{page.address}/_homeport/wire",
            headers={"Host": page.authority, "Origin": page.origin, "Cookie": f"secret={page.secret}"},
        )
        await socket.send_str('[["hello",{"version":1}]]')
        assert json.loads((await socket.receive()).data)[0][:2] == ["bye", "unauthorized"]
        await socket.close()


async def test_a_secret_is_for_its_own_app_only(make_app, make_daemon, make_page, app):
    other = make_app("other")
    daemon = await make_daemon(app, other)
    mine = await make_page(daemon=daemon).launch()
    theirs = make_page(daemon=daemon, app=other)
    await theirs.connect(Hello(mine.secret))
    await theirs.until(lambda: theirs.saw("bye"))
    assert theirs.saw("bye") == [("bye", "unauthorized")]


async def test_unregistering_voids_secrets_and_tickets(make_page, daemon, app):
    page = await make_page().open()
    url = await daemon.launch_url(app.id)
    await daemon.unregister(app.id)
    await page.until(lambda: page.saw("bye"))
    assert page.saw("bye") == [("bye", "removed")]
    await daemon.register(app)
    again = make_page(secret=page.secret)
    await again.connect()
    await again.until(lambda: again.saw("bye"))
    assert again.saw("bye") == [("bye", "unauthorized")]
    assert url


async def test_silence_after_the_101_is_not_waited_for(make_page, monkeypatch):
    monkeypatch.setattr("homeport.host._visit.Visit.__init__.__kwdefaults__", {"hello_within": 0.1})
    page = make_page()
    await page.dial()
    await page.until(lambda: page.saw("closed"))


async def test_the_first_message_has_four_kibibytes(make_page):
    page = make_page()
    await page.dial()
    await page.say("x" * 4097)
    await page.until(lambda: page.saw("closed"))
    assert page.saw("closed") == [("closed", 1009)]


async def test_no_log_line_holds_a_secret(daemon, app, make_page, caplog, http):
    caplog.set_level(logging.DEBUG)
    url = await daemon.launch_url(app.id)
    page = await make_page().open()
    await exchange(http, {"ticket": "wrong-guess"})
    await page.drop()
    await page.reconnect()
    await page.say("rubbish")
    await page.until(lambda: page.saw("bye"))
    text = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for secret in url.partition("#ticket=")[2], page.secret, "wrong-guess":
        assert secret not in text


async def test_the_directory_forgets_the_oldest_and_keeps_digests_only():
    directory = MemoryDirectory()
    first = await directory.issue_secret(Grant("a", "o"))
    for _ in range(4096):
        await directory.issue_secret(Grant("b", "o"))
    assert await directory.find_secret(first) is None
    last = await directory.issue_secret(Grant("c", "o"))
    assert last not in repr(vars(directory._secrets))
    assert await directory.find_secret(last) == Grant("c", "o")
