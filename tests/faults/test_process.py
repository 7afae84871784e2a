"""A served app under load, and what may befall its processes: nothing leaks, each failure has one line."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

if sys.platform != "linux":
    pytest.skip("looks into processes as Linux shows them", allow_module_level=True)

import resource

pytestmark = pytest.mark.slow

#: Echoes, keeps a count in its storage, connects where it is told, and says what failed.
SCRIPT = """
const { tcp, tcpServer } = chrome.sockets;
const say = (what, code) => console.log(what + " " + code);
tcp.onReceive.addListener(({ socketId, data }) => {
  const text = new TextDecoder().decode(data.slice(0, 64));
  if (text.startsWith("store ")) {
    chrome.storage.local.set({ kept: "x".repeat(Number(text.slice(6))) }, () => {
      const error = chrome.runtime.lastError;
      say("stored", error ? error.message : "well");
    });
  } else if (text.startsWith("connect ")) {
    const [host, port] = text.slice(8).trim().split(" ");
    tcp.create({}, (made) => tcp.connect(made.socketId, host, Number(port), (code) => {
      void chrome.runtime.lastError;
      say("connected", code);
    }));
  } else {
    tcp.send(socketId, data, () => void chrome.runtime.lastError);
  }
});
tcp.onReceiveError.addListener(({ socketId }) => tcp.close(socketId));
tcpServer.onAccept.addListener(({ clientSocketId }) => tcp.setPaused(clientSocketId, false));
tcpServer.onAcceptError.addListener(({ socketId, resultCode }) => {
  say("accept failed", resultCode);
  setTimeout(() => tcpServer.setPaused(socketId, false), 200);
});
tcpServer.create({}, ({ socketId }) =>
  tcpServer.listen(socketId, "127.0.0.1", PORT, 200, (code) => say("listening", code)));
"""


class Served:
    """The app at work, and the load on it."""

    def __init__(self, running, port: int) -> None:
        self.running = running
        self.port = port
        self.process = psutil.Process(running.process.pid)
        self._random = random.Random(7)  # noqa: S311 (a load, no secret)

    @property
    def child(self) -> psutil.Process:
        (child,) = self.process.children(recursive=True)
        return child

    async def echo(self, data: bytes = b"hello") -> bytes:
        """What comes back over a new connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            async with asyncio.timeout(20):
                return await reader.readexactly(len(data))
        finally:
            writer.close()

    async def tell(self, text: str) -> None:
        """Ask the app for something that it says on its console."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(text.encode())
        await writer.drain()
        self.writers = [*getattr(self, "writers", []), writer]

    async def load(self, until: asyncio.Event, *, resets: bool = False) -> int:
        """Echo over connections of any size, until told to stop; how often that went well."""
        went_well = 0
        while not until.is_set():
            data = self._random.randbytes(self._random.randint(1, 200_000))
            with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                if resets and self._random.random() < 0.5:
                    await self._reset(data)
                else:
                    assert await self.echo(data) == data
                    went_well += 1
        return went_well

    async def _reset(self, data: bytes) -> None:
        """Send some, read some of the echo, then reset."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        if self._random.random() < 0.5:
            await reader.read(1000)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def settled(self) -> int:
        """The process's descriptors, once they have stopped changing."""
        counts = [-1, -2, -3]
        async with asyncio.timeout(20):
            while len(set(counts[-4:])) > 1:
                await asyncio.sleep(0.25)
                counts.append(self.process.num_fds())
        return counts[-1]


@pytest.fixture
async def served(homeport, write_app, free_port):
    app = write_app(SCRIPT.replace("PORT", str(free_port)), permissions=["storage"])
    running = await homeport("run", app, "--headless", "--no-status")
    await running.line("listening 0")
    served = Served(running, free_port)
    await served.echo()
    yield served
    assert "Traceback" not in "".join(running.errors)
    for writer in getattr(served, "writers", []):
        writer.close()


async def under_load(served: Served, work, **how: bool) -> int:
    stop = asyncio.Event()
    loads = [asyncio.create_task(served.load(stop, **how)) for _ in range(4)]
    try:
        await work()
    finally:
        stop.set()
        went_well = sum(await asyncio.gather(*loads))
    return went_well


async def test_peers_that_reset_at_random_leave_nothing_behind(served):
    before = await served.settled()
    went_well = await under_load(served, lambda: asyncio.sleep(4), resets=True)
    assert went_well > 10
    assert await served.settled() <= before
    assert await served.echo(b"after") == b"after"
    assert served.running.errors == [line for line in served.running.errors if "runs headless" in line]


async def test_a_killed_child_ends_the_app_with_one_line_and_frees_its_port(served):
    child = served.child

    async def kill():
        await asyncio.sleep(0.5)
        child.kill()
        async with asyncio.timeout(20):
            await served.running.process.wait()

    await under_load(served, kill)
    assert await served.running.stop() == 1
    reasons = [line for line in served.running.errors if "SIGKILL" in line]
    assert len(reasons) == 1, served.running.errors
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    with socket.create_server(("127.0.0.1", served.port), reuse_port=False):
        pass
    assert not list((served.running.home / "runs").glob("*"))


