"""What a page without a browser loads from the web: HTTP and WebSocket, by permission.

An app may reach what its host permissions (``"http://*/*"``) or its ``tcp.connect`` patterns name. Without a
browser there is no CORS: what is not named is refused. The operator's policy and the never-list apply as to
sockets, to each address and each redirect.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from homeport.errors import HomeportError
from homeport.manifest import HostPermissions, SocketPermissions

from ._answer import Answer
from ._web_streams import Stream, WebStreams

if TYPE_CHECKING:
    import aiohttp

    from homeport.appfiles import App
    from homeport.engine import Engine

    from ._web_client import Asked, WebClient

__all__ = ["Web", "web_permissions"]

#: Of an answer that is waited for as a whole, or of a message.
_MAX_BODY = 64 << 20
#: Of all that is being sent, and of such answers, together: beyond it what begins or grows fails.
_MAX_BODIES = 256 << 20
#: Requests under way; more wait their turn, as in a browser, unless so many wait already.
_MOST_REQUESTS = 256
_MOST_WAITING = 8192
#: WebSockets that may wait to be opened, as in Chromium.
_MOST_OPENING = 255
_TOO_MANY = "net::ERR_INSUFFICIENT_RESOURCES"
#: What there is no browser to say.
_OURS = (("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate"), ("User-Agent", "Mozilla/5.0 (Homeport)"))

#: Bytes that one WebSocket may have to send, and what each message counts beside its own.
_MAX_UNSENT = 64 << 20
_A_MESSAGE = 256

#: Tells the page: an op, its arguments, and bytes.
Tell = Callable[..., None]
#: Waits until the page has read most of what it was told.
Room = Callable[[], Awaitable[None]]


def web_permissions(app: App) -> SocketPermissions:
    """Where the app may go: its ``tcp.connect`` patterns, also old ones, and its host permissions as such."""
    manifest = app.manifest
    hosts = HostPermissions(manifest.permissions).entries
    return SocketPermissions([*(manifest.sockets or ()), *(manifest.socket_permissions or ()), *hosts])


class Web:
    """One page's way to the web. Nothing is opened before the first use."""

    def __init__(self, app: App, engine: Engine, tell: Tell, room: Room) -> None:
        self._app = app
        self._engine = engine
        self._tell = tell
        self._room = room
        self._client: WebClient | None = None
        self._sockets: dict[int, _Outbox] = {}
        self._opening = 0
        self._asked = 0
        self._turns = asyncio.Semaphore(_MOST_REQUESTS)
        self._bodies = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._streams = WebStreams(self._stream, tell, room)

    async def http(self, args: list[Any], body: bytes) -> Answer:
        """Answer ``["http", [method, url, headers, {"mode", "credentials", "redirect"}]]`` as a whole."""
        answer = Answer(0)

        async def whole(response: aiohttp.ClientResponse, details: dict[str, object]) -> None:
            nonlocal answer
            content = await self._read(response.content)
            if content is None:
                raise ValueError("the answer is too large")
            answer = Answer(response.status, details, content)

        why = await self._ask(args, body, whole)
        return answer if why is None else Answer(0, why)

    async def _stream(self, stream: Stream, args: list[Any], body: bytes) -> None:
        """Answer in parts: see :mod:`._web_streams`."""

        async def in_parts(response: aiohttp.ClientResponse, details: dict[str, object]) -> None:
            stream.head(response.status, details)
            await stream.pass_on(response.content)
            stream.end(None)

        why = await self._ask(args, body, in_parts)
        if why is not None:
            stream.fail(why)

    async def _ask(self, args: list[Any], body: bytes, take: _Take) -> dict[str, object] | None:
        """Ask, and let ``take`` have what is answered; why there is nothing, or not all of it."""
        import aiohttp

        from ._web_client import NotNamedError, is_redirect, shown_headers, was_redirected

        asked = _asked(args, body)
        if asked is None:
            return {}
        if self._asked >= _MOST_REQUESTS + _MOST_WAITING:
            return {"reason": _TOO_MANY}
        if self._bodies + len(body) > _MAX_BODIES:
            return {"reason": "too much is being sent"}
        self._asked += 1
        self._bodies += len(body)
        try:
            async with self._turn(), await self._open().ask(asked) as response:
                if args[3]["redirect"] == "error" and is_redirect(response):
                    return {"reason": "it leads elsewhere"}
                details: dict[str, object] = {
                    "headers": shown_headers(response),
                    "redirected": was_redirected(response),
                    "leadsElsewhere": is_redirect(response),
                    "url": str(response.url),
                    "reason": response.reason or "",
                }
                await take(response, details)
        except (aiohttp.ClientError, HomeportError, OSError, ValueError, TimeoutError) as error:
            return {"reason": str(error) or type(error).__name__, "refused": isinstance(error, NotNamedError)}
        finally:
            self._asked -= 1
            self._bodies -= len(body)
        return None

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Whose turn it is; as many have one at a time."""
        if self._turns.locked():
            with self._streams.waiting():
                await self._turns.acquire()
        else:
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    async def _read(self, body: aiohttp.StreamReader) -> bytes | None:
        """All of an answer; ``None`` if it is too large, or all of them together are."""
        pieces: list[bytes] = []
        size = 0
        try:
            async for piece in body.iter_any():
                pieces.append(piece)
                size += len(piece)
                self._bodies += len(piece)
                if size > _MAX_BODY or self._bodies > _MAX_BODIES:
                    return None
            return b"".join(pieces)
        finally:
            self._bodies -= size

    def close(self) -> None:
        """End every connection."""
        self._streams.close()
        for task in self._tasks:
            task.cancel()
        if self._client is not None:
            closing = asyncio.get_running_loop().create_task(self._client.aclose())
            self._tasks.add(closing)
            closing.add_done_callback(self._tasks.discard)

    def _open(self) -> WebClient:
        if self._client is None:
            from ._web_client import WebClient

            permissions = web_permissions(self._app)
            self._client = WebClient(self._app, self._engine, permissions, headers=_OURS)
        return self._client

    def stream_message(self, message: list[Any], body: bytes) -> None:
        """``["web", number, …]``: see :mod:`._web_streams`."""
        self._streams.message(message, body)

    # WebSocket

    def socket_message(self, message: list[Any], body: bytes) -> None:
        """``["ws", number, "open", url, protocols]``, ``… "send", text?``, ``… "close", code, reason``."""
        match message:
            case ["ws", int(number), "open", str(), list()] if self._opening >= _MOST_OPENING:
                self._tell("ws", number, "closed", 1006, _TOO_MANY, False)
            case ["ws", int(number), "open", str(url), list(protocols)] if number not in self._sockets:
                names = tuple(str(name) for name in protocols)
                outbox = self._sockets[number] = _Outbox()
                self._opening += 1
                task = asyncio.get_running_loop().create_task(self._serve(number, url, names, outbox))
                outbox.give_up = task.cancel
                self._tasks.add(task)
                # Not in the task: one that is closed at once never begins.
                task.add_done_callback(partial(self._served, number))
            case ["ws", int(number), "send", bool(is_text)] if number in self._sockets:
                self._sockets[number].send(body, is_text)
            case ["ws", int(number), "close", int(code), str(reason)] if number in self._sockets:
                self._sockets[number].close(code, reason)

    def _served(self, number: int, task: asyncio.Task[_End]) -> None:
        self._tasks.discard(task)
        self._opening -= not self._sockets.pop(number).opened
        code, reason, clean = (1006, "", False) if task.cancelled() else task.result()
        self._tell("ws", number, "closed", code, "" if clean else reason, clean)

    async def _serve(self, number: int, url: str, protocols: tuple[str, ...], outbox: _Outbox) -> _End:
        import aiohttp

        try:
            async with await self._open().connect(url, protocols, _MAX_BODY) as socket:
                self._opening -= 1
                outbox.opened = True
                self._tell("ws", number, "opened", socket.protocol or "")
                asked: list[int] = []
                writing = asyncio.get_running_loop().create_task(_write(socket, outbox, asked))
                try:
                    async for incoming in socket:
                        await self._room()  # meanwhile the server waits, too
                        if incoming.type is aiohttp.WSMsgType.TEXT:
                            self._tell("ws", number, "message", True, body=incoming.data.encode())
                        elif incoming.type is aiohttp.WSMsgType.BINARY:
                            self._tell("ws", number, "message", False, body=incoming.data)
                    if asked:
                        await writing
                finally:
                    writing.cancel()
                    await asyncio.gather(writing, return_exceptions=True)
                code = socket.close_code or (asked[0] if asked else 1005)
                return code, "", code != 1006
        except (aiohttp.ClientError, HomeportError, OSError, ValueError, TimeoutError) as error:
            return 1006, str(error), False


def _asked(args: list[Any], body: bytes) -> Asked | None:
    from ._web_client import Asked

    match args:
        case [str(method), str(url), list(headers), {"mode": str(mode), "redirect": str(redirect), **more}]:
            return Asked(
                method,
                url,
                [(str(name), str(value)) for name, value in headers],
                body or None,
                mode=mode,
                credentials=bool(more.get("credentials")),
                follow=redirect == "follow",
            )
    return None


#: How a WebSocket ended: a code, why, and whether both sides said so.
_End = tuple[int, str, bool]

#: Has the answer, and what is told of it.
_Take = Callable[["aiohttp.ClientResponse", dict[str, object]], Awaitable[None]]


class _Outbox:
    """What a page has handed over to one WebSocket. Too much of it ends the WebSocket, as in a browser."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.unsent = 0
        self.opened = False
        self.give_up: Callable[[], object] = lambda: None
        self._closing = False

    def send(self, body: bytes, is_text: bool) -> None:
        size = len(body) + _A_MESSAGE
        self.unsent += size
        if self.unsent > _MAX_UNSENT:
            self.give_up()
        else:
            data = body.decode(errors="replace") if is_text else body
            self.queue.put_nowait(("send", (data, size)))

    def close(self, code: int, reason: str) -> None:
        if not self.opened:
            self.give_up()
        elif not self._closing:
            self._closing = True
            self.queue.put_nowait(("close", (code, reason)))


async def _write(socket: aiohttp.ClientWebSocketResponse, outbox: _Outbox, asked: list[int]) -> None:
    """Send what the page sends until it closes; then ``asked`` has its code."""
    while not asked:
        what, data = await outbox.queue.get()
        if what == "close":
            asked.append(data[0])
            await socket.close(code=data[0], message=data[1].encode())
            continue
        content, size = data
        if isinstance(content, str):
            await socket.send_str(content)
        else:
            await socket.send_bytes(content)
        outbox.unsent -= size
