"""The ``chrome`` object of a Python program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeport.engine import OPERATIONS

from ._tcp import Tcp
from ._tcp_server import TcpServer
from ._udp import Udp

if TYPE_CHECKING:
    from homeport.engine import Decision, Engine, Operation, Session
    from homeport.manifest import Manifest

    from ._face import Face

__all__ = ["Chrome", "Sockets"]


@dataclass(frozen=True, slots=True)
class Sockets:
    """``chrome.sockets``."""

    tcp: Tcp
    udp: Udp
    tcp_server: TcpServer


class Chrome:
    """What an app has as ``chrome``; made by :func:`homeport.open`."""

    def __init__(self, engine: Engine, session: Session, face: Face, manifest: Manifest) -> None:
        self._engine = engine
        self._session = session
        #: The app's manifest.
        self.manifest = manifest
        self._sockets = Sockets(Tcp(face), Udp(face), TcpServer(face))

    @property
    def sockets(self) -> Sockets:
        """``chrome.sockets``. As in Chromium it is absent where the manifest lacks the key ``sockets``."""
        if self.manifest.sockets is None:
            raise AttributeError('chrome.sockets is absent: the manifest has no "sockets" key')
        return self._sockets

    @property
    def app_id(self) -> str:
        """The app's id, 32 letters."""
        return self.manifest.app_id

    async def explain(self, operation: Operation, host: str, port: int) -> Decision:
        """Would ``operation`` (such as ``tcp.connect``) be allowed, by which rule? Connects to nothing."""
        if operation not in OPERATIONS:
            raise ValueError(f"no operation {operation!r}; there are {', '.join(sorted(OPERATIONS))}")
        return await self._engine.explain(self.manifest.sockets, operation, host, port)
