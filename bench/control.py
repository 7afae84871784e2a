"""The control port: each face connects to it, takes jobs and answers them, a JSON line each."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


class FaceLostError(Exception):
    """The face ended, or did not answer in time."""


class Control:
    """Speaks with the one face that runs now."""

    def __init__(self) -> None:
        self._connections: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self._ids = itertools.count(1)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def serve(cls) -> AsyncIterator[Control]:
        """Listen on a free port of loopback."""
        control = cls()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            control._connections.put_nowait((reader, writer))

        server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=1 << 20)
        control.port = server.sockets[0].getsockname()[1]
        try:
            yield control
        finally:
            server.close()

    async def greet(self, patience: float = 60) -> str:
        """Wait for a face; what it says of itself."""
        try:
            self._reader, self._writer = await asyncio.wait_for(self._connections.get(), patience)
        except TimeoutError as error:
            raise FaceLostError("it did not connect to the control port") from error
        return str((await self._line(patience))["hello"])

    async def measure(
        self, name: str, scale: float, *, api: str = "sockets", patience: float = 180
    ) -> dict[str, Any]:
        """Have one measurement made."""
        if self._writer is None:
            raise FaceLostError("no face is connected")
        job = {"id": next(self._ids), "api": api, "name": name, "scale": scale}
        self._writer.write(json.dumps(job).encode() + b"\n")
        answer = await self._line(patience)
        if answer.pop("id") != job["id"]:
            raise FaceLostError("it answered another job")
        return answer

    async def dismiss(self) -> None:
        """Let the face go."""
        if self._writer is not None:
            self._writer.close()
            self._reader = self._writer = None

    async def _line(self, patience: float) -> dict[str, Any]:
        if self._reader is None:
            raise FaceLostError("no face is connected")
        try:
            line = await asyncio.wait_for(self._reader.readline(), patience)
        except TimeoutError as error:
            raise FaceLostError(f"no answer in {patience:g} s") from error
        except ConnectionError as error:
            raise FaceLostError(str(error)) from error
        if not line:
            raise FaceLostError("it went away")
        answer: dict[str, Any] = json.loads(line)
        return answer
