"""An app's id is the one that Chromium gives it."""

from __future__ import annotations

import base64
import hashlib
import sys
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.manifest import app_id_from_key, app_id_from_path
from homeport.manifest._identity import decode_key

#: Recorded from Chromium: the id of the app whose key is "AAAA".
ID_OF_AAAA = "hajoiamiieihkcebbobooenpljpcckig"


@pytest.mark.parametrize(
    "text",
    [
        "AAAA",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAA\nAA\n-----END PUBLIC KEY-----\n",
    ],
)
def test_a_key_gives_the_id_with_or_without_pem_lines(text: str) -> None:
    key = decode_key(text)
    assert key is not None
    assert app_id_from_key(key) == ID_OF_AAAA


@pytest.mark.parametrize(
    ("text", "app_id"),
    [("AAA=", "jgkcjgnccepcifmghloojdmdapikdajb"), ("AA==", "godealjmppldhkjijmkfeeogllhiakcm")],
)
def test_padding_counts(text: str, app_id: str) -> None:
    assert app_id_from_key(decode_key(text) or b"") == app_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!",
        "AAA",
        "AAAAA",
        "AAAA\n",
        " AAAA",
        "AA AA",
        "AA-_",
        "é",
        "-----BEGIN X-----\nAAAA\n",
        "A" * 102404,
        "-----BEGIN PUBLIC KEY-----AAAA",
    ],
)
def test_what_chromium_refuses_is_no_key(text: str) -> None:
    assert decode_key(text) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Chromium resolves no links there")
def test_without_a_key_the_real_path_of_the_folder_gives_the_id(tmp_path: Path) -> None:
    folder = tmp_path / "ünï ☃"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:32]
    expected = "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
    assert app_id_from_path(folder) == app_id_from_path(tmp_path / "link") == expected


def test_a_path_from_the_current_folder_counts_as_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path / "app")
    whole = app_id_from_path(tmp_path / "app")
    assert app_id_from_path(Path()) == app_id_from_path(Path("../app")) == whole


def test_windows_paths_count_as_utf_16_with_a_capital_drive() -> None:
    expected = app_id_from_key("C:\\apps\\é".encode("utf-16-le"))
    assert app_id_from_path(PureWindowsPath("c:\\apps\\é")) == expected
    assert app_id_from_path(PureWindowsPath("C:/apps/é")) == expected


@given(st.binary(min_size=1))
def test_an_id_is_32_letters_from_a_to_p(key: bytes) -> None:
    app_id = app_id_from_key(key)
    assert len(app_id) == 32
    assert set(app_id) <= set("abcdefghijklmnop")
    assert decode_key(base64.b64encode(key).decode()) == key
