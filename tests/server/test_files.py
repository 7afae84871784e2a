from __future__ import annotations

import asyncio
import os

import pytest

SHIM = b'<script src="/_homeport/shim.js"></script>'


async def test_pages_get_the_shim_and_the_policy_of_chrome_apps(http):
    answer = await http("GET", "/window.html")
    assert answer.body == b"<!doctype html>" + SHIM + b"<title>w</title><p>hello"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self' blob: filesystem:; connect-src * data: blob: filesystem:;")
    assert "script-src 'self' blob: filesystem: 'wasm-unsafe-eval'" in policy
    assert "'unsafe-inline' 'unsafe-eval'" not in policy
    assert policy.endswith("; frame-ancestors 'self'")


async def test_every_answer_keeps_to_itself(http):
    for path in (
        "/",
        "/window.html",
        "/js/main.js",
        "/no/such",
        "/_generated_background_page.html",
        "/_homeport/x.js",
    ):
        headers = (await http("GET", path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["server"] == "Homeport"
        assert "set-cookie" not in headers
        assert "access-control-allow-origin" not in headers


async def test_no_frame_of_another_site_shows_the_shell(http):
    headers = (await http("GET", "/")).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert (
        f"connect-src 'self' ws://{http.origin.removeprefix('http://')};"
        in headers["content-security-policy"]
    )


async def test_the_background_page_is_generated_from_its_scripts(http):
    answer = await http("GET", "/_generated_background_page.html")
    assert answer.body == b"<!DOCTYPE html>\n" + SHIM + b'<body>\n<script src="background.js"></script>\n'
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_an_app_with_a_background_page_has_no_generated_one(make_app, make_daemon, make_http):
    app = make_app("paged", {"bg.html": b"<p>"}, app={"background": {"page": "bg.html"}})
    http = make_http(await make_daemon(app), app)
    assert (await http("GET", "/_generated_background_page.html")).status == 404
    assert (await http("GET", "/bg.html")).body == SHIM + b"<p>"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/js/main.js", "text/javascript"),
        ("/data.bin", "application/octet-stream"),
        ("/manifest.json", "application/json; charset=utf-8"),
    ],
)
async def test_files_have_their_right_type(http, path, kind):
    answer = await http("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)


async def test_ranges_and_conditions_work(http):
    part = await http("GET", "/data.bin", Range="bytes=254-257")
    assert (part.status, part.body) == (206, b"\xfe\xff\x00\x01")
    assert part.headers["content-range"] == "bytes 254-257/1024"
    assert (await http("GET", "/data.bin", Range="bytes=9999-")).status == 416
    for path in "/data.bin", "/window.html", "/_homeport/shim.js":
        whole = await http("GET", path)
        again = await http("GET", path, If_None_Match=whole.headers["etag"])
        assert (again.status, again.body) == (304, b"")
    head = await http("HEAD", "/data.bin")
    assert (head.status, head.headers["content-length"], head.body) == (200, "1024", b"")


async def test_whoever_reads_a_file_that_is_cut_meanwhile_does_not_wait_for_its_end(app, http):
    """As when an app is put in place of another while it runs."""
    large = app.root / "large.bin"
    large.touch()
    os.truncate(large, 64 << 20)
    async with asyncio.timeout(10):
        authority = http.origin.removeprefix("http://")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(authority.rpartition(":")[2]))
        writer.write(
            f"GET /large.bin HTTP/1.1\r\nHost: {authority}\r\nSec-Fetch-Dest: empty\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        os.truncate(large, 5)
        assert b"Content-Length: 67108864" in head
        assert len(await reader.read(-1)) < 64 << 20
        writer.close()


@pytest.mark.parametrize("header", ["If_Modified_Since", "If_Unmodified_Since", "If_Range"])
@pytest.mark.parametrize("date", ["yesterday", "Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 99 Xyz 2020"])
async def test_what_is_no_date_is_no_condition(http, caplog, header, date):
    answer = await http("GET", "/data.bin", **{header: date})
    assert (answer.status, len(answer.body)) == (200, 1024)
    assert not caplog.records


async def test_a_packed_neighbour_is_not_served_instead(make_app, make_daemon, make_http):
    app = make_app("packed", {"a.js": b"plain", "a.js.gz": b"other"})
    answer = await make_http(await make_daemon(app), app)("GET", "/a.js", Accept_Encoding="gzip, br")
    assert (answer.body, "content-encoding" in answer.headers) == (b"plain", False)


TRAVERSAL = [
    "/../secret.txt",
    "/js/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/js/..%5c..%5csecret.txt",
    "/..\\secret.txt",
    "/....//secret.txt",
    "/%252e%252e%252fsecret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/%uff0e%uff0e/secret.txt",
    "/js%00/../../secret.txt",
    "/secret.txt%00.js",
    "//secret.txt",
    "///etc/passwd",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/etc/passwd",
    "/C:/secret.txt",
    "/file:///etc/passwd",
    "/link.txt",
    "/linked/secret.txt",
    "/window.html/../../secret.txt",
    "/_homeport/../../secret.txt",
    "/_homeport/..%2f..%2f__init__.py",
    "/_homeport/%2e%2e/__init__.py",
    "/_homeport/.",
    "/_homeport/",
    "/js",
    "/js/",
    "/window.html/",
    "/window.html/.",
    "/con",
    "/%ff",
    "/?window.html",
]


@pytest.mark.parametrize("path", TRAVERSAL)
async def test_nothing_outside_the_apps_folder_is_served(tmp_path, app, http, path):
    (tmp_path / "secret.txt").write_text("outside-the-app")
    os.symlink(tmp_path / "secret.txt", app.root / "link.txt")
    os.symlink(tmp_path, app.root / "linked")
    answer = await http("GET", path)
    assert b"outside-the-app" not in answer.body
    assert b"root:" not in answer.body
    assert answer.status in (400, 404) or path in ("/?window.html", "/window.html/.")


@pytest.mark.parametrize("name", ["large.html", "large.xhtml", "large.js", "large.css"])
async def test_no_page_is_too_large_for_the_memory(make_app, make_daemon, make_http, name):
    app = make_app("large", {name: b""}, permissions=["http://*/*"])
    os.truncate(app.root / name, 1 << 40)  # empty, and no memory could hold it
    head = await make_http(await make_daemon(app), app)("HEAD", f"/{name}", Sec_Fetch_Dest="worker")
    made = not name.endswith(".css")  # which is served as it is
    assert (head.status, head.headers["content-length"] == str(1 << 40)) == (404 if made else 200, not made)


async def test_a_link_inside_the_folder_is_followed(app, http):
    os.symlink(app.root / "data.bin", app.root / "again.bin")
    assert (await http("GET", "/again.bin")).status == 200


async def test_a_file_that_is_not_there_says_little(http):
    answer = await http("GET", "/<script>alert(1)</script>.html")
    assert (answer.status, answer.body) == (404, b"Not found\n")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [("style", "text/css"), ("script", "text/javascript"), ("image", "text/plain"), (None, "text/plain")],
)
async def test_of_a_file_that_is_not_there_no_browser_says_that_its_type_is_wrong(http, wanted, kind):
    """Where a style sheet or a script is wanted, the answer is one with nothing in it but a comment."""
    answer = await http("GET", "/missing", **({} if wanted is None else {"Sec_Fetch_Dest": wanted}))
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (404, kind)
    assert answer.body == (b"Not found\n" if kind == "text/plain" else b"/* Not found */\n")


