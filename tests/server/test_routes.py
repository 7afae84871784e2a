"""A route that does not say who may call it cannot be."""

from __future__ import annotations

import pytest
from aiohttp import web

from homeport.server import Access, Daemon
from homeport.server._connections import Strangers
from homeport.server._routes import Routes
from homeport.server._sites import Sites


async def nobody(request, site):
    raise AssertionError("called")


@pytest.mark.parametrize("access", [None, "own", True])
def test_a_route_without_access_is_refused_at_once(access):
    with pytest.raises(TypeError, match="who may call it"):
        Routes(Sites(), Strangers()).add("/open", access, nobody)


def test_access_has_no_default():
    with pytest.raises(TypeError):
        Routes(Sites(), Strangers()).add("/open", handler=nobody)  # type: ignore[call-arg]


async def test_every_route_of_the_server_has_said_who_may_call_it(daemon):
    routes = list(daemon.routes.application.router.routes())
    assert len(routes) >= 6
    for route in routes:
        assert isinstance(daemon.routes.access_of(route.handler), Access), route


async def test_a_route_put_beside_the_door_is_not_served(app, make_daemon, make_http, monkeypatch):
    added = Daemon._add_routes

    async def back_door(request):
        return web.Response(text="in")

    def add_one_more(self):
        self.routes.application.router.add_get("/_homeport/back/door", back_door)
        added(self)

    monkeypatch.setattr(Daemon, "_add_routes", add_one_more)
    daemon = await make_daemon(app)
    answer = await make_http(daemon, app)("GET", "/_homeport/back/door")
    assert answer.status == 404
    assert answer.body != b"in"


PATHS = [
    "/",
    "/_homeport/session",
    "/_homeport/wire",
    "/_homeport/stream",
    "/_homeport/shim.js",
    "/window.html",
    "/js/",
    "/x",
]
FORMS = [
    {"Content_Type": "application/x-www-form-urlencoded"},
    {"Content_Type": "text/plain"},
    {"Content_Type": "application/json", "Sec_Fetch_Site": "cross-site"},
    {"Content_Type": "application/json", "Sec_Fetch_Site": "same-site"},
    {"Content_Type": "application/json", "Origin": "null"},
    {"Content_Type": "application/json", "Origin": None},
    {"Content_Type": "application/json; charset=utf-8"},
    {"Content_Type": None},
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", FORMS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_no_form_and_no_other_site_changes_anything(daemon, app, http, path, headers, method):
    ticket = (await daemon.launch_url(app.id)).partition("#ticket=")[2]
    body = f'{{"ticket":"{ticket}"}}'.encode()
    answer = await http(method, path, body, **{"Origin": http.origin, **headers})
    assert answer.status in (403, 404, 405, 415)
    right = {"Origin": http.origin, "Content_Type": "application/json"}
    assert (await http("POST", "/_homeport/session", body, **right)).status == 200  # it is still good


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X"])
async def test_other_methods_are_refused_and_no_preflight_succeeds(http, path, method):
    answer = await http(method, path, Origin="http://evil.test", Access_Control_Request_Method="POST")
    assert answer.status in (400, 403, 404, 405)
    assert "access-control-allow-origin" not in answer.headers


async def test_a_get_of_the_session_route_changes_nothing(daemon, app, http):
    ticket = (await daemon.launch_url(app.id)).partition("#ticket=")[2]
    for path in f"/_homeport/session?ticket={ticket}", "/_homeport/session":
        assert (await http("GET", path, Origin=http.origin)).status == 405
    body = f'{{"ticket":"{ticket}"}}'.encode()
    answer = await http(
        "POST", "/_homeport/session", body, Origin=http.origin, Content_Type="application/json"
    )
    assert answer.status == 200
