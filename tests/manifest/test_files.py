"""The files that a manifest names must be there; texts recorded from Chromium 156."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from homeport.manifest import ManifestError, read_manifest

MakeApp = Callable[..., Path]
Minimal = Callable[..., dict[str, Any]]


def refusal(root: Path) -> ManifestError:
    with pytest.raises(ManifestError) as caught:
        read_manifest(root)
    return caught.value


@pytest.mark.parametrize(
    ("keys", "message", "hint"),
    [
        (
            {"app": {"background": {"scripts": ["bg.js", "no.js"]}}},
            "Could not load background script 'no.js'.",
            "There is no file no.js in the app's folder.",
        ),
        (
            {"app": {"background": {"scripts": ["bg.css", "/BG.js"]}}},
            "Could not load background script 'BG.js'.",
            "There is bg.js: upper and lower case count.",
        ),
        (
            {"app": {"background": {"page": "a/b.html"}}},
            "Could not load background page ''.",
            "There is no file a/b.html in the app's folder.",
        ),
        (
            {"icons": {"16": "/no.png"}},
            "Could not load icon 'no.png' specified in 'icons'.",
            "There is no file no.png in the app's folder.",
        ),
        (
            {"default_locale": "en"},
            "Default locale was specified, but _locales subtree is missing.",
            'Add the folder, or remove "default_locale".',
        ),
    ],
)
def test_a_missing_file_has_chromiums_text_and_a_hint(
    make_app: MakeApp, minimal: Minimal, keys: dict[str, Any], message: str, hint: str
) -> None:
    root = make_app(minimal(**keys))
    if (root / "BG.js").exists() and "BG.js" in message:
        pytest.skip("upper and lower case do not count here")
    error = refusal(root)
    assert (error.message, error.hint) == (message, hint)
    assert error.line == 1


def test_the_place_is_that_of_the_script_in_the_list(make_app: MakeApp) -> None:
    text = """{"manifest_version": 2, "name": "n", "version": "1", "app": {"background": {"scripts": [
      "x.css",
      "bg.js",
      "./no.js"
    ]}}}"""
    error = refusal(make_app(text))
    assert (error.line, error.column) == (4, 7)


@pytest.mark.parametrize("name", ["_x", "_dir/a", "_generated_background_page.html"])
def test_names_with_an_underscore_are_reserved(make_app: MakeApp, name: str) -> None:
    error = refusal(make_app(None, {name: ""}))
    rule = 'Filenames starting with "_" are reserved for use by the system.'
    top = name.partition("/")[0]
    assert error.message == f"Cannot load extension with file or directory name {top}. {rule}"


def test_folders_that_browsers_leave_behind_are_no_error(make_app: MakeApp) -> None:
    read_manifest(make_app(None, {"_metadata/verified_contents.json": "", "sub/_x": ""}))


def test_of_several_the_first_in_chromiums_order_is_told(make_app: MakeApp, minimal: Minimal) -> None:
    scripts = {"background": {"scripts": ["no.js"]}}
    keys = {"app": scripts, "icons": {"16": "no.png"}, "default_locale": "en"}
    root = make_app(minimal(**keys), {"_x": ""})
    assert "_x" in refusal(root).message
    (root / "_x").unlink()
    assert "no.js" in refusal(root).message
    (root / "no.js").touch()
    assert "_locales" in refusal(root).message
    assert "no.png" in refusal(make_app(minimal(icons={"16": "no.png"}))).message
