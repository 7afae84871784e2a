"""What can go wrong between the two sides of a wire."""

from __future__ import annotations

from enum import StrEnum

from homeport.errors import HomeportError


class ByeCode(StrEnum):
    """Why the daemon ends a session for its page; see section 3 of ``docs/wire.md``."""

    UNAUTHORIZED = "unauthorized"
    VERSION = "version"
    PROTOCOL = "protocol"
    TAKEN_OVER = "taken-over"
    OVERFLOW = "overflow"
    REMOVED = "removed"
    SHUTDOWN = "shutdown"
    BUSY = "busy"
    RELOADS = "reloads"


class ProtocolError(HomeportError):
    """The other side sent what the protocol does not allow. It ends that session and nothing else."""

    code = ByeCode.PROTOCOL

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class VersionError(ProtocolError):
    """The other side speaks another version."""

    code = ByeCode.VERSION


class UnacknowledgedError(ProtocolError):
    """The other side acknowledges nothing, and what is kept for it has reached its bound."""

    code = ByeCode.OVERFLOW