async def test_a_frame_is_told_by_its_address_that_its_page_is_not_there(http):
    answer = await http("GET", "/missing.html", Sec_Fetch_Dest="iframe")
    assert (answer.status, answer.headers["location"]) == (302, "/_homeport/missing")
    assert (await http("GET", "/_homeport/missing")).status == 404


async def test_messages_are_put_into_style_sheets(make_app, make_daemon, make_http):
    app = make_app(
        "styled",
        {
            "a.css": b"body{direction:__MSG_@@bidi_dir__;content:'__MSG_hi__ \xc3\xa9'}",
            "b.css": b"x{y:__MSG_nope__}",
            "latin.css": b"x{y:'__MSG_hi__ \xe9'}",
            "_locales/en/messages.json": b'{"hi":{"message":"Hello"}}',
        },
        default_locale="en",
    )
    http = make_http(await make_daemon(app), app)
    assert (await http("GET", "/a.css")).body == "body{direction:ltr;content:'Hello é'}".encode()
    assert (await http("GET", "/b.css")).body == b"x{y:__MSG_nope__}"
    assert (await http("GET", "/latin.css")).body == b"x{y:'__MSG_hi__ \xe9'}"


async def test_a_style_sheet_finds_the_apps_files_by_its_id(make_app, make_daemon, make_http):
    """`chrome-extension://__MSG_@@extension_id__/`, as Chrome documents it, is the app's own root."""
    app = make_app(
        "pictured",
        {"a.css": b"x{background:url('chrome-extension://__MSG_@@extension_id__/x.png')}"},
    )
    literal = app.root / "b.css"
    literal.write_text(
        f"y{{background:url(chrome-extension://{app.id}/x.png)}}z{{src:chrome-extension://other/}}"
    )
    http = make_http(await make_daemon(app), app)
    assert (await http("GET", "/a.css")).body == b"x{background:url('/x.png')}"
    assert (await http("GET", "/b.css")).body == b"y{background:url(/x.png)}z{src:chrome-extension://other/}"


