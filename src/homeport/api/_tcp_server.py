"""``chrome.sockets.tcpServer`` in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._namespace import Namespace, properties_of

if TYPE_CHECKING:
    from homeport.engine import CreateInfo, SocketProperties, TcpServerSocketInfo

    from ._call import Call
    from ._events import Event
    from ._types import AcceptErrorInfo, AcceptInfo

__all__ = ["TcpServer"]


class TcpServer(Namespace):
    """TCP servers. The connections that they accept are sockets of ``chrome.sockets.tcp``."""

    __slots__ = ()

    _name = "sockets.tcpServer"

    @property
    def on_accept(self) -> Event[AcceptInfo]:
        """A connection was accepted. Unpause its socket to receive from it."""
        return self._face.on_accept

    @property
    def on_accept_error(self) -> Event[AcceptErrorInfo]:
        """Accepting failed. The server socket is now paused, still listening."""
        return self._face.on_accept_error

    def create(self, properties: SocketProperties | None = None) -> Call[CreateInfo]:
        """Make a server socket. Nothing happens on the network yet. It has no buffer size."""
        return self._call("create", properties_of(properties))

    def update(self, socket_id: int, properties: SocketProperties) -> Call[None]:
        """Change a socket's properties; those that are not given stay."""
        return self._call("update", socket_id, properties_of(properties))

    def set_paused(self, socket_id: int, paused: bool) -> Call[None]:
        """Stop accepting, or go on."""
        return self._call("setPaused", socket_id, paused)

    def listen(self, socket_id: int, address: str, port: int, backlog: int | None = None) -> Call[int]:
        """Wait for connections at an IP literal. Unless the socket is paused, accepting begins at once."""
        return self._call("listen", socket_id, address, port, backlog)

    def disconnect(self, socket_id: int) -> Call[None]:
        """Stop listening. The id stays, and may listen again; accepted connections go on."""
        return self._call_and_end("disconnect", socket_id, self._face.on_accept)

    def close(self, socket_id: int) -> Call[None]:
        """Stop listening and give up the id; accepted connections go on."""
        return self._call_and_end("close", socket_id, self._face.on_accept)

    def get_info(self, socket_id: int) -> Call[TcpServerSocketInfo]:
        """A socket's state."""
        return self._call("getInfo", socket_id)

    def get_sockets(self) -> Call[list[TcpServerSocketInfo]]:
        """The states of all sockets."""
        return self._call("getSockets")
