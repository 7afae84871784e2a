"""What happens at an app's sockets while its page is unloaded: kept in order, a reason to load it again.

Credit bounds the bytes that are kept. Datagrams may have none, so their number is bounded too: those beyond
are dropped, as a full socket buffer does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeport.engine import Sink

__all__ = ["WakingSink"]

_MOST_DATAGRAMS = 16_384


class WakingSink:
    """A sink that keeps events, and calls ``wake`` at the first."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._events: list[Callable[[Sink], None]] = []
        self._datagrams = 0

    def __len__(self) -> int:
        return len(self._events)

    def replay(self, sink: Sink) -> None:
        """Tell ``sink`` everything, in order, once."""
        events, self._events = self._events, []
        for event in events:
            event(sink)

    def _keep(self, event: Callable[[Sink], None]) -> None:
        self._events.append(event)
        if len(self._events) == 1:
            self._wake()

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """Keep it."""
        self._keep(lambda sink: sink.tcp_receive(socket_id, data))

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        """Keep it."""
        self._keep(lambda sink: sink.tcp_receive_error(socket_id, result_code))

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        """Keep it, unless there are too many."""
        self._datagrams += 1
        if self._datagrams <= _MOST_DATAGRAMS:
            self._keep(lambda sink: sink.udp_receive(socket_id, data, remote_address, remote_port))

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        """Keep it."""
        self._keep(lambda sink: sink.udp_receive_error(socket_id, result_code))

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        """Keep it."""
        self._keep(lambda sink: sink.accept(socket_id, client_socket_id))

    def accept_error(self, socket_id: int, result_code: int) -> None:
        """Keep it."""
        self._keep(lambda sink: sink.accept_error(socket_id, result_code))
