"""``chrome.sockets.tcpServer``: listening sockets and their accept loops."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from homeport.net_errors import NetErrorCode, from_errno

from ._address import normal_ip, parse_literal
from ._allowance import LONGEST_NAME
from ._interfaces import OK, Done, SocketProperties, TcpServerSocketInfo
from ._network import (
    AF_INET6,
    IPPROTO_IPV6,
    IPV6_V6ONLY,
    SO_EXCLUSIVEADDRUSE,
    SO_REUSEADDR,
    SOCK_STREAM,
    SOL_SOCKET,
    SOMAXCONN,
    Address,
)
from ._outcomes import NOT_FOUND, TCP_DENIED, ZERO, denied, failed
from ._table import SocketTable

if TYPE_CHECKING:
    from ._network import RawSocket
    from ._session import Session

#: Connections taken in one go, before others get their turn.
_BATCH: Final = 64
#: A connection that ended before it was accepted, in the words of several systems, and nothing to accept.
_PASSING: Final = (errno.ECONNABORTED, errno.ECONNRESET, errno.EPROTO, errno.EINTR)


class ServerSocket:
    """A socket of the tcpServer namespace, listening or not."""

    __slots__ = ("_accepting", "_session", "_watching", "id", "local", "name", "paused", "persistent", "sock")

    def __init__(self, session: Session, socket_id: int) -> None:
        self._session = session
        self.id = socket_id
        self.persistent = False
        self.name = ""
        self.paused = False
        self.sock: RawSocket | None = None
        self.local: Address | None = None
        #: The accept loop runs; and whether readiness is watched, which lags behind when the loop stops.
        self._accepting = False
        self._watching = False

    def update(self, properties: SocketProperties) -> None:
        """Overwrite what ``properties`` gives."""
        if properties.persistent is not None:
            self.persistent = properties.persistent
        if properties.name is not None:
            self.name = properties.name[:LONGEST_NAME]

    def info(self) -> TcpServerSocketInfo:
        """What ``getInfo`` tells."""
        local = self.local
        return TcpServerSocketInfo(
            self.id,
            self.persistent,
            self.paused,
            self.name or None,
            local and local.host,
            local and local.port,
        )

    def set_paused(self, paused: bool) -> None:
        """Stop or start the accept loop."""
        self.paused = paused
        if paused:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Run the accept loop, if the socket is in a state for it."""
        if self.sock is not None and not (self.paused or self._accepting or self._session.halted):
            self._accepting = True
            if not self._watching:
                self._watching = True
                self._session.network.add_reader(self.sock, self._acceptable)

    def stop(self) -> None:
        """Accept no more, for now."""
        self._accepting = False

    def _unwatch(self) -> None:
        if self._watching and self.sock is not None:
            self._watching = False
            self._session.network.remove_reader(self.sock)

    def drop(self) -> None:
        """Stop listening."""
        self.stop()
        self._unwatch()
        sock, self.sock, self.local = self.sock, None, None
        if sock is not None:
            self._session.allowance.give()
            sock.close()

    def _acceptable(self) -> None:
        for _ in range(_BATCH):
            if not self._accepting or self.sock is None or self.local is None:
                self._unwatch()
                return
            if self._session.allowance.spent or self._session.knows_too_many:
                self.fail(NetErrorCode.INSUFFICIENT_RESOURCES)
                return
            try:
                raw, peer = self.sock.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno in _PASSING:
                    continue
                self.fail(from_errno(error.errno, "accept"))
                return
            if not peer:  # Reset meanwhile, on some systems.
                raw.close()
                continue
            raw.setblocking(False)
            address = Address(self.local.family, normal_ip(peer[0]), peer[1])
            client_id = self._session.tcp.adopt(raw, address)
            self._session.sink.accept(self.id, client_id)

    def fail(self, code: int) -> None:
        """The accept loop ends with an error; the socket still listens."""
        self.stop()
        self.paused = True
        self._session.sink.accept_error(self.id, int(code))


class TcpServer(SocketTable[ServerSocket]):
    """The listening sockets of one session."""

    __slots__ = ()

    def __init__(self, session: Session) -> None:
        super().__init__(session, ServerSocket)

    def listen(self, socket_id: int, address: str, port: int, backlog: int | None, done: Done) -> None:
        """Listen at an IP address, given as a literal."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
        elif not 0 <= port <= 65535:
            done(failed(NetErrorCode.INVALID_ARGUMENT))
        elif not (decision := self.session.authorize("tcpServer.listen", address, port)).allowed:
            done(denied(decision, TCP_DENIED))
        else:
            self._listen(sock, address, port, SOMAXCONN if backlog is None else backlog, done)

    def _listen(self, sock: ServerSocket, text: str, port: int, backlog: int, done: Done) -> None:
        address = parse_literal(text, port)
        if address is None or backlog == 0:
            done(failed(NetErrorCode.INVALID_ARGUMENT))
            return
        if self.session.allowance.spent:
            done(self.session.fails("tcpServer.listen", address, NetErrorCode.INSUFFICIENT_RESOURCES))
            return
        try:
            raw = open_listener(self.session.network, address, backlog)
        except OSError as error:
            done(self.session.fails("tcpServer.listen", address, from_errno(error.errno, "listen")))
            return
        again = sock.sock is not None
        sock.drop()
        self.session.allowance.take()
        name = raw.getsockname()
        sock.sock, sock.local = raw, Address(raw.family, normal_ip(name[0]), name[1])
        done(ZERO)
        if again and not sock.paused:
            sock.fail(NetErrorCode.FAILED)
        else:
            sock.start()

    def disconnect(self, socket_id: int, done: Done) -> None:
        """Stop listening; the socket stays, and so do its connections."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.drop()
        done(OK)

    def close(self, socket_id: int, done: Done) -> None:
        """Stop listening and drop the socket; its connections stay."""
        sock = self.sockets.pop(socket_id, None)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.drop()
        done(OK)

    # For the session

    def close_all(self) -> None:
        """Close every socket."""
        for sock in self.sockets.values():
            sock.drop()
        self.sockets.clear()

    def close_transient(self) -> None:
        """Close those that are not persistent."""
        for sock in [s for s in self.sockets.values() if not s.persistent]:
            sock.drop()
            del self.sockets[sock.id]

    def halt(self) -> None:
        """Stop accepting."""
        for sock in self.sockets.values():
            sock.stop()

    def proceed(self) -> None:
        """Accept again."""
        for sock in self.sockets.values():
            sock.start()


Listener = TypeVar("Listener", bound="RawSocket", covariant=True)


class _MakesSockets(Protocol[Listener]):
    def socket(self, family: int, kind: int) -> Listener: ...


def open_listener(network: _MakesSockets[Listener], address: Address, backlog: int) -> Listener:
    """A listening socket. ``::`` takes IPv4 too. Raises :class:`OSError`."""
    sock = network.socket(address.family, SOCK_STREAM)
    try:
        if SO_EXCLUSIVEADDRUSE is None:
            # Connections of an earlier listener that are not quite over do not keep the port.
            sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        else:
            sock.setsockopt(SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1)
        if address.family == AF_INET6:
            sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)
        sock.bind(address.sockaddr)
        sock.listen(backlog if backlog > 0 else SOMAXCONN)
    except BaseException:
        sock.close()
        raise
    return sock
