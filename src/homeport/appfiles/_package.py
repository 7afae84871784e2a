"""Packed apps: a ``.zip``, or a ``.crx`` of version 2 or 3, unpacked once into the user's cache.

What a package may bring is bounded before a byte is written: the number of files, their size together, and
where they go. Links are not unpacked.
"""

from __future__ import annotations

import errno
import hashlib
import lzma
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from homeport.appfiles._cache import cache_folder
from homeport.appfiles._paths import NoSuchFileError, parts_of
from homeport.errors import UserError
from homeport.manifest import app_id_from_key

MAX_FILES = 20_000
MAX_BYTES = 1 << 30
#: Folders within each other. Every one takes a descriptor and a call within a call to delete.
_MAX_DEPTH = 100
_MAX_HEADER = 1 << 20
# What zipfile raises of a package that is damaged, or made to be; a name may not even be text.
_DAMAGED = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, EOFError),
    *(NotImplementedError, struct.error, IndexError, ValueError, OverflowError, MemoryError),
)
#: What the system says of names that cannot be beside each other, or not at all.
_BAD_NAMES = {
    errno.EEXIST: "twice, or also as a folder",
    errno.ENOTDIR: "twice, or also as a folder",
    errno.EISDIR: "twice, or also as a folder",
    errno.ENAMETOOLONG: "whose name is too long",
}
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Where a package was unpacked, and the app id that its header states, if any."""

    root: Path
    app_id: str | None


def app_id_of(crx_id: bytes) -> str:
    """The 16 bytes of an id in the letters a to p."""
    return crx_id.hex().translate(_LETTERS)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:  # No number of a package is that long, and longer ones cost more and more.
            raise ValueError("a number in the header is too long")


def _field(data: bytes, wanted: int) -> bytes | None:
    """The first length-delimited field of that number in a protobuf message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        match key & 7:
            case 0:
                _, at = _varint(data, at)
            case 1:
                at += 8
            case 2:
                length, at = _varint(data, at)
                if key >> 3 == wanted:
                    return data[at : at + length]
                at += length
            case 5:
                at += 4
            case _:
                return None
    return None


def _crx_id(file: BinaryIO) -> str | None:
    """The id in a package's header; ``None`` when it is a plain ZIP. The file is left where it was."""
    if file.read(4) != b"Cr24":
        return None
    version, length = struct.unpack("<II", file.read(8))
    if version == 2:
        file.read(4)  # the signature's length
        return app_id_from_key(file.read(min(length, _MAX_HEADER)))
    if version != 3:
        raise UserError(f"This .crx has format version {version}; versions 2 and 3 are known.")
    signed = _field(file.read(min(length, _MAX_HEADER)), 10000) or b""
    crx_id = _field(signed, 1) or b""
    return app_id_of(crx_id) if len(crx_id) == 16 else None


def _checked(package: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, list[str]]]:
    """The files to unpack, with the parts of their paths, once all are within bounds."""
    entries = []
    total = 0
    for info in package.infolist():
        mode = info.external_attr >> 16
        if info.is_dir() or stat.S_ISLNK(mode):
            continue
        try:
            parts = parts_of(info.filename)
        except NoSuchFileError as error:
            raise UserError(f"The package holds a file with an unsafe name: {info.filename!r}.") from error
        if not parts or len(parts) > _MAX_DEPTH or info.filename.startswith("/"):
            raise UserError(f"The package holds a file with an unsafe name: {info.filename!r}.")
        total += info.file_size
        entries.append((info, parts))
    if len(entries) > MAX_FILES or total > MAX_BYTES:
        raise UserError(f"The package is too large: {len(entries)} files, {total} bytes.")
    return entries


def _write(package: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Unpack one file; the bytes written, which its header may have understated."""
    written = 0
    with package.open(info) as source, _create(target, info.filename) as out:
        while chunk := source.read(1 << 18):
            written += len(chunk)
            if written > left:
                raise UserError("The package is larger than it says.")
            out.write(chunk)
    return written


def _create(target: Path, name: str) -> BinaryIO:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return target.open("xb")
    except OSError as error:
        why = _BAD_NAMES.get(error.errno or 0)
        if why is None:
            raise
        raise UserError(f"The package holds a file {why}: {name!r}.") from error


def _top(root: Path) -> Path:
    """Where the manifest is: at the top, or in the only folder there (as when a folder was zipped)."""
    if not (root / "manifest.json").exists():
        inside = list(root.iterdir())
        if len(inside) == 1 and (inside[0] / "manifest.json").is_file():
            return inside[0]
    return root


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(path: Path, cache: Path | None = None) -> Unpacked:
    """Unpack ``path`` unless the very same package was unpacked before.

    Raises:
        UserError: it is no package, or one that is unsafe or too large.
    """
    home = None
    try:
        with path.open("rb") as file:
            app_id = _crx_id(file)
        home = (cache or cache_folder()) / "apps"
        target = home / _digest(path)[:32]
        if not _is_whole(path, target):
            home.mkdir(parents=True, exist_ok=True)
            _unpack_to(path, home, target)
    except _DAMAGED as error:
        raise UserError(f"{path} is no .zip or .crx package, or a damaged one ({error}).") from error
    except RuntimeError as error:  # zipfile's way to say that a password is needed
        raise UserError(f"{path} cannot be unpacked ({error}).") from error
    except OSError as error:
        why = error.strerror or error
        if home is None:
            raise UserError(f"{path} cannot be read: {why}.") from error
        text = f"{path} cannot be unpacked into {home}: {why}. $HOMEPORT_CACHE_DIR may name another folder."
        raise UserError(text) from error
    return Unpacked(_top(target), app_id)


def _is_whole(path: Path, target: Path) -> bool:
    """Whether all of the package is in ``target`` still: what cleans caches deletes files that are old."""
    if not target.is_dir():
        return False
    with zipfile.ZipFile(path) as package:
        try:
            return all(
                target.joinpath(*parts).stat().st_size == info.file_size for info, parts in _checked(package)
            )
        except OSError:
            return False


def _unpack_to(path: Path, home: Path, target: Path) -> None:
    """Unpack into a scratch folder first, so that what is in the cache is whole."""
    scratch = Path(tempfile.mkdtemp(dir=home, prefix=".new-"))
    try:
        with zipfile.ZipFile(path) as package:
            left = MAX_BYTES
            for info, parts in _checked(package):
                left -= _write(package, info, scratch.joinpath(*parts), left)
        if not _is_whole(path, target):  # else another run was faster, with the same package
            if target.is_dir():
                target.rename(remains := scratch.with_suffix(".old"))
                shutil.rmtree(remains, ignore_errors=True)
            scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
