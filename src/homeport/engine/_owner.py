"""Whose one end of a TCP connection on this machine is, as Linux tells through ``sock_diag(7)``.

It finds the one socket at once, where ``/proc/net/tcp`` lists every socket of the machine each time.
"""

from __future__ import annotations

import struct
from ipaddress import ip_address
from typing import Final

from ._network import AF_INET, AF_INET6, SOCK_DGRAM, OsSocket

#: From ``linux/socket.h``, ``netlink.h``, ``sock_diag.h`` and ``inet_diag.h``.
_AF_NETLINK: Final = 16
_NETLINK_SOCK_DIAG: Final = 4
_SOCK_DIAG_BY_FAMILY: Final = 20
_NLM_F_REQUEST: Final = 1
_TCP: Final = 6
_LISTENING: Final = 10
_ANY_STATE: Final = 0xFFFFFFFF
_NO_COOKIE: Final = b"\xff" * 8

_HEADER = struct.Struct("=IHHII")
#: Family, protocol, extensions, states; then the two ends.
_REQUEST = struct.Struct("=BBBxI")
_ENDS = struct.Struct("!HH16s16s4s8s")
#: Family, state, timer, retransmissions; the two ends; expiry, two queues, user, inode.
_ANSWER = struct.Struct("=BBBB48sIIIII")


def connection_owner(local: tuple[str, int], remote: tuple[str, int]) -> int | None:
    """The user id of the process that is connected from ``local`` to ``remote``.

    ``None``: no such connection is found, or its process has closed it.

    Raises:
        OSError: the system has nothing of the kind.
    """
    packed = ip_address(local[0]).packed, ip_address(remote[0]).packed
    family = AF_INET if len(packed[0]) == 4 else AF_INET6
    ends = _ENDS.pack(local[1], remote[1], *packed, bytes(4), _NO_COOKIE)
    request = _REQUEST.pack(family, _TCP, 0, _ANY_STATE) + ends
    header = _HEADER.pack(_HEADER.size + len(request), _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 0, 0)
    with OsSocket(_AF_NETLINK, SOCK_DGRAM, _NETLINK_SOCK_DIAG) as sock:
        sock.setblocking(False)  # The answer is there when the question is asked.
        sock.send(header + request)
        answer = sock.recv(4096)
    if _HEADER.unpack_from(answer)[1] != _SOCK_DIAG_BY_FAMILY:
        return None  # An error: not found, or the kernel has no such diagnosis.
    _, state, *_, uid, inode = _ANSWER.unpack_from(answer, _HEADER.size)
    # Where nobody is connected, who listens there is found instead; and what a process has closed is root's.
    return None if state == _LISTENING or not inode else int(uid)
