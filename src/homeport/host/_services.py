"""What a headless page asks of its parent beside the wire, and what the parent tells it.

Messages of the pipe's host kinds, as JSON arrays:

====================================================  =========  =============================================
message                                               from       meaning
====================================================  =========  =============================================
``["boot", {"eval", "shim", "launch", …}]``            parent     begin; the first message
``["ping", n]`` / ``["pong", n]``                     each       is the event loop alive?
``["suspend"]`` / ``["suspended", alarms]``           each       tell the app ``onSuspend``; it has been told
``["hurry", seconds]``                                 parent     be idle after so long, if not sooner
``["busy"]``                                          child      it has not: something came since it was idle
``["console", level, place, text]``                   child      one call of the app's console
``["ready"]``                                         child      the app has been launched
``["idle"]``                                          child      nothing has happened for the idle time
``["worker", "up"]``, ``["worker", "ended", wasUp]``  child      one that was allowed to start
``["bye", code, reason]``                             child      the wire said so
``["request", id, what, args]`` (+ bytes)             child      ``file``, ``http``, ``worker``, ``indexedDB``
``["ws", number, …]`` (+ bytes)                       each       one WebSocket: see :mod:`._web`
``["web", number, …]`` (+ bytes)                      each       one answer in parts: see :mod:`._web_streams`
``["answer", id, status, details]`` (+ bytes)         parent     0: refused; ``details``: headers, url, reason
====================================================  =========  =============================================
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from homeport.appfiles import NoSuchFileError, content_type

from ._answer import Answer
from ._indexed_db import IndexedDB
from ._runtime import MOST_WORKERS, bundle

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.storage import Storage

    from ._web import Room, Web

__all__ = ["Services"]

_log = logging.getLogger("homeport.host")

#: Up to here a file is read at once; a thread costs more.
_SMALL = 1 << 20
#: No larger file is read: a page has room for no more.
_LARGEST = 128 << 20


async def _at_once() -> None:
    """There is always room."""


class Services:
    """Answers one app's requests."""

    def __init__(
        self,
        app: App,
        web: Web | None = None,
        may_start_worker: Callable[[], bool] = lambda: False,
        *,
        storage: Storage | None = None,
        room: Room = _at_once,
    ) -> None:
        self._app = app
        self._may_start_worker = may_start_worker
        self._room = room
        #: Files are read one after another, as the page takes them: all together could fill the memory.
        self._reading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._answers: dict[str, Callable[[list[Any], bytes], Awaitable[Answer]]] = {
            "file": self._file,
            "worker": self._worker,
        }
        if web is not None:
            self._answers["http"] = web.http
        if storage is not None:
            self._answers["indexedDB"] = IndexedDB(storage, app.id).answer

    def request(self, what: object, args: object, body: bytes, answer: Callable[[Answer], None]) -> None:
        """Begin to answer; ``answer`` is called once."""
        handler = self._answers.get(what) if isinstance(what, str) else None
        if handler is None or not isinstance(args, list):
            answer(Answer(0, {"reason": f"There is no {what!s:.40} without a browser."}))
            return
        task = asyncio.get_running_loop().create_task(_answer(partial(handler, args, body), answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Give up what is under way."""
        for task in self._tasks:
            task.cancel()

    async def _file(self, args: list[Any], _: bytes) -> Answer:
        match args:
            case [str(), str(path)]:
                # Whatever the method: Chromium reads the file and gives it whole.
                async with self._reading:
                    await self._room()
                    return await self._read(path)
            case _:
                return Answer(0)

    async def _worker(self, _: list[Any], __: bytes) -> Answer:
        if not self._may_start_worker():
            return Answer(0, {"reason": f"an app may have {MOST_WORKERS} workers at once"})
        return Answer(200, {}, bundle("worker.js").read_bytes())

    async def _read(self, path: str) -> Answer:
        from urllib.parse import unquote

        name = unquote(path)
        try:
            if name.endswith("/"):
                raise NoSuchFileError(name)
            file = self._app.files.find(name)
            read, size = file.read_bytes, file.stat().st_size
            if size > _LARGEST:
                return Answer(0, {"reason": "net::ERR_FILE_TOO_BIG"})
            body = read() if size <= _SMALL else await asyncio.to_thread(read)
        except (NoSuchFileError, OSError):
            return Answer(0, {"reason": "net::ERR_FILE_NOT_FOUND"})
        kind = content_type(name).partition(";")[0]  # scripts may pass it on, as in Chromium
        if kind == "text/css":
            body = self._app.manifest.messages.replace_in_css_file(body)
        return Answer(200, {"headers": [["Content-Type", kind], ["Content-Length", str(len(body))]]}, body)


async def _answer(work: Callable[[], Awaitable[Answer]], answer: Callable[[Answer], None]) -> None:
    try:
        answer(await work())
    except asyncio.CancelledError:
        raise
    except Exception:
        _log.exception("a request of the app failed")
        answer(Answer(0, {"reason": "net::ERR_FAILED"}))
