"""The Python face of a session: calls down to the engine, events up to listeners.

It keeps the session's one order. A result wakes a task, which runs in a later turn of the loop; events
that the engine causes after that result, and events that it causes inside a call, are held back until the
task has run.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from homeport.chrome import engine_routes
from homeport.engine import ABANDONED
from homeport.net_errors import NetErrorCode, error_text

from ._call import Call
from ._errors import CLOSED, NetError
from ._events import Event
from ._types import AcceptErrorInfo, AcceptInfo, ReceiveErrorInfo, TcpReceiveInfo, UdpReceiveInfo

if TYPE_CHECKING:
    from homeport.chrome import Route
    from homeport.engine import Outcome, Session

__all__ = ["Face"]

#: Bytes that an event counts for, beside its own, while somebody keeps it.
_KEPT = 128


class Face:
    """The sink of one session, and the way to it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._session: Session | None = None
        self._routes: dict[str, Route] = {}
        #: What undoes a call whose task was cancelled; it gets the socket's id.
        self._undo: dict[str, Callable[[Any], None]] = {}
        #: Whether everything is closed: calls end at once, and so do streams.
        self.closed = False
        # Above 0: events wait in the queue. One for each call that is being made, one for a drain to come.
        self._holding = 0
        self._draining = False
        self._queue: deque[Callable[[], None]] = deque()
        self._waiting: set[Call[Any]] = set()
        self._tasks: set[asyncio.Task[object]] = set()
        self._make_events()

    def _make_events(self) -> None:
        tasks = self._tasks
        tcp, udp, server = map(self._has_socket_of, ("tcp", "udp", "tcp_server"))
        self.on_tcp_receive: Event[TcpReceiveInfo] = Event(
            "sockets.tcp.onReceive", tasks, _Received(self, "tcp"), has_socket=tcp
        )
        self.on_tcp_receive_error: Event[ReceiveErrorInfo] = Event(
            "sockets.tcp.onReceiveError", tasks, has_socket=tcp
        )
        self.on_udp_receive: Event[UdpReceiveInfo] = Event(
            "sockets.udp.onReceive", tasks, _Received(self, "udp"), has_socket=udp
        )
        self.on_udp_receive_error: Event[ReceiveErrorInfo] = Event(
            "sockets.udp.onReceiveError", tasks, has_socket=udp
        )
        self.on_accept: Event[AcceptInfo] = Event("sockets.tcpServer.onAccept", tasks, has_socket=server)
        self.on_accept_error: Event[AcceptErrorInfo] = Event(
            "sockets.tcpServer.onAcceptError", tasks, has_socket=server
        )

    def _has_socket_of(self, namespace: str) -> Callable[[int], bool]:
        """Tells whether there is a socket of that namespace with an id."""
        return lambda socket_id: (
            self._session is not None and socket_id in getattr(self._session, namespace).sockets
        )

    def open(self, session: Session) -> None:
        """Work on ``session``, whose sink this is."""
        self._session = session
        self._routes = engine_routes(session)
        self._undo = {"sockets.tcp.connect": session.tcp.give_up, "sockets.tcp.secure": self._undo_secure}

    # Calls

    def call(
        self, name: str, args: tuple[object, ...], after: Callable[[Outcome], None] | None = None
    ) -> Call[Any]:
        """Call a function of the API now. ``after`` runs when it is over, ahead of whoever awaits it.

        Raises:
            InvocationError: the arguments do not fit.
        """
        call: Call[Any] = Call(self, name, args)
        route = self._routes.get(name)
        if route is None:  # Everything is closed, or nothing was ever allowed.
            call.finish(CLOSED)
            return call
        self._holding += 1
        try:
            route.call(args, call.finish if after is None else partial(_finish_after, call, after))
        finally:
            self._holding -= 1
        return call

    def suspended(self, call: Call[Any]) -> None:
        """A task waits for ``call``."""
        self._waiting.add(call)

    def woken(self, call: Call[Any]) -> None:
        """A task is about to run: events from now on come after it."""
        self._waiting.discard(call)
        self._drain_later()

    def cancelled(self, call: Call[Any]) -> None:
        """Nobody waits for ``call`` any more."""
        self._waiting.discard(call)
        undo = self._undo.get(call.function)
        if undo is None or self.closed:
            return
        self._holding += 1
        try:
            undo(call.args[0])
        finally:
            self._holding -= 1

    def _undo_secure(self, socket_id: int) -> None:
        # The socket may be gone; then there is nothing to undo.
        self._routes["sockets.tcp.close"].call((socket_id,), lambda outcome: None)
        self.on_tcp_receive.end(socket_id)

    # Events, from the engine

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """``sockets.tcp.onReceive``."""
        info = TcpReceiveInfo(socket_id, data)
        if self._holding:
            self._hold(partial(self.on_tcp_receive.dispatch, info))
        else:
            self.on_tcp_receive.dispatch(info)

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.tcp.onReceiveError``."""
        self._tell(partial(self._end_tcp, socket_id, result_code))

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        """``sockets.udp.onReceive``."""
        info = UdpReceiveInfo(socket_id, data, remote_address, remote_port)
        if self._holding:
            self._hold(partial(self.on_udp_receive.dispatch, info))
        else:
            self.on_udp_receive.dispatch(info)

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.udp.onReceiveError``."""
        self._tell(partial(self._end_udp, socket_id, result_code))

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        """``sockets.tcpServer.onAccept``."""
        self._tell(partial(self.on_accept.dispatch, AcceptInfo(socket_id, client_socket_id)))

    def accept_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.tcpServer.onAcceptError``."""
        self._tell(partial(self._end_accept, socket_id, result_code))

    def _end_tcp(self, socket_id: int, code: int) -> None:
        self.on_tcp_receive_error.dispatch(ReceiveErrorInfo(socket_id, code))
        self.on_tcp_receive.end(socket_id, _reason("sockets.tcp.onReceiveError", code))

    def _end_udp(self, socket_id: int, code: int) -> None:
        self.on_udp_receive_error.dispatch(ReceiveErrorInfo(socket_id, code))
        self.on_udp_receive.end(socket_id, _reason("sockets.udp.onReceiveError", code))

    def _end_accept(self, socket_id: int, code: int) -> None:
        self.on_accept_error.dispatch(AcceptErrorInfo(socket_id, code))
        self.on_accept.end(socket_id, _reason("sockets.tcpServer.onAcceptError", code))

    # The order of things

    def _tell(self, deliver: Callable[[], None]) -> None:
        if self._holding:
            self._hold(deliver)
        else:
            deliver()

    def _hold(self, deliver: Callable[[], None]) -> None:
        self._queue.append(deliver)
        self._drain_later()

    def _drain_later(self) -> None:
        if not self._draining:
            self._draining = True
            self._holding += 1
            self._loop.call_soon(self._drain)

    def _drain(self) -> None:
        # Still holding: what these deliveries cause comes after what they wake.
        for _ in range(len(self._queue)):
            self._queue.popleft()()
        self._draining = False
        self._holding -= 1
        if self._queue:
            self._drain_later()

    def use_credit(self, namespace: str, socket_id: int, size: int) -> None:
        """Something of a socket takes so many bytes beside those that were received."""
        if self._session is not None:
            self._session.use_credit(namespace, socket_id, size)

    def return_credit(self, namespace: str, socket_id: int, size: int) -> None:
        """So many bytes are free again."""
        if self._session is not None:
            self._session.return_credit(namespace, socket_id, size)

    # The end

    def close(self) -> None:
        """Close every socket, abort what is awaited, end the streams, cancel the listeners' tasks."""
        if self._session is not None:
            self._session.close()
        self.closed = True
        self._routes, self._undo = {}, {}
        for call in list(self._waiting):
            call.finish(ABANDONED)
        self._queue.clear()
        events: tuple[Event[Any], ...] = (
            self.on_tcp_receive,
            self.on_tcp_receive_error,
            self.on_udp_receive,
            self.on_udp_receive_error,
            self.on_accept,
            self.on_accept_error,
        )
        for event in events:
            event.close()
        for task in self._tasks:
            task.cancel()

    async def aclose(self) -> None:
        """:meth:`close`, and wait until no listener runs any more."""
        self.close()
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        await asyncio.gather(*tasks, return_exceptions=True)


class _Received:
    """The account of what one namespace receives."""

    __slots__ = ("_face", "_namespace")

    def __init__(self, face: Face, namespace: str) -> None:
        self._face = face
        self._namespace = namespace

    def keep(self, info: TcpReceiveInfo | UdpReceiveInfo) -> None:
        self._face.use_credit(self._namespace, info.socket_id, _KEPT)

    def consume(self, info: TcpReceiveInfo | UdpReceiveInfo, *, kept: bool) -> None:
        size = len(info.data) + (_KEPT if kept else 0)
        self._face.return_credit(self._namespace, info.socket_id, size)


def _finish_after(call: Call[Any], after: Callable[[Outcome], None], outcome: Outcome) -> None:
    after(outcome)
    call.finish(outcome)


def _reason(event: str, code: int) -> NetError | None:
    """Why a stream ends early; ``None`` where the peer just closed."""
    if code == NetErrorCode.CONNECTION_CLOSED:
        return None
    return NetError(event, code, error_text(code))
