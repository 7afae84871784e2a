"""What a session asks of the transport under it."""

from __future__ import annotations

from typing import Protocol

from homeport.wire import Outgoing


class Channel(Protocol):
    """A transport that carries whole messages. Nothing here waits, and nothing raises."""

    def send(self, message: Outgoing) -> None:
        """Hand over one message. On a closed channel it is dropped."""

    def buffered(self) -> int:
        """Bytes handed over that the operating system has not taken."""

    def close(self) -> None:
        """Close after what was handed over. The channel's owner then says that it is lost."""

    def abort(self) -> None:
        """Close now, whatever is still to be sent."""
