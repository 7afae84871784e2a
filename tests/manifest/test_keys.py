"""What Chromium warns of, in its words."""

from __future__ import annotations

import pytest

from homeport.manifest._keys import has_parts, key_warning, permission_warning

BUT = ", but this is a packaged app."


@pytest.mark.parametrize("key", ["sockets", "app", "kiosk_enabled", "webview", "author", "current_locale"])
def test_an_apps_own_keys_are_fine(key: str) -> None:
    assert key_warning(key) is None


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("browser_action", "extensions"),
        ("content_scripts", "extensions and legacy packaged apps"),
        ("content_security_policy", "extensions, legacy packaged apps, and login screen extensions"),
        ("web_accessible_resources", "extensions, legacy packaged apps, and hosted apps"),
    ],
)
def test_keys_of_other_kinds_are_told(key: str, allowed: str) -> None:
    assert key_warning(key) == f"'{key}' is only allowed for {allowed}{BUT}"


def test_unknown_keys_are_told() -> None:
    assert key_warning("foo") == "Unrecognized manifest key 'foo'."


@pytest.mark.parametrize(
    "name",
    [
        "storage",
        "fileSystem.write",
        "system.network",
        "usb",
        "<all_urls>",
        "http://*/*",
        "*://*.a.test/x",
        "file:///x",
        "http://a:80/",
    ],
)
def test_an_apps_own_permissions_are_fine(name: str) -> None:
    assert permission_warning(name) is None


@pytest.mark.parametrize("name", ["", "foo", "Storage", "http://a", "http://*a/", "http://a*/", "foo://a/b"])
def test_unknown_permissions_are_told(name: str) -> None:
    assert permission_warning(name) == f"Permission '{name}' is unknown or URL pattern is malformed."


def test_permissions_of_extensions_are_told() -> None:
    allowed = "extensions and legacy packaged apps"
    assert permission_warning("tabs") == f"'tabs' is only allowed for {allowed}, but this is a packaged app."
    assert (
        permission_warning("downloads")
        == "'downloads' is only allowed for extensions, but this is a packaged app."
    )


def test_some_permissions_have_parts() -> None:
    assert [name for name in ("fileSystem", "mediaGalleries", "storage", "foo") if has_parts(name)] == [
        "fileSystem",
        "mediaGalleries",
    ]
