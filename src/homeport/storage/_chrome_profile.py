"""What an app kept in Chrome: ``chrome.storage`` in the profiles of the browsers on this machine.

A profile has a folder for each area, and in it a LevelDB for each app, named by the app's id. It maps each
key to its value as JSON. It can be read while the browser runs.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from struct import error as StructError  # noqa: N812
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from chromium_reader.leveldb import RawLevelDb, Record

__all__ = ["ChromeProfileError", "apps_in", "browser_folders", "is_app_id", "profiles_in", "read_profile"]

#: Where a profile keeps an area of apps.
_FOLDERS: Final = {"local": "Local App Settings", "sync": "Sync App Settings"}

_LINUX: Final = (
    *("google-chrome", "google-chrome-beta", "google-chrome-unstable", "chromium"),
    *("microsoft-edge", "BraveSoftware/Brave-Browser"),
)
#: In the home folder, whatever XDG says.
_BOXED: Final = (
    "snap/chromium/common/chromium",
    ".var/app/org.chromium.Chromium/config/chromium",
    ".var/app/com.google.Chrome/config/google-chrome",
)
_MAC: Final = (
    *("Google/Chrome", "Google/Chrome Beta", "Google/Chrome Canary", "Chromium"),
    *("Microsoft Edge", "BraveSoftware/Brave-Browser"),
)
_WINDOWS: Final = (
    *("Google/Chrome", "Google/Chrome Beta", "Google/Chrome SxS", "Chromium"),
    *("Microsoft/Edge", "BraveSoftware/Brave-Browser"),
)


_ID: Final = re.compile("[a-p]{32}")

#: A browser that runs may put other files in place of those that were just listed: then once more, so often.
_TRIES: Final = 5


class ChromeProfileError(Exception):
    """What a profile has cannot be read."""


def browser_folders(
    system: str = sys.platform, environ: Mapping[str, str] = os.environ, home: Path | None = None
) -> list[Path]:
    """The folders of Chrome and its kin that there are, each with the profiles of one user.

    Source: Chromium's ``docs/user_data_dir.md``.
    """
    try:
        home = home or Path.home()
    except RuntimeError:  # Some services' users have none.
        return []
    if system == "win32":
        base = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        found = [base / name / "User Data" for name in _WINDOWS]
    elif system == "darwin":
        found = [home / "Library" / "Application Support" / name for name in _MAC]
    else:
        base = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        found = [*(base / name for name in _LINUX), *(home / name for name in _BOXED)]
    return [folder for folder in found if os.path.isdir(folder)]


def profiles_in(folder: Path) -> list[Path]:
    """The profiles with settings of apps in a browser's ``folder``; or that itself, if it is one."""
    if _has_apps(folder):
        return [folder]
    try:
        return sorted(each for each in folder.iterdir() if _has_apps(each))
    except OSError:
        return []


def is_app_id(name: str) -> bool:
    """Whether that may be the id of an app."""
    return _ID.fullmatch(name) is not None


def apps_in(profile: Path) -> list[str]:
    """The ids of all apps that kept something there."""
    found = {each.name for name in _FOLDERS.values() for each in _folders_in(profile / name)}
    return sorted(filter(is_app_id, found))


def read_profile(profile: Path, app_id: str) -> dict[str, dict[str, object]]:
    """What the app has there, by area and key; no area in which it never kept anything.

    Raises:
        ChromeProfileError: it cannot be read.
        ImportError: what reads it is not installed.
    """
    import chromium_reader.leveldb  # noqa: F401 - also where there is nothing to read

    found = {}
    for area, name in _FOLDERS.items():
        folder = profile / name / app_id
        if os.path.isdir(folder):
            try:
                found[area] = _read(folder)
            except (OSError, ValueError, LookupError, StructError, RecursionError, MemoryError) as error:
                why = str(error) or "it says that it has more than fits into memory"
                raise ChromeProfileError(f"{folder} cannot be read: {why}") from None
    return found


def _read(folder: Path) -> dict[str, object]:
    from chromium_reader.leveldb import RawLevelDb

    for _ in range(_TRIES):
        with suppress(FileNotFoundError), RawLevelDb(folder) as database:
            return _values(database)
    with RawLevelDb(folder) as database:
        return _values(database)


def _values(database: RawLevelDb) -> dict[str, object]:
    """The newest value of each key."""
    values: dict[str, object] = {}
    for record in sorted(_valid(database), key=lambda record: record.seq):
        key = record.user_key.decode("utf-8", "replace")
        if _deleted(record):
            values.pop(key, None)
            continue
        try:
            values[key] = json.loads(record.value)
        except ValueError:
            continue  # It was being written when the machine went down; the one before it holds.
    return values


def _valid(database: RawLevelDb) -> Iterator[Record]:
    """The records of those files that count. Others may still lie there for a moment."""
    tables: set[int] = set()
    first_log = 0
    for edit in database.manifest or ():
        tables.update(new.file_no for new in edit.new_files)
        tables.difference_update(number for _, number in edit.deleted_files)
        first_log = max(first_log, edit.log_number or 0)
    for record in database.iterate_records_raw():
        number = int(record.origin_file.stem)
        if number in tables if record.origin_file.suffix != ".log" else number >= first_log:
            yield record


def _deleted(record: Record) -> bool:
    if record.origin_file.suffix == ".log":
        return record.state.name == "DELETED"
    return record.key[-8] == 0  # also where the key is empty


# `os.path.isdir`, unlike a path's own, says of a folder at which one may not look that it is none.


def _has_apps(folder: Path) -> bool:
    return any(os.path.isdir(folder / name) for name in _FOLDERS.values())


def _folders_in(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if os.path.isdir(each)]
    except OSError:
        return []
