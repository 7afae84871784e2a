"""A TCP socket of ``chrome.socket``; see ``_old_socket.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from homeport.engine import ABANDONED, Outcome
from homeport.net_errors import NetErrorCode

from ._old_answers import (
    CLOSED,
    FAILED,
    INVALID,
    NOT_CONNECTED,
    PENDING,
    SIZE,
    Asked,
    Result,
    bytes_written,
    call,
    cannot_connect,
    denied,
    ignore,
    info_of,
    look_up,
    made,
    no_data,
)

if TYPE_CHECKING:
    from homeport.engine import Done, Session, TlsVersions

_NOT_BOTH = int(NetErrorCode.NOT_IMPLEMENTED)
_SERVER_AND_CLIENT = "Cannot call both connect and listen on the same socket."
_CONNECTED = "Cannot listen on a socket that is already connected."
_CANNOT_LISTEN = "Could not listen on the specified port."
#: The answer of ``secure`` where it cannot be.
NO_TLS = Outcome((INVALID,), "Only TCP sockets are supported for TLS.")


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
        self._asked = Asked()
        self._size = SIZE
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
        self._id = made(self._session.tcp.create)
        self._clients[self._id] = self
        self._pause(True)

    def _pause(self, paused: bool) -> None:
        self._session.tcp.set_paused(self._id, paused, ignore)

    def connect(self, host: str, port: int) -> Result:
        """``connect``."""
        if self._serves:
            return cannot_connect(self._session, "tcp.connect", host, port)
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
        server = made(servers.create)
        servers.set_paused(server, True, ignore)
        answer = call(servers.listen, server, address, port, backlog)
        code = _code_of(answer)
        if code:
            servers.close(server, ignore)
            return Outcome((code,), "Unknown error." if code == INVALID else _CANNOT_LISTEN)
        self._drop_server()
        self._server = server
        self._servers[server] = self
        return answer

    def accept(self) -> Result:
        """``accept``."""
        if not self._server or self._asked.open:
            return Outcome(({"resultCode": FAILED},))
        answer = self._asked.ask()
        self._session.tcp_server.set_paused(self._server, False, ignore)
        return answer

    def connected(self, engine_id: int) -> None:
        """A connection came."""
        self._session.tcp_server.set_paused(self._server, True, ignore)
        self._asked.answer(Outcome(({"resultCode": 0, "socketId": self._accepted(engine_id)},)))

    def accept_failed(self, code: int) -> None:
        """No connection comes."""
        self._asked.answer(Outcome(({"resultCode": code},)))

    def read(self, size: int | None) -> Result:
        """``read``."""
        size = SIZE if size is None else size
        if self._asked.open:
            return Outcome((no_data(PENDING),))
        if not self._held and not self._readable():
            return Outcome((no_data(NOT_CONNECTED if self._client else FAILED),))
        if size <= 0:
            return Outcome((no_data(INVALID),))
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
        self._asked.answer(Outcome((no_data(0 if code == CLOSED else code),)))

    def _next(self) -> Outcome:
        data = bytes(self._held[: self._size])
        del self._held[: len(data)]
        return Outcome(({"resultCode": len(data), "data": data},))

    def write(self, data: bytes) -> Result:
        """``write``."""
        return call(self._session.tcp.send, self._id, data, shape=bytes_written)

    def send_to(self, host: str, port: int) -> Result:
        """``sendTo``, which it cannot."""
        return look_up(self._session, host, port, Outcome((bytes_written(FAILED),)))

    def option(self, change: Callable[..., None], *values: object) -> Result:
        """``setKeepAlive``, ``setNoDelay``."""
        return call(change, self._id, *values, shape=lambda code: code == 0)

    def secure(self, versions: TlsVersions) -> Result:
        """``secure``."""
        if self._secured:
            return NO_TLS
        if not self._readable():
            return Outcome((INVALID,), "Socket not connected")
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
        return info_of("udp" if self._secured else "tcp", known[0])

    def disconnect(self) -> None:
        """``disconnect``."""
        self._break_off()
        self._held.clear()
        if self._server:
            self._drop_server()
        else:
            self._session.tcp.disconnect(self._id, ignore)

    def close(self) -> None:
        """``destroy``."""
        self._break_off()
        self._drop_server()
        self._session.tcp.close(self._id, ignore)
        self._clients.pop(self._id, None)

    def abandon(self) -> None:
        """Nobody answers any more."""
        self._asked.answer(ABANDONED)

    def _break_off(self) -> None:
        ended: dict[str, Any] = {"resultCode": CLOSED} if self._server else no_data(CLOSED)
        self._asked.answer(Outcome((ended,)))

    def _drop_server(self) -> None:
        if self._server:
            self._servers.pop(self._server, None)
            self._session.tcp_server.close(self._server, ignore)
            self._server = 0


def _soon(outcome: Outcome) -> asyncio.Future[Outcome]:
    """An answer that comes behind those that are given already."""
    answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    answer.set_result(outcome)
    return answer


def _code_of(answer: Result) -> int:
    code = answer.args[0] if isinstance(answer, Outcome) and answer.args else FAILED
    return code if isinstance(code, int) else FAILED
