"""A session: one app's sockets, their one stream of events, and what they share."""

from __future__ import annotations

from typing import Generic, TypeVar

from ._interfaces import Outcome

NOT_FOUND = Outcome((), "Socket not found")

S = TypeVar("S")


class SocketTable(Generic[S]):
    """The sockets of one namespace of one session. Ids count from 1 and are never used again."""

    __slots__ = ("_last", "sockets")

    def __init__(self) -> None:
        self._last = 0
        #: By id, in order of creation.
        self.sockets: dict[int, S] = {}

    def next_id(self) -> int:
        """An id that no socket of this table ever had."""
        self._last += 1
        return self._last

    def get(self, socket_id: int) -> S | None:
        """The socket, or ``None`` when there is none: answer :data:`NOT_FOUND`."""
        return self.sockets.get(socket_id)


# A namespace (Tcp, TcpServer, Udp) is built as ``Namespace(session)`` and keeps the session. It offers one
# method per API function, plus what the session calls:
#
#   namespace.close_all()         session.close(): close every socket; no done, no event any more
#   namespace.close_transient()   session.suspend(): close those that are not persistent
#   namespace.halt(), .proceed()  session.suspend()/resume(): stop and start reading
#
# What a session offers to its namespaces:
#
#   session.engine          engine.strict_chromium, engine.resolver, engine.network, engine.policy
#   session.network         the engine's Network
#   session.sink            read it at each event (it changes on suspend and resume, and may be an observer)
#   session.slicing         cut events to bufferSize?
#   session.permissions     SocketPermissions | None
#   session.quota           Quota: quota.take(n) -> bool; quota.give(n)
#   session.credit          CreditAccount | None (None: no bound): see _credit.py
#   session.authorize(operation, host, port) -> Decision             the one door, before anything is resolved
#   session.authorize_address(operation, address) -> Decision        for each resolved address
