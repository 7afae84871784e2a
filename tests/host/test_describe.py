from __future__ import annotations

import json
import platform
import sys
from typing import Any

import pytest

from homeport.appfiles import open_app
from homeport.host import background_path, platform_info
from homeport.host._describe import describe


def make(tmp_path, background, **more):
    manifest = {"manifest_version": 2, "name": "n", "version": "1", "app": {"background": background}, **more}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    for name in "b.js", "b.html":
        (tmp_path / name).write_text("")
    return open_app(tmp_path)


def test_a_page_learns_its_app_and_where_it_runs(tmp_path):
    app = make(tmp_path, {"scripts": ["b.js"]})
    about: dict[str, Any] = describe(app, base_url="http://x/", host="headless")
    assert about["manifest"]["name"] == "n"
    assert about["baseUrl"] == "http://x/"
    assert about["host"] == "headless"
    sessions = dict.fromkeys(["isDemoSession", "isKioskSession", "isPublicSession"], False)
    assert about["launch"] == {"source": "command_line", **sessions}
    json.dumps(about)


@pytest.mark.parametrize(
    ("background", "path"),
    [({"scripts": ["b.js"]}, "_generated_background_page.html"), ({"page": "b.html"}, "b.html")],
)
def test_the_background_page_is_the_generated_or_its_own(tmp_path, background, path):
    assert background_path(make(tmp_path, background)) == path


@pytest.mark.parametrize(
    ("system", "machine", "answer"),
    [
        ("linux", "x86_64", ("linux", "x86-64", "x86-64")),
        ("win32", "AMD64", ("win", "x86-64", "x86-64")),
        ("darwin", "arm64", ("mac", "arm64", "arm")),
        ("linux", "aarch64", ("linux", "arm64", "arm")),
        ("linux", "armv7l", ("linux", "arm", "arm")),
        ("linux", "i686", ("linux", "x86-32", "x86-32")),
        ("freebsd14", "riscv64", ("linux", "x86-64", "x86-64")),
    ],
)
def test_platforms_have_chromes_names(monkeypatch, system, machine, answer):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert platform_info() == dict(zip(("os", "arch", "nacl_arch"), answer, strict=True))
