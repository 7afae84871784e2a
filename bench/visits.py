"""Short connections to a server under measurement, so many at a time.

Plain sockets and one selector: a stream of asyncio for each takes longer than the server it measures.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from dataclasses import dataclass, field

PATIENCE = 20


@dataclass
class Visits:
    """What came of them.

    Attributes:
        ok: how many ended as they should.
        errors: the others, by the name of what was raised.
        seconds: from the first one's begin to the last one's end.
    """

    ok: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


class _Visitors:
    def __init__(self, port: int, mode: str, patience: float) -> None:
        self._address = ("127.0.0.1", port)
        self._echo = mode == "echo"
        self._patience = patience
        self._selector = selectors.DefaultSelector()
        self.result = Visits()

    def __len__(self) -> int:
        """How many are open: each is waited for."""
        return len(self._selector.get_map())

    def begin(self) -> None:
        """Connect one more."""
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex(self._address)
        # One that fails is readable too, and so is one that the server has closed at once.
        events = selectors.EVENT_WRITE if self._echo else selectors.EVENT_READ
        self._selector.register(sock, events, sock)

    def step(self) -> int:
        """Wait for something to happen. How many came to their end."""
        before = len(self)
        for key, events in self._selector.select(self._patience) or self._lost():
            sock: socket.socket = key.data
            try:
                if events & selectors.EVENT_WRITE:
                    sock.send(b"x")
                    self._selector.modify(sock, selectors.EVENT_READ, sock)
                    continue
                got = sock.recv(1)
                self.result.ok += got == (b"x" if self._echo else b"")
            except OSError as error:
                self.result.errors[type(error).__name__] += 1
            self._end(sock)
        return before - len(self)

    def _lost(self) -> tuple[()]:
        """Nothing happens any more."""
        self.result.errors["TimeoutError"] += len(self)
        for key in tuple(self._selector.get_map().values()):
            self._end(key.data)
        return ()

    def _end(self, sock: socket.socket) -> None:
        self._selector.unregister(sock)
        sock.close()

    def close(self) -> None:
        """Let go of the selector."""
        self._selector.close()


def visit(port: int, count: int, parallel: int, mode: str, patience: float = PATIENCE) -> Visits:
    """Make ``count`` connections to a server of this machine, ``parallel`` at a time.

    Args:
        mode: "close" waits for the server to close; "echo" sends one byte, waits for it, and closes.
        patience: seconds for which nothing happens before those that are open are given up.
    """
    visitors, left = _Visitors(port, mode, patience), max(0, count - parallel)
    began = time.perf_counter()
    for _ in range(min(count, parallel)):
        visitors.begin()
    while visitors:
        more = min(left, visitors.step())
        left -= more
        for _ in range(more):
            visitors.begin()
    visitors.result.seconds = time.perf_counter() - began
    visitors.close()
    return visitors.result
