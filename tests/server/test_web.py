"""What a tab asks other servers through the daemon, and who may not have it ask."""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter

import aiohttp
import pytest
from tests.support.web_asking import MEBIBYTE, Asking, answering


@pytest.fixture
def app(make_app):
    return make_app(permissions=["http://127.0.0.1/*", "storage"], sockets=None)


async def test_what_another_server_has_comes_as_it_is(ask, peer):
    async with ask(peer.url + "/?q=1") as answer:
        assert (answer.status, answer.reason, await answer.text()) == (201, "Made", "hello")
        told = json.loads(answer.headers["X-Homeport-Told"])
        assert told["url"] == peer.url + "/?q=1"
        assert not told["redirected"]
        assert ["X-Theirs", "yes"] in told["headers"]
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Homeport-Secret": None}, 403),
        ({"X-Homeport-Secret": ""}, 403),
        ({"X-Homeport-Secret": "x" * 43}, 403),
        ({"Origin": None}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Host": "evil.test"}, 421),
        ({"X-Homeport-Ask": None}, 400),
        ({"X-Homeport-Ask": "{"}, 400),
        ({"X-Homeport-Ask": "[" * 5000}, 400),
        ({"X-Homeport-Ask": "[]"}, 400),
        ({"X-Homeport-Ask": '{"method": "GET", "url": "http://127.0.0.1/"}'}, 400),
    ],
)
async def test_nobody_else_has_anything_asked(ask, peer, headers, status):
    async with ask(peer.url, headers=headers) as answer:
        assert answer.status == status
    assert peer.asked == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS", "DELETE"])
async def test_only_a_post_asks(ask, peer, method):
    async with ask(peer.url, http_method=method) as answer:
        assert answer.status == 405
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert peer.asked == []


@pytest.mark.parametrize("name", ["w0", "w9", "w31"])
async def test_the_site_has_other_names_for_this(ask, peer, name):
    host = f"{name}.{ask.page.authority}"
    async with ask(peer.url, headers={"Host": host, "Sec-Fetch-Site": "same-site"}) as answer:
        assert answer.status == 201
        assert answer.headers["Access-Control-Allow-Origin"] == ask.page.origin
    may = {"Host": host, "Sec-Fetch-Site": "same-site", "X-Homeport-Secret": None, "X-Homeport-Ask": None}
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-mine"}
    async with ask(peer.url, headers=may | wanted, http_method="OPTIONS") as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == ask.page.origin
        assert answer.headers["Access-Control-Allow-Headers"] == "x-mine"
    assert len(peer.asked) == 1


@pytest.mark.parametrize("method", ["OPTIONS", "POST"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "w32.{}"},
        {"Host": "w-1.{}"},
        {"Host": "w01.{}"},
        {"Host": "W1.{}"},
        {"Host": "x.{}"},
        {"Host": "w1.w1.{}"},
        {"Host": "w1.{}", "Origin": "http://evil.test"},
        {"Host": "w1.{}", "Origin": "null"},
        {"Host": "w1.{}", "Origin": None},
        {"Host": "w1.{}", "Origin": "http://w1.{}"},
        {"Host": "w1.{}", "Sec-Fetch-Site": "cross-site"},
        {"Host": "w1.{}", "Sec-Fetch-Site": "same-origin"},
        {"Host": "w1.{}", "Sec-Fetch-Site": "none"},
    ],
)
async def test_no_other_origin_gets_anywhere_by_those_names(ask, peer, headers, method):
    filled = {name: value and value.format(ask.page.authority) for name, value in headers.items()}
    async with ask(peer.url, headers=filled, http_method=method) as answer:
        assert answer.status in (403, 421)
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert peer.asked == []


