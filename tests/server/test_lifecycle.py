"""Tabs come, drop, resume, take over, leave and come back."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.serving import serving

from homeport.host import Lifetimes, MemoryDirectory
from homeport.wire import Hello


@pytest.fixture
async def echo():
    async def serve(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async with serving(serve) as port:
        yield port


async def connected(page, port, *, persistent=False):
    (created,), _ = await page.call("sockets.tcp.create", {"persistent": persistent})
    assert await page.call("sockets.tcp.connect", created["socketId"], "127.0.0.1", port, None) == ([0], None)
    return created["socketId"]


async def eventually(condition):
    """Wait for what only the clock brings."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_what_a_page_promised_arrives_though_it_closes_at_once(page):
    received = asyncio.get_running_loop().create_future()

    async def slow(reader, writer):
        received.set_result(await reader.read(-1))
        writer.close()

    async with serving(slow) as port:
        socket_id = await connected(page, port)
        pieces = [bytes([number]) * (60_000 + number) for number in range(8)]
        pieces.insert(2, b"")
        for piece in pieces:
            page.stream.promise(socket_id, piece)
        page.stream.call("sockets.tcp.close", [socket_id])
        await page.flush()
        async with asyncio.timeout(5):
            assert await received == b"".join(pieces)
    assert sum(count for _, _, count in page.saw("kept")) <= sum(map(len, pieces))


async def sockets_of(page):
    return [each["socketId"] for each in (await page.call("sockets.tcp.getSockets"))[0][0]]


async def test_welcome_tells_the_page_what_it_needs(page, app):
    about = page.welcome.app
    assert about["id"] == app.id
    assert about["manifest"]["name"] == "Served"
    assert about["background"] == "_generated_background_page.html"
    assert about["baseUrl"] == page.origin + "/"
    assert about["host"] == "browser"
    assert (about["grace"], about["keep"]) == (300, 5000)
    assert about["installed"] == {"reason": "install"}
    assert about["restarted"] is False
    assert about["messages"]["@@extension_id"] == app.id
    assert set(about["platform"]) == {"os", "arch", "nacl_arch"}


async def test_a_dropped_transport_resumes_and_nothing_is_lost_or_doubled(page, echo):
    socket_id = await connected(page, echo)
    sent = b""
    for number in range(200):
        piece = b"%05d " % number
        sent += piece
        page.stream.tcp_send(socket_id, piece)
        await page.flush()
        if number % 40 == 20:
            await page.drop()
            await page.reconnect()
            assert page.welcome.resumed

    def received():
        return b"".join(entry[2] for entry in page.saw("tcp_receive"))

    await page.until(lambda: len(received()) >= len(sent))
    assert received() == sent
    assert len(page.saw("result")) == 202
    assert page.saw("abandoned") == []


@pytest.mark.parametrize("comes", ["back", "anew"])
async def test_a_page_that_was_there_for_days_may_still_come(app, make_daemon, make_page, comes):
    """Its secret and its token are in use for as long as it is connected."""
    now = 0.0
    renewed: asyncio.Queue[float] = asyncio.Queue()

    class Watched(MemoryDirectory):
        async def find_resume(self, token):
            renewed.put_nowait(now)
            return await super().find_resume(token)

    daemon = await make_daemon(app, directory=Watched(lambda: now), renew_every=0.01)
    page = await make_page(daemon=daemon).open()
    for _ in range(3):
        now += 20 * 3600
        async with asyncio.timeout(10):
            while await renewed.get() < now:
                pass
    if comes == "back":
        await page.drop()
        await page.reconnect()
        assert page.welcome.resumed
    else:
        page.stream.leave()
        await page.flush()
        await make_page(daemon=daemon, secret=page.secret).open()


async def test_what_happened_meanwhile_is_told_after_the_resumption(page, make_daemon):
    async def late(reader, writer):
        await reader.readexactly(1)
        await gone.wait()
        writer.write(b"while you were away")
        writer.close()

    gone = asyncio.Event()
    async with serving(late) as port:
        socket_id = await connected(page, port)
        await page.answer(page.stream.tcp_send(socket_id, b"x"))
        await page.drop()
        gone.set()
        await page.reconnect()
        await page.until(lambda: page.saw("event"))
        assert page.saw("tcp_receive") == [("tcp_receive", socket_id, b"while you were away")]
        error = {"socketId": socket_id, "resultCode": -100}
        assert page.saw("event") == [("event", "sockets.tcp.onReceiveError", [error])]


