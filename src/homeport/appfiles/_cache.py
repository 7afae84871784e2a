"""Where what can be made anew is kept."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from homeport.errors import UserError


def cache_folder() -> Path:
    """Where packages are unpacked, and compiled code is: ``$HOMEPORT_CACHE_DIR``, or the user's own cache.

    Raises:
        UserError: the user has none.
    """
    own = os.environ.get("HOMEPORT_CACHE_DIR")
    try:
        return Path(own) if own else Path(platformdirs.user_cache_dir("homeport", appauthor=False))
    except RuntimeError as error:
        raise UserError("You have no home folder. Set HOME, or HOMEPORT_CACHE_DIR to a folder.") from error
