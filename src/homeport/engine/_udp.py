"""``chrome.sockets.udp``: one method per function, checks in Chromium's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homeport.net_errors import NetErrorCode, from_errno

from ._address import ip, is_loopback, parse_literal
from ._authorize import granted_by
from ._interfaces import OK, Done, Outcome
from ._multicast import change_membership, set_broadcast
from ._outcomes import (
    NOT_FOUND,
    OVER_QUOTA,
    UDP_DENIED,
    ZERO,
    denied,
    failed,
    send_denied,
    send_failed,
)
from ._table import SocketTable
from ._udp_socket import UdpSocket

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeport.net_errors import Context

    from ._network import Address, Buffer
    from ._session import Session

_MAX_SEND = 65535


class Udp(SocketTable[UdpSocket]):
    """The UDP sockets of one session."""

    __slots__ = ("_budget", "_door", "_looked_up", "_quota")

    def __init__(self, session: Session) -> None:
        super().__init__(session, UdpSocket)
        self._quota = session.quota
        self._door = session.engine.door
        self._budget = session.engine.door.budgets.of(session.app_id)
        #: Bytes that wait for a name to be looked up, and count for the quota.
        self._looked_up = 0

    @property
    def refused(self) -> int:
        """Datagrams of the app that were not sent because its budget was used up."""
        return self._budget.refused

    def bind(self, socket_id: int, address: str, port: int, done: Done) -> None:
        """Bind to a local address, which must be an IP literal, and receive."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        outcome = self._bind(sock, address, port)
        done(outcome)
        if outcome is ZERO:
            sock.start_reading()

    def _bind(self, sock: UdpSocket, address: str, port: int) -> Outcome:
        if not 0 <= port <= 65535:
            return failed(NetErrorCode.INVALID_ARGUMENT)
        decision = self.session.authorize("udp.bind", address, port)
        if not decision.allowed:
            return denied(decision, UDP_DENIED)
        if sock.raw is not None:
            return failed(NetErrorCode.CONNECTION_FAILED)
        local = parse_literal(address, port)
        if local is None:
            return failed(NetErrorCode.INVALID_ARGUMENT)
        return self._open(local, sock.bind, "bind")

    def _open(self, address: Address, take: Callable[[Address], None], context: Context) -> Outcome:
        """Have ``take`` make a socket of the system's, if there may be another."""
        if self.session.allowance.spent:
            return self.session.fails("udp.bind", address, NetErrorCode.INSUFFICIENT_RESOURCES)
        try:
            take(address)
        except OSError as error:
            return self.session.fails("udp.bind", address, from_errno(error.errno, context))
        return ZERO

    def connect(self, socket_id: int, host: str, port: int, done: Done) -> None:
        """Exchange datagrams with one peer, by ``send`` to it; for ``chrome.socket`` only."""
        if self.sockets.get(socket_id) is None:
            done(NOT_FOUND)
            return
        decision = self.session.authorize("udp.send", host, port)
        if decision.allowed:
            self.session.spawn(self._connect(socket_id, host, port, done))
        else:
            done(denied(decision, UDP_DENIED))

    async def _connect(self, socket_id: int, host: str, port: int, done: Done) -> None:
        found = await self.session.engine.resolver.resolve(host, port)
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
        elif isinstance(found, int):
            done(failed(found))
        else:
            done(self._connect_to(sock, host, found))

    def _connect_to(self, sock: UdpSocket, host: str, found: list[Address]) -> Outcome:
        if sock.raw is not None:
            return failed(NetErrorCode.CONNECTION_FAILED)
        decision = self.session.authorize_all("udp.send", host, found)
        if not decision.allowed:
            return denied(decision, UDP_DENIED)
        outcome = self._open(decision.addresses[0], sock.connect, "connect")
        sock.start_reading()
        return outcome

    def disconnect(self, socket_id: int, done: Done) -> None:
        """Neither bound nor connected any more, but still there; for ``chrome.socket`` only."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
        else:
            sock.close()
            done(OK)

    def peer(self, socket_id: int) -> Address | None:
        """Whom a socket is connected to."""
        sock = self.sockets.get(socket_id)
        return None if sock is None else sock.peer

    def send(
        self, socket_id: int, data: Buffer, address: str, port: int, dns_query_type: str | None, done: Done
    ) -> None:
        """Send one datagram to a name or address."""
        sock = self.sockets.get(socket_id)
        size = len(data)
        if sock is not None and sock.generation == self._door.generation:
            # The way of almost every datagram: where it goes was decided before.
            route = sock.routes.get((address, port, dns_query_type))
            if route is not None and size <= _MAX_SEND and size <= self._quota.left:
                if not route.metered or self._budget.take(size):
                    sock.send(data, size, route.sockaddr, done)
                else:
                    done(send_failed(NetErrorCode.INSUFFICIENT_RESOURCES))
                return
        if size > self._quota.left:
            done(OVER_QUOTA)
        elif sock is None:
            done(NOT_FOUND)
        elif not 0 <= port <= 65535:
            done(send_failed(NetErrorCode.INVALID_ARGUMENT))
        else:
            self._resolve_and_send(sock, data, size, (address, port, dns_query_type), done)

    def _resolve_and_send(
        self, sock: UdpSocket, data: Buffer, size: int, key: tuple[str, int, str | None], done: Done
    ) -> None:
        decision = self.session.authorize("udp.send", key[0], key[1])
        if not decision.allowed:
            done(send_denied(decision, UDP_DENIED))
            return
        found = self.session.engine.resolver.resolve_now(*key)
        if found is None and self.session.looks_up_too_much:
            found = int(NetErrorCode.HOST_RESOLVER_QUEUE_TOO_LARGE)
        if found is None:
            self._quota.take(size)
            self._looked_up += size
            self.session.spawn(self._look_up_and_send(sock, bytes(data), key, done))
        else:
            self._send_to(sock, data, size, found, key, done, remember=True)

    async def _look_up_and_send(
        self, sock: UdpSocket, data: bytes, key: tuple[str, int, str | None], done: Done
    ) -> None:
        found = await self.session.engine.resolver.resolve(*key)
        self._quota.give(len(data))
        self._looked_up -= len(data)
        if self.sockets.get(sock.id) is not sock:
            done(NOT_FOUND)
        else:
            self._send_to(sock, data, len(data), found, key, done, remember=False)

    def _send_to(
        self,
        sock: UdpSocket,
        data: Buffer,
        size: int,
        found: list[Address] | int,
        key: tuple[str, int, str | None],
        done: Done,
        *,
        remember: bool,
    ) -> None:
        """Send to the first allowed address. What needs no look-up next time is remembered."""
        if isinstance(found, int):
            done(send_failed(found))
            return
        if sock.raw is None:
            done(send_failed(NetErrorCode.SOCKET_NOT_CONNECTED))
            return
        decision = self.session.authorize_all("udp.send", key[0], found)
        if not decision.allowed:
            done(send_denied(decision, UDP_DENIED))
            return
        address = decision.addresses[0]
        route = sock.route(address, metered=not is_loopback(ip(address.host)))
        if isinstance(route, int):
            done(send_failed(route))
            return
        if remember and address.port:
            sock.remember(key, route, self._door.generation)
        if size > _MAX_SEND:
            done(send_failed(NetErrorCode.MSG_TOO_BIG))
        elif not address.port:
            # The kernel's answer on Linux; not all of them give it.
            done(send_failed(NetErrorCode.INVALID_ARGUMENT))
        elif route.metered and not self._budget.take(size):
            done(send_failed(NetErrorCode.INSUFFICIENT_RESOURCES))
        else:
            sock.send(data, size, route.sockaddr, done)

    def close(self, socket_id: int, done: Done) -> None:
        """Unbind and forget the socket."""
        sock = self.sockets.pop(socket_id, None)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.close()
        if self.session.credit is not None:
            self.session.credit.close("udp", socket_id, sock)
        done(OK)

    # Groups and broadcast

    def join_group(self, socket_id: int, address: str, done: Done) -> None:
        """Receive what is sent to a group, which must be an IP literal."""
        done(self._change_membership(socket_id, address, join=True))

    def leave_group(self, socket_id: int, address: str, done: Done) -> None:
        """Receive no more of that."""
        done(self._change_membership(socket_id, address, join=False))

    def _change_membership(self, socket_id: int, address: str, *, join: bool) -> Outcome:
        sock = self.sockets.get(socket_id)
        if sock is None:
            return NOT_FOUND
        decision = self.session.authorize("udp.multicastMembership", address, 0)
        if not decision.allowed:
            return denied(decision, UDP_DENIED)
        group = parse_literal(address)
        if group is None or (group.host in sock.groups) == join:
            return failed(NetErrorCode.ADDRESS_INVALID)
        if sock.raw is None or sock.peer is not None:
            return failed(NetErrorCode.UNEXPECTED)
        if sock.raw.family != group.family:
            return failed(NetErrorCode.ADDRESS_INVALID)
        try:
            change_membership(sock.raw, group, join, self.session.engine.multicast_interface)
        except OSError as error:
            return failed(from_errno(error.errno))
        if join:
            sock.groups.append(group.host)
        else:
            sock.groups.remove(group.host)
        return ZERO

    def set_multicast_time_to_live(self, socket_id: int, ttl: int, done: Done) -> None:
        """How many networks a datagram to a group may pass. Only before the first ``bind``."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
        elif sock.bind_tried:
            done(failed(NetErrorCode.SOCKET_IS_CONNECTED))
        elif not 0 <= ttl <= 255:
            done(failed(NetErrorCode.INVALID_ARGUMENT))
        else:
            sock.ttl = ttl
            done(ZERO)

    def set_multicast_loopback_mode(self, socket_id: int, enabled: bool, done: Done) -> None:
        """Whether this machine gets what the socket sends to a group. Only before the first ``bind``."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
        elif sock.bind_tried:
            done(failed(NetErrorCode.SOCKET_IS_CONNECTED))
        else:
            sock.loopback = enabled
            done(ZERO)

    def get_joined_groups(self, socket_id: int, done: Done) -> None:
        """The groups that the socket joined, in normal form."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        # What was joined was decided about one by one; the list shows nothing more.
        granted = granted_by(self.session.permissions, "udp.multicastMembership")
        done(Outcome((list(sock.groups),)) if granted else UDP_DENIED)

    def set_broadcast(self, socket_id: int, enabled: bool, done: Done) -> None:
        """Whether the socket may send to everybody on a network."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
        elif sock.raw is None:
            done(failed(NetErrorCode.SOCKET_NOT_CONNECTED))
        elif enabled and not (decision := self.session.authorize_broadcast()).allowed:
            done(denied(decision, UDP_DENIED))
        else:
            try:
                set_broadcast(sock.raw, enabled)
            except OSError as error:
                done(failed(from_errno(error.errno)))
            else:
                done(ZERO)

    # For the session

    def close_all(self) -> None:
        """Close every socket; nobody is told."""
        for sock in self.sockets.values():
            sock.close(silently=True)
        self.sockets.clear()
        # Who looks up is cancelled, perhaps before it began.
        self._quota.give(self._looked_up)

    def close_transient(self) -> None:
        """Close those that are not persistent."""
        for socket_id in [i for i, sock in self.sockets.items() if not sock.persistent]:
            self.close(socket_id, _nobody)

    def halt(self) -> None:
        """Stop receiving."""
        for sock in self.sockets.values():
            sock.stop_reading()

    def proceed(self) -> None:
        """Receive again."""
        for sock in self.sockets.values():
            sock.start_reading()


def _nobody(outcome: Outcome) -> None:
    """Nobody waits."""