async def test_a_page_that_stays_away_loses_its_sockets(page, echo, daemon, app):
    await connected(page, echo)
    host = daemon.app_host(app.id)
    await page.drop()
    await eventually(lambda: not host.engine_session.tcp.sockets)
    token = page.welcome.resume
    page.welcome = None
    await page.connect(Hello(page.secret, token, page.stream.link.received))
    await page.until(lambda: page.welcome)
    assert not page.welcome.resumed
    assert await sockets_of(page) == []


async def test_persistent_sockets_are_there_after_a_reload(page, make_page, echo):
    kept = await connected(page, echo, persistent=True)
    await connected(page, echo)
    page.stream.leave()
    await page.flush()
    again = await make_page(secret=page.secret).open()
    assert again.welcome.app["restarted"] is True
    assert again.welcome.app["installed"] is None
    assert await sockets_of(again) == [kept]
    await again.answer(again.stream.tcp_send(kept, b"still here"))
    await again.until(lambda: again.saw("tcp_receive"))
    assert again.saw("tcp_receive") == [("tcp_receive", kept, b"still here")]


async def test_a_reload_need_not_wait_for_the_grace_period(page, make_page, echo):
    await connected(page, echo)
    await page.drop()
    again = await make_page(secret=page.secret).open()
    assert not again.saw("busy")
    assert await sockets_of(again) == []


async def test_a_page_hears_whether_the_one_before_it_was_lost(page, make_page):
    assert page.welcome.app["fell"] is False
    await sockets_of(page)
    await page.drop()
    after_a_loss = await make_page(secret=page.secret).open()
    assert after_a_loss.welcome.app["fell"] is True
    after_a_loss.stream.leave()
    await after_a_loss.flush()
    assert (await make_page(secret=page.secret).open()).welcome.app["fell"] is False


async def test_a_page_that_came_back_was_not_lost(page, make_page):
    await page.drop()
    await page.reconnect()
    page.stream.leave()
    await page.flush()
    assert (await make_page(secret=page.secret).open()).welcome.app["fell"] is False


async def test_persistent_sockets_live_for_a_stated_time(make_daemon, make_page, app, echo):
    daemon = await make_daemon(app, lifetimes=Lifetimes(grace=0.05, keep=0.1))
    page = await make_page(daemon=daemon).open()
    await connected(page, echo, persistent=True)
    host = daemon.app_host(app.id)
    page.stream.leave()
    await page.flush()
    await eventually(lambda: host.engine_session is None)
    again = await make_page(daemon=daemon, secret=page.secret).open()
    assert again.welcome.app["restarted"] is False
    assert await sockets_of(again) == []


async def test_a_second_tab_waits_and_takes_over_when_the_user_says_so(page, make_page, echo):
    kept = await connected(page, echo, persistent=True)
    await connected(page, echo)
    second = await make_page(secret=page.secret).connect()
    await second.until(lambda: second.saw("busy"))
    await second.say('[["ping",7]]')
    assert (await page.call("sockets.tcp.getSockets"))[1] is None
    assert second.welcome is None
    await second.say('[["takeover"]]')
    await second.until(lambda: second.welcome)
    await page.until(lambda: page.saw("bye"))
    assert page.saw("bye") == [("bye", "taken-over")]
    assert await sockets_of(second) == [kept]


async def test_a_second_tab_begins_when_the_first_goes(page, make_page):
    second = await make_page(secret=page.secret).connect()
    third = await make_page(secret=page.secret).connect()
    await second.until(lambda: second.saw("busy"))
    await third.until(lambda: third.saw("busy"))
    await page.drop()
    await second.until(lambda: second.welcome)
    assert third.welcome is None
    await second.drop()
    await third.until(lambda: third.welcome)


async def test_a_waiting_tab_that_closes_is_forgotten(page, make_page):
    second = await make_page(secret=page.secret).connect()
    await second.until(lambda: second.saw("busy"))
    await second.drop()
    third = await make_page(secret=page.secret).connect()
    await third.until(lambda: third.saw("busy"))
    await page.drop()
    await third.until(lambda: third.welcome)


async def test_not_every_tab_may_wait(page, make_page):
    waiting = [await make_page(secret=page.secret).connect() for _ in range(9)]
    for each in waiting:
        await each.until(lambda each=each: each.saw("busy") or each.saw("bye"))
    assert [each.saw("bye") for each in waiting] == [[]] * 8 + [[("bye", "busy")]]


async def test_a_resume_token_works_once(page, make_page):
    stolen = page.welcome.resume
    await page.drop()
    await page.reconnect()
    assert page.welcome.resume != stolen
    await page.call("sockets.tcp.getSockets")
    thief = make_page(secret=page.secret)
    await thief.connect(Hello(page.secret, stolen, 0))
    await thief.until(lambda: thief.saw("busy"))
    assert thief.welcome is None
    assert (await page.call("sockets.tcp.getSockets"))[1] is None


