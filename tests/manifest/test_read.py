"""A folder gives a manifest, or an error with Chromium's text, recorded from Chromium 156."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.manifest import (
    APP_CSP,
    MAX_MANIFEST,
    SANDBOX_CSP,
    Manifest,
    ManifestError,
    NotAPackagedAppError,
    app_id_from_key,
    app_id_from_path,
    parse_manifest,
    read_manifest,
)

MakeApp = Callable[..., Path]
Minimal = Callable[..., dict[str, Any]]


def refusal(text: str | bytes) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    return caught.value


def read_or_refuse(text: str | bytes) -> str:
    """The app's id or the error's text; any other exception fails the test."""
    try:
        return parse_manifest(text).app_id
    except (ManifestError, NotAPackagedAppError) as error:
        return str(error)


def messages(manifest: Manifest) -> list[str]:
    return [warning.message for warning in manifest.warnings]


def test_the_smallest_app(make_app: MakeApp) -> None:
    root = make_app()
    manifest = read_manifest(root, locale="en")
    assert (manifest.name, manifest.short_name, manifest.version, manifest.description) == ("n", "n", "1", "")
    assert manifest.manifest_version == 2
    assert manifest.path == root / "manifest.json"
    assert manifest.app_id == app_id_from_path(root)
    assert (manifest.background_scripts, manifest.background_page) == (("bg.js",), None)
    assert not manifest.persistent
    assert manifest.sockets is None
    assert manifest.socket_permissions is None
    assert (manifest.permissions, manifest.warnings, manifest.icons) == ((), (), {})
    assert manifest.kiosk_enabled
    assert not manifest.kiosk_only
    assert manifest.offline_enabled
    assert (manifest.csp, manifest.sandbox_csp, manifest.sandbox_pages) == (APP_CSP, SANDBOX_CSP, ())
    assert manifest.messages.texts == {"@@extension_id": manifest.app_id}
    assert manifest.raw == json.loads((root / "manifest.json").read_text())


def test_everything_that_a_manifest_can_say(make_app: MakeApp, minimal: Minimal) -> None:
    manifest = read_manifest(
        make_app(
            minimal(
                key="AAAA",
                name="  a \n b  c ",
                short_name="s",
                description="d",
                version="1.2.3.4",
                app={"background": {"page": "sub/../bg%2Ehtml?x#y"}},
                permissions=["storage", {"fileSystem": ["write"]}, {"socket": ["tcp-connect:a:80"]}],
                icons={"016": "/a.png", "128": "./a.png"},
                kiosk_enabled=False,
                kiosk_only=True,
                offline_enabled=False,
                minimum_chrome_version="45.1",
                sandbox={"pages": ["/s.html"], "content_security_policy": "sandbox; script-src 'self'"},
                sockets={},
            ),
            {"bg.html": "", "a.png": b""},
        )
    )
    assert (manifest.name, manifest.short_name, manifest.description) == ("ab c", "s", "d")
    assert (manifest.app_id, manifest.key) == (app_id_from_key(b"\0\0\0"), b"\0\0\0")
    assert (manifest.background_scripts, manifest.background_page) == ((), "bg.html")
    assert manifest.has_permission("storage")
    assert manifest.permission_arguments("fileSystem") == ("write",)
    assert manifest.socket_permissions is not None
    assert manifest.socket_permissions.check("tcp.connect", "a", 80)
    assert manifest.icons == {16: "a.png", 128: "a.png"}
    assert not manifest.kiosk_enabled
    assert manifest.kiosk_only
    assert not manifest.offline_enabled
    assert manifest.minimum_chrome_version == "45.1"
    assert manifest.sandbox_pages == ("s.html",)
    assert manifest.sandbox_csp == "sandbox; script-src 'self'"
    assert manifest.sockets is not None
    assert len(manifest.sockets) == 0
    assert manifest.raw["name"] == "  a \n b  c "
    assert manifest.warnings == ()


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("", "Manifest is not valid JSON.  EOF while parsing a value at line 1 column 0", 1, 0),
        ("{\n'a'", "Manifest is not valid JSON.  key must be a string at line 2 column 1", 2, 1),
        ("{}}", "Manifest is not valid JSON.  trailing characters at line 1 column 3", 1, 3),
        ("[]", "Manifest file is invalid", 1, 1),
        ("null", "Manifest file is invalid", 1, 1),
    ],
)
def test_what_is_no_json_object_says_where(text: str, message: str, line: int, column: int) -> None:
    error = refusal(text)
    assert (error.message, error.line, error.column) == (message, line, column)


@pytest.mark.parametrize(
    ("keys", "kind", "advice"),
    [
        ({"app": ...}, "extension", "Homeport runs packaged apps only"),
        (
            {"app": {"launch": {"web_url": "http://a.test/"}}},
            "hosted app",
            "open http://a.test/ in any browser",
        ),
        ({"app": {"urls": ["http://a.test/"]}}, "hosted app", "in any browser"),
        ({"app": {"launch": {"local_path": "a.html"}}}, "legacy packaged app", "no chrome.sockets"),
        ({"theme": {}}, "theme", "nothing to run"),
        ({"export": {}}, "shared module", "Run the app that uses it"),
    ],
)
def test_other_kinds_of_package_are_told_apart(
    minimal: Minimal, keys: dict[str, Any], kind: str, advice: str
) -> None:
    with pytest.raises(NotAPackagedAppError, match=advice) as caught:
        parse_manifest(json.dumps(minimal(**keys)))
    assert caught.value.kind == kind


BUT = ", but this is a packaged app."
TOO_HIGH = (
    "The maximum currently-supported manifest version is 3, but this is 4.  "
    "Certain features may not work as expected."
)
PERSISTENT = (
    "Invalid value for 'app.background.persistent'. Packaged apps do not support persistent background pages "
    "and must use event pages."
)
NO_SCRIPT = (
    "Invalid background script mime type for 'background.scripts[1]', a background script can only be loaded "
    "from supported JavaScript files such as .js files."
)


@pytest.mark.parametrize(
    ("keys", "warnings"),
    [
        ({"foo": 1}, ["Unrecognized manifest key 'foo'."]),
        ({"version": "1.01"}, ["The extension version is parsed as '1.1'."]),
        (
            {"manifest_version": 4},
            [TOO_HIGH],
        ),
        ({"minimum_chrome_version": "999"}, ["This extension requires Chromium version 999 or greater."]),
        (
            {"app": {"background": {"scripts": ["bg.js"], "persistent": True}}},
            [PERSISTENT],
        ),
        (
            {"app": {"background": {"scripts": ["bg.js"]}, "content_security_policy": "x"}},
            ["'app.content_security_policy' is not allowed for specified extension ID."],
        ),
        (
            {"app": {"background": {"scripts": ["bg.js"]}, "launch": {"local_path": "x"}}},
            [f"'app.launch' is only allowed for legacy packaged apps and hosted apps{BUT}"],
        ),
        (
            {"app": {"background": {"scripts": ["bg.js", "bg.css"]}}},
            [NO_SCRIPT],
        ),
        ({"permissions": ["foo"]}, ["Permission 'foo' is unknown or URL pattern is malformed."]),
        (
            {"permissions": [{"fileSystem": ["wrong"]}]},
            ["Permission 'fileSystem.wrong' is unknown or URL pattern is malformed."],
        ),
        (
            {"permissions": [{"socket": ["tcp-connect", "foo", {"a": 1}]}]},
            [
                "Permission '\"foo\"' is unknown or URL pattern is malformed.",
                "Permission '{\"a\":1}' is unknown or URL pattern is malformed.",
            ],
        ),
    ],
)
def test_what_chromium_passes_over_is_a_warning_in_its_words(
    minimal: Minimal, keys: dict[str, Any], warnings: list[str]
) -> None:
    assert messages(parse_manifest(json.dumps(minimal(**keys)))) == warnings


@pytest.mark.parametrize(
    "keys",
    [
        {"manifest_version": ...},
        {"manifest_version": 3},
        {"version": "0.0"},
        {"version": "4294967295"},
        {"description": ""},
        {"name": " "},
        {"icons": {}},
        {"sandbox": 5},
        {"kiosk_only": "x"},
        {"permissions": [{"fileSystem": []}, {"usbDevices": [{"vendorId": 1}]}]},
        {"app": {"background": {"scripts": ["/a.JS", "./b/c.mjs"], "persistent": "x"}}},
    ],
)
def test_what_chromium_takes_without_a_word(minimal: Minimal, keys: dict[str, Any]) -> None:
    assert messages(parse_manifest(json.dumps(minimal(**keys)))) == []


def test_of_two_socket_permissions_the_last_counts(minimal: Minimal) -> None:
    text = json.dumps(minimal(permissions=[{"socket": ["tcp-connect:a"]}, {"socket": ["tcp-connect:b"]}]))
    permissions = parse_manifest(text).socket_permissions
    assert [str(entry) for entry in permissions or ()] == ["b:*"]


NAME_MISSING = "Required value 'name' is missing or invalid."
MESSAGES = {"app": {"message": "App"}, "what": {"message": "It"}, "empty": {"message": ""}}


def test_messages_stand_in_some_strings_of_the_manifest(make_app: MakeApp, minimal: Minimal) -> None:
    root = make_app(
        minimal(
            name="__MSG_APP__!",
            short_name="__MSG_app__",
            description="__MSG_what__ __MSG_@@bidi_dir__",
            author="__MSG_app__",
            commands={"a": {"description": "__MSG_what__"}, "b": 5, "c": {}},
            default_locale="en",
        ),
        {"_locales/en/messages.json": MESSAGES},
    )
    manifest = read_manifest(root, locale="ar-EG")
    assert (manifest.name, manifest.short_name, manifest.description) == ("App!", "App", "It rtl")
    assert (manifest.locale, manifest.default_locale) == ("ar_EG", "en")
    assert manifest.raw["author"] == "__MSG_app__"
    assert manifest.raw["commands"] == {"a": {"description": "It"}, "b": 5, "c": {}}
    assert manifest.raw["current_locale"] == "ar_EG"
    assert list(manifest.raw) == sorted(manifest.raw)
    assert manifest.messages.get("@@extension_id") == manifest.app_id


def test_without_locales_a_message_is_only_text(make_app: MakeApp, minimal: Minimal) -> None:
    assert read_manifest(make_app(minimal(name="__MSG_app__"))).name == "__MSG_app__"


@pytest.mark.parametrize(
    ("keys", "message", "line"),
    [
        ({"name": "__MSG_no__"}, "Variable __MSG_no__ used but not defined.", 4),
        # The id is not known yet when the manifest's own strings are filled in.
        ({"name": "__MSG_@@extension_id__"}, "Variable __MSG_@@extension_id__ used but not defined.", 4),
        ({"name": "__MSG_empty__"}, NAME_MISSING, 4),
        ({"name": ...}, NAME_MISSING, 1),
        (
            {"default_locale": ...},
            "Localization used, but default_locale wasn't specified in the manifest.",
            None,
        ),
    ],
)
def test_what_is_wrong_with_messages_is_told(
    make_app: MakeApp, minimal: Minimal, keys: dict[str, Any], message: str, line: int | None
) -> None:
    manifest = {
        key: value for key, value in {"default_locale": "en", **minimal(), **keys}.items() if value is not ...
    }
    text = json.dumps(manifest, indent=0)
    root = make_app(text, {"_locales/en/messages.json": MESSAGES})
    with pytest.raises(ManifestError) as caught:
        read_manifest(root, locale="en")
    assert (caught.value.message, caught.value.line) == (message, line)


def test_a_folder_without_a_manifest_says_where_one_is(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "manifest.json").write_text("{}")
    with pytest.raises(ManifestError) as caught:
        read_manifest(tmp_path)
    assert caught.value.message == "Manifest file is missing or unreadable"
    assert str(tmp_path / "inner") in str(caught.value)


def test_a_manifest_that_is_a_folder_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(ManifestError, match="missing or unreadable"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["no\0where", "x" * 5000])
def test_a_path_that_no_file_can_have_is_unreadable(tmp_path: Path, name: str) -> None:
    with pytest.raises(ManifestError, match="missing or unreadable"):
        read_manifest(tmp_path / name)


def test_a_manifest_of_more_than_a_mebibyte_is_refused(make_app: MakeApp, minimal: Minimal) -> None:
    text = json.dumps(minimal())
    read_manifest(make_app(text + " " * (MAX_MANIFEST - len(text))))
    with pytest.raises(ManifestError, match="larger than 1 MiB"):
        read_manifest(make_app(text + " " * MAX_MANIFEST))


def test_a_text_alone_has_an_id_of_its_own(minimal: Minimal) -> None:
    text = json.dumps(minimal())
    assert parse_manifest(text).app_id == parse_manifest(text.encode()).app_id
    assert parse_manifest(text).app_id != parse_manifest(text + " ").app_id


def test_a_text_with_a_path_has_the_id_of_its_folder(minimal: Minimal, tmp_path: Path) -> None:
    assert parse_manifest(json.dumps(minimal()), path=tmp_path / "manifest.json").app_id == app_id_from_path(
        tmp_path
    )


def test_a_packed_app_brings_its_id_which_a_key_overrides(
    make_app: MakeApp, minimal: Minimal, tmp_path: Path
) -> None:
    packed = "p" * 32
    manifest = read_manifest(make_app(), app_id=packed)
    assert (manifest.app_id, manifest.messages.get("@@extension_id")) == (packed, packed)
    assert read_manifest(make_app(), id_path=tmp_path).app_id == app_id_from_path(tmp_path)
    assert read_manifest(make_app(minimal(key="AAAA")), app_id=packed).app_id == app_id_from_key(b"\0\0\0")


@given(st.data())
def test_a_manifest_with_bytes_changed_gives_a_manifest_or_an_error_of_one_line(data: st.DataObject) -> None:
    text = json.dumps(
        {"manifest_version": 2, "name": "n", "version": "1", "app": {"background": {"scripts": ["b.js"]}}}
    )
    encoded = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(encoded) - 1))
        encoded[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        encoded = encoded or bytearray(b" ")
    outcome = read_or_refuse(bytes(encoded))
    assert "\n" not in outcome


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root reads everything")
def test_an_unreadable_manifest_is_told(make_app: MakeApp) -> None:
    root = make_app()
    (root / "manifest.json").chmod(0)
    with pytest.raises(ManifestError, match=r"missing or unreadable\. This user may not read it."):
        read_manifest(root)


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="root reads everything")
def test_an_unreadable_script_is_told(make_app: MakeApp) -> None:
    root = make_app()
    (root / "bg.js").chmod(0)
    with pytest.raises(
        ManifestError, match=r"Could not load background script 'bg\.js'\. This user may not read"
    ):
        read_manifest(root)


@pytest.mark.parametrize(
    ("data", "place", "hint"),
    [
        (b"", "manifest.json:1", "The file is empty. Copy the app once more."),
        (b" \n\n", "manifest.json:3", "The file is empty. Copy the app once more."),
        (
            b'{"name": "x',
            "manifest.json:1:11",
            "The file ends too early: a brace, a bracket or a quote is not closed.",
        ),
        (
            b'{"name": [1,',
            "manifest.json:1:12",
            "The file ends too early: a brace, a bracket or a quote is not closed.",
        ),
        ("{}".encode("utf-16"), "manifest.json:1:1", "The file is UTF-16. Save it as UTF-8."),
        ("{}".encode("utf-16-be"), "manifest.json:1:1", "The file is UTF-16. Save it as UTF-8."),
    ],
)
def test_a_file_that_is_no_manifest_at_all_is_told_from_a_mistake_in_one(
    data: bytes, place: str, hint: str
) -> None:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(data, path=Path("manifest.json"))
    assert caught.value.hint == hint
    assert caught.value.place == place
