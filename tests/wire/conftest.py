"""Both ends of a wire, each with a memory of what it was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from homeport.wire import DaemonStream, Message, Outgoing, PageStream, Pieces


class Told:
    """Writes down each method call that a stream makes, as one readable tuple."""

    def __init__(self) -> None:
        self.log: list[tuple[object, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args: self.log.append(
            (name, *(bytes(arg) if isinstance(arg, memoryview) else arg for arg in args))
        )


def whole(message: Outgoing) -> Message:
    """As a transport delivers it."""
    return bytes(message) if isinstance(message, Pieces) else message


@dataclass
class Pair:
    """A daemon and a page on a wire that delivers when told to, or loses what is on it."""

    resumable: bool = True
    calls: Told = field(default_factory=Told)
    answers: Told = field(default_factory=Told)

    def __post_init__(self) -> None:
        self.daemon = DaemonStream(self.calls, resumable=self.resumable)
        self.page = PageStream(self.answers, resumable=self.resumable)
        self.to_page: list[Outgoing] = []
        self.to_daemon: list[Outgoing] = []

    def deliver(self) -> None:
        """Bring everything to the other side, until nothing is left to say."""
        while True:
            self.to_page += self.daemon.take()
            self.to_daemon += self.page.take()
            if not (self.to_page or self.to_daemon):
                return
            while self.to_page:
                self.page.receive(whole(self.to_page.pop(0)))
            while self.to_daemon:
                self.daemon.receive(whole(self.to_daemon.pop(0)))

    def reconnect(self) -> None:
        """Lose what is under way, and resume as section 6 says."""
        self.to_page.clear()
        self.to_daemon.clear()
        page_has, daemon_has = self.page.link.received, self.daemon.link.received
        self.to_page += self.daemon.resume(page_has)
        self.to_daemon += self.page.resume(daemon_has)


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.fixture(scope="session")
def make_pair() -> type[Pair]:
    return Pair


@pytest.fixture
def calls() -> Told:
    return Told()


@pytest.fixture
def daemon(calls: Told) -> DaemonStream:
    return DaemonStream(calls)


@pytest.fixture
def page_and_answers() -> tuple[PageStream, Told]:
    answers = Told()
    return PageStream(answers), answers
