"""Where the server listens: on the loopback, at the same port of both its addresses."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import TYPE_CHECKING

from homeport.errors import UserError

if TYPE_CHECKING:
    from homeport.engine import Engine, OsSocket

__all__ = ["listen", "listen_at_first"]

_BACKLOG = 512
_ATTEMPTS = 20


def listen(engine: Engine, host: str, port: int) -> list[OsSocket]:
    """Sockets that listen at ``host`` and ``port`` (0: any free one).

    With ``127.0.0.1`` also at ``::1``: browsers try both for ``*.localhost``, and nobody else must be there.

    Raises:
        UserError: the port is taken, or the address is not one of this machine.
    """
    for _ in range(_ATTEMPTS):
        first = _open(engine, host, port)
        if host != "127.0.0.1":
            return [first]
        try:
            return [first, engine.listening_socket("::1", first.getsockname()[1], backlog=_BACKLOG)]
        except OSError as error:
            if error.errno in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                return [first]  # No IPv6 here, so nobody can be there.
            engine.release_listener(first.getsockname()[1])
            first.close()
            if port:
                raise UserError(f"Port {port} is taken at [::1]. Choose another with --port.") from error
    raise UserError("No port is free on the loopback.")


def listen_at_first(engine: Engine, host: str, ports: Iterable[int]) -> list[OsSocket]:
    """As :func:`listen`, at the first of several ports that can be had.

    Raises:
        UserError: none can.
    """
    last: UserError | None = None
    for port in ports:
        try:
            return listen(engine, host, port)
        except UserError as error:
            last = error
    assert last is not None  # noqa: S101 - there was one at least
    raise last


def _open(engine: Engine, host: str, port: int) -> OsSocket:
    try:
        return engine.listening_socket(host, port, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(f"Port {port} is taken at {host}. Choose another with --port.") from error
        raise UserError(f"Cannot listen at {host}:{port}: {error.strerror or error}.") from error