async def test_a_killed_parent_leaves_no_child_and_no_port(served):
    child = served.child

    async def kill():
        await asyncio.sleep(0.5)
        served.process.kill()
        async with asyncio.timeout(20):
            await served.running.process.wait()

    await under_load(served, kill)
    _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive
    with socket.create_server(("127.0.0.1", served.port)):
        pass


async def test_stopped_and_continued_it_goes_on_where_it_was(served):
    before = await served.settled()

    async def stop_and_go():
        for process in (served.process, served.child, served.process):
            process.suspend()
            await asyncio.sleep(1.2)
            process.resume()
            await asyncio.sleep(0.2)

    assert await under_load(served, stop_and_go) > 0
    assert await served.echo(b"after") == b"after"
    assert await served.settled() <= before


async def test_without_descriptors_connects_fail_and_accepts_wait_until_there_are_some(served):
    resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE, (served.process.num_fds() + 3, 20000))
    held = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(8)]
    assert (await served.running.line("accept failed")).split()[-1] == "-12"
    resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE, (served.process.num_fds() + 40, 20000))
    assert await served.echo(b"again") == b"again"
    for _, writer in held:
        writer.close()
    assert "".join(served.running.errors).count("\n") < 10


async def test_a_full_disk_fails_what_is_stored_and_nothing_else(served):
    await served.tell("store 100")
    await served.running.line("stored well")
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    served.running.out.clear()
    await served.tell("store 200000")
    assert "The app's storage cannot be used" in await served.running.line("stored")
    assert await served.echo(b"during") == b"during"
    resource.prlimit(
        served.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    )
    served.running.out.clear()
    await served.tell("store 200")
    assert "well" in await served.running.line("stored")


@pytest.fixture
def small_disk(homeport, tmp_path):
    """The home of what runs is a disk of 4 MiB."""
    home = tmp_path / "home"
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(home)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a disk")
    yield home
    subprocess.run(["umount", "--lazy", str(home)], check=True)


async def test_a_disk_that_fills_up_under_load_costs_what_is_written_to_it_and_nothing_else(
    small_disk, homeport, write_app, free_port
):
    app = write_app(SCRIPT.replace("PORT", str(free_port)), permissions=["storage"])
    log = small_disk / "audit.jsonl"
    running = await homeport("run", app, "--headless", "--no-status", "--audit-log", log)
    await running.line("listening 0")
    served = Served(running, free_port)
    stop = asyncio.Event()
    load = asyncio.create_task(served.load(stop))
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(bytes(4096))
    await served.tell("store 200000")
    assert "cannot be used" in await running.line("stored")
    await running.line(f"the audit log {log} cannot be written", errors=True)
    assert await served.echo(b"during") == b"during"
    filler.unlink()
    running.out.clear()
    await served.tell("store 200")
    assert "well" in await running.line("stored")
    assert await served.echo(b"after") == b"after"
    stop.set()
    assert await load > 0
    for writer in served.writers:
        writer.close()
    assert await running.stop() == 0
    assert sum("cannot be written" in line for line in running.errors) == 1
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    (lost,) = [entry for entry in entries if entry["event"] == "lost"]
    assert lost["lines"] > 0
    assert [entries[0]["event"], entries[-1]["event"]] == ["launch", "end"]


async def test_names_that_cannot_be_looked_up_fail_alone(served):
    before = await served.settled()

    async def ask():
        for _ in range(50):
            await served.tell("connect no.such.name.invalid 80")
        await served.running.line("connected")
        async with asyncio.timeout(30):
            while sum("connected" in line for line in served.running.out) < 50:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    await under_load(served, ask)
    codes = {line.split()[-1] for line in served.running.out if "connected" in line}
    assert codes <= {"-105", "-106"}
    for writer in served.writers:
        writer.close()
    assert await served.settled() <= before


async def test_memory_and_descriptors_do_not_grow_with_connections(served):
    async def some():
        for _ in range(300):
            await served.echo(os.urandom(2000))

    await some()
    fds, rss = await served.settled(), served.process.memory_info().rss
    begun = time.monotonic()
    for _ in range(5):
        await some()
    assert await served.settled() <= fds
    assert served.process.memory_info().rss - rss < 8 << 20
    assert time.monotonic() - begun < 90


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_asked_to_end_under_load_it_ends_in_order(served, number):
    child = served.child

    async def ask():
        await asyncio.sleep(0.5)
        served.running.process.send_signal(number)
        async with asyncio.timeout(20):
            await served.running.process.wait()

    await under_load(served, ask)
    assert served.running.process.returncode == 0
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert not list((served.running.home / "runs").glob("*"))
