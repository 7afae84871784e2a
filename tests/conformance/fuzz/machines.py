"""Two implementations that run the same programs, side by side."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from tests.conformance.harness.case import HERE, Step, write_scripts
from tests.conformance.harness.cdp import CdpError
from tests.conformance.harness.host import Setting

from .difference import GONE, Observations
from .kinds import Kind
from .others import Others

_SCRIPT = "globalThis.runPrograms(%d, %s);"
_FUZZ = HERE / "fuzz"
_LARGEST_LINE = 64 << 20


class Launcher(Protocol):
    """A host that can keep an app running."""

    async def start(self, setting: Setting) -> None:
        """Get ready to run apps."""

    async def aclose(self) -> None:
        """End everything that ``start`` began."""

    def launch(self, folder: Any) -> contextlib.AbstractAsyncContextManager[Any]:
        """Run the app in ``folder`` for as long as the context lasts."""


class Machine:
    """An app on some host that runs the programs it is given."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ports: dict[str, int]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._ports = ports

    async def execute(self, programs: list[list[Step]], quiet_ms: int) -> list[Observations]:
        """Run programs side by side; each one's observations."""
        request = {"programs": programs, "quiet": quiet_ms, "ports": self._ports}
        self._writer.write(json.dumps(request).encode() + b"\n")
        await self._writer.drain()
        line = await asyncio.wait_for(self._reader.readline(), 120)
        if not line:
            raise ConnectionError("the app that runs programs is gone")
        observations: list[Observations] = json.loads(line)
        return observations


@contextlib.asynccontextmanager
async def machine(host: Launcher, setting: Setting, kind: Kind) -> AsyncIterator[Machine]:
    """Start the app that runs programs of a kind on ``host``."""
    connected: asyncio.Future[Machine] = asyncio.get_running_loop().create_future()
    others = await Others.start(setting.certificates)

    def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set_result(Machine(reader, writer, others.ports))

    server = await asyncio.start_server(connection, "127.0.0.1", 0, limit=_LARGEST_LINE)
    port: int = server.sockets[0].getsockname()[1]
    folder = setting.app_folder("fuzz")
    folder.mkdir(parents=True)
    for file in kind.files:
        shutil.copy(file, folder)
    paths = (_FUZZ / "odd.js", *kind.scripts, _FUZZ / "runner.js")
    scripts = {path.name: path.read_text() for path in paths}
    write_scripts(folder, kind.app, {**scripts, "start.js": _SCRIPT % (port, kind.runs)})
    async with host.launch(folder):
        running = await asyncio.wait_for(connected, 30)
        try:
            yield running
        finally:
            running._writer.close()
            server.close()
            others.close()


class Side:
    """One implementation, started anew whenever a program made it go away.

    Args:
        make: makes a host.
        setting: what the hosts share.
        kind: the programs that it runs.
    """

    def __init__(self, make: Callable[[], Launcher], setting: Setting, kind: Kind) -> None:
        self._make = make
        self._setting = setting
        self._kind = kind
        self._running = contextlib.AsyncExitStack()

    async def start(self) -> None:
        """Start it."""
        host = self._make()
        await host.start(self._setting)
        self._running.push_async_callback(host.aclose)
        self._machine = await self._running.enter_async_context(machine(host, self._setting, self._kind))

    async def execute(self, programs: list[list[Step]], quiet_ms: int) -> list[Observations]:
        """Run programs side by side, or one by one if they made it go away together."""
        try:
            return await self._machine.execute(programs, quiet_ms)
        except (ConnectionError, TimeoutError):
            await self.aclose()
            await self.start()
        if len(programs) == 1:
            return [GONE]
        return [(await self.execute([program], quiet_ms))[0] for program in programs]

    async def aclose(self) -> None:
        """End it, whatever is left of it."""
        with contextlib.suppress(CdpError, OSError):
            await self._running.aclose()
