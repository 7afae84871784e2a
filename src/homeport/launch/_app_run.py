"""One app of a run, from its start to its end: its host, its file for ``homeport ps``, what is told of it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from homeport.errors import UserError
from homeport.launch._options import Launched, Placed
from homeport.launch._running import kept_in
from homeport.launch._terminal import Voice
from homeport.launch._traffic import Traffic
from homeport.runs import Run, RunFile

#: Starts the app.
Start = Callable[[], Awaitable[Launched]]


class AppRun:
    """See the module's text.

    Args:
        traffic: what the engine tells of the app's sockets.
        on_up: called when the app runs.
        kiosk: whether it is all that its screen shows.

    Attributes:
        up: whether it runs.
        changed: whether its traffic was another one at the last look.
    """

    def __init__(
        self,
        placed: Placed,
        voice: Voice,
        traffic: Traffic,
        start: Start,
        *,
        on_up: Callable[[], None],
        kiosk: bool = False,
    ) -> None:
        self.placed = placed
        self.voice = voice
        self.traffic = traffic
        self.up = False
        self.changed = False
        self._start = start
        self._on_up = on_up
        self._kiosk = kiosk
        self._again: Callable[[str | None], Awaitable[None]] | None = None
        self._opening: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._file: RunFile | None = None
        self._seen: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The app's."""
        return self.placed.app.manifest.name

    def stop(self) -> None:
        """Let :meth:`live` come to its end."""
        self._stopping.set()

    def open_again(self, browser: str | None) -> None:
        """Open the app once more, in ``browser``, or say why that does not work."""
        if self._again is not None:
            task = asyncio.ensure_future(self._open_again(self._again, browser))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open_again(self, again: Callable[[str | None], Awaitable[None]], browser: str | None) -> None:
        try:
            await again(browser)
        except UserError as error:
            self.voice.warn(str(error))

    async def live(self) -> str | None:
        """Run the app until it ends by itself, and why it did; ``None`` when it was stopped.

        Raises:
            UserError: it cannot be started; the text says what to do.
        """
        file = RunFile(self._describe())
        launched = await self._start()
        with file:
            file.update(address=launched.address)
            self._file, self._again = file, launched.again
            try:
                return await self._attend(launched)
            finally:
                self._file, self._again, self.up = None, None, False
                await launched.stop()

    def look(self) -> None:
        """Note and tell what is new since the last look."""
        file, traffic = self._file, self.traffic
        self.changed = False
        if file is None or self._seen == (seen := traffic.tally()):
            return
        self._seen = seen
        self.voice.refresh(traffic)
        before = file.run
        file.update(
            sockets=traffic.sockets,
            bytes_in=traffic.received,
            bytes_out=traffic.sent,
            last_denial=traffic.last_denial,
        )
        self.changed = file.run != before

    async def _attend(self, launched: Launched) -> str | None:
        stopped = asyncio.ensure_future(self._stopping.wait())
        ready = asyncio.ensure_future(launched.ready)
        ended = asyncio.ensure_future(launched.end)
        waiting: set[asyncio.Future[Any]] = {stopped, ready, ended}
        try:
            while True:
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if ready in done:
                    waiting.remove(ready)
                    ready.result()
                    self.up = True
                    self._on_up()
                self.look()
                if stopped in done:
                    return None
                if ended in done:
                    return ended.result()
        finally:
            for future in (stopped, ready, ended):
                future.cancel()

    def _describe(self) -> Run:
        app = self.placed.app
        return Run(
            pid=os.getpid(),
            app_id=app.id,
            name=self.name,
            path=str(app.place),
            host="kiosk" if self._kiosk else self.placed.host.value,
            started=time.time(),
            data=kept_in(),
        )
