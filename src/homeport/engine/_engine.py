"""The engine: every OS socket of the process, in sessions of one app each."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

from homeport.net_errors import NetErrorCode

from ._interfaces import Credit
from ._network import AF_INET, AF_INET6, Address, Network, OsNetwork
from ._quota import Quota
from ._session import Session

if TYPE_CHECKING:
    from homeport.manifest import SocketPermissions

    from ._interfaces import Sink


class Observer(Protocol):
    """Sees every event of every session. Without one nothing is in the way of an event."""

    def watch(self, session: Session, sink: Sink) -> Sink:
        """The sink to use in place of ``sink``, which it must pass everything on to."""


class Engine:
    """All sockets of this process. One engine serves many sessions on one event loop."""

    def __init__(
        self,
        *,
        network: Network | None = None,
        observer: Observer | None = None,
        strict_chromium: bool = False,
    ) -> None:
        self.network: Network = OsNetwork() if network is None else network
        self.observer = observer
        self.strict_chromium = strict_chromium
        self._sessions: dict[int, Session] = {}
        self._last_session = 0
        self._quotas: WeakValueDictionary[str, Quota] = WeakValueDictionary()

    def open_session(
        self,
        app_id: str,
        permissions: SocketPermissions | None,
        sink: Sink,
        *,
        slicing: bool = False,
        credit: Credit | None = Credit(),  # noqa: B008 (frozen)
    ) -> Session:
        """Begin a session for one app. ``credit=None``: the face consumes what it gets at once."""
        self._last_session += 1
        quota = self._quotas.get(app_id)
        if quota is None:
            quota = self._quotas[app_id] = Quota()
        session = Session(
            self, self._last_session, app_id, permissions, sink, quota, slicing=slicing, credit=credit
        )
        self._sessions[session.id] = session
        return session

    def literal(self, text: str, port: int) -> Address | None:
        """The address that ``text`` spells, or ``None``."""
        try:
            ip = ipaddress.ip_address(text)
        except ValueError:
            return None
        return Address(AF_INET if ip.version == 4 else AF_INET6, str(ip), port)

    async def resolve(self, host: str, port: int, query: str) -> list[Address] | int:
        """The addresses of a name, or a code."""
        address = self.literal(host, port)
        if address is not None:
            return [address]
        try:
            found = await self.network.lookup(host, {"ipv4": AF_INET, "ipv6": AF_INET6}.get(query, 0))
        except OSError:
            return NetErrorCode.NAME_NOT_RESOLVED
        return [Address(family, ip, port, scope) for family, ip, scope in found]

    def forget(self, session: Session) -> None:
        """``session`` has closed."""
        self._sessions.pop(session.id, None)

    async def aclose(self) -> None:
        """Close every session, and wait until every socket is closed."""
        for session in list(self._sessions.values()):
            session.close()
        await asyncio.sleep(0)
