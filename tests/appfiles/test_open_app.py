"""An app is opened from whatever its owner has at hand, or the text says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeport.appfiles import AppFiles, NoSuchFileError, content_type, open_app
from homeport.errors import UserError

MANIFEST = (
    '{"manifest_version": 2, "name": "x", "version": "1", "app": {"background": {"scripts": ["b.js"]}}}'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    app = tmp_path / "my app"
    (app / "js").mkdir(parents=True)
    (app / "manifest.json").write_text(MANIFEST)
    (app / "b.js").write_text("")
    (app / "js" / "a.js").write_text("12345")
    return app


@pytest.mark.parametrize("name", [".", "manifest.json"])
def test_the_folder_or_its_manifest_opens_the_app(folder: Path, name: str) -> None:
    app = open_app(folder / name)
    assert (app.manifest.name, app.root) == ("x", folder.resolve())
    assert len(app.id) == 32


def test_the_folder_above_an_app_says_which_was_meant(folder: Path) -> None:
    with pytest.raises(UserError, match=r"holds no manifest\.json; did you mean .*my app\?"):
        open_app(folder.parent)


def test_a_path_that_is_not_there_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Give the folder"):
        open_app(tmp_path / "none")


def test_a_name_may_begin_as_that_of_somebodys_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    folder.rename("~nobody-of-that-name")
    assert open_app("~nobody-of-that-name").manifest.name == "x"


def test_an_empty_folder_says_that_it_is_no_app(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no manifest\.json\."):
        open_app(tmp_path)


def test_files_are_read_and_folders_are_listed(folder: Path) -> None:
    files = AppFiles(folder)
    assert files.read("js/a.js") == b"12345"
    assert files.listing("js") == [("a.js", False, 5)]
    assert [name for name, _, _ in files.listing()] == ["b.js", "js", "manifest.json"]
    for path in ("js", "", "none"):
        with pytest.raises(NoSuchFileError):
            files.read(path)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.js", "text/javascript; charset=utf-8"),
        ("A.JS", "text/javascript; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.b.svg", "image/svg+xml; charset=utf-8"),
        ("LICENSE", "application/octet-stream"),
        ("a.exe", "application/octet-stream"),
    ],
)
def test_the_ending_says_what_a_file_is(name: str, kind: str) -> None:
    assert content_type(name) == kind
