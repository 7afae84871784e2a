"""A path names a file inside the app's folder, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.appfiles._paths import NoSuchFileError, find, parts_of

OUTSIDE = [
    "../secret.txt",
    "a/../../secret.txt",
    "/../secret.txt",
    "....//secret.txt",
    "..\\secret.txt",
    "a\\..\\..\\secret.txt",
    "%2e%2e/secret.txt",
    "C:/secret.txt",
    "//server/share/secret.txt",
    "index.html::$DATA",
    "index.html:stream",
    "CON",
    "aux.txt",
    "com1.js",
    ".. /secret.txt",
    "../secret.txt.",
    "index.html.",
    "index.html ",
    "index.html\x00.png",
    "index\n.html",
    "a/../index.html",
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    app = tmp_path / "app"
    (app / "a").mkdir(parents=True)
    (app / "index.html").write_text("hello")
    (app / "a" / "b ü.js").write_text("1")
    return app.resolve()


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_spelling_leads_out_of_the_folder(root: Path, path: str) -> None:
    with pytest.raises(NoSuchFileError):
        find(root, path)


@pytest.mark.parametrize("name", ["CON", "aux.txt", "com1 .js", "NUL  .tar.gz"])
def test_a_name_that_windows_gives_to_a_device_is_no_files_anywhere(name: str) -> None:
    with pytest.raises(NoSuchFileError):
        parts_of(f"folder/{name}")


@pytest.mark.parametrize(
    "path", ["index.html", "/index.html", "./index.html", "//index.html", ".//./index.html"]
)
def test_a_file_is_found_by_its_path(root: Path, path: str) -> None:
    assert find(root, path).read_text() == "hello"


def test_names_with_spaces_and_letters_of_all_kinds_are_found(root: Path) -> None:
    assert find(root, "a/b ü.js").read_text() == "1"


def test_a_link_inside_the_folder_is_followed_and_one_out_of_it_is_not(root: Path) -> None:
    (root / "in").symlink_to(root / "index.html")
    (root / "out").symlink_to(root.parent / "secret.txt")
    (root / "up").symlink_to(root.parent)
    (root / "round").symlink_to(root / "round")
    assert find(root, "in").read_text() == "hello"
    for path in ("out", "up/secret.txt", "round"):
        with pytest.raises(NoSuchFileError):
            find(root, path)


@given(st.text(max_size=40))
def test_whatever_is_asked_for_lies_inside(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "any" / "app"
    folder.mkdir(parents=True, exist_ok=True)
    root = folder.resolve()
    try:
        real = find(root, path)
    except NoSuchFileError:
        return
    assert os.path.commonpath([real, root]) == str(root)
