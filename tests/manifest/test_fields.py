"""Each field of a manifest: what is wrong with it is told in the words recorded from Chromium 156."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.manifest import ManifestError, NotAPackagedAppError, parse_manifest

Minimal = Callable[..., dict[str, Any]]


def refusal(text: str) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    return caught.value


VERSION = (
    "Required value 'version' is missing or invalid. It must be between 1-4 dot-separated integers each "
    "between 0 and 65536."
)
MANIFEST_VERSION = (
    "Invalid value for 'manifest_version'. Must be an integer either 2 or 3. See "
    "developer.chrome.com/apps/manifestVersion for details."
)
NAME = "Required value 'name' is missing or invalid."
KEY = "Value 'key' is missing or invalid."
NO_BACKGROUND = "Packaged apps must have a background page or background scripts."
TWO_BACKGROUNDS = (
    "Only one of 'background.page', 'background.scripts', and 'background.service_worker' can be specified."
)
LOCALE = "Invalid value for default locale - locale name must be a string."
NOT_A_LIST = "Cannot parse the permission list. It's not a list.."
EMPTY_LIST = "NULL or empty permission list."


def read_or_refuse(text: str | bytes) -> str:
    """The app's id or the error's text; any other exception fails the test."""
    try:
        return parse_manifest(text).app_id
    except (ManifestError, NotAPackagedAppError) as error:
        return str(error)


def invalid(name: str) -> str:
    return f"Invalid value for '{name}'."


def background(**keys: object) -> dict[str, object]:
    return {"background": keys}


#: A key, its value (``...``: no such key), Chromium's text.
WRONG: list[tuple[str, Any, str]] = [
    ("key", "!!", KEY),
    ("key", 5, KEY),
    ("key", "", KEY),
    ("name", ..., NAME),
    ("name", 5, NAME),
    ("name", "", NAME),
    ("version", ..., VERSION),
    ("version", 1, VERSION),
    ("version", "", VERSION),
    ("version", "a.b", VERSION),
    ("version", "1.2.3.4.5", VERSION),
    ("version", "1.4294967296", VERSION),
    ("version", "01", VERSION),
    ("version", "1.", VERSION),
    ("version", "1..2", VERSION),
    ("version", "+1", VERSION),
    ("version", " 1", VERSION),
    ("version", "1.\u0661", VERSION),
    ("version", "9" * 5000, VERSION),
    ("manifest_version", 1, MANIFEST_VERSION),
    ("manifest_version", 0, MANIFEST_VERSION),
    ("manifest_version", "2", MANIFEST_VERSION),
    ("manifest_version", 2.0, MANIFEST_VERSION),
    ("manifest_version", True, MANIFEST_VERSION),
    ("manifest_version", None, MANIFEST_VERSION),
    ("manifest_version", 2147483648, MANIFEST_VERSION),
    ("permissions", "x", invalid("permissions")),
    ("permissions", ["storage", 5], invalid("permissions[1]")),
    ("permissions", [["x"]], invalid("permissions[0]")),
    ("permissions", [{}], invalid("permissions[0]")),
    ("permissions", [{"a": [], "b": []}], invalid("permissions[0]")),
    ("permissions", ["socket"], f"Invalid value for 'permissions[socket]': {EMPTY_LIST}"),
    ("permissions", [{"socket": "tcp-connect"}], f"Invalid value for 'permissions[socket]': {NOT_A_LIST}"),
    ("permissions", [{"socket": ["foo"]}], f"Invalid value for 'permissions[socket]': {EMPTY_LIST}"),
    ("permissions", [{"storage": []}], invalid("permissions[storage]")),
    ("permissions", [{"fileSystem": "write"}], invalid("permissions[fileSystem]")),
    ("permissions", [{"fileSystem": ["write", 5]}], invalid("permissions[fileSystem.1]")),
    ("optional_permissions", {}, invalid("permissions")),
    ("optional_permissions", [5], invalid("permissions[0]")),
    ("app", {}, "Either 'app.launch.local_path' or 'app.launch.web_url' is required."),
    ("app", 5, "Either 'app.launch.local_path' or 'app.launch.web_url' is required."),
    ("app", {"background": {}}, NO_BACKGROUND),
    ("app", {"background": 5}, NO_BACKGROUND),
    ("app", background(scripts=[]), NO_BACKGROUND),
    ("app", background(scripts=["bg.css"]), NO_BACKGROUND),
    ("app", background(scripts="bg.js"), invalid("background.scripts")),
    ("app", background(scripts=["bg.js", 5]), invalid("background.scripts[1]")),
    ("app", background(scripts=["../bg.js"]), invalid("background.scripts[0]")),
    ("app", background(scripts=["a/.js"]), invalid("background.scripts[0]")),
    ("app", background(scripts=[""]), invalid("background.scripts[0]")),
    ("app", background(scripts=["http://x/y.js"]), invalid("background.scripts[0]")),
    ("app", background(scripts=["bg.js?x"]), invalid("background.scripts[0]")),
    ("app", background(scripts=["a\\bg.js"]), invalid("background.scripts[0]")),
    ("app", background(scripts=["//bg.js"]), invalid("background.scripts[0]")),
    ("app", background(scripts=["con.js"]), invalid("background.scripts[0]")),
    ("app", background(page=5), invalid("background_page")),
    ("app", background(page=""), invalid("background_page")),
    ("app", background(page="http://x/bg.html"), invalid("background_page")),
    ("app", background(page="//bg.html"), invalid("background_page")),
    ("app", background(page="http://["), invalid("background_page")),
    ("app", background(page="a.html", scripts=["bg.js"]), TWO_BACKGROUNDS),
    ("sandbox", {"content_security_policy": 5}, invalid("sandbox.content_security_policy")),
    ("sandbox", {"content_security_policy": ""}, invalid("sandbox.content_security_policy")),
    ("sandbox", {"content_security_policy": "script-src 'self'"}, invalid("sandbox.content_security_policy")),
    (
        "sandbox",
        {"content_security_policy": "sandbox ALLOW-SAME-ORIGIN"},
        invalid("sandbox.content_security_policy"),
    ),
    ("default_locale", 5, LOCALE),
    ("default_locale", "", LOCALE),
    ("default_locale", None, LOCALE),
    ("default_locale", "x-y-z", LOCALE),
    ("description", 5, invalid("description")),
    ("icons", "a.png", invalid("icons")),
    ("icons", {"x": "a.png"}, 'Invalid key in icons: "x".'),
    ("icons", {"0": "a.png"}, 'Invalid key in icons: "0".'),
    ("icons", {"2049": "a.png"}, 'Invalid key in icons: "2049".'),
    ("icons", {"16": 5}, "Invalid value for 'icons[\"16\"]'."),
    ("icons", {"16": ""}, "Invalid value for 'icons[\"16\"]'."),
    ("icons", {"16": "../a.png"}, "Invalid value for 'icons[\"16\"]'."),
    ("kiosk_enabled", "x", invalid("kiosk_enabled")),
    ("offline_enabled", 1, invalid("offline_enabled")),
    ("sandbox", {"pages": "x"}, invalid("sandbox.pages")),
    ("sandbox", {"pages": ["a", 5]}, invalid("sandbox.pages[1]")),
    ("sockets", 5, "expected dictionary, got integer"),
    ("version_name", 5, invalid("version_name")),
    ("minimum_chrome_version", 38, invalid("minimum_chrome_version")),
    ("minimum_chrome_version", "abc", invalid("minimum_chrome_version")),
    ("minimum_chrome_version", "", invalid("minimum_chrome_version")),
    ("short_name", 5, invalid("short_name")),
    ("short_name", "", invalid("short_name")),
]


@pytest.mark.parametrize(("key", "value", "message"), WRONG)
def test_a_wrong_field_has_chromiums_text_and_its_line(
    minimal: Minimal, key: str, value: Any, message: str
) -> None:
    text = json.dumps(minimal(**{key: value}), indent=1)
    error = refusal(text)
    assert error.message == message
    lines = text.splitlines()
    assert error.line is not None
    if value is not ...:
        # On the line of the key or below it.
        assert error.line >= next(number for number, line in enumerate(lines, 1) if f'"{key}":' in line)


def test_of_several_errors_the_one_that_chromium_finds_first_is_told(minimal: Minimal) -> None:
    order = ["key", "name", "version", "manifest_version", "permissions", "optional_permissions", "app"]
    order += ["default_locale", "description", "icons", "kiosk_enabled", "offline_enabled", "sockets"]
    order += ["version_name", "minimum_chrome_version", "short_name"]
    first = {key: (value, message) for key, value, message in reversed(WRONG)}
    assert len(set(order)) == len(order) == len(first) - 1  # without sandbox, which is looked at twice
    first["app"] = (background(scripts="bg.js"), invalid("background.scripts"))
    wrong = {key: first[key][0] for key in order}
    for key in order:
        assert refusal(json.dumps(minimal(**wrong))).message == first[key][1]
        del wrong[key]


WRONG_VALUES = {
    key: [value for name, value, _ in WRONG if name == key and value is not ...]
    for key in dict.fromkeys(name for name, _, _ in WRONG)
}
any_value = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.lists(st.text(max_size=3), max_size=2)
    | st.dictionaries(
        st.text(string.ascii_lowercase, max_size=10), st.none() | st.lists(st.integers()), max_size=2
    )
)
near_manifests = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.sampled_from(values) | any_value for key, values in WRONG_VALUES.items()},
        **dict.fromkeys(["foo", "theme", "background", "commands"], any_value),
    },
)


@given(near_manifests)
def test_any_object_gives_a_manifest_or_an_error_of_one_line(keys: dict[str, Any]) -> None:
    text = json.dumps({"manifest_version": 2, "name": "n", "version": "1", **keys})
    outcome = read_or_refuse(text)
    assert "\n" not in outcome
