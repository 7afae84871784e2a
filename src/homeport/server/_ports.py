"""The port at which an app's pages are, the same each time.

What an app stores in its browser belongs to its origin, and the port is a part of that. So each app has
a port of its own, which follows from its id; another user of the machine has another one for the same
app.

Whoever knows the port gains nothing: it was never a secret, since every page can try them all, and what
guards the server is the gate and the ticket. See "What is not defended against" in docs/security.md for
another user who listens there while Homeport does not.
"""

from __future__ import annotations

import hashlib
import os

__all__ = ["usual_ports"]

#: Below those that systems give to outgoing connections, and without any that browsers refuse.
_FIRST, _LAST = 20_000, 32_767
#: When one is taken for good, the next is as steady.
_CHOICES = 3


def usual_ports(app_id: str) -> tuple[int, ...]:
    """The ports to try for an app, in this order."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    digest = hashlib.sha256(f"{app_id}:{user}".encode()).digest()
    parts = (int.from_bytes(digest[at : at + 4], "big") for at in range(0, 4 * _CHOICES, 4))
    return tuple(_FIRST + part % (_LAST + 1 - _FIRST) for part in parts)
