from __future__ import annotations

from importlib import resources

import pytest

from homeport.server import NotBuiltError, _bundle


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    folder = tmp_path / "page" / "_dist"
    folder.mkdir(parents=True)
    (folder / "shim.js").write_text("shim")
    (tmp_path / "secret.js").write_text("secret")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    return folder


def test_a_file_of_the_bundle_is_found_by_its_name(bundle):
    assert _bundle.bundle_file("shim.js") == b"shim"
    assert _bundle.bundle_file("other.js") is None


@pytest.mark.parametrize(
    "name", ["", "..", "../secret.js", "..%2fsecret.js", "/etc/passwd", "shim", ".shim.js", "a/b.js"]
)
def test_only_plain_names_are_looked_for(bundle, name):
    assert _bundle.bundle_file(name) is None


def test_without_a_bundle_the_error_says_what_to_do(bundle):
    (bundle / "shim.js").unlink()
    with pytest.raises(NotBuiltError, match="build_page"):
        _bundle.bundle_file("shell.html")


async def test_the_server_says_so_too(http, monkeypatch, tmp_path):
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    answer = await http("GET", "/")
    assert answer.status == 503
    assert b"build_page" in answer.body
