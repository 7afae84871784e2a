"""TLS for ``tcp.secure``."""

from __future__ import annotations


class TlsStream:
    """To come."""

    has_data = False

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        raise NotImplementedError
