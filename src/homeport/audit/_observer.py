"""What goes into the audit log: who did what, where to, and by which rule; never a byte of what was sent."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from homeport.engine import PolicyError
from homeport.net_errors import error_text

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.engine import Decision, Policy, Session, Sink

    from ._log import AuditLog

__all__ = ["Auditor"]

#: What the log calls the operations.
_EVENTS: Final = {
    "tcp.connect": "connect",
    "tcpServer.listen": "listen",
    "udp.bind": "bind",
    "udp.send": "send",
    "udp.broadcast": "broadcast",
    "udp.multicastMembership": "join",
    "dns.resolve": "resolve",
}
_LONGEST: Final = 255
_REMEMBERED: Final = 4096
#: An app that is refused again and again fills the log no faster than this.
_DENIALS_AT_ONCE: Final = 1000
_DENIALS_PER_SECOND: Final = 20.0


class _Ledger:
    """What is remembered of one session: destinations that were told, and how many denials may be."""

    def __init__(self, now: float) -> None:
        self.told: OrderedDict[tuple[object, ...], None] = OrderedDict()
        self.left = float(_DENIALS_AT_ONCE)
        self.at = now
        self.omitted = 0

    def is_new(self, *key: object) -> bool:
        if key in self.told:
            self.told.move_to_end(key)
            return False
        self.told[key] = None
        if len(self.told) > _REMEMBERED:
            self.told.popitem(last=False)
        return True

    def may_deny(self, now: float) -> bool:
        self.left = min(_DENIALS_AT_ONCE, self.left + (now - self.at) * _DENIALS_PER_SECOND)
        self.at = now
        if self.left < 1:
            self.omitted += 1
            return False
        self.left -= 1
        return True


class _AcceptSink:
    """Passes every event on, and notes whom a server accepted."""

    __slots__ = (
        "_auditor",
        "_session",
        "_sink",
        "tcp_receive",
        "tcp_receive_error",
        "udp_receive",
        "udp_receive_error",
    )

    def __init__(self, auditor: Auditor, session: Session, sink: Sink) -> None:
        self._auditor = auditor
        self._session = session
        self._sink = sink
        # What it has nothing to say of goes straight on.
        self.tcp_receive = sink.tcp_receive
        self.tcp_receive_error = sink.tcp_receive_error
        self.udp_receive = sink.udp_receive
        self.udp_receive_error = sink.udp_receive_error

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        self._auditor.accepted(self._session, socket_id, client_socket_id)
        self._sink.accept(socket_id, client_socket_id)

    def accept_error(self, socket_id: int, result_code: int) -> None:
        self._sink.accept_error(socket_id, result_code)


class Auditor:
    """An observer that writes to a log. It closes the log with itself."""

    def __init__(self, log: AuditLog, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._ledgers: WeakKeyDictionary[Session, _Ledger] = WeakKeyDictionary()

    # The app's life, told by whoever runs it.

    def launched(self, app: App, *, pid: int, host: str) -> None:
        """An app runs."""
        manifest = app.manifest
        about = {"name": _short(manifest.name), "version": _short(manifest.version), "path": str(app.place)}
        self._log.write("launch", app=app.id, **about, pid=pid, host=host)

    def ended(self, app: App, reason: str) -> None:
        """It runs no more."""
        for session, ledger in list(self._ledgers.items()):
            self._tell_omitted(session, ledger)
        self._log.write("end", app=app.id, reason=_short(reason))

    def close(self) -> None:
        """Write what waits."""
        self._log.close()

    # engine.Observer

    def watch(self, session: Session, sink: Sink) -> Sink:
        """Note whom ``session`` accepts from now on."""
        self._ledgers.setdefault(session, _Ledger(self._clock()))
        return _AcceptSink(self, session, sink)

    def decided(self, session: Session, operation: str, host: str, port: int, decision: Decision) -> None:
        """Note what was allowed or refused."""
        ledger = self._ledgers.setdefault(session, _Ledger(self._clock()))
        event = _EVENTS.get(operation, operation)
        where: dict[str, object] = {"host": _short(host), "port": port}
        if not decision.allowed:
            if operation == "udp.send" and not ledger.is_new(False, where["host"], port):
                return
            if ledger.may_deny(self._clock()):
                self._tell_omitted(session, ledger)
                self._write(session, "denied", operation=event, **where, rule=decision.rule)
            return
        if operation == "udp.send" and not ledger.is_new(True, where["host"], port):
            return
        if addresses := [address.host for address in decision.addresses]:
            where["addresses"] = addresses
        self._write(session, event, **where, rule=decision.rule)

    def failed(self, session: Session, operation: str, host: str, port: int, code: int) -> None:
        """Note that what was allowed came to nothing."""
        ledger = self._ledgers.setdefault(session, _Ledger(self._clock()))
        if ledger.may_deny(self._clock()):
            self._tell_omitted(session, ledger)
            where: dict[str, object] = {"host": _short(host), "port": port, "error": error_text(code)}
            self._write(session, "failed", operation=_EVENTS.get(operation, operation), **where)

    def policy_changed(self, outcome: Policy | PolicyError) -> None:
        """Note that another policy is in force, or why not."""
        if isinstance(outcome, PolicyError):
            self._log.write("policy", applied=False, error=_short(str(outcome)))
        else:
            self._log.write("policy", applied=True, rules=len(outcome.rules), profile=outcome.profile)

    def accepted(self, session: Session, server_id: int, client_id: int) -> None:
        """A server of the app took a connection."""
        client = session.tcp.sockets.get(client_id)
        server = session.tcp_server.sockets.get(server_id)
        peer = None if client is None else client.peer
        local = None if server is None else server.local
        self._write(
            session,
            "accept",
            host=peer and peer.host,
            port=peer and peer.port,
            at=local and {"host": local.host, "port": local.port},
        )

    def _tell_omitted(self, session: Session, ledger: _Ledger) -> None:
        if ledger.omitted:
            omitted, ledger.omitted = ledger.omitted, 0
            self._write(session, "omitted", denials=omitted)

    def _write(self, session: Session, event: str, **fields: object) -> None:
        self._log.write(event, app=session.app_id, session=session.id, **fields)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
