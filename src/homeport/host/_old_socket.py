"""``chrome.socket``, the API before ``chrome.sockets``, on top of a session of the engine.

The old API asks where the newer one tells: a ``read``, ``recvFrom`` or ``accept`` is answered when there is
something. So the engine's sockets stay paused, and are let go for as long as one answer is awaited; what is
not asked for waits in the kernel. Ids are of one space for all kinds. What may be reached is said by the
manifest's ``socket`` permission, never by its ``sockets`` key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from homeport.engine import Outcome, TlsVersions
from homeport.net_errors import NetErrorCode

from ._handlers import network_interfaces
from ._old_answers import Result, failed
from ._old_tcp import NO_TLS, OldTcp
from ._old_udp import OldUdp

if TYPE_CHECKING:
    from homeport.chrome import Dispatcher
    from homeport.engine import Engine
    from homeport.manifest import SocketPermissions

__all__ = ["OldSockets"]

_NOT_FOUND = "Socket not found"
_BAD_PORT = Outcome((), "Port must be a value between 0 and 65535.")
_NO_MULTICAST = "Only UDP socket supports multicast."
_NO_DATA = {"resultCode": -1, "data": b""}

OldSocket = OldTcp | OldUdp


class OldSockets:
    """All sockets of one page, and the functions of the namespace; the engine session's sink."""

    def __init__(self, engine: Engine, app_id: str, permissions: SocketPermissions) -> None:
        # Nothing is read that was not asked for, so there is nothing to bound.
        self._session = engine.open_session(app_id, permissions, self, credit=None)
        self._permissions = permissions
        self._sockets: dict[int, OldSocket] = {}
        self._tcp: dict[int, OldTcp] = {}
        self._servers: dict[int, OldTcp] = {}
        self._udp: dict[int, OldUdp] = {}
        self._last = 0

    def register(self, dispatcher: Dispatcher) -> None:
        """Answer the functions of ``chrome.socket``."""
        handlers: dict[str, Callable[..., Any]] = {
            "create": self._create,
            "destroy": self._destroy,
            "connect": self._connect,
            "bind": self._bind,
            "disconnect": self._disconnect,
            "read": self._read,
            "write": self._write,
            "recvFrom": self._receive_from,
            "sendTo": self._send_to,
            "listen": self._listen,
            "accept": self._accept,
            "setKeepAlive": self._set_keep_alive,
            "setNoDelay": self._set_no_delay,
            "getInfo": self._get_info,
            "getNetworkList": network_interfaces,
            "joinGroup": self._join_group,
            "leaveGroup": self._leave_group,
            "setMulticastTimeToLive": self._set_time_to_live,
            "setMulticastLoopbackMode": self._set_loopback,
            "getJoinedGroups": self._joined_groups,
            "secure": self._secure,
        }
        for name, handler in handlers.items():
            dispatcher.register(f"socket.{name}", handler)

    def close(self) -> None:
        """Close everything; what is asked stays without an answer."""
        self._session.close()
        for socket in self._sockets.values():
            socket.abandon()
        self._sockets.clear()

    # The functions

    def _create(self, kind: str, _options: object) -> dict[str, int]:
        return {"socketId": self._add(self._new_tcp() if kind == "tcp" else self._new_udp())}

    def _destroy(self, socket_id: int) -> Outcome:
        socket = self._sockets.pop(socket_id, None)
        if socket is None:
            return Outcome((), _NOT_FOUND)
        socket.close()
        return Outcome()

    def _disconnect(self, socket_id: int) -> Outcome:
        socket = self._found(socket_id)
        if socket is None:
            return Outcome((), _NOT_FOUND)
        socket.disconnect()
        return Outcome()

    def _connect(self, socket_id: int, host: str, port: int) -> Result:
        if not 0 <= port <= 65535:
            return _BAD_PORT
        socket = self._found(socket_id)
        return failed(_NOT_FOUND) if socket is None else socket.connect(host, port)

    def _bind(self, socket_id: int, address: str, port: int) -> Result:
        if not 0 <= port <= 65535:
            return _BAD_PORT
        match self._found(socket_id):
            case None:
                return failed(_NOT_FOUND)
            case OldTcp():
                return failed("TCP socket does not support bind. For TCP server please use listen.")
            case OldUdp() as socket:
                return socket.bind(address, port)

    def _listen(self, socket_id: int, address: str, port: int, backlog: int | None) -> Result:
        match self._found(socket_id):
            case None:
                return failed(_NOT_FOUND)
            case OldUdp():
                return failed("Socket type does not support this API", int(NetErrorCode.FAILED))
            case OldTcp() as socket:
                return socket.listen(address, port, backlog)

    def _accept(self, socket_id: int) -> Result:
        match self._found(socket_id):
            case None:
                return failed(_NOT_FOUND, {"resultCode": int(NetErrorCode.FAILED)})
            case OldTcp() as socket:
                return socket.accept()
            case OldUdp():
                return Outcome(({"resultCode": int(NetErrorCode.FAILED)},))

    def _read(self, socket_id: int, size: int | None) -> Result:
        socket = self._found(socket_id)
        return failed(_NOT_FOUND, _NO_DATA) if socket is None else socket.read(size)

    def _write(self, socket_id: int, data: bytes) -> Result:
        socket = self._found(socket_id)
        return failed(_NOT_FOUND, {"bytesWritten": -1}) if socket is None else socket.write(data)

    def _receive_from(self, socket_id: int, size: int | None) -> Result:
        match self._found(socket_id):
            case OldUdp() as socket:
                return socket.receive_from(size)
            case _:
                return failed(_NOT_FOUND, {"resultCode": -1, "data": b"", "address": "", "port": 0})

    def _send_to(self, socket_id: int, data: bytes, host: str, port: int) -> Result:
        if not 0 <= port <= 65535:
            return _BAD_PORT
        match self._found(socket_id):
            case None:
                return failed(_NOT_FOUND)
            case OldTcp() as socket:
                return socket.send_to(host, port)
            case OldUdp() as socket:
                return socket.send_to(data, host, port)

    def _set_keep_alive(self, socket_id: int, enable: bool, delay: int | None) -> Result:
        match self._found(socket_id):
            case None:
                return failed(_NOT_FOUND, False)
            case OldTcp() as socket:
                return socket.option(self._session.tcp.set_keep_alive, enable, delay)
            case OldUdp():
                return Outcome((False,))

    def _set_no_delay(self, socket_id: int, no_delay: bool) -> Result:
        match self._found(socket_id):
            case None:
                return failed(_NOT_FOUND, False)
            case OldTcp() as socket:
                return socket.option(self._session.tcp.set_no_delay, no_delay)
            case OldUdp():
                return Outcome((False,))

    def _get_info(self, socket_id: int) -> Outcome:
        socket = self._found(socket_id)
        return Outcome((), _NOT_FOUND) if socket is None else Outcome((socket.info(),))

    def _join_group(self, socket_id: int, address: str) -> Result:
        return self._multicast(socket_id, lambda udp: udp.group(self._session.udp.join_group, address))

    def _leave_group(self, socket_id: int, address: str) -> Result:
        return self._multicast(socket_id, lambda udp: udp.group(self._session.udp.leave_group, address))

    def _set_time_to_live(self, socket_id: int, ttl: int) -> Result:
        return self._multicast(
            socket_id, lambda udp: udp.group(self._session.udp.set_multicast_time_to_live, ttl)
        )

    def _set_loopback(self, socket_id: int, enabled: bool) -> Result:
        return self._multicast(
            socket_id, lambda udp: udp.group(self._session.udp.set_multicast_loopback_mode, enabled)
        )

    def _joined_groups(self, socket_id: int) -> Result:
        return self._multicast(socket_id, lambda udp: udp.groups())

    def _multicast(self, socket_id: int, act: Callable[[OldUdp], Result]) -> Result:
        match self._found(socket_id):
            case None:
                return failed(_NOT_FOUND)
            case OldTcp():
                return failed(_NO_MULTICAST)
            case OldUdp() as socket:
                return act(socket)

    def _secure(self, socket_id: int, options: dict[str, Any] | None) -> Result:
        versions = (options or {}).get("tlsVersion") or {}
        match self._found(socket_id):
            case None:
                return Outcome((int(NetErrorCode.INVALID_ARGUMENT),), _NOT_FOUND)
            case OldUdp():
                return NO_TLS
            case OldTcp() as socket:
                return socket.secure(TlsVersions(versions.get("min"), versions.get("max")))

    # The table

    def _found(self, socket_id: int) -> OldSocket | None:
        """The socket of that id, as long as it is there: a handshake that fails destroys it."""
        socket = self._sockets.get(socket_id)
        if isinstance(socket, OldTcp) and socket.destroyed:
            self._sockets.pop(socket_id).close()
            return None
        return socket

    def _add(self, socket: OldSocket) -> int:
        self._last += 1
        self._sockets[self._last] = socket
        return self._last

    def _new_tcp(self, engine_id: int | None = None) -> OldTcp:
        return OldTcp(self._session, self._tcp, self._servers, self._accepted, engine_id)

    def _accepted(self, engine_id: int) -> int:
        return self._add(self._new_tcp(engine_id))

    def _new_udp(self) -> OldUdp:
        return OldUdp(self._session, self._permissions, self._udp)

    # What the engine tells (engine.Sink)

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """Bytes for a read."""
        self._tcp[socket_id].received(data)

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        """The end of a stream."""
        self._tcp[socket_id].ended(result_code)

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        """A datagram for a read."""
        self._udp[socket_id].received(data, remote_address, remote_port)

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        """No datagram for a read."""
        self._udp[socket_id].receive_failed(result_code)

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        """A connection for an accept."""
        self._servers[socket_id].connected(client_socket_id)

    def accept_error(self, socket_id: int, result_code: int) -> None:
        """No connection for an accept."""
        self._servers[socket_id].accept_failed(result_code)
