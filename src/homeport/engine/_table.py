"""What all namespaces have in common: a table of sockets, and the functions that any socket has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ._interfaces import OK, CreateInfo, Done, Outcome, SocketProperties
from ._outcomes import NOT_FOUND, TOO_MANY

if TYPE_CHECKING:
    from ._session import Session


class Socket(Protocol):
    """A socket of any namespace."""

    id: int

    def __init__(self, session: Session, socket_id: int) -> None: ...

    def update(self, properties: SocketProperties) -> None:
        """Overwrite what ``properties`` gives."""

    def set_paused(self, paused: bool) -> None:
        """Stop or start its events."""

    def info(self) -> Any:
        """What ``getInfo`` tells."""


S = TypeVar("S", bound=Socket)


class SocketTable(Generic[S]):
    """The sockets of one namespace of one session. Ids count from 1 and are never used again.

    Args:
        make: the namespace's kind of socket.
    """

    __slots__ = ("_last", "_make", "session", "sockets")

    def __init__(self, session: Session, make: type[S]) -> None:
        self.session = session
        self._make = make
        self._last = 0
        #: By id, in order of creation.
        self.sockets: dict[int, S] = {}

    def add(self) -> S:
        """A new socket, with an id that no socket of this table ever had."""
        self._last += 1
        sock = self.sockets[self._last] = self._make(self.session, self._last)
        return sock

    def get(self, socket_id: int) -> S | None:
        """The socket, or ``None`` when there is none: answer ``NOT_FOUND``."""
        return self.sockets.get(socket_id)

    # Functions of the API

    def create(self, properties: SocketProperties | None, done: Done) -> None:
        """Make a socket. It is not connected, bound or listening yet."""
        if self.session.knows_too_many:
            done(TOO_MANY)
            return
        sock = self.add()
        if properties is not None:
            sock.update(properties)
        done(Outcome((CreateInfo(sock.id),)))

    def update(self, socket_id: int, properties: SocketProperties, done: Done) -> None:
        """Change properties; those not given stay."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.update(properties)
        done(OK)

    def set_paused(self, socket_id: int, paused: bool, done: Done) -> None:
        """Stop or start its events. Strict: once ``done`` ran there is none until it is undone."""
        sock = self.sockets.get(socket_id)
        if sock is None:
            done(NOT_FOUND)
            return
        sock.set_paused(paused)
        done(OK)

    def get_info(self, socket_id: int, done: Done) -> None:
        """The state of one socket."""
        sock = self.sockets.get(socket_id)
        done(NOT_FOUND if sock is None else Outcome((sock.info(),)))

    def get_sockets(self, done: Done) -> None:
        """The state of all sockets."""
        done(Outcome(([sock.info() for sock in self.sockets.values()],)))