async def test_a_resume_token_needs_its_secret(page, make_page):
    await page.drop()
    thief = make_page()
    await thief.connect(Hello(None, page.welcome.resume, 0))
    await thief.until(lambda: thief.saw("bye"))
    assert thief.saw("bye") == [("bye", "unauthorized")]
    await page.reconnect()
    assert page.welcome.resumed


async def test_a_resume_displaces_a_transport_that_only_looks_open(page, make_page):
    token, received = page.welcome.resume, page.stream.link.received
    other = make_page(secret=page.secret)
    other.stream = page.stream
    await other.connect(Hello(page.secret, token, received))
    await other.until(lambda: other.welcome)
    assert other.welcome.resumed
    await page.until(lambda: page.saw("closed"))


async def test_a_page_that_claims_to_have_received_too_much_is_sent_away(page, make_page):
    await page.drop()
    liar = make_page(secret=page.secret)
    await liar.connect(Hello(page.secret, page.welcome.resume, 1000))
    await liar.until(lambda: liar.saw("bye"))
    assert liar.saw("bye") == [("bye", "protocol")]


async def test_rubbish_ends_its_own_session_only(make_app, make_daemon, make_page, app, echo):
    other = make_app("other")
    daemon = await make_daemon(app, other)
    good = await make_page(daemon=daemon).open()
    bad = await make_page(daemon=daemon, app=other).open()
    socket_id = await connected(good, echo)
    await connected(bad, echo)
    await bad.say(b"\xff\xff\xff")
    await bad.until(lambda: bad.saw("closed"))
    assert bad.saw("bye") == [("bye", "protocol")]
    assert await sockets_of(good) == [socket_id]
    assert daemon.app_host(other.id).engine_session.tcp.sockets == {}
    again = await make_page(daemon=daemon, app=other, secret=bad.secret).open()
    assert await sockets_of(again) == []


async def test_socket_ids_mean_nothing_in_another_session(make_app, make_daemon, make_page, app, echo):
    other = make_app("other")
    daemon = await make_daemon(app, other)
    mine = await make_page(daemon=daemon).open()
    theirs = await make_page(daemon=daemon, app=other).open()
    for _ in range(3):
        await connected(mine, echo)
    for socket_id in range(-2, 20):
        for name in "sockets.tcp.getInfo", "sockets.tcp.disconnect", "sockets.tcp.close":
            assert (await theirs.call(name, socket_id)) == ([], "Socket not found")
        assert (await theirs.answer(theirs.stream.tcp_send(socket_id, b"x")))[1] == "Socket not found"
        theirs.stream.credit("tcp", max(socket_id, 0), 100)
    assert len(await sockets_of(mine)) == 3


async def test_reload_by_the_app_closes_every_socket(page, make_page, echo):
    await connected(page, echo, persistent=True)
    await page.call("runtime.reload")
    page.stream.leave()
    await page.flush()
    again = await make_page(secret=page.secret).open()
    assert again.welcome.app["restarted"] is False
    assert again.welcome.app["launch"]["source"] == "reload"
    assert await sockets_of(again) == []
    again.stream.leave()
    await again.flush()
    by_hand = await make_page(secret=page.secret).open()
    assert by_hand.welcome.app["launch"]["source"] == "command_line"


async def test_an_app_without_the_sockets_key_has_no_sockets(make_app, make_daemon, make_page):
    app = make_app("plain", sockets=None)
    page = await make_page(daemon=await make_daemon(app), app=app).open()
    for name, args in (("sockets.tcp.create", [None]), ("sockets.udp.create", [None])):
        assert await page.call(name, *args) == ([], f"{name} is not available.")
    assert (await page.answer(page.stream.tcp_send(1, b"x")))[1] == "sockets.tcp.send is not available."
    to_nowhere = page.stream.udp_send(1, b"x", "127.0.0.1", 9)
    assert (await page.answer(to_nowhere))[1] == "sockets.udp.send is not available."


async def test_names_are_looked_up_for_apps_with_the_permission_only(make_app, make_daemon, make_page):
    asks, plain = make_app("asks", permissions=["dns"]), make_app("plain")
    daemon = await make_daemon(asks, plain)
    page = await make_page(daemon=daemon, app=asks).open()
    found = {"resultCode": 0, "address": "127.0.0.1"}
    assert await page.call("dns.resolve", "127.1") == ([found], None)
    other = await make_page(daemon=daemon, app=plain).open()
    assert await other.call("dns.resolve", "127.1") == ([], "dns.resolve is not available.")


async def test_the_daemons_end_is_told(page, daemon):
    await daemon.aclose()
    await page.until(lambda: page.saw("closed"))
    assert page.saw("bye") == [("bye", "shutdown")]