async def test_a_page_that_names_its_encoding_keeps_it(make_app, make_daemon, make_http):
    app = make_app("latin", {"l.html": b"<meta charset=windows-1252><p>\xe9"})
    answer = await make_http(await make_daemon(app), app)("GET", "/l.html")
    assert answer.headers["content-type"] == "text/html"
    assert answer.body == SHIM + b"<meta charset=windows-1252><p>\xe9"


async def test_sandboxed_pages_have_no_chrome_and_load_files_by_a_secret_name(
    make_app, make_daemon, make_http
):
    app = make_app(
        "boxed", {"in/box.html": b"<p>", "in/x.js": b"1", "y.js": b"2"}, sandbox={"pages": ["in/box.html"]}
    )
    http = make_http(await make_daemon(app), app)
    moved = await http("GET", "/in/box.html?a=b", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest="iframe")
    assert moved.status == 302
    name, slash, path = moved.headers["location"].removeprefix("http://").partition("/")
    assert name.endswith("." + http.origin.removeprefix("http://"))
    assert slash + path == "/in/box.html?a=b"
    page = await http("GET", slash + path, Host=name, Sec_Fetch_Site="cross-site")
    script = page.body.split(b'"')[1].decode()
    assert page.body == f'<script src="{script}"></script><p>'.encode()
    assert script in page.headers["content-security-policy"].replace(";", "").split()
    style = await http("GET", script.removeprefix(http.origin), Sec_Fetch_Site="cross-site")
    assert (style.status, style.headers["content-type"]) == (200, "text/javascript")
    read = await http("GET", slash + path, Host=name, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="empty")
    assert read.body == b"<p>"
    assert page.headers["content-security-policy"].startswith("sandbox ")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for file, data in ("/in/x.js", b"1"), ("/y.js", b"2"):
        loaded = await http("GET", file, Host=name, Sec_Fetch_Site="cross-site", Origin="null")
        assert (loaded.status, loaded.body) == (200, data)
        assert loaded.headers["cross-origin-resource-policy"] == "cross-origin"
        assert loaded.headers["access-control-allow-origin"] == "null"


async def test_a_script_of_the_app_reads_a_sandboxed_page_as_it_is(make_app, make_daemon, make_http):
    app = make_app("boxed", {"box.html": b"<p>"}, sandbox={"pages": ["box.html"]})
    http = make_http(await make_daemon(app), app)
    read = await http("GET", "/box.html", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest="empty")
    assert (read.status, read.body) == (200, b"<p>")