@pytest.mark.parametrize(
    "path", ["/", "/background.js", "/_homeport/shim.js", "/_homeport/session", "/_homeport/wire"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_those_names_are_for_nothing_else(ask, path, method):
    headers = {
        "Host": f"w1.{ask.page.authority}",
        "Origin": ask.page.origin,
        "Content-Type": "application/json",
    }
    async with ask.client.request(method, ask.page.address + path, headers=headers) as answer:
        assert answer.status == 421


async def test_wrong_secrets_use_up_attempts_and_good_ones_do_not(ask, peer):
    async def statuses(count, **headers):
        answers = [ask(peer.url, headers=headers) for _ in range(count)]
        found: Counter[int] = Counter()
        for each in answers:
            async with each as answer:
                found[answer.status] += 1
        return found

    assert await statuses(120) == {201: 120}
    wrong = await statuses(120, **{"X-Homeport-Secret": "wrong"})
    assert wrong[429] > 40
    assert wrong[403] + wrong[429] == 120
    assert await statuses(1) == {201: 1}


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://127.0.0.2:{port}/",
        "http://[::1]:{port}/",
        "http://127.0.0.1@127.0.0.2:{port}/",
        "http://127.0.0.1:{port}@127.0.0.2:{port}/",
        "http://127.0.0.1.localhost:{port}/",
        "http://127.0.0.1%00.localhost:{port}/",
        "http:/127.0.0.1:{port}/",
        "http://:{port}/",
        "//127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/a\r\nX-Smuggled: 1",
        "http://127.0.0.1:{port}/a b",
        "http://127.0.0.1:{port}/\u00e9",
        "http://127.0.0.1:{port}/\ud800",
        "file:///etc/passwd",
        "data:,x",
        "ws://127.0.0.1:{port}/",
        "",
    ],
)
async def test_what_the_manifest_does_not_name_is_not_asked(ask, peer, url):
    async with ask(url.format(port=peer.port)) as answer:
        assert answer.status == 302
        assert answer.headers["Location"] == "data:,"
        assert await answer.read() == b""
    assert peer.asked == []


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "track", "G T", "GET /\r\nX: y", ""])
async def test_no_page_may_use_these_methods(ask, peer, method):
    async with ask(peer.url, method=method) as answer:
        assert answer.status == 302
    assert peer.asked == []


async def test_a_redirect_does_not_lead_beyond_what_is_named(ask, peer):
    where = f"http://localhost:{peer.port}/"
    async with ask(f"{peer.url}/moved?to={where}") as answer:
        assert answer.status == 302
        assert answer.headers["Location"] == "data:,"
    assert [request.path for request in peer.asked] == ["/moved"]


async def test_homeport_itself_is_not_asked(ask, daemon):
    async with ask(f"http://127.0.0.1:{daemon.port}/") as answer:
        assert answer.headers.get("Location") == "data:,"


async def test_no_header_of_a_strangers_means_anything_here(ask, peer):
    async with ask(peer.url + "/hostile") as answer:
        assert answer.status == 200
        kept = {"Content-Type", "Content-Length", "X-Homeport-Told", "Date"}
        for_scripts = {
            *("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"),
            *("Access-Control-Expose-Headers", "Vary"),
        }
        ours = for_scripts | {
            *("Cache-Control", "Content-Security-Policy", "Cross-Origin-Opener-Policy", "Referrer-Policy"),
            *("Cross-Origin-Resource-Policy", "Server", "X-Content-Type-Options"),
        }
        assert set(answer.headers) == kept | ours
        assert answer.headers["Access-Control-Allow-Origin"] == ask.page.origin
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        told = dict(json.loads(answer.headers["X-Homeport-Told"])["headers"])
        assert "Set-Cookie" not in told
        assert told["Refresh"] == "0; url=http://evil.test/"


async def test_a_stranger_gets_nothing_of_the_apps_own_origin(ask, peer):
    mine = {
        "Cookie": "mine=1",
        "Referer": "http://here/",
        "Sec-Fetch-Site": "same-origin",
        "DNT": "1",
        "X-Mine": "1",
    }
    async with ask(peer.url, b"body", method="POST", headers=mine):
        pass
    headers = peer.asked[0].headers
    assert headers["Host"] == f"127.0.0.1:{peer.port}"
    assert headers["Origin"] == f"chrome-extension://{ask.page.app.id}"
    assert headers["X-Mine"] == "1"
    assert headers["Sec-Fetch-Site"] == "none"
    assert not {"Cookie", "Referer", "DNT", "X-Homeport-Secret", "X-Homeport-Ask"} & set(headers)
    assert peer.bodies == [b"body"]


