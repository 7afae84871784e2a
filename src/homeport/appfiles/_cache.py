"""Where what can be made anew is kept."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Where packages are unpacked, and compiled code is: ``$HOMEPORT_CACHE_DIR``, or the user's own cache."""
    own = os.environ.get("HOMEPORT_CACHE_DIR")
    return Path(own) if own else Path(platformdirs.user_cache_dir("homeport", appauthor=False))