async def test_the_sandboxs_name_opens_nothing_else(make_app, make_daemon, make_http, tmp_path):
    app = make_app("boxed", {"box.html": b"<p>", "w.html": b"<b>"}, sandbox={"pages": ["box.html"]})
    (tmp_path / "secret.txt").write_text("outside-the-app")
    http = make_http(await make_daemon(app), app)
    name = (await http("GET", "/box.html")).headers["location"].split("/")[2]
    token, _, rest = name.partition(".")
    for guess in "x", token[:-1], token + "x", token.upper(), "", f"{token}.{token}", f"w1.{token}":
        assert (await http("GET", "/box.html", Host=f"{guess}.{rest}")).status == 421
    for path in "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/nope.html":
        assert (await http("GET", path, Host=name)).status in (400, 404)
    for path in "/", "/_homeport/shim.js", "/_homeport/wire", "/_generated_background_page.html":
        assert (await http("GET", path, Host=name)).status == 421
    for path in "/_homeport/session", "/_homeport/web", "/_homeport/stream":
        assert (await http("POST", path, b"{}", Host=name, Origin=f"http://{name}")).status == 421
    for path in "/box.html", "/w.html", "/js/x.js":
        assert (await http("GET", path, Sec_Fetch_Site="cross-site")).status == 403
    ordinary = await http("GET", "/w.html", Host=name)
    assert ordinary.body.endswith(b"></script><b>")
    assert ordinary.headers["content-security-policy"].startswith("sandbox ")
    assert (await http("POST", "/box.html", Host=name)).status == 405


async def test_a_webviews_own_pages_are_among_the_sandboxed(make_app, make_daemon, make_http):
    app = make_app("guests", {"g/p.html": b"<p>"}, permissions=["webview"])
    http = make_http(await make_daemon(app), app)
    moved = await http("GET", "/_homeport/guest/g/p.html?a=b", Sec_Fetch_Site="same-origin")
    assert (moved.status, moved.headers["location"].partition(".localhost")[2].partition("/")[2]) == (
        302,
        "g/p.html?a=b",
    )
    assert (await http("GET", "/_homeport/guest/g/p.html", Sec_Fetch_Site="cross-site")).status == 403


async def test_an_app_without_webviews_has_no_pages_for_them(http):
    assert (await http("GET", "/_homeport/guest/window.html")).status == 404


async def test_where_a_browser_knows_no_such_names_the_token_is_in_the_path(make_app, make_daemon, make_http):
    app = make_app("boxed", {"in/box.html": b"<p>", "in/x.js": b"1"}, sandbox={"pages": ["in/box.html"]})
    http = make_http(await make_daemon(app, per_app_ports=True), app)
    place = (await http("GET", "/in/box.html?a=b")).headers["location"]
    assert place.startswith("/_homeport/sandbox/")
    assert place.endswith("/in/box.html?a=b")
    assert (await http("GET", place)).headers["content-security-policy"].startswith("sandbox ")
    loaded = await http("GET", place.replace("box.html?a=b", "x.js"), Sec_Fetch_Site="cross-site")
    assert (loaded.status, loaded.headers["cross-origin-resource-policy"]) == (200, "cross-origin")
    for guess in "x", place.split("/")[3][:-1], place.split("/")[3] + "x", "%ff", "":
        assert (await http("GET", f"/_homeport/sandbox/{guess}/in/box.html")).status in (403, 404)


async def test_a_script_reads_a_page_as_it_is_in_the_package(http):
    """An app that serves its own pages, or takes pieces out of them, gets no script of ours."""
    answer = await http("GET", "/window.html", Sec_Fetch_Dest="empty")
    assert answer.body == b"<!doctype html><title>w</title><p>hello"
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["vary"] == "Sec-Fetch-Dest"
    assert SHIM in (await http("GET", "/window.html", Sec_Fetch_Dest="iframe")).body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_whatever_the_method_the_apps_own_scripts_read_a_file(http, method):
    script = {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Dest": "empty"}
    answer = await http(method, "/js/main.js", b"x" * 100_000, Origin=http.origin, **script)
    assert (answer.status, answer.body) == (200, (await http("GET", "/js/main.js")).body)
    for other in (
        {**script, "Origin": "http://evil.test"},
        {**script, "Origin": None},
        {**script, "Sec_Fetch_Site": "cross-site"},
        {**script, "Sec_Fetch_Site": None},
        {**script, "Sec_Fetch_Dest": "document"},
    ):
        answer = await http(method, "/js/main.js", b"x", **{"Origin": http.origin, **other})
        assert answer.status in (403, 405)
