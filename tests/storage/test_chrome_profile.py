"""Where Chrome keeps what apps kept. What is in it, tests/cli/test_storage_from_chrome.py reads."""

from __future__ import annotations

import os

import pytest

from homeport.storage import apps_in, browser_folders, profiles_in, read_profile

APP = "abcdefghijklmnopabcdefghijklmnop"


@pytest.mark.parametrize(
    ("system", "environ", "folder"),
    [
        ("linux", {}, ".config/google-chrome"),
        ("linux", {}, "snap/chromium/common/chromium"),
        ("linux", {"XDG_CONFIG_HOME": "{home}/own"}, "own/chromium"),
        ("linux", {"XDG_CONFIG_HOME": "{home}/own"}, ".var/app/com.google.Chrome/config/google-chrome"),
        ("darwin", {}, "Library/Application Support/Google/Chrome"),
        ("win32", {}, "AppData/Local/Chromium/User Data"),
        ("win32", {"LOCALAPPDATA": "{home}/local"}, "local/Microsoft/Edge/User Data"),
    ],
)
def test_browsers_are_looked_for_where_each_system_has_them(tmp_path, system, environ, folder):
    environ = {name: value.format(home=tmp_path) for name, value in environ.items()}
    assert browser_folders(system, environ, tmp_path) == []
    (tmp_path / folder).mkdir(parents=True)
    assert browser_folders(system, environ, tmp_path) == [tmp_path / folder]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows the home folder by other means")
def test_who_has_no_home_has_no_browser(monkeypatch):
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    assert browser_folders() == []


def test_a_profile_is_what_has_settings_of_apps(tmp_path):
    assert profiles_in(tmp_path / "nothing") == []
    (tmp_path / "Crashpad").mkdir()
    for profile, name in (("Profile 1", "Sync App Settings"), ("Default", "Local App Settings")):
        (tmp_path / profile / name / APP).mkdir(parents=True)
        (tmp_path / profile / name / "a file").write_text("")
    both = [tmp_path / "Default", tmp_path / "Profile 1"]
    assert profiles_in(tmp_path) == both
    assert profiles_in(tmp_path / "Default") == [tmp_path / "Default"]
    assert [apps_in(profile) for profile in (*both, tmp_path)] == [[APP], [APP], []]


def test_where_the_app_kept_nothing_there_is_nothing(tmp_path):
    assert read_profile(tmp_path, APP) == {}
    (tmp_path / "Local App Settings" / APP).mkdir(parents=True)
    assert read_profile(tmp_path, APP) == {"local": {}}
