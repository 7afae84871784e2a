"""Packed apps are unpacked once, whole, and never outside their folder."""

from __future__ import annotations

import base64
import io
import os
import stat
import struct
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.appfiles import _package, open_app
from homeport.appfiles._package import app_id_of, unpack
from homeport.errors import UserError
from homeport.manifest import app_id_from_key, app_id_from_path

if sys.platform != "win32":
    import resource

MANIFEST = (
    '{"manifest_version": 2, "name": "x", "version": "1", "app": {"background": {"scripts": ["b.js"]}}}'
)


def a_zip(files: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
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


@pytest.mark.parametrize("name", ["manifest.json", "js/b.js"])
@pytest.mark.parametrize("how", ["deleted", "cut"])
def test_what_somebody_took_out_of_the_cache_is_unpacked_again(
    tmp_path: Path, cache: Path, name: str, how: str
) -> None:
    path = put(tmp_path, a_zip({"manifest.json": MANIFEST, "js/b.js": "1"}))
    file = unpack(path).root / name
    before = file.read_bytes()
    if how == "deleted":
        file.unlink()
    else:
        file.write_bytes(b"")
    assert (unpack(path).root / name).read_bytes() == before
    assert len(list((cache / "apps").iterdir())) == 1


def test_an_app_in_a_folder_of_the_zip_is_found(tmp_path: Path) -> None:
    path = put(tmp_path, a_zip({"my-app/manifest.json": MANIFEST, "my-app/b.js": "1"}))
    assert open_app(path).manifest.name == "x"


def test_a_zip_without_a_key_has_the_id_of_its_path_whatever_is_in_it(tmp_path: Path) -> None:
    first = open_app(put(tmp_path, a_zip({"manifest.json": MANIFEST, "b.js": "1"})))
    second = open_app(put(tmp_path, a_zip({"manifest.json": MANIFEST, "b.js": "2"})))
    assert first.root != second.root
    assert first.id == second.id == app_id_from_path(tmp_path / "app.zip")


def test_a_packages_messages_know_its_id(tmp_path: Path) -> None:
    app = open_app(put(tmp_path, a_zip({"manifest.json": MANIFEST, "b.js": "1"})))
    assert app.manifest.messages.get("@@extension_id") == app.id


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


def test_a_package_of_too_many_files_is_refused_before_one_is_written(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_package, "MAX_FILES", 3)
    files = {"manifest.json": MANIFEST, "1": "", "2": ""}
    assert len(list(unpack(put(tmp_path, a_zip(files))).root.iterdir())) == 3
    with pytest.raises(UserError, match="too large: 4 files"):
        unpack(put(tmp_path, a_zip({**files, "3": ""})))
    assert len(list((cache / "apps").iterdir())) == 1


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["b.js", "b.js"], r"twice, or also as a folder: 'b\.js'"),
        (["x", "x/y"], "twice, or also as a folder: 'x/y'"),
        (["x/y", "x"], "twice, or also as a folder: 'x'"),
        (["a" * 300], "name is too long: 'aaa"),
        (["/".join(["a" * 200] * 50)], "name is too long: 'aaa"),
        (["/".join("a" * 900)], "unsafe name: 'a/a/a/"),
        (["/".join("a" * n) for n in range(90, 2000, 90)], "unsafe name: 'a/a/a/"),
    ],
)
def test_names_that_cannot_be_are_the_packages_fault_and_leave_nothing(
    tmp_path: Path, cache: Path, names: list[str], why: str
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in ("manifest.json", *names):
            package.writestr(name, MANIFEST)
    with pytest.raises(UserError, match=why):
        unpack(put(tmp_path, out.getvalue()))
    assert list((cache / "apps").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
def test_a_package_that_wants_more_memory_than_there_is_is_called_damaged(tmp_path: Path) -> None:
    data = bytearray(a_zip({"manifest.json": MANIFEST}, zipfile.ZIP_LZMA))
    properties = data.index(b"\x09\x04\x05\x00") + 5
    data[properties : properties + 4] = b"\xff" * 4  # a dictionary of 4 GiB
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, limits[1]))
    try:
        with pytest.raises(UserError, match="damaged"):
            unpack(put(tmp_path, bytes(data)))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


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


PACKAGES = {
    method: a_zip({"manifest.json": MANIFEST, "b.js": "1" * 100, "é/c.js": "x"}, method)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
}


@given(st.sampled_from(list(PACKAGES)), st.data())
def test_a_damaged_package_opens_or_is_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, method: int, data: st.DataObject
) -> None:
    damaged = bytearray(PACKAGES[method])
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    try:
        unpack(put(folder, bytes(damaged)), folder / "cache")
    except UserError as error:
        outcome = str(error)
    else:
        outcome = ""
    assert "\n" not in outcome
    # Nothing was written elsewhere.
    assert {entry.name for entry in folder.iterdir()} <= {"app.zip", "cache"}


def test_a_number_without_end_in_the_header_is_not_followed(tmp_path: Path) -> None:
    """It took the square of its length."""
    header = b"\xff" * (1 << 20)
    path = tmp_path / "app.crx"
    path.write_bytes(b"Cr24" + struct.pack("<II", 3, len(header)) + header)
    with pytest.raises(UserError, match="a number in the header is too long"):
        unpack(path, tmp_path / "cache")


def test_a_cache_that_cannot_be_written_is_named_with_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("HOMEPORT_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(UserError) as caught:
        unpack(put(tmp_path, a_zip({"manifest.json": MANIFEST})))
    assert f"cannot be unpacked into {tmp_path / 'cache' / 'apps'}: " in str(caught.value)
    assert str(caught.value).endswith(" $HOMEPORT_CACHE_DIR may name another folder.")


@pytest.mark.skipif(os.name == "nt", reason="Windows knows the home folder by other means")
def test_who_has_no_home_is_told_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "HOMEPORT_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    with pytest.raises(UserError, match=r"no home folder\. Set HOME, or HOMEPORT_CACHE_DIR"):
        unpack(put(tmp_path, a_zip({"manifest.json": MANIFEST})))
