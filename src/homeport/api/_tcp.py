"""``chrome.sockets.tcp`` in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeport.engine import TlsVersions

from ._namespace import Namespace, properties_of
from ._types import DnsQueryType, SecureOptions

if TYPE_CHECKING:
    from homeport.engine import CreateInfo, Outcome, SendInfo, SocketProperties, TcpSocketInfo

    from ._call import Call
    from ._events import Event
    from ._types import Buffer, DnsQuery, ReceiveErrorInfo, TcpReceiveInfo

__all__ = ["Tcp"]


class Tcp(Namespace):
    """TCP connections: those that the program makes, and those that its servers accept."""

    __slots__ = ()

    _name = "sockets.tcp"
    DnsQueryType = DnsQueryType

    @property
    def on_receive(self) -> Event[TcpReceiveInfo]:
        """Bytes have arrived on a socket that is not paused."""
        return self._face.on_tcp_receive

    @property
    def on_receive_error(self) -> Event[ReceiveErrorInfo]:
        """The peer closed the connection (-100), or it broke. The socket is now paused and disconnected."""
        return self._face.on_tcp_receive_error

    def create(self, properties: SocketProperties | None = None) -> Call[CreateInfo]:
        """Make a socket. Nothing happens on the network yet."""
        return self._call("create", properties_of(properties))

    def update(self, socket_id: int, properties: SocketProperties) -> Call[None]:
        """Change a socket's properties; those that are not given stay."""
        return self._call("update", socket_id, properties_of(properties))

    def set_paused(self, socket_id: int, paused: bool) -> Call[None]:
        """Hold a socket's events back, or let them come again. Nothing is lost meanwhile."""
        return self._call("setPaused", socket_id, paused)

    def set_keep_alive(self, socket_id: int, enable: bool, delay: int | None = None) -> Call[int]:
        """Have the system probe a peer that was silent for ``delay`` seconds, or not."""
        return self._call("setKeepAlive", socket_id, enable, delay)

    def set_no_delay(self, socket_id: int, no_delay: bool) -> Call[int]:
        """Send small pieces at once, or gather them."""
        return self._call("setNoDelay", socket_id, no_delay)

    def connect(
        self, socket_id: int, peer_address: str, peer_port: int, dns_query_type: DnsQuery | None = None
    ) -> Call[int]:
        """Connect to a host name or IP address. Unless the socket is paused, receiving begins at once.

        Cancelling the task that awaits it disconnects the socket.
        """
        return self._call("connect", socket_id, peer_address, peer_port, dns_query_type)

    def disconnect(self, socket_id: int) -> Call[None]:
        """End the connection. The id stays, and may connect again."""
        return self._call_and_end("disconnect", socket_id, self._face.on_tcp_receive)

    def secure(self, socket_id: int, options: SecureOptions | None = None) -> Call[int]:
        """Start TLS as the client, on a connected and paused socket. A failure closes the socket.

        The server's certificate must be valid for the address that ``connect`` was given. Cancelling the task
        that awaits it closes the socket.
        """

        def after(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._face.on_tcp_receive.end(socket_id)

        return self._face.call("sockets.tcp.secure", (socket_id, _limits(options)), after)

    def send(self, socket_id: int, data: Buffer) -> Call[SendInfo]:
        """Send all of ``data``, after what was sent before. Cancelling does not take it back."""
        return self._face.call("sockets.tcp.send", (socket_id, data))

    def close(self, socket_id: int) -> Call[None]:
        """Close a socket and give up its id."""
        return self._call_and_end("close", socket_id, self._face.on_tcp_receive)

    def get_info(self, socket_id: int) -> Call[TcpSocketInfo]:
        """A socket's state."""
        return self._call("getInfo", socket_id)

    def get_sockets(self) -> Call[list[TcpSocketInfo]]:
        """The states of all sockets."""
        return self._call("getSockets")


def _limits(options: object) -> object:
    """The API's object for it, with what was given. What is something else is the API's to refuse."""
    if not isinstance(options, SecureOptions):
        return options
    versions: object = options.tls_version
    if not isinstance(versions, TlsVersions):
        return {} if versions is None else {"tlsVersion": versions}
    given = {"min": versions.min, "max": versions.max}
    return {"tlsVersion": {name: version for name, version in given.items() if version is not None}}
