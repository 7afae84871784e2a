"""Sinks of engine sessions."""

from __future__ import annotations

from typing import Any


class Nobody:
    """A sink for a session without sockets: whatever it is told is a mistake."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)
