"""The engine: every OS socket of the process, in sessions of one app each."""

from __future__ import annotations

import asyncio
import errno
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from homeport.net_errors import error_text

from ._address import parse_literal
from ._allowance import Allowance, SocketLimits
from ._authorize import Decision, Door, entry_for
from ._closer import Closer
from ._explain import Explainer, Explanation
from ._interfaces import Credit
from ._network import Network, OsNetwork, OsSocket, interface_index
from ._policy import OUTWARD
from ._quota import Quota
from ._resolve import Resolver
from ._second_look import SecondLook
from ._session import Session
from ._tcp_server import open_listener
from ._tls import TlsConfig, TlsContexts

if TYPE_CHECKING:
    from ._authorize import Permissions
    from ._interfaces import Sink
    from ._observer import Observer
    from ._policy import Policy
    from ._policy_file import PolicyFile
    from ._resolve import HostMap


class Engine:
    """All sockets of this process. One engine serves many sessions on one event loop."""

    def __init__(
        self,
        *,
        policy: Policy | PolicyFile | None = None,
        host_map: HostMap | None = None,
        resolver: Resolver | None = None,
        tls: TlsConfig | None = None,
        network: Network | None = None,
        multicast_interface: str | None = None,
        limits: SocketLimits = SocketLimits(),  # noqa: B008 (frozen)
        observer: Observer | None = None,
        strict_chromium: bool = False,
    ) -> None:
        self.network: Network = OsNetwork() if network is None else network
        self.door = Door(self.network, policy, None if observer is None else observer.policy_changed)
        self.resolver = resolver or Resolver(self.network, host_map)
        #: The number of the interface for groups; 0: the system chooses.
        self.multicast_interface = 0 if multicast_interface is None else interface_index(multicast_interface)
        self.tls = TlsContexts(tls)
        self.closer = Closer(self.network)
        self.second_look = SecondLook(self.network) if self.network.forgets_errors else None
        self.observer = observer
        self.strict_chromium = strict_chromium
        self.limits = limits
        self.allowance = Allowance(limits.total)
        self._sessions: dict[int, Session] = {}
        self._last_session = 0
        self._quotas: WeakValueDictionary[str, Quota] = WeakValueDictionary()

    def open_session(
        self,
        app_id: str,
        permissions: Permissions | None,
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

    async def explain(
        self, permissions: Permissions | None, operation: str, host: str, port: int
    ) -> Decision:
        """What would be decided, without doing it. The name is resolved, if the first rules let it be.

        ``permissions`` of an app that may look names up have an entry for ``dns.resolve``.
        """
        if operation != "dns.resolve":
            decision = self.door.authorize(permissions, operation, host, port)
        elif entry_for(permissions, operation, host, port) is None:
            decision = Decision(False, 'manifest: no permission "dns"')
        else:
            decision = self.door.authorize_look_up(host)
        if not decision.allowed or operation not in OUTWARD:
            return decision
        found = await self.resolver.resolve(host, port)
        if isinstance(found, int):
            return decision._replace(allowed=False, rule=f"{host}: {error_text(found)}")
        if decision.addresses == tuple(found):
            return decision
        final = self.door.authorize_all(operation, host, found)
        return final._replace(rule=f"{decision.rule}; {final.rule}") if final.allowed else final

    async def reasons(
        self, permissions: Permissions | None, operation: str, host: str, port: int
    ) -> Explanation:
        """As :meth:`explain`, with what the manifest, the never-list and the policy each say."""
        decision = await self.explain(permissions, operation, host, port)
        return await Explainer(self.door, self.resolver).explain(permissions, operation, host, port, decision)

    def listening_socket(self, host: str, port: int, *, backlog: int = 128) -> OsSocket:
        """A socket that listens at an IP address, for Homeport's own server. No app may reach its port.

        It is the server's to close; then :meth:`release_listener`. Raises :class:`OSError`.
        """
        address = parse_literal(host, port)
        if address is None:
            raise OSError(errno.EINVAL, f"{host!r} is not an IP address")
        sock = open_listener(OsNetwork(), address, backlog)
        self.door.never.add_listener(sock.getsockname()[1])
        return sock

    def guard_port(self, port: int) -> None:
        """Let no app reach ``port``, where a part of Homeport listens by itself, until it is released."""
        self.door.never.add_listener(port)

    def release_listener(self, port: int) -> None:
        """A server that had a listening socket at ``port`` is closed."""
        self.door.never.remove_listener(port)

    def forget(self, session: Session) -> None:
        """``session`` has closed."""
        self._sessions.pop(session.id, None)

    async def aclose(self) -> None:
        """Close every session, and wait until every socket is closed."""
        sessions = list(self._sessions.values())
        work = [task for session in sessions for task in session.tasks]
        for session in sessions:
            session.close()
        self.door.close()
        self.resolver.close()
        # Cancelled attempts to connect close their sockets when they next run.
        try:
            await asyncio.gather(*work, return_exceptions=True)
            await self.closer.aclose()
        finally:
            self.closer.abort()
