"""A Chrome DevTools Protocol client over the pipe of a Chromium that it starts.

The pipe (``--remote-debugging-pipe``) needs no port and reaches every kind of target, background pages of
Chrome Apps among them.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Message = dict[str, Any]

#: Chromium reads commands on descriptor 3 and writes answers on descriptor 4.
_EXEC_ON_3_AND_4 = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""
_LARGEST_MESSAGE = 64 << 20


class CdpError(Exception):
    """The browser refused a command, threw while evaluating, or went away."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(method, reason)
        self.method = method
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.method}: {self.reason}"


class Browser:
    """A running browser process and the conversation with it. Make one with :meth:`start`."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, to_browser: int
    ) -> None:
        self._process = process
        self._reader = reader
        self._to_browser = to_browser
        self._last_id = 0
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self._listeners: list[Callable[[Message], None]] = []
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, command: Sequence[str], env: Mapping[str, str]) -> Browser:
        """Start ``command`` with a debugging pipe; it ends with :meth:`aclose`."""
        (their_read, our_write), (our_read, their_write) = os.pipe(), os.pipe()
        theirs = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (their_read, their_write)]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-S", "-c", _EXEC_ON_3_AND_4, *map(str, theirs), *command),
            env=dict(env),
            pass_fds=theirs,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        for fd in (their_read, their_write, *theirs):
            os.close(fd)
        reader = asyncio.StreamReader(limit=_LARGEST_MESSAGE)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(our_read, "rb", 0)
        )
        return cls(process, reader, our_write)

    def listen(self, listener: Callable[[Message], None]) -> Callable[[], None]:
        """Call ``listener`` with every event until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def call(self, method: str, params: Message | None = None, session: str | None = None) -> Message:
        """Send a command and return its result."""
        self._last_id += 1
        message: Message = {"id": self._last_id, "method": method, "params": params or {}}
        if session is not None:
            message["sessionId"] = session
        answer = self._answers[self._last_id] = asyncio.get_running_loop().create_future()
        os.write(self._to_browser, json.dumps(message).encode() + b"\0")
        reply = await answer
        if "error" in reply:
            raise CdpError(method, str(reply["error"].get("message")))
        result: Message = reply["result"]
        return result

    async def evaluate(self, session: str, expression: str) -> Any:
        """The value of ``expression``, awaited when it is a promise."""
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        reply = await self.call("Runtime.evaluate", params, session)
        if "exceptionDetails" in reply:
            details = reply["exceptionDetails"]
            raise CdpError(
                "Runtime.evaluate", details.get("exception", {}).get("description") or details["text"]
            )
        return reply["result"].get("value")

    async def aclose(self) -> None:
        """End the browser, by asking first."""
        with contextlib.suppress(CdpError, TimeoutError, OSError):
            await asyncio.wait_for(self.call("Browser.close"), 5)
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        os.close(self._to_browser)

    async def _read(self) -> None:
        try:
            while True:
                message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                if "id" in message:
                    self._answers.pop(message["id"]).set_result(message)
                else:
                    for listener in tuple(self._listeners):
                        listener(message)
        except asyncio.IncompleteReadError:
            for answer in self._answers.values():
                if not answer.done():  # nobody waits any more for one that took too long
                    answer.set_exception(CdpError("(pipe)", "the browser went away"))