async def test_cookies_are_kept_for_the_app_until_it_is_gone(ask, peer, daemon, app, make_page):
    async def cookie(asking, **how):
        async with asking(peer.url, **how):
            return peer.asked[-1].headers.get("Cookie")

    async with ask(peer.url + "/hostile"):
        pass
    assert await cookie(ask) == "a=b"
    assert await cookie(ask, credentials=False) is None
    await daemon.unregister(app.id)
    await daemon.register(app)
    again = Asking(await make_page().launch(), ask.client)
    assert await cookie(again) is None


async def test_an_answer_that_breaks_off_breaks_off(ask):
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    async with answering(half) as port, ask(f"http://127.0.0.1:{port}/") as answer:
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()


async def test_what_comes_packed_is_passed_on_packed(ask):
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nrest"
    async with answering(packed) as port, ask(f"http://127.0.0.1:{port}/") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert await answer.read() == b"rest"


@pytest.mark.parametrize("path", ["/silent", "/endless"])
async def test_when_the_page_does_not_wait_any_more_the_other_server_is_let_go(ask, peer, path):
    answer = await ask(peer.url + path)
    assert answer.status == 200
    answer.close()
    await asyncio.wait_for(peer.left.wait(), 10)


async def test_a_page_that_does_not_read_makes_the_other_server_wait(ask, peer):
    answer = await ask(peer.url + "/endless")
    seen = -1
    while seen != peer.sent:  # until nothing moves for a while
        seen = peer.sent
        await asyncio.sleep(0.3)
    assert seen < 64 * MEBIBYTE  # what the system itself keeps of both connections
    answer.close()
    await asyncio.wait_for(peer.left.wait(), 10)


@pytest.mark.parametrize("size", [0, 1, MEBIBYTE, MEBIBYTE + 1, 20 * MEBIBYTE])
async def test_bodies_of_any_size_arrive(ask, peer, size):
    async with ask(peer.url, io.BytesIO(bytes(size)), method="PUT") as answer:
        assert answer.status == 201
    assert [len(body) for body in peer.bodies] == [size]
    assert peer.asked[0].headers["Content-Length"] == str(size)


async def test_a_body_goes_with_a_redirect_that_asks_for_it(ask, peer):
    async with ask(f"{peer.url}/moved?to=/plain", b"again", method="POST") as answer:
        assert answer.status == 201
        assert json.loads(answer.headers["X-Homeport-Told"])["redirected"]
    assert peer.bodies == [b"again", b"again"]


@pytest.mark.parametrize(("redirect", "location"), [("manual", "/"), ("error", "data:,")])
async def test_a_redirect_is_followed_only_if_the_page_wants_it(ask, peer, redirect, location):
    async with ask(f"{peer.url}/moved?to=/plain", redirect=redirect) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, location)
    assert len(peer.asked) == 1


async def test_who_follows_no_redirect_is_told_that_there_is_no_answer(ask):
    async with ask("http://127.0.0.1:1/", redirect="manual") as answer:
        assert (answer.status, answer.headers["X-Homeport-Failed"]) == (502, "failed")


@pytest.mark.parametrize(
    ("where", "why"), [("http://localhost:{}/", "refused"), ("http://127.0.0.1:1/", "failed")]
)
async def test_who_wants_to_know_is_told_why_there_is_no_answer(ask, peer, where, why):
    async with ask(f"{peer.url}/moved?to={where.format(peer.port)}", tell=True) as answer:
        assert (answer.status, answer.headers["X-Homeport-Failed"]) == (502, why)


async def test_what_an_address_cannot_have_is_escaped_in_a_redirect(ask, peer):
    async with ask(f"{peer.url}/moved?to=/plain?a%20%C3%BC=%2525%3Cb%3E") as answer:
        assert answer.status == 201
        told = json.loads(answer.headers["X-Homeport-Told"])["url"]
        assert told == f"{peer.url}/plain?a%20%C3%BC=%25%3Cb%3E"
    assert peer.asked[-1].raw_path == "/plain?a%20%C3%BC=%25%3Cb%3E"


async def test_an_app_without_host_permissions_has_nothing_asked(make_daemon, make_app, make_page, peer):
    app = make_app("none", permissions=["storage"], sockets={"tcp": {"connect": "*:*"}})
    page = make_page(daemon=await make_daemon(app), app=app)
    async with aiohttp.ClientSession() as client, Asking(await page.launch(), client)(peer.url) as answer:
        assert answer.headers["Location"] == "data:,"
    assert peer.asked == []
