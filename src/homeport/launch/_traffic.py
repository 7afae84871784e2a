"""What goes through an app's sockets, counted for the terminal and for ``homeport ps``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from homeport._text import one_line
from homeport.engine import Decision, Policy, PolicyError, Session, Sink

#: What is remembered of one kind, so that each is told once.
_REMEMBERED = 1000

T = TypeVar("T")


class Failure(NamedTuple):
    """A listener or a binding that was allowed and came to nothing, by a net error's code."""

    operation: str
    host: str
    port: int
    code: int


class News(Generic[T]):
    """What happened, each once, and what of it is new to whoever asked last."""

    def __init__(self) -> None:
        self._seen: dict[T, None] = {}
        self._told = 0

    def __len__(self) -> int:
        return len(self._seen)

    @property
    def full(self) -> bool:
        """Whether so much happened that what comes now is remembered no more."""
        return len(self._seen) >= _REMEMBERED

    def add(self, what: T) -> None:
        """It happened, perhaps once more."""
        if not self.full:
            self._seen[what] = None

    def take(self) -> list[T]:
        """What was not taken before."""
        new = list(self._seen)[self._told :]
        self._told = len(self._seen)
        return new

    def forget(self) -> None:
        """Whatever happens is new again."""
        self._seen.clear()
        self._told = 0


@dataclass(eq=False, slots=True)
class Traffic:
    """An observer that counts: denials, and the sockets and bytes of the sessions it saw."""

    decisions: int = 0
    denials: int = 0
    last_denial: str = ""
    #: What was refused, by which rule; and listeners and bindings that came to nothing.
    refusals: News[str] = field(default_factory=News)
    failures: News[Failure] = field(default_factory=News)
    sessions: list[Session] = field(default_factory=list)
    #: Of sessions that are closed.
    _received_before: int = 0
    _sent_before: int = 0

    def watch(self, session: Session, sink: Sink) -> Sink:
        """Count what ``session`` receives from now on."""
        others = [each for each in self.sessions if each is not session]
        self._received_before += sum(each.received for each in others if each.closed)
        self._sent_before += sum(each.sent for each in others if each.closed)
        self.sessions = [*(each for each in others if not each.closed), session]
        return sink

    def decided(self, session: Session, operation: str, host: str, port: int, decision: Decision) -> None:
        """Remember what was refused."""
        self.decisions += 1
        if not decision.allowed:
            self.denials += 1
            self.last_denial = f"{operation} {one_line(host)}:{port} ({decision.rule})"
            self.refusals.add(self.last_denial)

    def failed(self, session: Session, operation: str, host: str, port: int, code: int) -> None:
        """Remember what came to nothing."""
        self.failures.add(Failure(operation, host, port, code))

    def policy_changed(self, outcome: Policy | PolicyError) -> None:
        """The policy's own log says so; what is refused under it is news."""
        self.refusals.forget()

    @property
    def received(self) -> int:
        """Bytes that the sessions' sockets got."""
        return self._received_before + sum(session.received for session in self.sessions)

    @property
    def sent(self) -> int:
        """Bytes that the sessions' sockets accepted."""
        return self._sent_before + sum(session.sent for session in self.sessions)

    @property
    def sockets(self) -> int:
        """Sockets that are open now."""
        return sum(
            len(namespace.sockets)
            for session in self.sessions
            for namespace in (session.tcp, session.udp, session.tcp_server)
        )

    def tally(self) -> tuple[int, ...]:
        """Numbers that are others when anything has changed that can be seen here."""
        return (self.received, self.sent, self.sockets, self.decisions, len(self.failures))

    def listening(self) -> list[tuple[str, int]]:
        """The TCP addresses that the app listens on."""
        found = []
        for session in self.sessions:
            for socket in session.tcp_server.sockets.values():
                info = socket.info()
                if info.local_address is not None and info.local_port is not None:
                    found.append((info.local_address, info.local_port))
        return found


def totals(every: Collection[Traffic]) -> tuple[int, int, int]:
    """Sockets, bytes received and bytes sent, of all together."""
    return (
        sum(each.sockets for each in every),
        sum(each.received for each in every),
        sum(each.sent for each in every),
    )


class TrafficByApp:
    """An observer that gives each session to its own app's :class:`Traffic`."""

    def __init__(self) -> None:
        self._traffic: dict[str, Traffic] = {}

    def of(self, app_id: str) -> Traffic:
        """One app's."""
        traffic = self._traffic.get(app_id)
        if traffic is None:
            traffic = self._traffic[app_id] = Traffic()
        return traffic

    def watch(self, session: Session, sink: Sink) -> Sink:
        """Count what ``session`` receives from now on."""
        return self.of(session.app_id).watch(session, sink)

    def decided(self, session: Session, operation: str, host: str, port: int, decision: Decision) -> None:
        """Remember what was refused."""
        self.of(session.app_id).decided(session, operation, host, port, decision)

    def failed(self, session: Session, operation: str, host: str, port: int, code: int) -> None:
        """Remember what came to nothing."""
        self.of(session.app_id).failed(session, operation, host, port, code)

    def policy_changed(self, outcome: Policy | PolicyError) -> None:
        """See :meth:`Traffic.policy_changed`."""
        for traffic in self._traffic.values():
            traffic.policy_changed(outcome)
