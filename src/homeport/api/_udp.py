"""``chrome.sockets.udp`` in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._namespace import Namespace, properties_of
from ._types import DnsQueryType

if TYPE_CHECKING:
    from homeport.engine import CreateInfo, SendInfo, SocketProperties, UdpSocketInfo

    from ._call import Call
    from ._events import Event
    from ._types import Buffer, DnsQuery, ReceiveErrorInfo, UdpReceiveInfo

__all__ = ["Udp"]


class Udp(Namespace):
    """UDP sockets: datagrams to and from anyone, multicast groups, broadcast."""

    __slots__ = ()

    _name = "sockets.udp"
    DnsQueryType = DnsQueryType

    @property
    def on_receive(self) -> Event[UdpReceiveInfo]:
        """A datagram has arrived on a socket that is not paused."""
        return self._face.on_udp_receive

    @property
    def on_receive_error(self) -> Event[ReceiveErrorInfo]:
        """A datagram was too large and is lost (-142), or receiving failed. The socket is now paused."""
        return self._face.on_udp_receive_error

    def create(self, properties: SocketProperties | None = None) -> Call[CreateInfo]:
        """Make a socket. Nothing happens on the network yet."""
        return self._call("create", properties_of(properties))

    def update(self, socket_id: int, properties: SocketProperties) -> Call[None]:
        """Change a socket's properties; those that are not given stay."""
        return self._call("update", socket_id, properties_of(properties))

    def set_paused(self, socket_id: int, paused: bool) -> Call[None]:
        """Hold a socket's events back, or let them come again."""
        return self._call("setPaused", socket_id, paused)

    def bind(self, socket_id: int, address: str, port: int) -> Call[int]:
        """Give the socket its address, an IP literal. Unless it is paused, receiving begins at once."""
        return self._call("bind", socket_id, address, port)

    def send(
        self, socket_id: int, data: Buffer, address: str, port: int, dns_query_type: DnsQuery | None = None
    ) -> Call[SendInfo]:
        """Send one datagram from a bound socket. Cancelling does not take it back."""
        return self._face.call("sockets.udp.send", (socket_id, data, address, port, dns_query_type))

    def close(self, socket_id: int) -> Call[None]:
        """Close a socket and give up its id."""
        return self._call_and_end("close", socket_id, self._face.on_udp_receive)

    def get_info(self, socket_id: int) -> Call[UdpSocketInfo]:
        """A socket's state."""
        return self._call("getInfo", socket_id)

    def get_sockets(self) -> Call[list[UdpSocketInfo]]:
        """The states of all sockets."""
        return self._call("getSockets")

    def join_group(self, socket_id: int, address: str) -> Call[int]:
        """Join a multicast group on a bound socket."""
        return self._call("joinGroup", socket_id, address)

    def leave_group(self, socket_id: int, address: str) -> Call[int]:
        """Leave a multicast group."""
        return self._call("leaveGroup", socket_id, address)

    def set_multicast_time_to_live(self, socket_id: int, ttl: int) -> Call[int]:
        """Set how many networks a multicast datagram may pass, before ``bind``."""
        return self._call("setMulticastTimeToLive", socket_id, ttl)

    def set_multicast_loopback_mode(self, socket_id: int, enabled: bool) -> Call[int]:
        """Set whether multicast datagrams come back to this machine, before ``bind``."""
        return self._call("setMulticastLoopbackMode", socket_id, enabled)

    def get_joined_groups(self, socket_id: int) -> Call[list[str]]:
        """The multicast groups that the socket is in."""
        return self._call("getJoinedGroups", socket_id)

    def set_broadcast(self, socket_id: int, enabled: bool) -> Call[int]:
        """Allow broadcasts on a bound socket, or not."""
        return self._call("setBroadcast", socket_id, enabled)
