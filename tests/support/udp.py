"""What tests of ``chrome.sockets.udp`` have in common."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from homeport.engine import Outcome, SendInfo, SocketProperties
from homeport.engine._network import OsNetwork

ZERO = Outcome((0,))


def sent(size: int) -> Outcome:
    return Outcome((SendInfo(0, size),))


def not_sent(code: int, text: str) -> Outcome:
    return Outcome((SendInfo(code),), text)


async def bound(app: Any, address: str = "127.0.0.1", **properties: Any) -> tuple[int, int]:
    """A new socket bound to a port of the system's choice."""
    (info,) = (await app.udp("create", SocketProperties(**properties))).args
    assert await app.udp("bind", info.socket_id, address, 0) == ZERO
    (state,) = (await app.udp("get_info", info.socket_id)).args
    return info.socket_id, state.local_port


async def fresh(app: Any) -> int:
    socket_id: int = (await app.udp("create", None)).args[0].socket_id
    return socket_id


class Names(OsNetwork):
    """The system's network, but for the names, which flip with every look-up."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)
        self.hold = asyncio.Event()
        self.hold.set()

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        await self.hold.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not answer:
            raise socket.gaierror(socket.EAI_NONAME, "no")
        return [(int(socket.AF_INET), text, 0) for text in answer.split()]
