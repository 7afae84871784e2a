"""``kill -9`` of either process, again and again under load: no process, no port, no half value is left."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sqlite3
import sys
from contextlib import closing, suppress

import psutil
import pytest

if sys.platform != "linux":
    pytest.skip("looks into processes as Linux shows them", allow_module_level=True)

pytestmark = pytest.mark.slow

ROUNDS = 8

#: Echoes, and all the time stores two values that are the same, and says how often that was done.
SCRIPT = """
const { tcp, tcpServer } = chrome.sockets;
let count;
const store = () => {
  const value = String(++count).padStart(20000, ".");
  chrome.storage.local.set({ one: value, two: value, count }, () => {
    console.log("stored", count);
    store();
  });
};
tcp.onReceive.addListener(({ socketId, data }) =>
  tcp.send(socketId, data, () => void chrome.runtime.lastError));
tcp.onReceiveError.addListener(({ socketId }) => tcp.close(socketId));
tcpServer.onAccept.addListener(({ clientSocketId }) => tcp.setPaused(clientSocketId, false));
chrome.storage.local.get({ count: 0 }, (kept) => {
  count = kept.count;
  console.log("found", count);
  tcpServer.create({}, ({ socketId }) => tcpServer.listen(socketId, "127.0.0.1", PORT, 200, (code) => {
    console.log("listening", code);
    store();
  }));
});
"""


async def load(port: int, until: asyncio.Event) -> None:
    """Echo over new connections, whatever becomes of them."""
    while not until.is_set():
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with closing(writer):
                data = os.urandom(30_000)
                writer.write(data)
                await reader.readexactly(len(data))


def numbers(lines: list[str], word: str) -> list[int]:
    """What was said after ``word``."""
    return [int(line.split()[-1]) for line in lines if f" {word} " in line]


@pytest.mark.parametrize("victim", ["parent", "child"])
async def test_whenever_it_is_killed_nothing_is_left_and_what_was_stored_is_whole(
    homeport, write_app, free_port, victim
):
    chance = random.Random(11)  # noqa: S311 - a moment, no secret
    app = write_app(SCRIPT.replace("PORT", str(free_port)), permissions=["storage"])
    stored = 0
    for _ in range(ROUNDS):
        running = await homeport("run", app, "--headless", "--no-status")
        await running.line("listening 0")
        assert numbers(running.out, "found")[0] >= stored
        stop = asyncio.Event()
        loads = [asyncio.create_task(load(free_port, stop)) for _ in range(4)]
        parent = psutil.Process(running.process.pid)
        (child,) = parent.children(recursive=True)
        await running.line(f"stored {numbers(running.out, 'found')[0] + chance.randint(1, 40)}\n")
        (parent if victim == "parent" else child).kill()
        async with asyncio.timeout(30):
            await running.process.wait()
            await asyncio.gather(*running.readers)
        stop.set()
        await asyncio.gather(*loads)

        stored = numbers(running.out, "stored")[-1]
        _, alive = psutil.wait_procs([child], timeout=10)
        assert not alive
        with socket.create_server(("127.0.0.1", free_port)):
            pass
        (database,) = running.home.rglob("*.sqlite3")
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            values = dict(connection.execute("SELECT key, value FROM items WHERE area = 'local'"))
        assert values["one"] == values["two"]
        assert int(values["count"]) >= stored
