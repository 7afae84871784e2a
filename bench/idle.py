"""What idle event pages cost the process that keeps their sockets: memory and descriptors an app.

    python bench/idle.py --apps 1000

All apps are named in one `homeport run`. Each listens on a port of its own that is persistent, and is
unloaded. The first line has the time until all had been loaded once, the memory of the process itself
(USS), what each app has added to that of two, and how many other processes there are by then. The second
has the processor time that the process takes while nothing happens. The last has the time until the first
byte comes back from an app that was idle, and from twenty that are woken at once; what comes back is the
app's own id.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

SCRIPT = """
const { tcp, tcpServer } = chrome.sockets;
tcpServer.onAccept.addListener(({ clientSocketId }) => tcp.setPaused(clientSocketId, false));
tcp.onReceive.addListener(({ socketId }) =>
  tcp.send(socketId, new TextEncoder().encode(chrome.runtime.id).buffer, () => {}));
chrome.app.runtime.onLaunched.addListener(() =>
  tcpServer.create({ persistent: true }, ({ socketId }) =>
    tcpServer.listen(socketId, "127.0.0.1", 0, () =>
      tcpServer.getInfo(socketId, ({ localPort }) => console.log(localPort, chrome.runtime.id)))));
"""
MANIFEST = {
    "manifest_version": 2,
    "version": "1",
    "app": {"background": {"scripts": ["background.js"], "persistent": False}},
    "sockets": {"tcpServer": {"listen": "127.0.0.1:*"}},
}
#: Seconds for which idle apps are watched.
WATCHED = 10.0


@dataclass(frozen=True)
class Footprint:
    """What a run costs: seconds until all its apps were launched, bytes, descriptors, other processes."""

    seconds: float
    memory: int
    descriptors: int
    processes: int


class Apps:
    """Idle apps of one `homeport run`, where they listen and who they are."""

    def __init__(self, process: asyncio.subprocess.Process, seconds: float, known: dict[int, str]) -> None:
        self.process = process
        self.seconds = seconds
        self.known = known

    @classmethod
    async def start(cls, number: int, folder: Path) -> Apps:
        """Start so many and wait until all are idle."""
        began = time.perf_counter()
        command = ["-m", "homeport", "run", *_make(number, folder), "--headless", "--idle", "2", "--quiet"]
        around = {
            **os.environ,
            "HOMEPORT_DATA_DIR": str(folder / "data"),
            "HOMEPORT_RUNTIME_DIR": str(folder),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE, env=around
        )
        assert process.stdout is not None
        known: dict[int, str] = {}
        while len(known) < number:
            *_, port, app_id = (await process.stdout.readline()).decode().split()
            known[int(port)] = app_id
        seconds = time.perf_counter() - began
        await _all_idle(psutil.Process(process.pid))
        return cls(process, seconds, known)

    def weigh(self) -> Footprint:
        """What they cost now."""
        process = psutil.Process(self.process.pid)
        memory = process.memory_full_info().uss
        return Footprint(self.seconds, memory, process.num_fds(), len(process.children(recursive=True)))

    def processor_time(self) -> float:
        """The seconds of processor time that the process has taken."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    async def wake(self, port: int) -> float:
        """Milliseconds until an app has answered."""
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        answer = await reader.readexactly(32)
        writer.close()
        assert answer.decode() == self.known[port], "another app was woken"
        return (time.perf_counter() - began) * 1000

    async def aclose(self) -> None:
        """End them all."""
        self.process.terminate()
        await self.process.communicate()


async def _all_idle(process: psutil.Process) -> None:
    """Until no runtime lives, and what the last ones leave open is closed, which is a little later."""
    before = -1
    while True:
        now = -1 if process.children() else process.num_fds()
        if now == before >= 0:
            return
        before = now
        await asyncio.sleep(0.5)  # it has no event for that


def _make(number: int, folder: Path) -> list[str]:
    """The folders of so many apps."""
    roots = [folder / f"app{n}" for n in range(number)]
    for root in roots:
        root.mkdir()
        (root / "manifest.json").write_text(json.dumps({**MANIFEST, "name": root.name}))
        (root / "background.js").write_text(SCRIPT)
    return [str(root) for root in roots]


async def measure(number: int, folder: Path, *, watched: float = WATCHED) -> None:
    """Start ``number`` apps, and say what they cost beside two."""
    few, many = folder / "few", folder / "many"
    few.mkdir()
    many.mkdir()
    two = await Apps.start(2, few)
    base = two.weigh()
    await two.aclose()
    apps = await Apps.start(number, many)
    whole = apps.weigh()
    memory = (whole.memory - base.memory) / (number - 2) / 1024
    descriptors = (whole.descriptors - base.descriptors) / (number - 2)
    print(
        f"{number} apps in {whole.seconds:.0f} s: {whole.memory / 2**20:.1f} MiB, {memory:.0f} KiB and "
        f"{descriptors:.1f} descriptors each, {whole.processes} other processes",
        flush=True,
    )
    before = apps.processor_time()
    await asyncio.sleep(watched)
    print(f"idle: {(apps.processor_time() - before) / watched:.2%} of a processor", flush=True)
    ports = list(apps.known)
    first = await apps.wake(ports[0])
    most = max(await asyncio.gather(*map(apps.wake, ports[1:21])))
    print(f"woken: one in {first:.0f} ms, {len(ports[1:21])} at once in {most:.0f} ms")
    await apps.aclose()


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--apps", type=int, default=1000, help="how many; three at least")
    number = parser.parse_args().apps
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(number, Path(folder)))


if __name__ == "__main__":
    main()
