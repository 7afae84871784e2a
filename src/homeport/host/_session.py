"""One page's session: the wire on one side, the API and the engine on the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from homeport.chrome import to_api
from homeport.engine import ABANDONED, Outcome, SendInfo
from homeport.wire import (
    ACK_DELAY,
    DROP_AFTER,
    MAX_KEPT,
    PING_AFTER,
    ByeCode,
    DaemonStream,
    ProtocolError,
    Received,
    encode_bye,
)

from ._promises import Promises
from ._weight import weight_of

if TYPE_CHECKING:
    from homeport.chrome import Dispatcher
    from homeport.engine import Session as EngineSession

    from ._channel import Channel

__all__ = ["MAX_OPEN_CALLS", "HostSession"]

_log = logging.getLogger("homeport.host")

MAX_OPEN_CALLS = 262_144
#: Bytes of arguments that open calls may hold together. Those of messages shorter than this are not counted.
MAX_HELD = 256 << 20
_LIGHT = 1 << 10
#: Turns of the loop that an event waits which comes of what nobody waits for, such as a close: behind that an
#: app often connects anew, which on this machine has its end by then.
_TURNS = 3
#: Seconds that a result may wait that nobody waits for.
_LATE = 0.025
_UNKNOWN_ERROR = "Unknown error."


class HostSession:
    """A page's session. It outlives the page's transport, and ends once.

    It is the engine session's sink and what the wire calls. Everything that one turn of the loop caused
    leaves together at the turn's end.

    Args:
        session_id: for people and logs.
        resumable: whether a dropped transport may come back.
        on_end: called once, when the session has ended, whatever the reason.
    """

    def __init__(
        self,
        session_id: str,
        *,
        resumable: bool,
        on_end: Callable[[HostSession], None],
    ) -> None:
        self.id = session_id
        self.ended = False
        self.channel: Channel | None = None
        self.stream = DaemonStream(self, resumable=resumable)
        self._promises = Promises(self.stream)
        self._engine: EngineSession
        self._dispatcher: Dispatcher
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._has_sockets = False
        self._open_calls = 0
        self._held = 0
        self._incoming = 0
        self._flushing = False
        self._told = False
        self._ack_timer: asyncio.TimerHandle | None = None
        self._heart_timer: asyncio.TimerHandle | None = None
        self._late_timer: asyncio.TimerHandle | None = None
        self._heard = 0.0
        self._pinged = False

    def serve(self, engine_session: EngineSession, dispatcher: Dispatcher) -> None:
        """Put the app's sockets behind it, and what answers calls by name. Before any page is attached."""
        self._engine = engine_session
        self._dispatcher = dispatcher
        self._has_sockets = engine_session.permissions is not None

    # The transport.

    def attach(self, channel: Channel, welcome: str, received: int | None = None) -> None:
        """Go on over ``channel``: first the welcome, then what the page lacks if it has ``received`` so many.

        Raises:
            ProtocolError: the page cannot have received so many.
        """
        lacking = [] if received is None else self.stream.resume(received)
        old, self.channel = self.channel, channel
        if old is not None:
            old.abort()
        channel.send(welcome)
        for message in lacking:
            channel.send(message)
        self._schedule()
        if self.stream.link.keeping:
            self._heard = self._loop.time()
            self._start_heart()

    def detach(self, channel: Channel) -> None:
        """``channel`` is lost. The session goes on and keeps what it has to say."""
        if self.channel is channel:
            self.channel = None
            self._stop_timers()

    def receive(self, message: Received) -> None:
        """Handle what came over the channel."""
        if self.ended:
            return
        self._heard = self._loop.time()
        self._pinged = False
        self._incoming = len(message)
        try:
            owes = self.stream.receive(message)
        except ProtocolError as error:
            self._refuse(error)
            return
        if owes:
            self._schedule()
        link = self.stream.link
        if link.keeping and self._ack_timer is None and link.unconfirmed:
            self._ack_timer = self._loop.call_later(ACK_DELAY, self._acknowledge)

    def end(self, code: ByeCode, reason: str) -> None:
        """End it and tell the page why."""
        if self.ended:
            return
        channel = self.channel
        if channel is not None:
            self.flush()
            channel.send(encode_bye(code, reason))
            channel.close()
        self._finish()

    def expire(self) -> None:
        """End it, with nobody there to be told."""
        if self.channel is not None:
            self.channel.close()
        self._finish()

    def _refuse(self, error: ProtocolError) -> None:
        _log.warning("session %s ends: %s", self.id, error.reason)
        channel = self.channel
        if channel is not None:
            channel.send(encode_bye(error.code, error.reason))
            channel.close()
        self._finish()

    def _finish(self) -> None:
        if self.ended:
            return
        self.ended = True
        self.channel = None
        self._stop_timers()
        self._dispatcher.close()
        self._on_end(self)

    # Out: batched, once a turn.

    def _schedule(self) -> None:
        if not self._flushing:
            self._flushing = True
            if self._told:
                self._flush_in(_TURNS)
            else:
                self._loop.call_soon(self.flush)

    def _flush_in(self, turns: int) -> None:
        if turns == 1:
            self._loop.call_soon(self.flush)
        else:
            self._loop.call_soon(self._flush_in, turns - 1)

    def flush(self) -> None:
        """Send what there is to say now, and not at the turn's end."""
        self._flushing = False
        if self.ended:
            return
        try:
            messages = self.stream.take()
        except ProtocolError as error:
            self._refuse(error)
            return
        channel = self.channel
        if channel is None:
            return
        for message in messages:
            channel.send(message)
        if channel.buffered() > MAX_KEPT:
            _log.warning("session %s ends: the page does not read", self.id)
            channel.abort()
            self._finish()

    # Time.

    def _acknowledge(self) -> None:
        self._ack_timer = None
        self.stream.acknowledge()
        self._schedule()

    def _start_heart(self) -> None:
        if self._heart_timer is not None:
            self._heart_timer.cancel()
        silence = self._loop.time() - self._heard
        wait = PING_AFTER + (DROP_AFTER if self._pinged else 0) - silence
        if wait > 0:
            self._heart_timer = self._loop.call_later(wait, self._start_heart)
        elif not self._pinged:
            self._pinged = True
            self.stream.ping(0)
            self._schedule()
            self._heart_timer = self._loop.call_later(DROP_AFTER, self._start_heart)
        elif self.channel is not None:
            _log.info("session %s: nothing was heard for %d s", self.id, silence)
            self.channel.abort()

    def _stop_timers(self) -> None:
        for timer in (self._ack_timer, self._heart_timer, self._late_timer):
            if timer is not None:
                timer.cancel()
        self._ack_timer = self._heart_timer = self._late_timer = None

    # In: what the page asks for (wire.Calls).

    def tell(self, call_id: int, name: str, args: list[object]) -> None:
        """A function by name, whose result nobody waits for: it goes with what is said next, or soon."""
        if self._incoming <= _LIGHT:
            self._begin_call()
            self._told = True
            try:
                self._dispatcher.call(name, args, partial(self._reply_late, call_id))
            finally:
                self._told = False
        else:
            self.call(call_id, name, args)

    def call(self, call_id: int, name: str, args: list[object]) -> None:
        """A function by name."""
        self._begin_call()
        if self._incoming <= _LIGHT:
            self._dispatcher.call(name, args, partial(self._reply, call_id))
            return
        weight = weight_of(args)
        self._held += weight
        if self._held > MAX_HELD:
            raise ProtocolError("the open calls hold too much")
        self._dispatcher.call(name, args, partial(self._reply_and_let_go, weight, call_id))

    def tcp_send(self, call_id: int, socket_id: int, data: bytes | memoryview) -> None:
        """``sockets.tcp.send``, without the way through the table."""
        if not self._has_sockets:
            self.call(call_id, "sockets.tcp.send", [])
            return
        self._begin_call()
        try:
            self._engine.tcp.send(socket_id, data, partial(self._sent, call_id))
        except Exception:
            self._failed(call_id)

    def tcp_promised(self, socket_id: int, *pieces: bytes | memoryview) -> None:
        """``sockets.tcp.send`` that the page has answered, one or more in a row."""
        tcp = self._engine.tcp
        taken = tcp.send_now(socket_id, *pieces)
        if taken and self._promises.keep(socket_id, taken, tcp.sockets):
            self._schedule()
        for data in pieces:
            size = len(data)
            if size and size <= taken:
                taken -= size
                continue
            part = min(taken, size)
            rest, size, taken = data[part:], size - part, taken - part
            self._promises.make(socket_id, size)
            tcp.send_promised(socket_id, rest, partial(self._settle, socket_id, size))

    def _settle(self, socket_id: int, size: int, outcome: Outcome) -> None:
        if self._promises.settle(socket_id, size, outcome, self._engine.tcp.sockets) and not self.ended:
            self._schedule()

    def udp_send(
        self,
        call_id: int,
        socket_id: int,
        data: bytes | memoryview,
        address: str,
        port: int,
        dns_query_type: str | None,
    ) -> None:
        """``sockets.udp.send``, without the way through the table."""
        if not self._has_sockets:
            self.call(call_id, "sockets.udp.send", [])
            return
        self._begin_call()
        try:
            self._engine.udp.send(
                socket_id, data, address, port, dns_query_type, partial(self._sent, call_id)
            )
        except Exception:
            self._failed(call_id)

    def credit(self, namespace: Literal["tcp", "udp"], socket_id: int, count: int) -> None:
        """The page has consumed so many bytes."""
        self._engine.return_credit(namespace, socket_id, count)

    def leaving(self) -> None:
        """The page is going away for good."""
        self._loop.call_soon(self.expire)

    def _begin_call(self) -> None:
        self._open_calls += 1
        if self._open_calls > MAX_OPEN_CALLS:
            raise ProtocolError("too many calls are open")

    def _reply_and_let_go(self, weight: int, call_id: int, outcome: Outcome) -> None:
        self._held -= weight
        self._reply(call_id, outcome)

    def _reply(self, call_id: int, outcome: Outcome) -> None:
        if not self.ended:
            self._answer(call_id, outcome)
            self._schedule()

    def _reply_late(self, call_id: int, outcome: Outcome) -> None:
        if not self.ended:
            self._answer(call_id, outcome)
            if self._late_timer is None:
                self._late_timer = self._loop.call_later(_LATE, self._late)

    def _late(self) -> None:
        self._late_timer = None
        self._schedule()

    def _answer(self, call_id: int, outcome: Outcome) -> None:
        self._open_calls -= 1
        args, error = outcome
        if len(args) == 1 and type(args[0]) is int:
            self.stream.code(call_id, args[0], error)
        elif outcome is ABANDONED:
            self.stream.abandoned(call_id)
        else:
            try:
                self.stream.result(call_id, [to_api(value) for value in args], error)
            except (TypeError, ValueError):
                _log.exception("a result cannot be written")
                self.stream.result(call_id, [], _UNKNOWN_ERROR)

    def _sent(self, call_id: int, outcome: Outcome) -> None:
        if outcome.error is None and outcome.args:
            info = outcome.args[0]
            if type(info) is SendInfo and info.bytes_sent is not None and not info.result_code:
                if not self.ended:
                    self._open_calls -= 1
                    self.stream.sent(call_id, info.bytes_sent)
                    self._schedule()
                return
        self._reply(call_id, outcome)

    def _failed(self, call_id: int) -> None:
        _log.exception("a send failed in a way it should not")
        self._reply(call_id, Outcome((), _UNKNOWN_ERROR))

    # Events of the engine (engine.Sink).

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """``sockets.tcp.onReceive``."""
        self.stream.tcp_receive(socket_id, data)
        if not self._flushing:
            self._schedule()

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.tcp.onReceiveError``."""
        self._error_event("sockets.tcp.onReceiveError", socket_id, result_code)

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        """``sockets.udp.onReceive``."""
        waiting = 0 if self.channel is None else self.channel.buffered()
        if self.stream.udp_receive(socket_id, data, remote_address, remote_port, waiting):
            self._schedule()
        else:
            # Dropped, as a full socket buffer does. Later, since the engine has not charged for it yet.
            self._loop.call_soon(self._engine.return_credit, "udp", socket_id, len(data))

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.udp.onReceiveError``."""
        self._error_event("sockets.udp.onReceiveError", socket_id, result_code)

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        """``sockets.tcpServer.onAccept``."""
        self.event(
            "sockets.tcpServer.onAccept", [{"socketId": socket_id, "clientSocketId": client_socket_id}]
        )

    def accept_error(self, socket_id: int, result_code: int) -> None:
        """``sockets.tcpServer.onAcceptError``."""
        self._error_event("sockets.tcpServer.onAcceptError", socket_id, result_code)

    def _error_event(self, name: str, socket_id: int, result_code: int) -> None:
        self.event(name, [{"socketId": socket_id, "resultCode": result_code}])

    def event(self, name: str, args: list[object]) -> None:
        """Any event, by its full name."""
        if self.ended:
            return
        self.stream.event(name, args)
        self._schedule()
