"""``chrome.storage``: values that outlive an app's run, in SQLite files of the user's own."""

from __future__ import annotations

from ._database import Changes
from ._quota import QuotaError
from ._size import SerializeError
from ._storage import AREAS, Keys, ReadOnlyError, Storage, StorageError, default_folder

__all__ = [
    "AREAS",
    "Changes",
    "Keys",
    "QuotaError",
    "ReadOnlyError",
    "SerializeError",
    "Storage",
    "StorageError",
    "default_folder",
]
