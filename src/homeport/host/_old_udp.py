"""A UDP socket of ``chrome.socket``; see ``_old_socket.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from homeport.engine import ABANDONED, Outcome, SocketProperties
from homeport.manifest import Kind, SocketPermissions, parse_pattern
from homeport.net_errors import NetErrorCode

from ._old_answers import (
    CLOSED,
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
    from homeport.engine import Address, Session

_Shape: TypeAlias = Callable[[bytes, str, int], "dict[str, Any]"]

_ANY_SEND = SocketPermissions([parse_pattern(Kind.UDP_SEND, "*")])


class OldUdp:
    """A UDP socket: bound, or connected to one peer."""

    def __init__(self, session: Session, permissions: SocketPermissions, all_udp: dict[int, OldUdp]) -> None:
        self._session = session
        self._permissions = permissions
        self._all = all_udp
        self._asked = Asked()
        self._shape: _Shape = _datagram
        self._size = SIZE
        self._id = made(session.udp.create)
        all_udp[self._id] = self
        self._pause(True)

    def _pause(self, paused: bool) -> None:
        self._session.udp.set_paused(self._id, paused, ignore)

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
            return cannot_connect(self._session, "udp.send", host, port)
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
            return Outcome((_failure(shape, PENDING),))
        size = SIZE if size is None else size
        if size < 0:
            return Outcome((_failure(shape, INVALID),))
        if not able:
            return Outcome((_failure(shape, NOT_CONNECTED),))
        self._shape, self._size = shape, size
        answer = self._asked.ask()
        self._session.udp.update(self._id, SocketProperties(buffer_size=size), ignore)
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
            return Outcome((bytes_written(NOT_CONNECTED),))
        # The peer was looked up and allowed by its name; the manifest may not know its address.
        session = self._session
        declared = session.permissions
        session.permissions = self._permissions | _ANY_SEND
        try:
            return call(session.udp.send, self._id, data, peer.host, peer.port, None, shape=bytes_written)
        finally:
            session.permissions = declared

    def send_to(self, data: bytes, host: str, port: int) -> Result:
        """``sendTo``."""
        if not self._session.authorize("udp.send", host, port).allowed:
            return denied()
        if self._peer is not None:
            return look_up(self._session, host, port, Outcome((bytes_written(NOT_CONNECTED),)))
        return call(self._session.udp.send, self._id, data, host, port, None, shape=bytes_written)

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
        info = info_of("udp", known[0])
        if (peer := self._peer) is not None:
            info |= {"connected": True, "peerAddress": peer.host, "peerPort": peer.port}
        return info

    def disconnect(self) -> None:
        """``disconnect``: not bound either, afterwards."""
        self._break_off()
        self._session.udp.disconnect(self._id, ignore)

    def close(self) -> None:
        """``destroy``."""
        self._break_off()
        self._session.udp.close(self._id, ignore)
        self._all.pop(self._id, None)

    def _break_off(self) -> None:
        self._pause(True)
        self._asked.answer(Outcome((_failure(self._shape, CLOSED),)))

    def abandon(self) -> None:
        """Nobody answers any more."""
        self._asked.answer(ABANDONED)


def _datagram(data: bytes, address: str, port: int) -> dict[str, Any]:
    return {"resultCode": len(data), "data": data, "address": address, "port": port}


def _nobody(code: int) -> dict[str, Any]:
    return {"resultCode": code, "data": b"", "address": "", "port": 0}


def _failure(shape: _Shape, code: int) -> dict[str, Any]:
    return _nobody(code) if shape is _datagram else no_data(code)
