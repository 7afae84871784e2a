"""What systemd and a service say to each other: readiness out, listening sockets in.

The protocols are public: ``sd_notify(3)`` (one datagram to ``$NOTIFY_SOCKET``) and ``sd_listen_fds(3)``
(descriptors from 3 on, counted by ``$LISTEN_FDS``, meant for ``$LISTEN_PID``).
"""

from __future__ import annotations

import os
import socket

_FIRST = 3


def notify(**state: str | int) -> bool:
    """Tell the service manager, as in ``notify(READY=1, STATUS="…")``; ``False`` where there is none."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return False
    address = "\0" + where[1:] if where[0] == "@" else where
    text = "\n".join(f"{key}={str(value).replace(chr(10), ' ')}" for key, value in state.items())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        try:
            out.sendto(text.encode(), address)
        except OSError:
            return False  # The manager went away; a service goes on without it.
    return True


def inherited_sockets() -> list[socket.socket]:
    """The sockets that the service manager opened for this process; they are handed out once."""
    meant_for, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if meant_for != str(os.getpid()) or not count.isdigit():
        return []
    sockets = []
    for descriptor in range(_FIRST, _FIRST + int(count)):
        os.set_inheritable(descriptor, False)
        sock = socket.socket(fileno=descriptor)
        sock.setblocking(False)
        sockets.append(sock)
    return sockets
