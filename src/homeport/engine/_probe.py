"""What this machine lets a socket do: for ``homeport doctor``, no app goes through here."""

from __future__ import annotations

from ._network import AF_INET, AF_INET6, SOCK_STREAM, OsSocket


def can_bind(host: str, port: int = 0) -> bool:
    """Whether a TCP socket can be bound to ``host`` and ``port`` here and now."""
    family = AF_INET6 if ":" in host else AF_INET
    try:
        with OsSocket(family, SOCK_STREAM) as probe:
            probe.bind((host, port))
    except OSError:
        return False
    return True
