"""What both kinds of socket of ``chrome.socket`` answer with; see ``_old_socket.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from homeport.engine import ABANDONED, CreateInfo, Outcome, SendInfo, SocketProperties
from homeport.net_errors import NetErrorCode

if TYPE_CHECKING:
    from homeport.engine import Session

#: How a function ends: now, or later.
Result: TypeAlias = "Outcome | asyncio.Future[Outcome]"

#: What a read takes that says nothing of it, in bytes.
SIZE = 4096
CLOSED = int(NetErrorCode.CONNECTION_CLOSED)
FAILED = int(NetErrorCode.FAILED)
INVALID = int(NetErrorCode.INVALID_ARGUMENT)
NOT_CONNECTED = int(NetErrorCode.SOCKET_NOT_CONNECTED)
PENDING = int(NetErrorCode.IO_PENDING)
_DENIED = "App does not have permission"
_NAMELESS = {
    int(code): "DNS resolution failed"
    for code in (NetErrorCode.NAME_NOT_RESOLVED, NetErrorCode.INTERNET_DISCONNECTED)
}
_INFO_FIELDS = (
    ("peerAddress", "peer_address"),
    ("peerPort", "peer_port"),
    ("localAddress", "local_address"),
    ("localPort", "local_port"),
)


def failed(text: str, result: object = -1) -> Outcome:
    """The function fails with a text in ``lastError``."""
    return Outcome((result,), text)


def denied(result: object = -1) -> Outcome:
    """The manifest does not allow it."""
    return failed(_DENIED, result)


def call(
    function: Callable[..., None],
    *args: object,
    shape: Callable[[int], object] = lambda code: code,
    texts: bool = False,
) -> Result:
    """Call the engine; the code that it answers goes through ``shape``. ``texts``: errors have theirs."""
    answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def done(outcome: Outcome) -> None:
        if not answer.done():
            answer.set_result(_in_old_words(outcome, shape, texts=texts))

    function(*args, done)
    return answer.result() if answer.done() else answer


def _in_old_words(outcome: Outcome, shape: Callable[[int], object], *, texts: bool) -> Outcome:
    """Few of the old API's functions have a text for what went wrong in the network."""
    if outcome is ABANDONED:
        return outcome
    text = outcome.error
    if not outcome.args:
        refused = text is not None and text.endswith("have permission")
        return denied(shape(-1)) if refused else Outcome((shape(FAILED if text else 0),))
    code = outcome.args[0]
    if isinstance(code, SendInfo):
        code = code.result_code if code.bytes_sent is None else code.bytes_sent
    number = code if isinstance(code, int) else 0
    if number in _NAMELESS and not texts:
        return Outcome((number,), _NAMELESS[number])
    return Outcome((shape(number),), text if texts else None)


def look_up(session: Session, host: str, port: int, otherwise: Outcome) -> Result:
    """What a socket cannot do with a host is refused once that is looked up."""

    async def refuse() -> Outcome:
        found = await session.engine.resolver.resolve(host, port)
        return Outcome((found,), _NAMELESS.get(found)) if isinstance(found, int) else otherwise

    return asyncio.ensure_future(refuse())


def cannot_connect(session: Session, operation: str, host: str, port: int) -> Result:
    """A ``connect`` of a socket that cannot: denied, or refused once its host is looked up."""
    if not session.authorize(operation, host, port).allowed:
        return denied()
    return look_up(session, host, port, Outcome((int(NetErrorCode.CONNECTION_FAILED),)))


def made(create: Callable[..., None]) -> int:
    """The id of a new socket of the engine's; 0 if there is none."""
    done: list[Outcome] = []
    create(SocketProperties(), done.append)
    info = done[0].args[0] if done[0].args else None
    return info.socket_id if isinstance(info, CreateInfo) else 0


def bytes_written(code: int) -> dict[str, int]:
    """What ``write`` and ``sendTo`` answer."""
    return {"bytesWritten": code}


def no_data(code: int) -> dict[str, Any]:
    """What a ``read`` without data answers."""
    return {"resultCode": code, "data": b""}


def ignore(_: Outcome) -> None:
    """Whatever comes of it."""


class Asked:
    """The one thing that is asked for, until it is there."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[Outcome] | None = None

    @property
    def open(self) -> bool:
        """Whether it is asked for."""
        return self._answer is not None

    def ask(self) -> asyncio.Future[Outcome]:
        """Ask for it; the answer to come."""
        self._answer = asyncio.get_running_loop().create_future()
        return self._answer

    def answer(self, outcome: Outcome) -> None:
        """It is there, if anybody asked."""
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(outcome)


def info_of(kind: str, outcome: Outcome) -> dict[str, object]:
    """What ``getInfo`` answers, of what the engine says."""
    state = outcome.args[0] if outcome.args else None
    info: dict[str, object] = {"socketType": kind, "connected": bool(getattr(state, "connected", False))}
    for name, field in _INFO_FIELDS:
        value = getattr(state, field, None)
        if value is not None:
            info[name] = value
    return info
