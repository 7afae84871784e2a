from __future__ import annotations

from typing import Any

import pytest

from homeport.server._headers import app_policy, sandbox_policy, shell_policy
from homeport.server._sites import Site


@pytest.fixture
def site(make_app):
    def make(**manifest):
        nobody: Any = None
        return Site(make_app("policed", **manifest), nobody, "a.localhost", 8930)

    return make


def test_an_apps_pages_have_the_policy_that_chrome_gives_them(site):
    assert app_policy(site()) == (
        "default-src 'self' blob: filesystem:; connect-src * data: blob: filesystem:; "
        "style-src 'self' blob: filesystem: data: 'unsafe-inline'; "
        "img-src 'self' blob: filesystem: data:; frame-src 'self' blob: filesystem: data:; "
        "font-src 'self' blob: filesystem: data:; media-src * data: blob: filesystem:; "
        "script-src 'self' blob: filesystem: 'wasm-unsafe-eval'; frame-ancestors 'self'"
    )


def test_a_webview_may_show_the_web(site):
    policy = app_policy(site(permissions=["webview"]))
    assert "frame-src http: https: 'self'" in policy
    assert "script-src 'self' blob: filesystem: 'wasm-unsafe-eval'" in policy


def test_the_shell_runs_our_scripts_only_and_connects_home_only(site):
    policy = dict(part.strip().split(" ", 1) for part in shell_policy(site()).split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self' ws://a.localhost:8930"
    assert policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"


def test_sandboxed_pages_are_in_a_sandbox(site):
    policy = sandbox_policy(site(sandbox={"pages": ["x.html"]}))
    assert policy.startswith("sandbox ")
    assert "allow-same-origin" not in policy


@pytest.mark.parametrize(
    "csp",
    [
        "sandbox allow-scripts;\r\nscript-src 'self'\r\nX-Evil: 1",
        "sandbox allow-scripts allow-same-origin, default-src *",
        "\x00sandbox; sandbox\x0b\u2028allow-scripts\u202e",
    ],
)
def test_an_apps_own_policy_is_one_line_and_one_policy(site, csp):
    """A comma would begin a policy of its own, in which what the manifest's check refused would hold."""
    policy = sandbox_policy(site(sandbox={"pages": ["x.html"], "content_security_policy": csp}))
    assert policy.isprintable()
    assert "," not in policy
    assert "allow-same-origin" not in policy.replace(";", " ").split()


@pytest.mark.parametrize(
    ("csp", "allowing"),
    [
        ("sandbox; script-src 'self' 'unsafe-inline'", "script-src 'self' 'unsafe-inline' SCRIPT"),
        ("sandbox; default-src https:; img-src *", "default-src https: SCRIPT"),
        ("sandbox; default-src *; script-src-elem a.example", "script-src-elem a.example SCRIPT"),
        ("sandbox; script-src 'none'", "script-src 'none'"),
        ("sandbox; img-src *", "img-src *"),
    ],
)
def test_a_sandboxed_page_may_run_our_script_and_no_other_that_it_might_not_before(site, csp, allowing):
    own = site(sandbox={"pages": ["x.html"], "content_security_policy": csp})
    script = f"http://{own.authority}/x.js"
    without, policy = sandbox_policy(own).split("; "), sandbox_policy(own, script).split("; ")
    assert allowing.replace("SCRIPT", script) in policy
    assert [directive.removesuffix(f" {script}") for directive in policy] == without


async def test_whatever_a_file_is_it_is_under_the_apps_policy(make_app, make_daemon, make_http):
    page = b'<html xmlns="http://www.w3.org/1999/xhtml"><script>evil()</script></html>'
    app = make_app("whatever", files=dict.fromkeys(("x.xml", "x.svg", "x.txt", "x", "x.pdf", "x.html"), page))
    http = make_http(await make_daemon(app), app)
    for name in ("x.xml", "x.svg", "x.txt", "x", "x.pdf", "x.html"):
        answer = await http("GET", f"/{name}")
        assert "script-src 'self'" in answer.headers["content-security-policy"], name
