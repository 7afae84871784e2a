"""When a name and a password are given, and to whom."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from urllib.request import parse_http_list, parse_keqv_list

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from homeport.host import _web_login
from homeport.host._web_login import Logins

BASIC = "Basic " + b64encode("ünal:wörd".encode()).decode()


class Device:
    """Asks who one is, in the ways that ``challenges`` name."""

    def __init__(self) -> None:
        self.challenges = ['Basic realm="device"']
        self.said: list[str | None] = []

    async def answer(self, request: web.Request) -> web.Response:
        said = request.headers.get("Authorization")
        self.said.append(said)
        if request.path == "/elsewhere":
            return web.Response(status=302, headers={"Location": request.query["to"]})
        if said == BASIC or _digest_is_right(request, said):
            return web.Response(text="welcome")
        answer = web.Response(status=401)
        for challenge in self.challenges:
            answer.headers.add("WWW-Authenticate", challenge)
        return answer


def _digest_is_right(request: web.Request, said: str | None) -> bool:
    kind, _, rest = (said or "").partition(" ")
    if kind != "Digest":
        return False
    fields = parse_keqv_list(parse_http_list(rest))
    ends = _md5("ünal:device:wörd"), _md5(f"{request.method}:{request.path_qs}")
    middle = (fields["nonce"], fields["nc"], fields["cnonce"], fields["qop"])
    return fields["response"] == _md5(":".join((ends[0], *middle, ends[1])))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
async def address(device: Device) -> AsyncIterator[URL]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", device.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield URL(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def ask(client: aiohttp.ClientSession, logins: Logins, url: URL) -> int:
    """Ask once, and again with what a challenge wants."""
    async with client.get(url.with_user(None)) as answer:
        login = logins.for_challenge(answer, url)
        if login is None:
            return answer.status
    async with client.get(url.with_user(None), middlewares=(login,)) as answer:
        if answer.status == 401:
            logins.refused(url)
        return answer.status


def with_login(address: URL, name: str, password: str) -> URL:
    return address.with_user(name).with_password(password)


@pytest.mark.parametrize(
    "challenges",
    [
        ['Basic realm="device"'],
        ['basic realm="device"'],
        ['Digest realm="device", nonce="n", qop="auth", algorithm=MD5'],
        ['Basic realm="device"', 'Digest realm="device", nonce="n", qop="auth", algorithm=MD5'],
        ["Negotiate", 'Basic realm="device"'],
    ],
)
async def test_it_is_given_to_a_server_that_asks(device, address, client, challenges):
    device.challenges = challenges
    assert await ask(client, Logins(), with_login(address, "ünal", "wörd")) == 200
    assert device.said[0] is None


async def test_what_a_server_took_it_gets_again(address, client):
    logins = Logins()
    assert await ask(client, logins, with_login(address, "ünal", "wörd")) == 200
    assert await ask(client, logins, address / "other") == 200


async def test_what_a_server_refused_it_does_not_get_again(device, address, client):
    logins = Logins()
    assert await ask(client, logins, with_login(address, "ünal", "wörd")) == 200
    assert await ask(client, logins, with_login(address, "ünal", "other")) == 401
    assert await ask(client, logins, address) == 401
    assert device.said[-1] is None


@pytest.mark.parametrize("challenges", [[], ["Negotiate"], ["Bearer"], [""]])
async def test_nothing_is_said_to_who_asks_for_something_else(device, address, client, challenges):
    device.challenges = challenges
    assert await ask(client, Logins(), with_login(address, "ünal", "wörd")) == 401
    assert device.said == [None]


async def test_it_does_not_go_with_a_redirect_to_somebody_else(device, address, client):
    stranger = address.with_host("localhost")
    logins = Logins()
    assert await ask(client, logins, with_login(address, "ünal", "wörd")) == 200
    device.said.clear()
    away = (address / "elsewhere").with_query(to=str(stranger))
    async with client.get(address / "x") as answer:
        login = logins.for_challenge(answer, address)
    assert login is not None
    async with client.get(away, middlewares=(login,)) as answer:
        assert answer.url.host == "localhost"
        assert answer.status == 401
        assert logins.for_challenge(answer, address) is None
    assert [said is None for said in device.said] == [True, False, True]


async def test_of_only_so_many_servers_the_login_is_remembered(device, client, monkeypatch):
    """The first to come are the first to be asked for again."""
    monkeypatch.setattr(_web_login, "_MOST", 2)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", device.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    for _ in range(3):
        await web.TCPSite(runner, "127.0.0.1", 0).start()
    logins, servers = Logins(), [URL(f"http://127.0.0.1:{port}/") for _, port in runner.addresses]
    for server in servers:
        assert await ask(client, logins, with_login(server, "ünal", "wörd")) == 200
    assert [await ask(client, logins, server) for server in servers] == [401, 200, 200]
    await runner.cleanup()
