"""A page's own policy, in a meta element, allows this site besides; the shim hears what it said."""

from __future__ import annotations

import time

import pytest

from homeport.server._own_policy import allow_site

SITE = ("'self'", "http://*.a.localhost:1/web")
CSP = b"content-security-policy "
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


@pytest.mark.parametrize(
    "piece", [b"<!--", b"<script ", b"<style>", b'<meta "', b"<meta '", b"<meta http-equiv=" + b" " * 30_000]
)
def test_looking_for_policies_takes_no_longer_for_what_is_no_html(piece):
    """It took the square of the length: seconds, in which no app got an answer."""
    page = CSP + piece * ((32 << 10) // len(piece)) + b">"
    begun = time.process_time()
    allow_site(page, *SITE)
    assert time.process_time() - begun < 0.3


@pytest.mark.parametrize("start", [b"<!-- ", b"<script>", b"<meta name='"])
def test_what_does_not_end_has_no_policy_in_it(start):
    page = start + b'<meta http-equiv=content-security-policy content="connect-src a">'
    assert allow_site(page, *SITE) == (page, [])
