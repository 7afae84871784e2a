"""``chrome.sockets.tcp``: one method per function, checks in Chromium's order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from homeport.net_errors import NetErrorCode, from_errno

from ._address import normal_ip
from ._allowance import LONGEST_NAME
from ._dial import Dialer, set_keep_alive
from ._interfaces import ABANDONED, OK, Done, Outcome
from ._network import IPPROTO_TCP, TCP_NODELAY, Address, send_gathered
from ._outcomes import NOT_FOUND, OVER_QUOTA, TCP_DENIED, ZERO, denied, failed
from ._secure import secure
from ._table import SocketTable
from ._tcp_socket import TcpSocket

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._authorize import Decision
    from ._interfaces import TlsVersions
    from ._network import Buffer, RawSocket
    from ._session import Session

_GONE = failed(NetErrorCode.FAILED, "Socket not found")


class Tcp(SocketTable[TcpSocket]):
    """The client sockets of one session, and those that its servers accepted."""

    __slots__ = ("_quota",)

    def __init__(self, session: Session) -> None:
        super().__init__(session, TcpSocket)
        self._quota = session.quota

    def set_keep_alive(self, socket_id: int, enable: bool, delay: int | None, done: Done) -> None:
        """Probe a silent connection after ``delay`` seconds."""
        done(self._set_option(socket_id, lambda raw: set_keep_alive(raw, enable, delay or 0)))

    def set_no_delay(self, socket_id: int, no_delay: bool, done: Done) -> None:
        """Send small pieces at once, or gather them."""
        done(self._set_option(socket_id, lambda raw: raw.setsockopt(IPPROTO_TCP, TCP_NODELAY, int(no_delay))))

    def _set_option(self, socket_id: int, change: Callable[[RawSocket], object]) -> Outcome:
        sock = self.sockets.get(socket_id)
        if sock is None:
            return _GONE
        if sock.tls is not None or sock.handshake is not None:
            return failed(NetErrorCode.FAILED)
        connections = sock.connecting.attempts if sock.connecting is not None else filter(None, [sock.raw])
        changed = False
        try:
            for raw in connections:
                change(raw)
                changed = True
        except (OSError, OverflowError):
            return failed(NetErrorCode.FAILED)
        return ZERO if changed else failed(NetErrorCode.FAILED)

    def connect(
        self, socket_id: int, peer_address: str, peer_port: int, dns_query_type: str | None, done: Done
    ) -> None:
        """Connect to a name or address."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.host = peer_address[:LONGEST_NAME]
        if not 0 <= peer_port <= 65535:
            done(failed(NetErrorCode.INVALID_ARGUMENT))
        elif not (decision := self.session.authorize("tcp.connect", peer_address, peer_port)).allowed:
            done(denied(decision, TCP_DENIED))
        else:
            self._resolve(sock, (peer_address, peer_port, dns_query_type or "any"), decision, done)

    def _resolve(self, sock: TcpSocket, where: tuple[str, int, str], asked: Decision, done: Done) -> None:
        """Find the addresses and go on, never at once: what was called together comes before."""
        reach = partial(self._reach, sock, where[0], asked, sock.given_up, done)
        now = self.session.engine.resolver.resolve_now(*where)
        if now is None and self.session.looks_up_too_much:
            now = int(NetErrorCode.HOST_RESOLVER_QUEUE_TOO_LARGE)
        if now is None:
            self.session.spawn(self._look_up(where, reach))
        else:
            self.session.network.call_soon(reach, now)

    async def _look_up(
        self, where: tuple[str, int, str], go_on: Callable[[list[Address] | int], object]
    ) -> None:
        go_on(await self.session.engine.resolver.resolve(*where))

    def give_up(self, socket_id: int) -> None:
        """Undo a ``connect`` that nobody waits for any more, wherever it is.

        Other than ``disconnect``, which as in Chromium leaves the look-up of a name to end in a connection.
        """
        sock = self.sockets.get(socket_id)
        if sock is not None:
            sock.given_up += 1
            sock.disconnect(_nobody, OK)

    def _reach(
        self,
        sock: TcpSocket,
        host: str,
        asked: Decision,
        given_up: int,
        done: Done,
        addresses: list[Address] | int,
    ) -> None:
        """Connect to one of the ``addresses``, if that still makes sense."""
        if self.session.closed:
            return
        if sock.given_up != given_up:
            done(ABANDONED)
        elif isinstance(addresses, int):
            done(failed(addresses))
        elif self.sockets.get(sock.id) is not sock:
            done(NOT_FOUND)
        elif sock.connecting is not None or sock.upgraded:
            done(failed(NetErrorCode.CONNECTION_FAILED))
        elif sock.raw is not None:
            done(failed(NetErrorCode.SOCKET_IS_CONNECTED))
        elif not (decision := self.session.authorize_all("tcp.connect", host, addresses, asked)).allowed:
            done(denied(decision, TCP_DENIED))
        elif self.session.allowance.spent:
            done(failed(NetErrorCode.INSUFFICIENT_RESOURCES))
        else:
            sock.connecting = Connecting(sock, self.session, decision.addresses, done)
            sock.connecting.start()

    def disconnect(self, socket_id: int, done: Done) -> None:
        """Drop the connection; the socket stays."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.disconnect(done, OK)

    def secure(self, socket_id: int, versions: TlsVersions | None, done: Done) -> None:
        """Speak TLS from now on. The socket must be connected by ``connect``, paused and not sending."""
        secure(self, socket_id, versions, done)

    def send(self, socket_id: int, data: Buffer, done: Done) -> None:
        """Send all of ``data``, after what was sent before."""
        if type(data) is not bytes:
            data = _flat(data)
        size = len(data)
        if size > self._quota.left:
            done(OVER_QUOTA)
            return
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.send(data, size, done)

    def send_now(self, socket_id: int, data: Buffer, *more: Buffer) -> int:
        """Send what the kernel takes of ``data``, and of ``more`` behind it, at once; how many bytes.

        All are flat: bytes, or views. The rest is the caller's to send. None are taken where others wait,
        without a plain connection, and where it has failed: a later send is told that.
        """
        sock = self.sockets.get(socket_id)
        if sock is None:
            return 0
        clear = sock.clear
        if clear is None:
            return 0
        try:
            taken = send_gathered(clear, data, *more) if more else clear.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            sock.fail(error)
            return 0
        self.session.sent += taken
        return taken

    def send_promised(self, socket_id: int, data: Buffer, done: Done) -> None:
        """As :meth:`send`, for what the app was told already to be sent.

        It goes out though the socket is closed meanwhile; it counts for the quota, and is not held to it.
        """
        data = _flat(data)
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.send(data, len(data), done, promised=True)

    def close(self, socket_id: int, done: Done) -> None:
        """Drop the connection and the socket."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        self.destroy(sock, done, OK)

    def destroy(self, sock: TcpSocket, done: Done, outcome: Outcome) -> None:
        """Drop ``sock`` for good. ``done`` gets ``outcome``."""
        del self.sockets[sock.id]
        sock.disconnect(done, outcome)
        if self.session.credit is not None:
            self.session.credit.close("tcp", sock.id, sock)

    # For the session and its servers

    def adopt(self, raw: RawSocket, peer: Address) -> int:
        """Take in a connection that a server accepted: connected and paused. Its id."""
        sock = self.add()
        sock.paused = True
        sock.attach(raw, None, peer)
        return sock.id

    def close_all(self) -> None:
        """Close every socket; nobody is told."""
        for sock in self.sockets.values():
            if sock.connecting is not None:
                sock.connecting.cancel()
            sock.drop(flush=True)
        self.sockets.clear()

    def close_transient(self) -> None:
        """Close those that are not persistent."""
        self._close([i for i, sock in self.sockets.items() if not sock.persistent])

    def _close(self, ids: list[int]) -> None:
        for socket_id in ids:
            self.close(socket_id, _nobody)

    def halt(self) -> None:
        """Stop reading."""
        for sock in self.sockets.values():
            sock.stop_reading()

    def proceed(self) -> None:
        """Read again."""
        for sock in self.sockets.values():
            sock.start_reading()


