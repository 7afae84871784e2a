"""A session: one app's sockets, their one stream of events, and what they share."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from homeport.net_errors import NetErrorCode

from ._allowance import Allowance
from ._authorize import Granted
from ._credit import CreditAccount
from ._outcomes import failed
from ._policy import OUTWARD
from ._table import SocketTable
from ._tcp import Tcp
from ._tcp_server import TcpServer
from ._udp import Udp

if TYPE_CHECKING:
    from ._authorize import Decision, Permissions
    from ._credit import Holder
    from ._engine import Engine
    from ._interfaces import Credit, Outcome, Sink
    from ._network import Address, Network
    from ._quota import Quota

# A namespace (Tcp, TcpServer, Udp) is built as ``Namespace(session)`` and keeps the session. It offers one
# method per API function, plus what the session calls:
#
#   namespace.close_all()         session.close(): close every socket; no done, no event any more
#   namespace.close_transient()   session.suspend(): close those that are not persistent
#   namespace.halt(), .proceed()  session.suspend()/resume(): stop and start reading; `session.halted` is set
#
# What a session offers to its namespaces:
#
#   session.engine          engine.strict_chromium, engine.resolver, engine.door
#   session.network         the engine's Network
#   session.sink            read it at each event (it changes on suspend and resume, and may be an observer)
#   session.slicing         cut events to bufferSize?
#   session.halted          suspended: do not read
#   session.permissions     Permissions | None
#   session.quota           Quota: quota.take(n) -> bool; quota.give(n)
#   session.allowance       Allowance: how many sockets are open, and whether another may be
#   session.knows_too_many  whether `create` must refuse
#   session.credit          CreditAccount | None (None: no bound): see _credit.py
#   session.authorize(operation, host, port) -> Decision             the one door, before anything is resolved
#   session.authorize_all(operation, host, addresses) -> Decision    and which of its addresses
#   session.fails(operation, address, code) -> Outcome               of a listener or a binding
#   session.looks_up_too_much  whether no other call may wait for a name
#   session.spawn(coroutine)   for what awaits (look-ups); cancelled when the session closes


class Muted:
    """A sink for events that nobody hears."""

    __slots__ = ()

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """Drop."""

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        """Drop."""

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        """Drop."""

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        """Drop."""

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        """Drop."""

    def accept_error(self, socket_id: int, result_code: int) -> None:
        """Drop."""


_MUTED = Muted()


class Session:
    """One app at work. Made by :meth:`Engine.open_session`."""

    def __init__(
        self,
        engine: Engine,
        session_id: int,
        app_id: str,
        permissions: Permissions | None,
        sink: Sink,
        quota: Quota,
        *,
        slicing: bool,
        credit: Credit | None,
    ) -> None:
        self.engine = engine
        self.id = session_id
        self.app_id = app_id
        self.permissions = permissions
        self._granted = Granted(engine.door)
        self.quota = quota
        self.slicing = slicing
        self.credit = None if credit is None else CreditAccount(credit)
        #: How many sockets are open, and whether another may be.
        self.allowance = Allowance(engine.limits.session, engine.allowance)
        #: Bytes that came in at the session's sockets, and that the kernel took from them.
        self.received = 0
        self.sent = 0
        self.closed = False
        self.halted = False
        self.network: Network = engine.network
        #: What awaits something on behalf of a call.
        self.tasks: set[asyncio.Task[None]] = set()
        #: Addresses that the app itself asks for now.
        self._asked = 0
        self.sink = self._watched(sink)
        self.tcp = Tcp(self)
        self.tcp_server = TcpServer(self)
        self.udp = Udp(self)

    def _watched(self, sink: Sink) -> Sink:
        observer = self.engine.observer
        return sink if observer is None else observer.watch(self, sink)

    def authorize(self, operation: str, host: str, port: int) -> Decision:
        """May the app do this? The one door, asked before a name is resolved."""
        decision = self._granted.authorize(self.permissions, operation, host, port)
        observer = self.engine.observer
        if observer is not None and not (decision.allowed and operation in OUTWARD):
            observer.decided(self, operation, host, port, decision)
        return decision

    def authorize_broadcast(self) -> Decision:
        """May a socket send to everybody on a network?"""
        decision = self.engine.door.authorize_broadcast()
        if self.engine.observer is not None:
            self.engine.observer.decided(self, "udp.broadcast", "*", 0, decision)
        return decision

    def authorize_all(
        self, operation: str, host: str, addresses: Sequence[Address], asked: Decision | None = None
    ) -> Decision:
        """Which of the addresses that ``host`` means may the app reach? There is at least one.

        ``asked``: what :meth:`authorize` said just now, which is final for the address that it names.
        """
        if asked is not None and asked.addresses == tuple(addresses):
            decision = asked
        else:
            decision = self.engine.door.authorize_all(operation, host, addresses)
        if self.engine.observer is not None:
            self.engine.observer.decided(self, operation, host, addresses[0].port, decision)
        return decision

    async def look_up(self, host: str) -> str | int:
        """The address that ``host`` means, or the code of why there is none, for an app that may ask."""
        door = self.engine.door
        decision = door.authorize_look_up(host)
        if decision.allowed:
            if self.looks_up_too_much:
                return int(NetErrorCode.HOST_RESOLVER_QUEUE_TOO_LARGE)
            self._asked += 1
            try:
                addresses = await self.engine.resolver.resolve(host, 0)
            finally:
                self._asked -= 1
            if isinstance(addresses, int):
                return addresses
            decision = door.authorize_all("dns.resolve", host, addresses)
        if self.engine.observer is not None:
            self.engine.observer.decided(self, "dns.resolve", host, 0, decision)
        return decision.addresses[0].host if decision.allowed else int(NetErrorCode.ACCESS_DENIED)

    def fails(self, operation: str, address: Address, code: int) -> Outcome:
        """The outcome of a listener or a binding that came to nothing, once the observer knows of it."""
        if self.engine.observer is not None:
            self.engine.observer.failed(self, operation, address.host, address.port, int(code))
        return failed(code)

    @property
    def knows_too_many(self) -> bool:
        """Whether the app has made so many sockets without closing them that it may make no other."""
        known = len(self.tcp.sockets) + len(self.tcp_server.sockets) + len(self.udp.sockets)
        return known >= self.engine.limits.known

    def return_credit(self, namespace: str, socket_id: int, size: int) -> None:
        """The face has consumed ``size`` bytes that it got from a socket, which may be gone by now."""
        if self.credit is None or self.closed:
            return
        holder = self._holder(namespace, socket_id)
        if holder is None:
            self.credit.repay_closed(namespace, socket_id, size)
        else:
            self.credit.repay(holder, size)

    def use_credit(self, namespace: str, socket_id: int, size: int) -> None:
        """What the face got from a socket takes ``size`` bytes more. They are returned in the same way."""
        if self.credit is not None and (holder := self._holder(namespace, socket_id)) is not None:
            self.credit.charge(holder, size)

    def _holder(self, namespace: str, socket_id: int) -> Holder | None:
        table: SocketTable[Any] = self.tcp if namespace == "tcp" else self.udp
        holder: Holder | None = table.sockets.get(socket_id)
        return holder

    @property
    def looks_up_too_much(self) -> bool:
        """Whether so many calls wait for names to be looked up that no other may."""
        return len(self.tasks) + self._asked >= self.engine.limits.session

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do ``work``, which awaits something, until it is done or the session closes."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def hold(self) -> None:
        """Read and accept nothing more until :meth:`resume`: the app is about to go. Nothing closes."""
        self.halted = True
        for namespace in (self.tcp_server, self.udp, self.tcp):
            namespace.halt()

    def go_on(self) -> None:
        """Undo :meth:`hold`: the app stays."""
        if self.closed:
            return
        self.halted = False
        for namespace in (self.tcp_server, self.udp, self.tcp):
            namespace.proceed()

    def suspend(self) -> None:
        """The app is gone for now: close what is not persistent, read nothing, tell nothing."""
        if self.closed or self.sink is _MUTED:
            return
        self.halted = True
        self.sink = _MUTED
        for namespace in (self.tcp_server, self.udp, self.tcp):
            namespace.close_transient()
            namespace.halt()

    def resume(self, sink: Sink) -> None:
        """The app is back, and hears by ``sink``. What was under way to it before counts as consumed."""
        if self.closed:
            return
        self.sink = self._watched(sink)
        if self.credit is not None:
            self.credit.reset([*self.tcp.sockets.values(), *self.udp.sockets.values()])
            for sock in self.tcp.sockets.values():
                self.credit.charge(sock, sock.held)  # the new face gets these
        self.go_on()

    def close(self) -> None:
        """Close every socket. No ``done`` and no event follows."""
        if self.closed:
            return
        self.closed = True
        self.halted = True
        self.permissions = None
        self.sink = _MUTED
        for task in self.tasks:
            task.cancel()
        for namespace in (self.tcp_server, self.udp, self.tcp):
            namespace.close_all()
        self.engine.forget(self)
