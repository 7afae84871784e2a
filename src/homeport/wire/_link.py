"""Counting, keeping and acknowledging: what lets a session outlive its transport."""

from __future__ import annotations

from collections import deque

from ._errors import ProtocolError, UnacknowledgedError
from ._framing import Outgoing, Received
from ._limits import ACK_BYTES, ACK_MESSAGES, MAX_KEPT

#: What a kept message costs beside its payload.
_OVERHEAD = 64


class Link:
    """One side's account of a session's messages, both ways. See section 6 of ``docs/wire.md``."""

    def __init__(self, *, keeping: bool) -> None:
        #: Session messages received since the session began.
        self.received = 0
        #: Bytes sent and not acknowledged.
        self.kept_bytes = 0
        #: Whether this session can be resumed at all.
        self.keeping = keeping
        self._kept: deque[Outgoing] = deque()
        self._acknowledged = 0
        self._confirmed = 0
        self._unconfirmed_bytes = 0

    @property
    def unconfirmed(self) -> int:
        """Messages received that the other side has not been told of."""
        return self.received - self._confirmed

    def receive(self, message: Received) -> bool:
        """Count one message; say whether it is time to acknowledge."""
        self.received += 1
        if not self.keeping:
            return False
        self._unconfirmed_bytes += len(message)
        return self.unconfirmed >= ACK_MESSAGES or self._unconfirmed_bytes >= ACK_BYTES

    def confirm(self) -> int:
        """The number to acknowledge now."""
        self._confirmed = self.received
        self._unconfirmed_bytes = 0
        return self.received

    def keep(self, messages: list[Outgoing]) -> None:
        """Remember what is being sent."""
        if not self.keeping:
            return
        for message in messages:
            self._kept.append(message)
            self.kept_bytes += len(message) + _OVERHEAD
        if self.kept_bytes > MAX_KEPT:
            raise UnacknowledgedError("too much was sent and not acknowledged")

    def acknowledged(self, count: int) -> None:
        """The other side has received ``count`` messages in all."""
        if count > self._acknowledged + len(self._kept):
            raise ProtocolError("acknowledges messages that were never sent")
        while self._acknowledged < count:
            self._acknowledged += 1
            self.kept_bytes -= len(self._kept.popleft()) + _OVERHEAD

    def lacking(self, received: int) -> list[Outgoing]:
        """What a peer that has received so many lacks, in order."""
        if received < self._acknowledged:
            raise ProtocolError("lacks messages that it has acknowledged")
        self.acknowledged(received)
        return list(self._kept)
