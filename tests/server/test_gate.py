"""The Host, Origin and Sec-Fetch tables, over raw connections."""

from __future__ import annotations

import pytest

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


def wire_request(*header_lines: str) -> bytes:
    lines = ["GET /_homeport/wire HTTP/1.1", *(f"{name}: {value}" for name, value in UPGRADE.items())]
    return ("\r\n".join([*lines, *header_lines]) + "\r\n\r\n").encode("latin-1")


def get(path: str, *header_lines: str) -> bytes:
    return ("\r\n".join([f"GET {path} HTTP/1.1", *header_lines]) + "\r\n\r\n").encode("latin-1")


BAD_HOSTS = [
    (),
    ("Host: evil.test",),
    ("Host: evil.test:{port}",),
    ("Host: localhost:{port}",),
    ("Host: localhost.:{port}",),
    ("Host: LOCALHOST:{port}",),
    ("Host: 127.0.0.1:{port}",),
    ("Host: 127.0.0.1.nip.io:{port}",),
    ("Host: 0.0.0.0:{port}",),
    ("Host: [::1]:{port}",),
    ("Host: [::ffff:127.0.0.1]:{port}",),
    ("Host: {id}.localhost",),
    ("Host: {id}.localhost:80",),
    ("Host: {id}.localhost:1{port}",),
    ("Host: {id}.localhost.:{port}",),
    ("Host: {ID}.localhost:{port}",),
    ("Host: {id}.LOCALHOST:{port}",),
    ("Host: x.{id}.localhost:{port}",),
    ("Host: {id}.localhost.evil.test:{port}",),
    ("Host: {other}.localhost:{port}",),
    ("Host: user@{id}.localhost:{port}",),
    ("Host: {id}.localhost:{port}/",),
    ("Host: {id}.localhost:{port}", "Host: {id}.localhost:{port}"),
    ("Host: evil.test", "Host: {id}.localhost:{port}"),
    ("Host: {id}.localhost:{port}", "Host: evil.test"),
    ("X-Forwarded-Host: {id}.localhost:{port}",),
    ("Host: evil.test", "X-Forwarded-Host: {id}.localhost:{port}"),
]


def filled(lines, daemon, app):
    values = {"port": daemon.port, "id": app.id, "ID": app.id.upper(), "other": "b" * 32}
    return [line.format(**values) for line in lines]


@pytest.mark.parametrize("lines", BAD_HOSTS)
@pytest.mark.parametrize("path", ["/", "/window.html", "/_homeport/shim.js", "/no/such"])
async def test_no_path_answers_to_a_host_that_is_not_exactly_ours(daemon, app, send_raw, lines, path):
    answer = await send_raw(daemon.port, get(path, *filled(lines, daemon, app)))
    assert answer.status in (400, 421)
    assert b"hello" not in answer.body


@pytest.mark.parametrize("lines", BAD_HOSTS)
async def test_rebinding_fails_though_origin_and_host_agree(daemon, app, send_raw, lines):
    hosts = filled(lines, daemon, app)
    named = next((line.partition(": ")[2] for line in hosts), "")
    answer = await send_raw(daemon.port, wire_request(*hosts, f"Origin: http://{named}"))
    assert answer.status in (400, 421)


@pytest.mark.parametrize("target", ["http://evil.test/", "http://{host}/window.html", "*", "evil.test:80"])
async def test_only_a_path_is_a_target(daemon, app, send_raw, target):
    host = f"{app.id}.localhost:{daemon.port}"
    answer = await send_raw(daemon.port, get(target.format(host=host), f"Host: {host}"))
    assert answer.status in (400, 404, 421)
    assert b"hello" not in answer.body


async def test_old_http_without_a_host_is_refused(daemon, send_raw):
    assert (await send_raw(daemon.port, b"GET / HTTP/1.0\r\n\r\n")).status == 400


BAD_ORIGINS = [
    (),
    ("Origin: null",),
    ("Origin: ",),
    ("Origin: http://evil.test",),
    ("Origin: https://{id}.localhost:{port}",),
    ("Origin: http://{id}.localhost",),
    ("Origin: http://{id}.localhost:1{port}",),
    ("Origin: http://{id}.localhost:{port}.evil.test",),
    ("Origin: http://{id}.localhost:{port}/",),
    ("Origin: http://evil-{id}.localhost:{port}",),
    ("Origin: http://x.{id}.localhost:{port}",),
    ("Origin: http://{ID}.localhost:{port}",),
    ("Origin: http://{other}.localhost:{port}",),
    ("Origin: http://localhost:{port}",),
    ("Origin: http://127.0.0.1:{port}",),
    ("Origin: http://user@{id}.localhost:{port}",),
    ("Origin: http://{id}.localhost:{port}@evil.test",),
    ("Origin: HTTP://{id}.localhost:{port}",),
    ("Origin: http://{id}.localhost:{port} http://evil.test",),
    ("Origin: http://{id}.localhost:{port}, http://evil.test",),
    ("Origin: http://evil.test", "Origin: http://{id}.localhost:{port}"),
    ("Origin: http://{id}.localhost:{port}", "Origin: http://{id}.localhost:{port}"),
    ("Sec-WebSocket-Origin: http://{id}.localhost:{port}",),
    ("Referer: http://{id}.localhost:{port}/",),
    ("Origin: chrome-extension://{id}",),
    ("Origin: file://",),
]


