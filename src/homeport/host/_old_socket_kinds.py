"""The two kinds of socket of ``chrome.socket``; see ``_old_socket.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from homeport.engine import ABANDONED, CreateInfo, Outcome, SendInfo, SocketProperties
from homeport.manifest import Kind, SocketPermissions, parse_pattern
from homeport.net_errors import NetErrorCode

if TYPE_CHECKING:
    from homeport.engine import Address, Done, Session, TlsVersions

#: How a function ends: now, or later.
Result: TypeAlias = "Outcome | asyncio.Future[Outcome]"
_Shape: TypeAlias = Callable[[bytes, str, int], "dict[str, Any]"]

_DENIED = "App does not have permission"
_SIZE = 4096
_CLOSED = int(NetErrorCode.CONNECTION_CLOSED)
_NOT_CONNECTED = int(NetErrorCode.SOCKET_NOT_CONNECTED)
_PENDING = int(NetErrorCode.IO_PENDING)
_FAILED = int(NetErrorCode.FAILED)
_NAMELESS = {
    int(code): "DNS resolution failed"
    for code in (NetErrorCode.NAME_NOT_RESOLVED, NetErrorCode.INTERNET_DISCONNECTED)
}
_NOT_BOTH = int(NetErrorCode.NOT_IMPLEMENTED)
_SERVER_AND_CLIENT = "Cannot call both connect and listen on the same socket."
_CONNECTED = "Cannot listen on a socket that is already connected."
_CANNOT_LISTEN = "Could not listen on the specified port."
_INFO_FIELDS = (
    ("peerAddress", "peer_address"),
    ("peerPort", "peer_port"),
    ("localAddress", "local_address"),
    ("localPort", "local_port"),
)
_ANY_SEND = SocketPermissions([parse_pattern(Kind.UDP_SEND, "*")])
_INVALID = int(NetErrorCode.INVALID_ARGUMENT)
#: The answer of ``secure`` where it cannot be.
NO_TLS = Outcome((_INVALID,), "Only TCP sockets are supported for TLS.")


def failed(text: str, result: object = -1) -> Outcome:
    """The function fails with a text in ``lastError``."""
    return Outcome((result,), text)


def denied(result: object = -1) -> Outcome:
    """The manifest does not allow it."""
    return failed(_DENIED, result)


def call(
    function: Callable[..., None],
    *args: object,
    shape: Callable[[int], object] = lambda code: code,
    texts: bool = False,
) -> Result:
    """Call the engine; the code that it answers goes through ``shape``. ``texts``: errors have theirs."""
    answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def done(outcome: Outcome) -> None:
        if not answer.done():
            answer.set_result(_in_old_words(outcome, shape, texts=texts))

    function(*args, done)
    return answer.result() if answer.done() else answer


def _in_old_words(outcome: Outcome, shape: Callable[[int], object], *, texts: bool) -> Outcome:
    """Few of the old API's functions have a text for what went wrong in the network."""
    if outcome is ABANDONED:
        return outcome
    text = outcome.error
    if not outcome.args:
        refused = text is not None and text.endswith("have permission")
        return denied(shape(-1)) if refused else Outcome((shape(_FAILED if text else 0),))
    code = outcome.args[0]
    if isinstance(code, SendInfo):
        code = code.result_code if code.bytes_sent is None else code.bytes_sent
    number = code if isinstance(code, int) else 0
    if number in _NAMELESS and not texts:
        return Outcome((number,), _NAMELESS[number])
    return Outcome((shape(number),), text if texts else None)


def _look_up(session: Session, host: str, port: int, otherwise: Outcome) -> Result:
    """What a socket cannot do with a host is refused once that is looked up."""

    async def refuse() -> Outcome:
        found = await session.engine.resolver.resolve(host, port)
        return Outcome((found,), _NAMELESS.get(found)) if isinstance(found, int) else otherwise

    return asyncio.ensure_future(refuse())


def _cannot_connect(session: Session, operation: str, host: str, port: int) -> Result:
    if not session.authorize(operation, host, port).allowed:
        return denied()
    return _look_up(session, host, port, Outcome((int(NetErrorCode.CONNECTION_FAILED),)))


def _made(create: Callable[..., None]) -> int:
    made: list[Outcome] = []
    create(SocketProperties(), made.append)
    info = made[0].args[0] if made[0].args else None
    return info.socket_id if isinstance(info, CreateInfo) else 0


