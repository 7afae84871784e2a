"""What this machine lets a socket do: for what is said of it, no app goes through here."""

from __future__ import annotations

from pathlib import Path

from ._network import AF_INET, AF_INET6, SOCK_STREAM, OsSocket


def first_unprivileged_port() -> int:
    """The first port that any user may bind; Linux says which that is."""
    try:
        return int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text("ascii"))
    except (OSError, ValueError):
        return 1024


def can_bind(host: str, port: int = 0) -> bool:
    """Whether a TCP socket can be bound to ``host`` and ``port`` here and now."""
    family = AF_INET6 if ":" in host else AF_INET
    try:
        with OsSocket(family, SOCK_STREAM) as probe:
            probe.bind((host, port))
    except OSError:
        return False
    return True
