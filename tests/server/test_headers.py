from __future__ import annotations

import pytest

from homeport.server._headers import app_policy, sandbox_policy, shell_policy
from homeport.server._sites import Site


@pytest.fixture
def site(make_app):
    def make(**manifest):
        return Site(make_app("policed", **manifest), None, "a.localhost", 8930)

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