@pytest.mark.parametrize("lines", BAD_ORIGINS)
async def test_no_other_origin_opens_the_wire_and_no_101_is_said(daemon, app, send_raw, lines):
    host = f"Host: {app.id}.localhost:{daemon.port}"
    answer = await send_raw(daemon.port, wire_request(host, *filled(lines, daemon, app)))
    assert answer.status in (400, 403)


@pytest.mark.parametrize("lines", BAD_ORIGINS)
async def test_no_other_origin_exchanges_a_ticket(daemon, app, http, send_raw, lines):
    ticket = (await daemon.launch_url(app.id)).partition("#ticket=")[2]
    body = f'{{"ticket":"{ticket}"}}'.encode()
    fields = filled(lines, daemon, app)
    request = "\r\n".join(
        [
            "POST /_homeport/session HTTP/1.1",
            f"Host: {app.id}.localhost:{daemon.port}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *fields,
        ]
    )
    answer = await send_raw(daemon.port, request.encode("latin-1") + b"\r\n\r\n" + body)
    assert answer.status in (400, 403)
    # The ticket was not even looked at.
    good = await http("POST", "/_homeport/session", body, Origin=http.origin, Content_Type="application/json")
    assert good.status == 200


async def test_the_right_origin_opens_the_wire(daemon, app, send_raw, http):
    host = f"Host: {app.id}.localhost:{daemon.port}"
    answer = await send_raw(daemon.port, wire_request(host, f"Origin: {http.origin}"))
    assert answer.status == 101
    assert answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "nonsense"])
async def test_the_wire_is_for_the_same_origin_only(daemon, app, send_raw, http, site):
    lines = (f"Host: {app.id}.localhost:{daemon.port}", f"Origin: {http.origin}", f"Sec-Fetch-Site: {site}")
    assert (await send_raw(daemon.port, wire_request(*lines))).status == 403


PATHS = ["/window.html", "/js/main.js", "/data.bin", "/manifest.json", "/_homeport/shim.js"]


@pytest.mark.parametrize("path", [*PATHS, "/_generated_background_page.html"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "dest"),
    [
        ("no-cors", "image"),
        ("no-cors", "script"),
        ("cors", "empty"),
        ("navigate", "iframe"),
        ("navigate", "document"),
    ],
)
async def test_other_sites_get_no_file(http, path, site, mode, dest):
    answer = await http("GET", path, Sec_Fetch_Site=site, Sec_Fetch_Mode=mode, Sec_Fetch_Dest=dest)
    assert answer.status == 403


@pytest.mark.parametrize("site", ["same-origin", "none", None])
async def test_the_apps_own_pages_and_the_address_bar_get_files(http, site):
    for path in PATHS:
        assert (await http("GET", path, Sec_Fetch_Site=site)).status == 200


async def test_a_link_may_lead_to_the_shell_but_no_frame_shows_it(http):
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert (await http("GET", "/", **link)).status == 200
    for dest in "iframe", "frame", "object", "embed":
        assert (await http("GET", "/", **{**link, "Sec_Fetch_Dest": dest})).status == 403
    assert (await http("GET", "/", **{**link, "Sec_Fetch_Mode": "no-cors"})).status == 403


async def test_two_answers_to_where_a_request_comes_from_are_none(daemon, app, send_raw):
    lines = (
        f"Host: {app.id}.localhost:{daemon.port}",
        "Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Site: cross-site",
    )
    assert (await send_raw(daemon.port, get("/window.html", *lines))).status == 400


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; application/json",
        "application/json; charset=utf-8",
        "application/json, text/plain",
        None,
    ],
)
async def test_only_json_is_taken(daemon, app, http, kind):
    ticket = (await daemon.launch_url(app.id)).partition("#ticket=")[2]
    body = f'{{"ticket":"{ticket}"}}'.encode()
    answer = await http("POST", "/_homeport/session", body, Origin=http.origin, Content_Type=kind)
    assert answer.status == 415


async def test_apps_do_not_reach_each_other(make_app, make_daemon, make_http, app):
    other = make_app("other", {"secret.txt": b"hidden"})
    daemon = await make_daemon(app, other)
    mine, theirs = make_http(daemon, app), make_http(daemon, other)
    assert (await theirs("GET", "/secret.txt")).body == b"hidden"
    assert (await mine("GET", "/secret.txt")).status == 404
    assert (await theirs("GET", "/secret.txt", Sec_Fetch_Site="same-site")).status == 403
    ticket = (await daemon.launch_url(app.id)).partition("#ticket=")[2].encode()
    headers = {"Content_Type": "application/json", "Origin": theirs.origin}
    assert (await theirs("POST", "/_homeport/session", b'{"ticket":"%s"}' % ticket, **headers)).status == 403


async def test_a_host_is_good_at_its_own_port_only(make_app, make_daemon, make_http, send_raw, app):
    other = make_app("other")
    daemon = await make_daemon(app, other, per_app_ports=True)
    ports = [int(make_http(daemon, each).origin.rpartition(":")[2]) for each in (app, other)]
    assert ports[0] != ports[1]
    assert (await send_raw(ports[0], get("/window.html", f"Host: localhost:{ports[0]}"))).status == 200
    assert (await send_raw(ports[1], get("/window.html", f"Host: localhost:{ports[0]}"))).status == 421
