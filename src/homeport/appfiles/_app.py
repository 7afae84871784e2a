"""An app that can be run: its manifest and its files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from homeport.errors import UserError
from homeport.manifest import Manifest, read_manifest

from ._paths import NoSuchFileError, find


class AppFiles:
    """The files in an app's folder. Every way to one of them leads through :meth:`find`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve(strict=True)

    def find(self, path: str) -> Path:
        """The file that ``path`` names: decoded, relative to the root, ``/`` between its parts.

        Raises:
            NoSuchFileError: there is none, it is a folder, or it lies outside the app's folder.
        """
        real = find(self.root, path)
        if not real.is_file():
            raise NoSuchFileError(path)
        return real

    def read(self, path: str) -> bytes:
        """The bytes of the file that ``path`` names.

        Raises:
            NoSuchFileError: as :meth:`find`, or it cannot be read.
        """
        try:
            return self.find(path).read_bytes()
        except OSError as error:
            raise NoSuchFileError(path) from error

    def listing(self, path: str = "") -> list[tuple[str, bool, int]]:
        """What is in the folder ``path``, sorted: name, whether it is a folder, size in bytes.

        Raises:
            NoSuchFileError: there is no such folder.
        """
        folder = find(self.root, path)
        if not folder.is_dir():
            raise NoSuchFileError(path)
        found = []
        for entry in sorted(folder.iterdir()):
            try:
                real = find(self.root, f"{path}/{entry.name}")
            except NoSuchFileError:
                continue
            found.append((entry.name, real.is_dir(), 0 if real.is_dir() else real.stat().st_size))
        return found


class App(NamedTuple):
    """An app that can be run: its manifest and its files."""

    manifest: Manifest
    files: AppFiles
    #: The ``.zip`` or ``.crx`` that it came in, a real path.
    package: Path | None = None

    @property
    def id(self) -> str:
        """The app's id: 32 letters from a to p."""
        return self.manifest.app_id

    @property
    def root(self) -> Path:
        """The app's folder, a real path."""
        return self.files.root

    @property
    def place(self) -> Path:
        """What to open to have it once more, a real path: its package, or its folder."""
        return self.package or self.root


def open_app(path: str | Path) -> App:
    """Open an app: its folder, its ``manifest.json``, a ``.zip`` or a ``.crx``.

    Raises:
        UserError: it is none of these, or its manifest cannot be used; the text says what to do.
    """
    given = Path(path)
    with suppress(RuntimeError):  # its name may begin so, and name no user
        given = given.expanduser()
    if not given.exists():
        raise UserError(f"There is no {given}. Give the folder that holds the app's manifest.json.")
    app_id = id_path = None
    folder = given
    if given.is_file() and given.name != "manifest.json":
        from homeport.appfiles._package import unpack

        unpacked = unpack(given)
        folder, app_id = unpacked.root, unpacked.app_id
        id_path = given  # not the cache: the id, and with it what the app stored, outlives a new package
    elif given.is_file():
        folder = given.parent
    if not (folder / "manifest.json").is_file():
        raise UserError(f"{given} holds no manifest.json{_nearby(folder)}")
    package = None if id_path is None else id_path.resolve()
    return App(read_manifest(folder, app_id=app_id, id_path=id_path), AppFiles(folder), package)


def _nearby(folder: Path) -> str:
    """Where an app is, when the folder above it was given."""
    found = sorted(path.parent.name for path in folder.glob("*/manifest.json"))
    return f"; did you mean {' or '.join(str(folder / name) for name in found[:3])}?" if found else "."
