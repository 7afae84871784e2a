"""What an idle event page costs the process that keeps its sockets: memory and descriptors an app.

    python bench/idle.py --apps 250

Each app listens on a port of its own that is persistent, and is unloaded. The lines have the process's own
memory (USS) and what each app has added to it. The last one has the time until the first byte comes back from
an app that was idle, and from twenty that are woken at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil

from homeport.appfiles import open_app
from homeport.engine import Engine, run
from homeport.host import HeadlessApp, run_headless, settings_for
from homeport.storage import Storage

SCRIPT = """
const { tcp, tcpServer } = chrome.sockets;
tcpServer.onAccept.addListener(({ clientSocketId }) => tcp.setPaused(clientSocketId, false));
tcp.onReceive.addListener(({ socketId, data }) => tcp.send(socketId, data, () => {}));
chrome.app.runtime.onLaunched.addListener(() =>
  tcpServer.create({ persistent: true }, ({ socketId }) =>
    tcpServer.listen(socketId, "127.0.0.1", 0, () =>
      tcpServer.getInfo(socketId, ({ localPort }) => console.log(localPort)))));
"""
MANIFEST = {
    "manifest_version": 2,
    "version": "1",
    "app": {"background": {"scripts": ["background.js"], "persistent": False}},
    "sockets": {"tcpServer": {"listen": "127.0.0.1:*"}},
}
#: So many start at a time.
AT_ONCE = 10
STEP = 50


class Apps:
    """Idle apps in this process, and the ports that they listen on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = Engine()
        self.storage = Storage(folder / "data")
        self.apps: list[HeadlessApp] = []
        self.ports: list[int] = []

    async def add(self) -> None:
        """Start one more and wait until it is idle."""
        root = self.folder / f"app{len(self.ports)}"
        self.ports.append(0)
        root.mkdir()
        (root / "manifest.json").write_text(json.dumps({**MANIFEST, "name": root.name}))
        (root / "background.js").write_text(SCRIPT)
        app = open_app(root)
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        running = await run_headless(
            app,
            self.engine,
            self.storage,
            settings=replace(settings_for(app), idle=0.5),
            console=lambda _level, _place, text: port.set_result(int(text)),
        )
        self.apps.append(running)
        self.ports[int(root.name[3:])] = await port
        while running.status().state != "idle":  # noqa: ASYNC110 - it has no event for that
            await asyncio.sleep(0.05)

    async def aclose(self) -> None:
        """End them all."""
        for app in self.apps:
            await app.stop()
        await self.engine.aclose()
        await self.storage.aclose()


async def wake(port: int) -> float:
    """Milliseconds until an app has sent a byte back."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"x")
    await reader.readexactly(1)
    writer.close()
    return (time.perf_counter() - began) * 1000


async def measure(number: int, folder: Path) -> None:
    """Start ``number`` apps, and say what they cost."""
    process = psutil.Process()
    apps = Apps(folder)
    await apps.add()
    before, had = process.memory_full_info().uss, process.num_fds()
    while len(apps.ports) < number:
        await asyncio.gather(*(apps.add() for _ in range(min(AT_ONCE, number - len(apps.ports)))))
        if len(apps.ports) % STEP < AT_ONCE or len(apps.ports) == number:
            more = len(apps.ports) - 1
            own, descriptors = process.memory_full_info().uss, process.num_fds()
            each = f"{(own - before) / more / 1024:.0f} KiB and {(descriptors - had) / more:.1f} descriptors"
            print(f"{more + 1:5} apps: {own / 2**20:.1f} MiB, {each} each", flush=True)
    first = await wake(apps.ports[0])
    most = max(await asyncio.gather(*map(wake, apps.ports[1:21])))
    print(f"woken: one in {first:.0f} ms, {len(apps.ports[1:21])} at once in {most:.0f} ms")
    await apps.aclose()


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--apps", type=int, default=250, help="how many")
    number = parser.parse_args().apps
    with tempfile.TemporaryDirectory() as folder:
        run(measure(number, Path(folder)))


if __name__ == "__main__":
    main()
