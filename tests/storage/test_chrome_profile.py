"""Where Chrome keeps what apps kept. What is in it, tests/cli/test_storage_from_chrome.py reads."""

from __future__ import annotations

import os
import struct

import pytest

from homeport.storage import ChromeProfileError, apps_in, browser_folders, profiles_in, read_profile

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
        (tmp_path / profile / name / "of no app").mkdir()
    both = [tmp_path / "Default", tmp_path / "Profile 1"]
    assert profiles_in(tmp_path) == both
    assert profiles_in(tmp_path / "Default") == [tmp_path / "Default"]
    assert [apps_in(profile) for profile in (*both, tmp_path)] == [[APP], [APP], []]


def test_a_folder_at_which_one_cannot_look_is_none(tmp_path):
    too_long = tmp_path / ("x" * 300)
    assert browser_folders("linux", {"XDG_CONFIG_HOME": str(too_long)}, tmp_path) == []
    assert (profiles_in(too_long), apps_in(too_long), read_profile(too_long, APP)) == ([], [], {})


def test_where_the_app_kept_nothing_there_is_nothing(tmp_path):
    assert read_profile(tmp_path, APP) == {}
    (tmp_path / "Local App Settings" / APP).mkdir(parents=True)
    assert read_profile(tmp_path, APP) == {"local": {}}


#: The end of a table that LevelDB wrote.
TABLE = struct.pack("<Q", 0xDB4775248B80FB57)


def deep_log():
    """A log with one record, which holds one list in the other."""
    record = struct.pack("<QIBB", 1, 1, 1, 1) + b"a" + b"\xc0\x3e" + b"[" * 4000 + b"]" * 4000
    return struct.pack("<IHB", 0, len(record), 1) + record


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the reader leaves it open
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("000003.log", deep_log()),
        ("000003.log", struct.pack("<IHBQIB", 0, 30, 1, 1, 1, 1) + b"\xff" * 9 + b"\1a"),
        ("000005.ldb", b"\0\1\0\xff\xff\xff\xff\xff\xff\x7f".ljust(40, b"\0") + TABLE),
        ("000005.ldb", b"\xff" * 40 + TABLE),
    ],
    ids=["lists in lists", "a long key", "more than any memory", "no table"],
)
def test_what_no_chrome_wrote_cannot_be_read(tmp_path, name, content):
    folder = tmp_path / "Local App Settings" / APP
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    with pytest.raises(ChromeProfileError, match=r"cannot be read: .+"):
        read_profile(tmp_path, APP)
