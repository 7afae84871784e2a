"""``chrome.storage`` and ``indexedDB``: what outlives an app's run, in SQLite files of the user's own."""

from __future__ import annotations

from ._chrome_profile import (
    ChromeProfileError,
    apps_in,
    browser_folders,
    is_app_id,
    profiles_in,
    read_profile,
)
from ._database import Changes
from ._indexed import MOST_BYTES as MOST_INDEXED_BYTES
from ._indexed import ChangedElsewhereError, IndexedChange, IndexedDatabases
from ._quota import QuotaError, limits_of
from ._size import SerializeError
from ._storage import AREAS, Keys, ReadOnlyError, Storage, StorageError, data_folder, default_folder

__all__ = [
    "AREAS",
    "MOST_INDEXED_BYTES",
    "ChangedElsewhereError",
    "Changes",
    "ChromeProfileError",
    "IndexedChange",
    "IndexedDatabases",
    "Keys",
    "QuotaError",
    "ReadOnlyError",
    "SerializeError",
    "Storage",
    "StorageError",
    "apps_in",
    "browser_folders",
    "data_folder",
    "default_folder",
    "is_app_id",
    "limits_of",
    "profiles_in",
    "read_profile",
]
