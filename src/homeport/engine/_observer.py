"""Seeing what sessions do, without being in the way when nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ._authorize import Decision
    from ._interfaces import Sink
    from ._policy import Policy, PolicyError
    from ._session import Session


class Observer(Protocol):
    """Sees every event of every session. Without one nothing is in the way of an event."""

    def watch(self, session: Session, sink: Sink) -> Sink:
        """The sink to use in place of ``sink``, which it must pass everything on to."""

    def decided(self, session: Session, operation: str, host: str, port: int, decision: Decision) -> None:
        """An operation was allowed or refused. A destination of datagrams is decided about once."""

    def failed(self, session: Session, operation: str, host: str, port: int, code: int) -> None:
        """What was allowed came to nothing here: a listener or a binding, by a net error's code."""

    def policy_changed(self, outcome: Policy | PolicyError) -> None:
        """The policy's file was changed: the policy in force now, or why the one before stays."""


class _Several:
    """Observers one behind the other."""

    def __init__(self, observers: tuple[Observer, ...]) -> None:
        self._observers = observers

    def watch(self, session: Session, sink: Sink) -> Sink:
        for observer in self._observers:
            sink = observer.watch(session, sink)
        return sink

    def decided(self, session: Session, operation: str, host: str, port: int, decision: Decision) -> None:
        for observer in self._observers:
            observer.decided(session, operation, host, port, decision)

    def failed(self, session: Session, operation: str, host: str, port: int, code: int) -> None:
        for observer in self._observers:
            observer.failed(session, operation, host, port, code)

    def policy_changed(self, outcome: Policy | PolicyError) -> None:
        for observer in self._observers:
            observer.policy_changed(outcome)


def observers(*wanted: Observer | None) -> Observer | None:
    """All of these as one; ``None`` when there is none, and the one itself when there is one."""
    present = tuple(observer for observer in wanted if observer is not None)
    if len(present) < 2:
        return present[0] if present else None
    return _Several(present)
