"""Programs run in Python: what program.js does in a page, on a face of Homeport that needs none.

A face makes calls and tells events in the words of the API; :func:`run` turns them into the same transcript.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from .case import Step
from .transcript import Transcript

NEVER_SECONDS = 0.5
QUIET_SECONDS = 0.1
UNKNOWN_ID = 99999
UNKNOWN_PORT = 0
_SHORT = 48

#: What a call's callback got: ``args`` and ``lastError``, or ``never``, or ``throws``.
Seen = dict[str, Any]
#: Gets an event: the namespace, the event's name, and its argument.
Hear = Callable[[str, str, Mapping[str, Any]], None]


class Face(Protocol):
    """A way to the API that is not a page."""

    def open(self, hear: Hear) -> None:
        """From now on tell ``hear`` every event."""

    def call(self, name: str, args: list[Any]) -> Awaitable[Seen]:
        """Call ``sockets.<name>`` now; the awaitable is how it ended."""


def pattern(count: int) -> bytes:
    """The same bytes as the toolkit's ``bytes(count)``."""
    return (bytes(range(251)) * (count // 251 + 1))[:count]


def describe(data: bytes) -> dict[str, Any]:
    """Bytes as the toolkit describes them."""
    if len(data) <= _SHORT and all(32 <= byte < 127 for byte in data):
        return {"$binary": len(data), "text": data.decode()}
    return {"$binary": len(data), "digest": f"adler32 {zlib.adler32(data):x}"}


async def run(face: Face, programs: Mapping[str, list[Step]]) -> Transcript:
    """Run a case's programs, one after another."""
    transcript: Transcript = []
    for name, steps in programs.items():
        seen = await execute(face, steps)
        labels = (" + ".join(s["call"] for s in step.get("together", [step])) for step in steps)
        transcript += [
            {"what": f"{name}: {i + 1} {label}", **o}
            for i, (label, o) in enumerate(zip(labels, seen, strict=True))
        ]
    return transcript


async def execute(face: Face, steps: list[Step]) -> Transcript:
    """Run one program; one observation a step, without its name."""
    running = _Run(face)
    try:
        return [await running.step(step) for step in steps]
    finally:
        await running.close()


class _Run:
    """One program under way."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._ids: dict[str, tuple[str, int]] = {}
        self._names: dict[tuple[str, int], str] = {}
        self._ports: dict[str, int] = {}
        self._accepted: dict[str, int] = {}
        self._events: list[tuple[str, str, str, Mapping[str, Any]]] = []
        self._last_event = 0.0
        face.open(self._hear)

    async def step(self, step: Step) -> dict[str, Any]:
        """Make the step's calls, and wait until nothing happens any more."""
        steps = step.get("together", [step])
        begun = [self._call(s) for s in steps]
        seen = [await end for end in begun]
        for one, result in zip(steps, seen, strict=True):
            await self._learn(one, result)
        while (left := self._last_event + QUIET_SECONDS - _now()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)  # that nothing happens is what is waited for
        shown = [self._clean(one, result) for one, result in zip(steps, seen, strict=True)]
        results = {"results": shown} if "together" in step else {"result": shown[0]}
        return {**results, "events": self._take_events()}

    async def close(self) -> None:
        """Close all sockets."""
        for space, id_ in list(self._ids.values()):
            await self._face.call(f"{space}.close", [id_])

    def _call(self, step: Step) -> asyncio.Future[Seen]:
        space = step["call"].partition(".")[0]
        ended = self._face.call(step["call"], [self._argument(space, value) for value in step["args"]])
        return asyncio.ensure_future(self._end(step, ended))

    async def _end(self, step: Step, ended: Awaitable[Seen]) -> Seen:
        try:
            seen = await asyncio.wait_for(ended, NEVER_SECONDS)
        except TimeoutError:
            return {"never": True}
        finally:
            self._last_event = max(self._last_event, _now())
        if "as" in step and seen.get("args"):
            self._name(step["as"], step["call"].partition(".")[0], seen["args"][0]["socketId"])
        return seen

    def _argument(self, space: str, value: Any) -> Any:
        match value:
            case {"socket": name}:
                known = self._ids.get(name)
                return known[1] if known and known[0] == space else UNKNOWN_ID
            case {"port": name}:
                return self._ports.get(name, UNKNOWN_PORT)
            case {"bytes": count}:
                return pattern(count)
            case {"text": text}:
                return text.encode()
        return value

    async def _learn(self, step: Step, seen: Seen) -> None:
        """After a socket listens or is bound: remember its port."""
        if (
            step["call"] not in {"tcpServer.listen", "udp.bind"}
            or seen.get("args") != [0]
            or "lastError" in seen
        ):
            return
        space, name = step["call"].partition(".")[0], step["args"][0]["socket"]
        info = await self._face.call(f"{space}.getInfo", [self._ids[name][1]])
        if info.get("args") and "localPort" in info["args"][0]:
            self._ports[name] = info["args"][0]["localPort"]

    def _name(self, name: str, space: str, id_: int) -> None:
        self._ids[name] = (space, id_)
        self._names[space, id_] = name

    def _hear(self, space: str, key: str, info: Mapping[str, Any]) -> None:
        name = self._names.get((space, info["socketId"]))
        if name is None:
            return
        self._last_event = _now()
        if key == "onAccept":
            self._accepted[name] = self._accepted.get(name, 0) + 1
            self._name(f"{name}.{self._accepted[name]}", "tcp", info["clientSocketId"])
        self._events.append((name, key, space, info))

    def _take_events(self) -> dict[str, list[list[Any]]]:
        by_socket: dict[str, list[list[Any]]] = {}
        for name, key, space, info in self._events:
            entries = by_socket.setdefault(name, [])
            if key == "onReceive" and space == "tcp":
                if entries and entries[-1][0] == key:
                    entries[-1][1] += info["data"]
                else:
                    entries.append([key, bytes(info["data"])])
            elif key == "onReceive":
                port = self._port(info["remotePort"])
                entries.append([key, describe(bytes(info["data"])), info["remoteAddress"], port])
            elif key == "onAccept":
                entries.append([key, self._names["tcp", info["clientSocketId"]]])
            else:
                entries.append([key, info["resultCode"]])
        self._events.clear()
        for entry in (entry for entries in by_socket.values() for entry in entries):
            if isinstance(entry[1], bytes):
                entry[1] = describe(entry[1])
        return by_socket

    def _port(self, port: int) -> Any:
        for name, known in self._ports.items():
            if known == port:
                return f"port of {name}"
        return "a port" if port > 0 else port

    def _clean(self, step: Step, seen: Seen) -> Seen:
        if "args" not in seen:
            return seen
        if "as" in step:
            return {"made": bool(seen["args"])}
        space = step["call"].partition(".")[0]
        return {**seen, "args": [self._value(space, value) for value in seen["args"]]}

    def _value(self, space: str, value: Any) -> Any:
        """A result with names for ids and ports."""
        if isinstance(value, list):
            known = [v for v in value if not isinstance(v, dict) or (space, v["socketId"]) in self._names]
            shown = [self._value(space, v) for v in known]
            return (
                sorted(shown, key=lambda v: v["socketId"]) if shown and isinstance(shown[0], dict) else shown
            )
        if not isinstance(value, dict):
            return value
        out = {}
        for key, inner in value.items():
            if key == "socketId":
                inner = self._names[space, inner]
            elif key.endswith("Port"):
                inner = self._port(inner)
            out[key] = inner
        return out


def _now() -> float:
    return asyncio.get_running_loop().time()
