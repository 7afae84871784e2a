"""A page's own policy, in a meta element, allows this site besides; the shim hears what it said."""

from __future__ import annotations

import pytest

from homeport.server._own_policy import allow_site

SITE = ("'self'", "http://*.a.localhost:1/web")
ADDED = "&#x27;self&#x27; http://*.a.localhost:1/web"


@pytest.mark.parametrize(
    ("meta", "policy", "said"),
    [
        (
            b'<meta http-equiv="Content-Security-Policy" content="connect-src http:; img-src *">',
            f"connect-src http: {ADDED}; img-src *",
            [["http:"]],
        ),
        (
            b"<META CONTENT='default-src &#39;none&#39;' HTTP-EQUIV=content-security-policy />",
            f"default-src &#x27;none&#x27;; connect-src {ADDED}",
            [["'none'"]],
        ),
        (
            b"<meta http-equiv='content-security-policy' content=\"connect-src 'self' a.b, connect-src *\">",
            f"connect-src &#x27;self&#x27; a.b {ADDED},connect-src * {ADDED}",
            [["'self'", "a.b"], ["*"]],
        ),
    ],
)
def test_a_policy_is_widened_by_the_site(meta, policy, said):
    page, found = allow_site(b"<title>\xe9</title>" + meta + b"<p>", *SITE)
    assert f'content="{policy}"'.encode() in page
    assert found == said
    assert page.startswith(b"<title>\xe9</title><")
    assert page.endswith(b"<p>")


@pytest.mark.parametrize(
    "page",
    [
        b"<p>nothing</p>",
        b'<meta http-equiv="content-security-policy" content="img-src *">'.replace(b"img-src *", b""),
        b'<!-- <meta http-equiv="content-security-policy" content="connect-src a"> -->',
        b"<script>'<meta http-equiv=content-security-policy content=connect-src>'</script>",
        b'<meta http-equiv="content-security-policy-report-only" content="connect-src a">',
        b'<meta name="description" content="content-security-policy">',
    ],
)
def test_what_says_nothing_of_connections_stays(page):
    widened, said = allow_site(page, *SITE)
    assert said == []
    assert widened == page
