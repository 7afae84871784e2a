"""Homeport without a page: the dispatcher as the wire calls it, and the Python API. They run programs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

import homeport
from homeport.chrome import TABLE, Dispatcher, to_api
from homeport.engine import ABANDONED, Engine, Outcome, TlsConfig
from homeport.manifest import Manifest, parse_manifest

from .case import APPS, Case
from .host import Setting
from .programs import Face, Hear, Seen, run
from .transcript import Transcript


def manifest_of(case: Case) -> Manifest:
    """The manifest of a case's app, as if it had a background script."""
    manifest = json.loads((APPS / f"{case.app}.json").read_text())
    manifest["app"]["background"]["scripts"] = ["case.js"]
    return parse_manifest(json.dumps(manifest))


class DispatcherHost:
    """The dispatcher over an engine, called by name as the wire calls it."""

    name = "dispatcher"
    version = ""

    async def start(self, setting: Setting) -> None:
        """Make an engine."""
        self._engine = Engine(tls=TlsConfig((setting.certificates / "ca.pem",)))

    def can_run(self, case: Case) -> bool:
        """Only programs: there is no JavaScript here."""
        return case.program

    async def run(self, case: Case) -> Transcript:
        """Run a program case in a session of its own."""
        sink = _Sink()
        manifest = manifest_of(case)
        session = self._engine.open_session(manifest.app_id, manifest.sockets, sink, credit=None)
        try:
            return await run(_DispatcherFace(Dispatcher(session), sink), case.programs)
        finally:
            session.close()

    async def aclose(self) -> None:
        """Close the engine."""
        await self._engine.aclose()


class ApiHost:
    """``homeport.open``: the Python API."""

    name = "python"
    version = ""

    async def start(self, setting: Setting) -> None:
        """Remember the CA."""
        self._setting = setting

    def can_run(self, case: Case) -> bool:
        """Only programs: there is no JavaScript here."""
        return case.program

    async def run(self, case: Case) -> Transcript:
        """Run a program case on ``chrome.sockets`` of Python."""
        async with homeport.open(manifest_of(case), ca_file=self._setting.certificates / "ca.pem") as chrome:
            return await run(_ApiFace(chrome), case.programs)

    async def aclose(self) -> None:
        """Nothing to end: each case ended its own."""


class _Sink:
    """The engine's events in the words of the API."""

    hear: Hear

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        self.hear("tcp", "onReceive", {"socketId": socket_id, "data": data})

    def tcp_receive_error(self, socket_id: int, result_code: int) -> None:
        self.hear("tcp", "onReceiveError", {"socketId": socket_id, "resultCode": result_code})

    def udp_receive(self, socket_id: int, data: bytes, remote_address: str, remote_port: int) -> None:
        remote = {"remoteAddress": remote_address, "remotePort": remote_port}
        self.hear("udp", "onReceive", {"socketId": socket_id, "data": data, **remote})

    def udp_receive_error(self, socket_id: int, result_code: int) -> None:
        self.hear("udp", "onReceiveError", {"socketId": socket_id, "resultCode": result_code})

    def accept(self, socket_id: int, client_socket_id: int) -> None:
        self.hear("tcpServer", "onAccept", {"socketId": socket_id, "clientSocketId": client_socket_id})

    def accept_error(self, socket_id: int, result_code: int) -> None:
        self.hear("tcpServer", "onAcceptError", {"socketId": socket_id, "resultCode": result_code})


class _DispatcherFace(Face):
    def __init__(self, dispatcher: Dispatcher, sink: _Sink) -> None:
        self._dispatcher = dispatcher
        self._sink = sink

    def open(self, hear: Hear) -> None:
        self._sink.hear = hear

    def call(self, name: str, args: list[Any]) -> Awaitable[Seen]:
        ended: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()

        def reply(outcome: Outcome) -> None:
            if not ended.done():
                ended.set_result(_seen(to_api(outcome.args), outcome.error, outcome is ABANDONED))

        self._dispatcher.call(f"sockets.{name}", args, reply)
        return ended


def _seen(values: list[Any], error: str | None, abandoned: bool) -> Seen:
    if abandoned:
        return {"never": True}
    if error is not None and error.startswith("Error in invocation of "):
        return {"throws": f"TypeError: {error}"}
    return {"args": values} if error is None else {"args": values, "lastError": error}


class _ApiFace(Face):
    def __init__(self, chrome: homeport.Chrome) -> None:
        self._chrome = chrome
        self._hear: Hear | None = None
        for space in ("tcp", "udp", "tcp_server"):
            namespace = getattr(chrome.sockets, space)
            for event in (name for name in dir(namespace) if name.startswith("on_")):
                getattr(namespace, event).add_listener(self._listener(_camel(space), _camel(event)))

    def open(self, hear: Hear) -> None:
        self._hear = hear

    def _listener(self, space: str, event: str) -> Any:
        def listener(info: object) -> None:
            assert self._hear is not None
            self._hear(space, event, _plain(info))

        return listener

    def call(self, name: str, args: list[Any]) -> Awaitable[Seen]:
        space, _, function = name.partition(".")
        method = getattr(getattr(self._chrome.sockets, _snake(space)), _snake(function))
        try:
            call = method(*(_from_json(name, value) for value in args))
        except homeport.InvocationError as error:
            return _already({"throws": f"TypeError: {error}"})
        return _ended(name, call)


async def _ended(name: str, call: homeport.Call[Any]) -> Seen:
    try:
        value = await call
    except homeport.Aborted:
        return {"never": True}
    except homeport.NetError as error:
        code: list[Any] = [] if error.code is None else [error.code]
        sends = name.endswith(".send")
        return {"args": [{"resultCode": c} for c in code] if sends else code, "lastError": error.text}
    function = TABLE[f"sockets.{name.partition('.')[0]}"].functions[name.partition(".")[2]]
    has_result = function.callback is not None and function.callback.params
    return {"args": [_plain(value)] if has_result else []}


async def _already(seen: Seen) -> Seen:
    return seen


def _from_json(name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if name == "tcp.secure":
        versions = value.get("tlsVersion")
        return homeport.SecureOptions(homeport.TlsVersions(**versions) if versions else None)
    return homeport.SocketProperties(**{_snake(key): inner for key, inner in value.items()})


def _plain(value: Any) -> Any:
    """A value of the Python API in the words of the API: ``socket_id`` is ``socketId``."""
    names = getattr(type(value), "_fields", None)
    if isinstance(value, (list, tuple)) and names is None:
        return [_plain(inner) for inner in value]
    if names is None:
        return value
    pairs = ((name, getattr(value, name)) for name in names)
    return {_camel(name): _plain(inner) for name, inner in pairs if inner is not None}


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
