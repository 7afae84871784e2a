"""An app under changing load for as long as one likes, headless or in a tab: does anything grow?

    python -m bench.soak --minutes 30 --every 60
    python -m bench.soak --face tab-firefox

The app echoes over TCP and UDP. The load changes every few seconds: many short connections, few long ones
with much data, datagrams, resets at random, silence. Whenever there is silence, descriptors and memory of
Homeport and of the page are noted. The exit status is 1 when they grew after the first part of the run, or
when an answer was wrong or missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import statistics
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.faces import FACES, Pids, Setting

APP = """
const { tcp, udp, tcpServer } = chrome.sockets;
tcp.onReceive.addListener(({ socketId, data }) =>
  tcp.send(socketId, data, () => void chrome.runtime.lastError));
tcp.onReceiveError.addListener(({ socketId }) => tcp.close(socketId));
tcpServer.onAccept.addListener(({ clientSocketId }) => {
  tcp.update(clientSocketId, { bufferSize: 65536 });
  tcp.setPaused(clientSocketId, false);
});
udp.onReceive.addListener(({ socketId, data, remoteAddress, remotePort }) =>
  udp.send(socketId, data, remoteAddress, remotePort, () => void chrome.runtime.lastError));
tcpServer.create({}, ({ socketId }) => tcpServer.listen(socketId, "127.0.0.1", PORT, 200, (tcpCode) =>
  udp.create({ bufferSize: 65536 }, (made) => udp.bind(made.socketId, "127.0.0.1", PORT, (udpCode) =>
    console.log(`listening ${tcpCode} ${udpCode}`)))));
