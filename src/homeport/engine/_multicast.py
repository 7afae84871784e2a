"""Socket options of groups and broadcast, for both families and all platforms.

Without a chosen interface the system's routes choose it, as in Chromium. Everything raises :class:`OSError`.
"""

from __future__ import annotations

import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from ._address import ip
from ._network import (
    AF_INET,
    IP_ADD_MEMBERSHIP,
    IP_DROP_MEMBERSHIP,
    IP_MULTICAST_IF,
    IP_MULTICAST_LOOP,
    IP_MULTICAST_TTL,
    IPPROTO_IP,
    IPPROTO_IPV6,
    IPV6_JOIN_GROUP,
    IPV6_LEAVE_GROUP,
    IPV6_MULTICAST_HOPS,
    IPV6_MULTICAST_IF,
    IPV6_MULTICAST_LOOP,
    SO_BROADCAST,
    SO_REUSEPORT,
    SOL_SOCKET,
    Address,
)

if TYPE_CHECKING:
    from ._network import RawSocket

DEFAULT_TTL = 1
_PLATFORM: str = sys.platform


def set_group_options(sock: RawSocket, ttl: int, loopback: bool, interface: int) -> None:
    """Before binding: how datagrams to groups leave. ``interface`` 0: the system chooses."""
    if sock.family == AF_INET:
        if not loopback:
            sock.setsockopt(IPPROTO_IP, IP_MULTICAST_LOOP, 0)
        if ttl != DEFAULT_TTL:
            sock.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL, ttl)
        if interface:
            sock.setsockopt(IPPROTO_IP, IP_MULTICAST_IF, _interface4(interface))
        return
    if not loopback:
        sock.setsockopt(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0)
    if ttl != DEFAULT_TTL:
        sock.setsockopt(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, ttl)
    if interface:
        sock.setsockopt(IPPROTO_IPV6, IPV6_MULTICAST_IF, interface)


def send_from(sock: RawSocket, local: Address) -> None:
    """Once bound to ``local``, with no interface chosen: datagrams to groups leave from that address.

    Linux does so by itself.
    """
    if _PLATFORM != "linux" and local.family == AF_INET and local.host != "0.0.0.0":  # noqa: S104 (compared)
        with suppress(OSError):  # A group's address, which some systems bind, is no interface's.
            sock.setsockopt(IPPROTO_IP, IP_MULTICAST_IF, ip(local.host).packed)


def change_membership(sock: RawSocket, group: Address, join: bool, interface: int) -> None:
    """Join or leave a group of the socket's family."""
    packed = ip(group.host).packed
    if group.family == AF_INET:
        option = IP_ADD_MEMBERSHIP if join else IP_DROP_MEMBERSHIP
        sock.setsockopt(IPPROTO_IP, option, packed + _interface4(interface)[-_MEMBERSHIP_TAIL:])
    else:
        option = IPV6_JOIN_GROUP if join else IPV6_LEAVE_GROUP
        sock.setsockopt(IPPROTO_IPV6, option, packed + struct.pack("@I", interface))


#: ``ip_mreqn`` goes on after the group with an address and an index, Windows' ``ip_mreq`` with either.
_MEMBERSHIP_TAIL = 4 if _PLATFORM == "win32" else 8


def _interface4(index: int) -> bytes:
    if _PLATFORM == "win32":
        return struct.pack("!I", index)
    return struct.pack("@4s4si", bytes(4), bytes(4), index)


def set_broadcast(sock: RawSocket, enabled: bool) -> None:
    """Let the socket send to broadcast addresses, or not."""
    sock.setsockopt(SOL_SOCKET, SO_BROADCAST, int(enabled))
    if _PLATFORM == "darwin" and SO_REUSEPORT is not None:
        sock.setsockopt(SOL_SOCKET, SO_REUSEPORT, int(enabled))