class Connecting:
    """A socket's attempt to connect."""

    __slots__ = ("_dialer", "_done", "_session", "_sock")

    def __init__(self, sock: TcpSocket, session: Session, addresses: Sequence[Address], done: Done) -> None:
        self._sock = sock
        self._session = session
        self._done = done
        self._dialer = Dialer(session.network, addresses, self._connected, self._failed)

    @property
    def attempts(self) -> list[RawSocket]:
        """The connections that are being made, one of which it will be."""
        return self._dialer.attempts

    def start(self) -> None:
        """Begin."""
        self._session.allowance.take()  # for the attempt; the connection takes its own
        self._dialer.start()

    def cancel(self) -> Done:
        """Stop it, and tell nobody. Gives who waits for it."""
        self._dialer.cancel()
        self._over()
        return self._done

    def _over(self) -> None:
        self._sock.connecting = None
        self._session.allowance.give()

    def _failed(self, code: int) -> None:
        self._over()
        self._done(failed(code))

    def _connected(self, raw: RawSocket, peer: Address) -> None:
        self._over()
        sock = self._sock
        try:
            local = _local_name(raw, peer.family)
        except OSError as error:  # Reset meanwhile, on some systems.
            raw.close()
            self._done(failed(from_errno(error.errno, "connect")))
        else:
            sock.attach(raw, local, peer)
            self._done(ZERO)
            sock.start_reading()


def _flat(data: Buffer) -> bytes | memoryview:
    """The same bytes one after the other."""
    view = memoryview(data)
    return view.cast("B") if view.c_contiguous else view.tobytes()


def _nobody(outcome: Outcome) -> None:
    """Nobody waits."""


def _local_name(raw: RawSocket, family: int) -> Address:
    name = raw.getsockname()
    return Address(family, normal_ip(name[0]), name[1])