"""
MANIFEST = {
    "manifest_version": 2,
    "name": "Soak",
    "version": "1",
    "app": {"background": {"scripts": ["background.js"]}},
    "sockets": {
        "tcp": {"connect": ""},
        "tcpServer": {"listen": "127.0.0.1:*"},
        "udp": {"bind": "127.0.0.1:*", "send": "127.0.0.1:*"},
    },
}
PHASE = 5.0
#: What may grow without being a leak: descriptors, and bytes of each process.
FDS_SPARE = 4
RSS_SPARE = 8 << 20
RSS_FACTOR = 1.10


@dataclass
class Load:
    """What is asked of the app, and how that went."""

    port: int
    chance: random.Random
    went: Counter[str] = field(default_factory=Counter)

    async def short(self) -> None:
        """Connect, echo a little, close."""
        data = self.chance.randbytes(self.chance.randint(1, 4000))
        await self._echo(data, "short")

    async def long(self) -> None:
        """Much data over one connection."""
        await self._echo(self.chance.randbytes(1 << 20), "long")

    async def reset(self) -> None:
        """Reset somewhere in the middle."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.chance.randbytes(self.chance.randint(1, 100_000)))
        if self.chance.random() < 0.5:
            await reader.read(100)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
        self.went["reset"] += 1

    async def datagrams(self) -> None:
        """A few datagrams and their echoes, over a socket of their own."""
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            sock.connect(("127.0.0.1", self.port))
            for _ in range(20):
                data = self.chance.randbytes(self.chance.randint(1, 1400))
                await loop.sock_sendall(sock, data)
                assert await loop.sock_recv(sock, 2000) == data
        self.went["datagrams"] += 20

    async def silence(self) -> None:
        """Nothing."""
        await asyncio.sleep(0.5)

    async def _echo(self, data: bytes, kind: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            assert await reader.readexactly(len(data)) == data
            self.went[kind] += 1
        finally:
            writer.close()

    async def phase(self, work: Callable[[], Awaitable[None]], workers: int) -> None:
        """Do ``work`` again and again, several at a time, for a phase's length."""
        until = time.monotonic() + PHASE

        async def worker() -> None:
            while time.monotonic() < until:
                try:
                    async with asyncio.timeout(30):
                        await work()
                except (OSError, AssertionError, TimeoutError, asyncio.IncompleteReadError) as error:
                    self.went[f"ERROR {type(error).__name__}"] += 1
                    await asyncio.sleep(0.1)

        await asyncio.gather(*(worker() for _ in range(workers)))


class SoakedApp(Setting):
    """Like what is measured, with an app that listens at the control port."""

    def write_app(self, folder: Path) -> Path:
        """The app's folder."""
        app = folder / "app"
        app.mkdir()
        (app / "manifest.json").write_text(json.dumps(MANIFEST))
        (app / "background.js").write_text(APP.replace("PORT", str(self.control)))
        return app


@dataclass(frozen=True)
class Sample:
    """Both processes, when nothing is asked of them."""

    fds: tuple[int, int]
    rss: tuple[int, int]


def processes(pids: Pids) -> tuple[psutil.Process, psutil.Process]:
    """Homeport, and the one in which the app's scripts run: of a browser's, the largest with pages."""
    homeport = psutil.Process(pids["homeport"])
    if "browser" not in pids:
        (child,) = homeport.children(recursive=True)
        return homeport, child
    pages = [
        process
        for process in psutil.Process(pids["browser"]).children(recursive=True)
        if {"--type=renderer", "-contentproc"}.intersection(process.cmdline())
    ]
    return homeport, max(pages, key=lambda page: int(page.memory_info().rss))


async def sample(parent: psutil.Process, child: psutil.Process) -> Sample:
    """Look once what was under way has ended."""
    fds = (-1, -1)
    for _ in range(40):
        before, fds = fds, (parent.num_fds(), child.num_fds())
        if fds == before:
            break
        await asyncio.sleep(0.5)
    return Sample(fds, (parent.memory_info().rss, child.memory_info().rss))


def growth(samples: list[Sample]) -> list[str]:
    """What grew, from the second quarter of the run to the last."""
    quarter = max(1, len(samples) // 4)
    early, late = samples[quarter : 2 * quarter] or samples[:1], samples[-quarter:]
    found = []
    for index, name in enumerate(("homeport", "the page")):
        fds = [statistics.median(s.fds[index] for s in part) for part in (early, late)]
        rss = [statistics.median(s.rss[index] for s in part) for part in (early, late)]
        if fds[1] > fds[0] + FDS_SPARE:
            found.append(f"descriptors of {name}: {fds[0]:g} became {fds[1]:g}")
        if rss[1] > rss[0] * RSS_FACTOR + RSS_SPARE:
            found.append(f"memory of {name}: {rss[0] / 2**20:.1f} MiB became {rss[1] / 2**20:.1f} MiB")
    return found


async def reached(port: int) -> None:
    """Once the app listens."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def soak(face: str, minutes: float, every: float, seed: int) -> int:
    """Run for so long; the exit status."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    load = Load(port, random.Random(seed))  # noqa: S311 (a load, no secret)
    kinds = [(load.short, 8), (load.long, 3), (load.datagrams, 4), (load.reset, 6), (load.silence, 1)]
    samples: list[Sample] = []
    begun = said = time.monotonic()
    print("  time   fds    fds    MiB    MiB   answers                          errors")
    print("         host   page   host   page")
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        async with FACES[face].start(SoakedApp(port, {}), Path(folder)) as pids:
            await reached(port)
            looked_at = processes(pids)
            while time.monotonic() - begun < minutes * 60:
                for work, workers in load.chance.sample(kinds, len(kinds)):
                    await load.phase(work, workers)
                samples.append(await sample(*looked_at))
                if time.monotonic() - said >= every or len(samples) == 1:
                    said = time.monotonic()
                    _say(said - begun, samples[-1], load.went)
            _say(time.monotonic() - begun, samples[-1], load.went)
    errors = sum(count for kind, count in load.went.items() if kind.startswith("ERROR"))
    found = growth(samples)
    for line in found:
        print(f"grew: {line}")
    print(f"{len(samples)} looks, {errors} errors, {'growth' if found else 'no growth'}")
    return 1 if found or errors else 0


def _say(seconds: float, last: Sample, went: Counter[str]) -> None:
    good = " ".join(f"{kind} {count}" for kind, count in sorted(went.items()) if not kind.startswith("ERROR"))
    bad = " ".join(f"{kind[6:]} {count}" for kind, count in sorted(went.items()) if kind.startswith("ERROR"))
    mib = [f"{rss / 2**20:6.1f}" for rss in last.rss]
    print(
        f"{seconds:6.0f} {last.fds[0]:6} {last.fds[1]:6} {mib[0]} {mib[1]}   {good:32} {bad or '-'}",
        flush=True,
    )


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--face",
        default="headless",
        choices=["headless", "tab-chromium", "tab-firefox"],
        help="where it runs",
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--every", type=float, default=60, help="seconds between two lines")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(asyncio.run(soak(options.face, options.minutes, options.every, options.seed)))


if __name__ == "__main__":
    main()
