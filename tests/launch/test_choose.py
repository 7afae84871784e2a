"""An app runs where it can be seen, if it wants to be seen and somebody can look."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from homeport.appfiles import open_app
from homeport.launch._choose import HostKind, choose, has_browser, opens_windows

MANIFEST = (
    '{"manifest_version": 2, "name": "x", "version": "1", "app": {"background": {"scripts": ["b.js"]}}}'
)
WINDOW = "chrome.app.window.create('index.html')"


def an_app(folder: Path, script: str, name: str = "b.js") -> Path:
    (folder / "b.js").write_text("")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(script)
    (folder / "manifest.json").write_text(MANIFEST)
    return folder


@pytest.mark.parametrize("name", ["b.js", "lib/deep.js", "page.html"])
def test_a_window_anywhere_in_the_code_is_seen(tmp_path: Path, name: str) -> None:
    assert opens_windows(open_app(an_app(tmp_path, WINDOW, name)))


@pytest.mark.parametrize(
    "script",
    ["new ChromePromise().app.window.create('a.html')", "chrome.app.window\n  .create('a.html')"],
)
def test_a_window_is_seen_however_chrome_is_called(tmp_path: Path, script: str) -> None:
    assert opens_windows(open_app(an_app(tmp_path, script)))


@pytest.mark.parametrize("name", ["b.js", "notes.txt"])
def test_an_app_without_windows_runs_headless(tmp_path: Path, name: str) -> None:
    choice = choose(open_app(an_app(tmp_path, "1" if name == "b.js" else WINDOW, name)))
    assert (choice.kind, choice.why) == (HostKind.HEADLESS, "the app has no windows")


def test_an_app_with_windows_runs_headless_where_no_browser_can_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    choice = choose(open_app(an_app(tmp_path, WINDOW)))
    assert (choice.kind, "no browser can open" in choice.why) == (HostKind.HEADLESS, True)


@pytest.mark.skipif(sys.platform == "win32", reason="the browsers of Unix, which BROWSER names")
def test_an_app_with_windows_opens_in_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("BROWSER", "/bin/true")
    monkeypatch.setattr("webbrowser._tryorder", None)  # it reads BROWSER once
    assert has_browser()
    assert choose(open_app(an_app(tmp_path, WINDOW))).kind is HostKind.BROWSER


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("open-at-home", HostKind.BROWSER),
        ("firefox", HostKind.HEADLESS),
        ("lynx", HostKind.HEADLESS),
        ("", HostKind.HEADLESS),
    ],
)
def test_a_helper_in_browser_needs_no_screen_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, kind: HostKind
) -> None:
    """A remote session has no display, and $BROWSER opens the address on the user's own machine."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("webbrowser._tryorder", None)
    if program:
        helper = tmp_path / program
        helper.write_text("#!/bin/sh\n")
        helper.chmod(0o755)
        monkeypatch.setenv("BROWSER", str(helper))
    else:
        monkeypatch.delenv("BROWSER", raising=False)
    folder = tmp_path / "app"
    folder.mkdir()
    assert choose(open_app(an_app(folder, WINDOW))).kind is kind
