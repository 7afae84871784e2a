"""Which patterns there are among permissions, and what they allow."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from homeport.manifest import HostPermissions, parse_host_pattern

#: The page's side is held to the same: tests/page/hosts.test.ts.
VECTORS = json.loads((Path(__file__).parent / "host_patterns.json").read_text())


@pytest.mark.parametrize(("pattern", "address", "allowed"), VECTORS)
def test_a_pattern_allows_its_scheme_host_and_port(pattern: str, address: str, allowed: bool) -> None:
    found = parse_host_pattern(pattern)
    assert found is not None
    url = urlsplit(address)
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    assert found.allows(url.scheme, url.hostname or "", port) is allowed


@pytest.mark.parametrize(
    ("pattern", "scheme", "allowed"),
    [
        ("ws://example.com/*", "ws", True),
        ("ws://example.com/*", "http", False),
        ("*://example.com/*", "ws", False),
        ("<all_urls>", "wss", True),
    ],
)
def test_websockets_are_meant_where_they_are_named(pattern: str, scheme: str, allowed: bool) -> None:
    found = parse_host_pattern(pattern)
    assert found is not None
    assert found.allows(scheme, "example.com", 80) is allowed


@pytest.mark.parametrize(
    "text",
    [
        *(
            "storage",
            "",
            "http://example.com",
            "file:///*",
            "ftp://example.com/*",
            "http:///*",
            "http://a*b/*",
        ),
        *(
            "http://*example.com/*",
            "http://example.*/*",
            "http://example.com:0x1/*",
            "http://example.com:70000/*",
        ),
        *("http://a:b:c/*", "http://[::1/*", "chrome://favicon/*", "javascript:*"),
    ],
)
def test_what_is_no_pattern_allows_nothing(text: str) -> None:
    assert parse_host_pattern(text) is None


def test_permissions_are_the_patterns_among_everything_else() -> None:
    permissions = HostPermissions(
        ["storage", {"fileSystem": ["write"]}, "http://a.example/*", "https://b.example:1/*"]
    )
    assert [str(entry) for entry in permissions.entries] == ["a.example:*", "b.example:1"]
    assert permissions.allows("http", "a.example", 80)
    assert permissions.allows("https", "b.example", 1)
    assert not permissions.allows("http", "b.example", 1)
    assert not HostPermissions(["storage"]).allows("http", "a.example", 80)
