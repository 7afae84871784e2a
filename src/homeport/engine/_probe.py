"""What this machine lets a socket do: for ``homeport doctor``, no app goes through here."""

from __future__ import annotations

import socket


def can_bind(host: str, port: int = 0) -> bool:
    """Whether a TCP socket can be bound to ``host`` and ``port`` here and now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((host, port))
    except OSError:
        return False
    return True