def _bytes_written(code: int) -> dict[str, int]:
    return {"bytesWritten": code}


def _no_data(code: int) -> dict[str, Any]:
    return {"resultCode": code, "data": b""}


def _ignore(_: Outcome) -> None:
    pass


class _Asked:
    """The one thing that is asked for, until it is there."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[Outcome] | None = None

    @property
    def open(self) -> bool:
        return self._answer is not None

    def ask(self) -> asyncio.Future[Outcome]:
        self._answer = asyncio.get_running_loop().create_future()
        return self._answer

    def answer(self, outcome: Outcome) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(outcome)


class OldTcp:
    """A TCP socket: a client, or once it listens a server."""

    def __init__(
        self,
        session: Session,
        clients: dict[int, OldTcp],
        servers: dict[int, OldTcp],
        accepted: Callable[[int], int],
        engine_id: int | None = None,
    ) -> None:
        self._session = session
        self._clients = clients
        self._servers = servers
        self._accepted = accepted
        self._id = engine_id or 0
        self._server = 0
        self._asked = _Asked()
        self._size = _SIZE
        self._held = bytearray()
        #: It has been connected once, or tried to be; it has listened once, or tried to.
        self._client = engine_id is not None
        self._serves = False
        if engine_id is None:
            self._renew()
        else:
            clients[engine_id] = self

    def _renew(self) -> None:
        """A socket of the engine's, not connected, that reads nothing yet."""
        self._id = _made(self._session.tcp.create)
        self._clients[self._id] = self
        self._pause(True)

    def _pause(self, paused: bool) -> None:
        self._session.tcp.set_paused(self._id, paused, _ignore)

    def connect(self, host: str, port: int) -> Result:
        """``connect``."""
        if self._serves:
            return _cannot_connect(self._session, "tcp.connect", host, port)
        self._client = True
        return call(self._session.tcp.connect, self._id, host, port, None)

    def listen(self, address: str, port: int, backlog: int | None) -> Result:
        """``listen``."""
        if not self._session.authorize("tcpServer.listen", address, port).allowed:
            return denied()
        if self._client:
            return Outcome((_NOT_BOTH,), _CONNECTED if self._secured else _SERVER_AND_CLIENT)
        self._serves = True
        servers = self._session.tcp_server
        server = _made(servers.create)
        servers.set_paused(server, True, _ignore)
        answer = call(servers.listen, server, address, port, backlog)
        code = _code_of(answer)
        if code:
            servers.close(server, _ignore)
            return Outcome((code,), "Unknown error." if code == _INVALID else _CANNOT_LISTEN)
        self._drop_server()
        self._server = server
        self._servers[server] = self
        return answer

    def accept(self) -> Result:
        """``accept``."""
        if not self._server or self._asked.open:
            return Outcome(({"resultCode": _FAILED},))
        answer = self._asked.ask()
        self._session.tcp_server.set_paused(self._server, False, _ignore)
        return answer

    def connected(self, engine_id: int) -> None:
        """A connection came."""
        self._session.tcp_server.set_paused(self._server, True, _ignore)
        self._asked.answer(Outcome(({"resultCode": 0, "socketId": self._accepted(engine_id)},)))

    def accept_failed(self, code: int) -> None:
        """No connection comes."""
        self._asked.answer(Outcome(({"resultCode": code},)))

    def read(self, size: int | None) -> Result:
        """``read``."""
        size = _SIZE if size is None else size
        if self._asked.open:
            return Outcome((_no_data(_PENDING),))
        if not self._held and not self._readable():
            return Outcome((_no_data(_NOT_CONNECTED if self._client else _FAILED),))
        if size <= 0:
            return Outcome((_no_data(_INVALID),))
        self._size = size
        if self._held:
            return self._next()
        answer = self._asked.ask()
        self._pause(False)
        return answer

    def _readable(self) -> bool:
        return not self._server and bool(self.info()["connected"])

    def received(self, data: bytes) -> None:
        """Bytes came; no more are read before somebody asks."""
        self._pause(True)
        self._held += data
        if self._asked.open:
            self._asked.answer(self._next())

    def ended(self, code: int) -> None:
        """The stream is over: 0 says that it ended well."""
        self._asked.answer(Outcome((_no_data(0 if code == _CLOSED else code),)))

    def _next(self) -> Outcome:
        data = bytes(self._held[: self._size])
        del self._held[: len(data)]
        return Outcome(({"resultCode": len(data), "data": data},))

    def write(self, data: bytes) -> Result:
        """``write``."""
        return call(self._session.tcp.send, self._id, data, shape=_bytes_written)

    def send_to(self, host: str, port: int) -> Result:
        """``sendTo``, which it cannot."""
        return _look_up(self._session, host, port, Outcome((_bytes_written(_FAILED),)))

    def option(self, change: Callable[..., None], *values: object) -> Result:
        """``setKeepAlive``, ``setNoDelay``."""
        return call(change, self._id, *values, shape=lambda code: code == 0)

    def secure(self, versions: TlsVersions) -> Result:
        """``secure``."""
        if self._secured:
            return NO_TLS
        if not self._readable():
            return Outcome((_INVALID,), "Socket not connected")
        reads = self._asked.open

        def upgrade(engine_id: int, versions: TlsVersions, done: Done) -> None:
            def answered(outcome: Outcome) -> None:
                if self.destroyed:
                    self._break_off()
                done(outcome)

            self._session.tcp.secure(engine_id, versions, answered)

        answer = call(upgrade, self._id, versions, texts=True)
        return _soon(answer) if reads and isinstance(answer, Outcome) else answer

    @property
    def _secured(self) -> bool:
        """Whether it speaks TLS, or did: Chromium has another kind of socket for that."""
        sock = self._session.tcp.sockets.get(self._id)
        return sock is not None and sock.upgraded

    @property
    def destroyed(self) -> bool:
        """Whether the engine has given it up, as after a handshake that failed."""
        return not self._server and self._id not in self._session.tcp.sockets

    def info(self) -> dict[str, object]:
        """``getInfo``."""
        known: list[Outcome] = []
        if self._server:
            self._session.tcp_server.get_info(self._server, known.append)
        else:
            self._session.tcp.get_info(self._id, known.append)
        return _info("udp" if self._secured else "tcp", known[0])

    def disconnect(self) -> None:
        """``disconnect``."""
        self._break_off()
        self._held.clear()
        if self._server:
            self._drop_server()
        else:
            self._session.tcp.disconnect(self._id, _ignore)

    def close(self) -> None:
        """``destroy``."""
        self._break_off()
        self._drop_server()
        self._session.tcp.close(self._id, _ignore)
        self._clients.pop(self._id, None)

    def abandon(self) -> None:
        """Nobody answers any more."""
        self._asked.answer(ABANDONED)

    def _break_off(self) -> None:
        ended: dict[str, Any] = {"resultCode": _CLOSED} if self._server else _no_data(_CLOSED)
        self._asked.answer(Outcome((ended,)))

    def _drop_server(self) -> None:
        if self._server:
            self._servers.pop(self._server, None)
            self._session.tcp_server.close(self._server, _ignore)
            self._server = 0


