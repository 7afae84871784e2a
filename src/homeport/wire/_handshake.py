"""The first words: ``hello``, ``busy``, ``takeover``, ``welcome``, ``bye``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ._errors import ByeCode, ProtocolError, VersionError
from ._framing import Received
from ._json import dumps, loads
from ._limits import MAX_FIRST_MESSAGE, VERSION

LINK_OPS = frozenset({"hello", "busy", "takeover", "welcome", "ack", "ping", "pong", "bye"})


@dataclass(frozen=True, slots=True)
class Hello:
    """What a page says first. ``resume`` and ``received`` are there only on a reconnection."""

    secret: str | None = field(default=None, repr=False)
    resume: str | None = field(default=None, repr=False)
    received: int = 0


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the daemon answers. ``app`` is there only when the session is fresh."""

    session: str
    resumed: bool
    resume: str | None = field(repr=False)
    received: int
    app: Mapping[str, object] | None = None


class Busy(NamedTuple):
    """Another page runs the app, since so many milliseconds after 1970."""

    since: int


class Bye(NamedTuple):
    """The session is over for its page."""

    code: str
    reason: str


class Waiting(NamedTuple):
    """What a page that was told ``busy`` has sent: the pings to answer, and what it wants."""

    pings: tuple[int, ...] = ()
    takeover: bool = False
    leaving: bool = False


def encode_hello(hello: Hello) -> str:
    """The page's first message."""
    fields: dict[str, object] = {"version": VERSION}
    if hello.secret is not None:
        fields["secret"] = hello.secret
    if hello.resume is not None:
        fields |= {"resume": hello.resume, "received": hello.received}
    return dumps([["hello", fields]])


def encode_welcome(welcome: Welcome) -> str:
    """The daemon's answer."""
    fields: dict[str, object] = {
        "version": VERSION,
        "session": welcome.session,
        "resumed": welcome.resumed,
        "resume": welcome.resume,
        "received": welcome.received,
    }
    if welcome.app is not None:
        fields["app"] = welcome.app
    return dumps([["welcome", fields]])


def encode_busy(busy: Busy) -> str:
    """Another page is there."""
    return dumps([["busy", {"since": busy.since}]])


def encode_bye(code: ByeCode, reason: str) -> str:
    """The last message of the daemon."""
    return dumps([["bye", str(code), reason]])


def parse_hello(message: Received) -> Hello:
    """Read the page's first message, which is not trusted at all."""
    if not isinstance(message, str) or len(message.encode("utf-8", "replace")) > MAX_FIRST_MESSAGE:
        raise ProtocolError("the first message is not a short text")
    items = loads(message)
    if not (isinstance(items, list) and len(items) == 1 and _is_op(items[0], "hello", 2)):
        raise ProtocolError("the first message is not hello")
    fields = items[0][1]
    if not isinstance(fields, dict):
        raise ProtocolError("hello is not an object")
    return _read_hello(fields)


def _read_hello(fields: dict[str, object]) -> Hello:
    version = fields.get("version")
    if type(version) is not int:
        raise ProtocolError("hello has no version")
    if version != VERSION:
        raise VersionError(f"this daemon speaks version {VERSION} of the wire, the page {version}")
    if unknown := fields.keys() - {"version", "secret", "resume", "received"}:
        raise ProtocolError(f"hello has unknown keys: {len(unknown)}")
    if ("resume" in fields) != ("received" in fields):
        raise ProtocolError("resume and received go together")
    return Hello(
        secret=_optional_text(fields, "secret"),
        resume=_optional_text(fields, "resume"),
        received=natural(fields.get("received", 0)),
    )


def parse_waiting(message: Received) -> Waiting:
    """Read what a page sends between ``hello`` and ``welcome``."""
    pings: list[int] = []
    seen: set[str] = set()
    for item in _link_items(message):
        op = item[0]
        if op in ("takeover", "bye") and len(item) == 1:
            seen.add(op)
        elif op in ("ping", "pong") and len(item) == 2:
            number = natural(item[1])
            if op == "ping":
                pings.append(number)
        else:
            raise ProtocolError("not allowed before welcome")
    return Waiting(tuple(pings), "takeover" in seen, "bye" in seen)


def parse_answer(message: Received) -> Welcome | Busy | Bye | None:
    """Read what the daemon says until it has said ``welcome``; ``None`` for a mere ping or pong."""
    answer: Welcome | Busy | Bye | None = None
    for item in _link_items(message):
        match item:
            case ["welcome", {"session": str(session), "resumed": bool(resumed), **fields}]:
                answer = Welcome(
                    session,
                    resumed,
                    _optional_text(fields, "resume"),
                    natural(fields.get("received")),
                    _optional_object(fields, "app"),
                )
            case ["busy", {"since": since}]:
                answer = Busy(natural(since))
            case ["bye", str(code), str(reason)]:
                answer = Bye(code, reason)
            case ["ping" | "pong", n]:
                natural(n)
            case _:
                raise ProtocolError("not allowed before welcome")
    return answer


def _link_items(message: Received) -> list[list[object]]:
    if not isinstance(message, str):
        raise ProtocolError("a binary message before welcome")
    items = loads(message)
    if not isinstance(items, list) or not items:
        raise ProtocolError("not a list of items")
    for item in items:
        if not isinstance(item, list) or not item or not isinstance(item[0], str):
            raise ProtocolError("not an item")
    return items


def natural(value: object) -> int:
    """A whole number from 0, as JSON gives it."""
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise ProtocolError("not a natural number")
    return value


def _is_op(item: object, op: str, length: int) -> bool:
    return isinstance(item, list) and len(item) == length and item[0] == op


def _optional_text(fields: Mapping[Any, object], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise ProtocolError(f"{key} is not a text")
    return value


def _optional_object(fields: Mapping[Any, object], key: str) -> Mapping[str, object] | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, dict):
        raise ProtocolError(f"{key} is not an object")
    return value
