"""How many files and sockets this process may have open."""

from __future__ import annotations

import contextlib
import sys


def raise_limit() -> None:
    """Take as many as the system lets us: the usual limit is for programs that use ``select``."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # macOS may refuse what it says is allowed
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
