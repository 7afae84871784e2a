"""What asks the web for an app: what servers see, and what comes of redirects. Faces' tests have the rest."""

from __future__ import annotations

import pytest
from aiohttp import web
from tests.support.serving import serving
from yarl import URL

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.host import Asked, WebClient, is_redirect, shown_headers
from homeport.host._web_transport import RefusedError
from homeport.manifest import HostPermissions, SocketPermissions

MANIFEST = """{"manifest_version": 2, "name": "Asks", "version": "1",
               "app": {"background": {"scripts": ["b.js"]}}, "permissions": ["http://127.0.0.1/*"]}"""


@pytest.fixture
async def seen():
    return []


@pytest.fixture
async def url(seen):
    async def answer(request: web.Request) -> web.Response:
        seen.append((request.method, request.raw_path, dict(request.headers), await request.read()))
        if request.path.startswith("/moved"):
            return web.Response(status=int(request.path[-3:]), headers={"Location": request.query["to"]})
        headers = [("Set-Cookie", "a=b"), ("X-Two", "1"), ("X-Two", "2")]
        response = web.Response(text="answer")
        for name, value in headers:
            response.headers.add(name, value)
        return response

    app = web.Application(client_max_size=1 << 24)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def client(tmp_path):
    (tmp_path / "manifest.json").write_text(MANIFEST)
    (tmp_path / "b.js").touch()
    app = open_app(tmp_path)
    permissions = HostPermissions(app.manifest.permissions)
    engine = Engine()
    client = WebClient(
        app,
        engine,
        SocketPermissions(permissions.entries),
        allows=lambda url: permissions.allows(url.scheme, url.host or "", url.port or 0),
        headers=[("User-Agent", "test")],
    )
    yield client
    await client.aclose()
    await engine.aclose()


async def text(client, *args, **how):
    async with await client.ask(Asked(*args, **how)) as answer:
        return await answer.text()


async def test_a_request_says_whose_it_is_where_it_may_change_something(client, url, seen):
    for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
        async with await client.ask(Asked(method, url)):
            pass
    origins = {method: headers.get("Origin") for method, _, headers, _ in seen}
    assert origins.pop("GET") is None
    assert origins.pop("HEAD") is None
    assert all(origin.startswith("chrome-extension://") for origin in origins.values())


async def test_what_a_page_may_not_say_is_left_out(client, url, seen):
    forged = (
        "Host",
        "Cookie",
        "Origin",
        "Referer",
        "Sec-Fetch-Site",
        "Proxy-Authorization",
        "Transfer-Encoding",
    )
    headers = [(name, "forged") for name in forged] + [("X-Mine", "1"), ("Accept", "text/x")]
    await text(client, "GET", url, headers)
    assert "forged" not in seen[0][2].values()
    assert seen[0][2]["X-Mine"] == "1"
    assert seen[0][2]["Accept"] == "text/x"
    assert seen[0][2]["User-Agent"] == "test"


async def test_headers_are_shown_without_cookies_and_as_often_as_they_came(client, url):
    async with await client.ask(Asked("GET", url)) as answer:
        names = [name for name, _ in shown_headers(answer)]
    assert names.count("X-Two") == 2
    assert "Set-Cookie" not in names


async def test_cookies_come_back_unless_the_request_wants_none(client, url, seen):
    await text(client, "GET", url)
    await text(client, "GET", url)
    await text(client, "GET", url, credentials=False)
    assert [headers.get("Cookie") for _, _, headers, _ in seen] == [None, "a=b", None]


@pytest.mark.parametrize(
    ("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
async def test_a_redirect_makes_of_a_post_what_it_makes_in_a_browser(client, url, seen, status, method):
    async with await client.ask(
        Asked("POST", f"{url}/moved{status}?to=/there", [("Content-Type", "text/x")], b"body")
    ) as answer:
        assert answer.url == URL(f"{url}/there")
    again, _, headers, body = seen[1]
    assert again == method
    assert (body == b"body") is (method == "POST")
    assert ("Content-Type" in headers) is (method == "POST")
    assert ("Origin" in headers) is (method == "POST")


async def test_a_redirect_is_shown_where_nobody_follows(client, url, seen):
    async with await client.ask(Asked("GET", f"{url}/moved302?to=/there", follow=False)) as answer:
        assert is_redirect(answer)
    async with await client.ask(Asked("GET", url, follow=False)) as answer:
        assert not is_redirect(answer)
    assert len(seen) == 2


@pytest.mark.parametrize(
    "address", ["http://localhost:{port}/", "https://127.0.0.1:{port}/", "http://127.0.0.2:{port}/"]
)
async def test_each_address_is_asked_for_permission(client, url, seen, address):
    address = address.format(port=URL(url).port)
    for asked in (address, f"{url}/moved302?to={address}"):
        with pytest.raises(RefusedError):
            await text(client, "GET", asked)
    assert [path for _, path, _, _ in seen] == [f"/moved302?to={address}"]


@pytest.mark.parametrize("method", ["CONNECT", "trace", "TRACK", "A B", ""])
async def test_some_methods_are_for_no_page(client, url, seen, method):
    with pytest.raises(ValueError, match="no method"):
        await text(client, method, url)
    assert seen == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/", "127.0.0.1", "", "http://"])
async def test_only_the_web_is_asked(client, address):
    with pytest.raises(ValueError, match="SCHEME"):
        await text(client, "GET", address)


async def test_a_large_body_goes_in_pieces(client, url, seen):
    body = bytes(range(256)) * 8192
    await text(client, "PUT", url, body=body)
    assert seen[0][3] == body
    assert seen[0][2]["Content-Length"] == str(len(body))


@pytest.mark.parametrize("path", ["/a%2Fb", "/it's", "/%7Ex", "/a//b", "/?q=a+b&c=%20'", "/%zz", "/a;b=c"])
async def test_a_path_is_asked_for_as_it_is_written(client, url, seen, path):
    await text(client, "GET", url + path)
    assert seen[0][1] == path


@pytest.mark.parametrize("address", ["http://127.0.0.1:6667/", "{url}/moved302?to=http://127.0.0.1:6667/"])
async def test_services_that_are_not_the_web_are_not_spoken_to(client, url, address):
    reached = []
    async with serving(lambda _, writer: reached.append(writer), port=6667):
        with pytest.raises(RefusedError, match="ERR_UNSAFE_PORT"):
            await client.ask(Asked("POST", address.format(url=url), body=b"NICK a\r\n"))
        with pytest.raises(RefusedError, match="ERR_UNSAFE_PORT"):
            await client.connect("ws://127.0.0.1:6667/", (), 1)
    assert reached == []