class OldUdp:
    """A UDP socket: bound, or connected to one peer."""

    def __init__(self, session: Session, permissions: SocketPermissions, all_udp: dict[int, OldUdp]) -> None:
        self._session = session
        self._permissions = permissions
        self._all = all_udp
        self._asked = _Asked()
        self._shape: _Shape = _datagram
        self._size = _SIZE
        self._id = _made(session.udp.create)
        all_udp[self._id] = self
        self._pause(True)

    def _pause(self, paused: bool) -> None:
        self._session.udp.set_paused(self._id, paused, _ignore)

    @property
    def _peer(self) -> Address | None:
        return self._session.udp.peer(self._id)

    @property
    def _bound(self) -> bool:
        sock = self._session.udp.sockets.get(self._id)
        return sock is not None and sock.local is not None and sock.peer is None

    def bind(self, address: str, port: int) -> Result:
        """``bind``."""
        return call(self._session.udp.bind, self._id, address, port)

    def connect(self, host: str, port: int) -> Result:
        """``connect``: later ``write`` and ``read`` are with this peer only."""
        if self._bound or self._peer is not None:
            return _cannot_connect(self._session, "udp.send", host, port)
        return call(self._session.udp.connect, self._id, host, port)

    def read(self, size: int | None) -> Result:
        """``read``: a datagram of the peer's."""
        return self._ask(
            size,
            lambda data, _address, _port: {"resultCode": len(data), "data": data},
            able=self._peer is not None,
        )

    def receive_from(self, size: int | None) -> Result:
        """``recvFrom``: a datagram and its sender."""
        return self._ask(size, _datagram, able=self._bound)

    def _ask(self, size: int | None, shape: _Shape, *, able: bool) -> Result:
        if able and self._asked.open:
            return Outcome((_failure(shape, _PENDING),))
        size = _SIZE if size is None else size
        if size < 0:
            return Outcome((_failure(shape, _INVALID),))
        if not able:
            return Outcome((_failure(shape, _NOT_CONNECTED),))
        self._shape, self._size = shape, size
        answer = self._asked.ask()
        self._session.udp.update(self._id, SocketProperties(buffer_size=size), _ignore)
        self._pause(False)
        return answer

    def received(self, data: bytes, address: str, port: int) -> None:
        """A datagram came."""
        self._pause(True)
        if len(data) > self._size:
            self.receive_failed(int(NetErrorCode.MSG_TOO_BIG))
        else:
            self._asked.answer(Outcome((self._shape(data, address, port),)))

    def receive_failed(self, code: int) -> None:
        """A datagram could not be had."""
        self._asked.answer(Outcome((_failure(self._shape, code),)))

    def write(self, data: bytes) -> Result:
        """``write``: a datagram to the peer."""
        peer = self._peer
        if peer is None:
            return Outcome((_bytes_written(_NOT_CONNECTED),))
        # The peer was looked up and allowed by its name; the manifest may not know its address.
        session = self._session
        declared = session.permissions
        session.permissions = self._permissions | _ANY_SEND
        try:
            return call(session.udp.send, self._id, data, peer.host, peer.port, None, shape=_bytes_written)
        finally:
            session.permissions = declared

    def send_to(self, data: bytes, host: str, port: int) -> Result:
        """``sendTo``."""
        if not self._session.authorize("udp.send", host, port).allowed:
            return denied()
        if self._peer is not None:
            return _look_up(self._session, host, port, Outcome((_bytes_written(_NOT_CONNECTED),)))
        return call(self._session.udp.send, self._id, data, host, port, None, shape=_bytes_written)

    def group(self, change: Callable[..., None], value: object) -> Result:
        """The multicast functions."""
        return call(change, self._id, value, texts=True)

    def groups(self) -> Result:
        """``getJoinedGroups``."""
        known: list[Outcome] = []
        self._session.udp.get_joined_groups(self._id, known.append)
        return known[0] if known[0].args else denied()

    def info(self) -> dict[str, object]:
        """``getInfo``."""
        known: list[Outcome] = []
        self._session.udp.get_info(self._id, known.append)
        info = _info("udp", known[0])
        if (peer := self._peer) is not None:
            info |= {"connected": True, "peerAddress": peer.host, "peerPort": peer.port}
        return info

    def disconnect(self) -> None:
        """``disconnect``: not bound either, afterwards."""
        self._break_off()
        self._session.udp.disconnect(self._id, _ignore)

    def close(self) -> None:
        """``destroy``."""
        self._break_off()
        self._session.udp.close(self._id, _ignore)
        self._all.pop(self._id, None)

    def _break_off(self) -> None:
        self._pause(True)
        self._asked.answer(Outcome((_failure(self._shape, _CLOSED),)))

    def abandon(self) -> None:
        """Nobody answers any more."""
        self._asked.answer(ABANDONED)


def _soon(outcome: Outcome) -> asyncio.Future[Outcome]:
    """An answer that comes behind those that are given already."""
    answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    answer.set_result(outcome)
    return answer


def _code_of(answer: Result) -> int:
    code = answer.args[0] if isinstance(answer, Outcome) and answer.args else _FAILED
    return code if isinstance(code, int) else _FAILED


def _datagram(data: bytes, address: str, port: int) -> dict[str, Any]:
    return {"resultCode": len(data), "data": data, "address": address, "port": port}


def _nobody(code: int) -> dict[str, Any]:
    return {"resultCode": code, "data": b"", "address": "", "port": 0}


def _failure(shape: _Shape, code: int) -> dict[str, Any]:
    return _nobody(code) if shape is _datagram else _no_data(code)


def _info(kind: str, outcome: Outcome) -> dict[str, object]:
    state = outcome.args[0] if outcome.args else None
    info: dict[str, object] = {"socketType": kind, "connected": bool(getattr(state, "connected", False))}
    for name, field in _INFO_FIELDS:
        value = getattr(state, field, None)
        if value is not None:
            info[name] = value
    return info
