"""Packed apps are unpacked once, whole, and never outside their folder."""

from __future__ import annotations

import base64
import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from homeport.appfiles import _package, open_app
from homeport.appfiles._package import app_id_of, unpack
from homeport.errors import UserError
from homeport.manifest import app_id_from_key

MANIFEST = (
    '{"manifest_version": 2, "name": "x", "version": "1", "app": {"background": {"scripts": ["b.js"]}}}'
)


def a_zip(files: dict[str, str | zipfile.ZipInfo]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return out.getvalue()


def put(folder: Path, data: bytes, name: str = "app.zip") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEPORT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_zip_is_unpacked_once(tmp_path: Path) -> None:
    path = put(tmp_path, a_zip({"manifest.json": MANIFEST, "js/b.js": "1"}))
    first = unpack(path)
    before = (first.root / "js" / "b.js").stat().st_mtime_ns
    assert unpack(path).root == first.root
    assert (first.root / "js" / "b.js").stat().st_mtime_ns == before


def test_an_app_in_a_folder_of_the_zip_is_found(tmp_path: Path) -> None:
    path = put(tmp_path, a_zip({"my-app/manifest.json": MANIFEST, "my-app/b.js": "1"}))
    assert open_app(path).manifest.name == "x"


def test_a_crx_of_version_3_gives_the_id_in_its_header(tmp_path: Path) -> None:
    crx_id = bytes(range(16))
    signed = b"\x0a\x10" + crx_id
    # Field 10000, length-delimited: the key's varint is 0x82 0xf1 0x04.
    header = b"\x12\x02hi" + b"\x82\xf1\x04" + bytes([len(signed)]) + signed
    data = (
        b"Cr24" + struct.pack("<II", 3, len(header)) + header + a_zip({"manifest.json": MANIFEST, "b.js": ""})
    )
    assert (
        open_app(put(tmp_path, data, "app.crx")).id == app_id_of(crx_id) == "aaabacadaeafagahaiajakalamanaoap"
    )


def test_a_crx_of_version_2_gives_the_id_of_its_key(tmp_path: Path) -> None:
    key = base64.b64decode("AAECAwQ=")
    data = (
        b"Cr24"
        + struct.pack("<III", 2, len(key), 3)
        + key
        + b"sig"
        + a_zip({"manifest.json": MANIFEST, "b.js": ""})
    )
    assert open_app(put(tmp_path, data, "app.crx")).id == app_id_from_key(key)


@pytest.mark.parametrize(
    "name", ["../evil.js", "/etc/evil.js", "a/../../evil.js", "C:\\evil.js", "..\\evil.js"]
)
def test_a_name_that_leads_elsewhere_refuses_the_package(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, a_zip({"manifest.json": MANIFEST, name: "1"}))
    with pytest.raises(UserError, match="unsafe name"):
        unpack(path)
    assert not list(tmp_path.rglob("evil.js"))


def test_links_are_not_unpacked(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("manifest.json", MANIFEST)
        package.writestr(link, "/etc/passwd")
    assert not (unpack(put(tmp_path, out.getvalue())).root / "link").exists()


def test_a_package_that_grows_past_the_bound_is_refused_and_leaves_nothing(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_package, "MAX_BYTES", 1000)
    with pytest.raises(UserError, match="too large"):
        unpack(put(tmp_path, a_zip({"manifest.json": MANIFEST, "bomb": "0" * 100_000})))
    assert list((cache / "apps").iterdir()) == []


@pytest.mark.parametrize(
    "data", [b"", b"Cr24", b"Cr24" + struct.pack("<II", 3, 5), b"not a package", b"PK\x03\x04"]
)
def test_what_is_no_package_is_called_so(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UserError, match=r"is no \.zip or \.crx"):
        unpack(put(tmp_path, data))


def test_an_unknown_version_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="version 9"):
        unpack(put(tmp_path, b"Cr24" + struct.pack("<II", 9, 0)))
