"""Two implementations that run the same programs, side by side."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any, Protocol

from tests.conformance.harness.case import HERE, INTERPRETER, Step, write_scripts
from tests.conformance.harness.host import Setting

Observations = list[dict[str, Any]]

_SCRIPT = "globalThis.runPrograms(%d);"
_LARGEST_LINE = 64 << 20


class Launcher(Protocol):
    """A host that can keep an app running."""

    def launch(self, folder: Any) -> contextlib.AbstractAsyncContextManager[Any]:
        """Run the app in ``folder`` for as long as the context lasts."""


class Machine:
    """An app on some host that runs the programs it is given."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def execute(self, programs: list[list[Step]], quiet_ms: int) -> list[Observations]:
        """Run programs side by side; each one's observations."""
        self._writer.write(json.dumps({"programs": programs, "quiet": quiet_ms}).encode() + b"\n")
        await self._writer.drain()
        line = await asyncio.wait_for(self._reader.readline(), 120)
        if not line:
            raise ConnectionError("the app that runs programs is gone")
        observations: list[Observations] = json.loads(line)
        return observations


@contextlib.asynccontextmanager
async def machine(host: Launcher, setting: Setting) -> AsyncIterator[Machine]:
    """Start the app that runs programs on ``host``."""
    connected: asyncio.Future[Machine] = asyncio.get_running_loop().create_future()

    def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set_result(Machine(reader, writer))

    server = await asyncio.start_server(connection, "127.0.0.1", 0, limit=_LARGEST_LINE)
    port: int = server.sockets[0].getsockname()[1]
    folder = setting.app_folder("fuzz")
    folder.mkdir(parents=True)
    interpreter, runner = INTERPRETER.read_text(), (HERE / "fuzz" / "runner.js").read_text()
    write_scripts(
        folder, "sockets", {"program.js": interpreter, "runner.js": runner, "start.js": _SCRIPT % port}
    )
    async with host.launch(folder):
        running = await asyncio.wait_for(connected, 30)
        try:
            yield running
        finally:
            running._writer.close()
            server.close()
