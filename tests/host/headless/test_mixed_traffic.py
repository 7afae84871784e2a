"""No byte of one message is ever seen in another, however they come through the pipe.

Every byte of a connection follows from its number and its place. The app looks at each that it receives,
once more at some that it keeps, and sends all of them back; the peer looks at those. Meanwhile sockets are
paused and read in slices of any size, listeners take long or stop the page for a file, the page's process
and its peers stop for a while, and some connections are reset.
"""

# ruff: noqa: S311 - a load, no secret

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import struct
import sys
from typing import Any

import pytest
from tests.support.serving import serving

CONNECTIONS = 20
SIZE = 700_000
FILE = bytes(range(256)) * 700
#: What the byte at a place is: it takes long until it comes again.
PATTERN = random.Random(0).randbytes(1 << 20)
STEP = 40_009

SCRIPT = """
const { tcp, udp } = chrome.sockets;
let state = SEED;
const chance = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
const sha = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).join();
const wrong = (what) => console.log("RESULT " + JSON.stringify("wrong: " + what));
const kept = [];
const at = new Map();
let pattern, open = 0, files = 0, datagrams = 0;

const same = (bytes, place) => {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== pattern[(place + i) & 0xfffff]) return false;
  return true;
};
const file = (method) => {
  const xhr = new XMLHttpRequest();
  xhr.open("GET", "file.bin", method === "async");
  xhr.overrideMimeType("text/plain; charset=x-user-defined");
  const look = () => {
    const text = xhr.responseText;
    let good = text.length === 256 * 700;
    for (let i = 0; good && i < text.length; i += 97) good = (text.charCodeAt(i) & 255) === (i & 255);
    if (!good) wrong("file, " + method);
    files++;
  };
  xhr.onload = look;
  xhr.send();
};
const lookAtKept = () => {
  for (const { bytes, place } of kept.splice(0)) if (!same(bytes, place)) wrong("kept bytes changed");
};

tcp.onReceive.addListener(({ socketId, data }) => {
  const bytes = new Uint8Array(data);
  const where = at.get(socketId);
  if (!same(bytes, where.start + where.count)) wrong(`socket ${where.start} at ${where.count}`);
  if (chance(8) === 0) {
    kept.push({ bytes, place: where.start + where.count });
    if (kept.length > 200) lookAtKept();
  }
  where.count += bytes.length;
  const dice = chance(1500);
  const send = () => tcp.send(socketId, data, () => void chrome.runtime.lastError);
  if (dice % 3 === 0) Promise.resolve().then(send);
  else send();
  if (dice < 5) for (const end = performance.now() + 25; performance.now() < end;);
  else if (dice < 15) file("sync");
  else if (dice < 30) file("async");
  else if (dice < 60) {
    tcp.setPaused(socketId, true);
    setTimeout(() => tcp.setPaused(socketId, false, () => void chrome.runtime.lastError), chance(30));
  } else if (dice < 100) tcp.update(socketId, { bufferSize: [1000, 4096, 10000, 65536, 0][chance(5)] });
  else if (dice < 120) chrome.storage.local.set({ [chance(5)]: "x".repeat(chance(20000)) });
});
tcp.onReceiveError.addListener(({ socketId }) => {
  tcp.close(socketId);
  if (--open > 0) return;
  lookAtKept();
  console.log("RESULT " + JSON.stringify("all right"));
});
udp.onReceive.addListener(({ data }) => {
  const bytes = new Uint8Array(data);
  const place = new DataView(data).getUint32(0);
  if (!same(bytes.subarray(4), place)) wrong("datagram " + place);
  datagrams++;
});

fetch("pattern.bin").then((answer) => answer.arrayBuffer()).then((buffer) => {
  pattern = new Uint8Array(buffer);
  udp.create({ bufferSize: 65536 }, (made) => udp.bind(made.socketId, "127.0.0.1", 0, () =>
    udp.getInfo(made.socketId, ({ localPort }) => {
      console.log("port " + localPort);
      for (let number = 0; number < COUNT; number++) tcp.create({}, ({ socketId }) => {
        open++;
        at.set(socketId, { start: number * STEP, count: 0 });
        tcp.connect(socketId, "127.0.0.1", PORT, () =>
          tcp.send(socketId, new Uint32Array([number]).buffer, () => void chrome.runtime.lastError));
      });
    })));
});
"""


def pattern(start: int, size: int) -> bytes:
    at = start % len(PATTERN)
    return (PATTERN[at:] + PATTERN)[:size]


class Peer:
    """Sends a connection's bytes, in pieces of any size, and looks at those that come back."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.wrong: list[str] = []
        self.came_back = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            number = int.from_bytes(await reader.readexactly(4), "little")
            chance = random.Random(f"{self._seed} {number}")
            size = chance.randint(SIZE // 2, SIZE) if number % 5 == 4 else SIZE
            data = pattern(number * STEP, SIZE)
            looking = asyncio.ensure_future(self._look(reader, chance, number, data[:size]))
            at = 0
            while at < size:
                end = min(size, at + chance.choice((1, 30, 500, 3000, 9000, 50_000, 200_000)))
                writer.write(data[at:end])
                at = end
                if chance.random() < 0.5:
                    await writer.drain()
                if chance.random() < 0.02:
                    await asyncio.sleep(chance.random() / 20)
            await writer.drain()
            if size < SIZE:  # with something under way in both directions
                looking.cancel()
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
                return
            await looking
        writer.close()

    async def _look(
        self, reader: asyncio.StreamReader, chance: random.Random, number: int, data: bytes
    ) -> None:
        at = 0
        while at < len(data):
            piece = await reader.read(chance.choice((100, 5000, 1 << 20)))
            if not piece or piece != data[at : at + len(piece)]:
                self.wrong.append(f"connection {number} at {at}: {piece[:20]!r}")
                return
            at += len(piece)
            if chance.random() < 0.003:
                await asyncio.sleep(0.2)  # more than the system takes waits in the daemon
        self.came_back += 1


@pytest.mark.parametrize("seed", range(int(os.environ.get("SEEDS", "2"))))
async def test_every_byte_is_where_it_belongs(start_app: Any, seed: int) -> None:
    peer, chance = Peer(seed), random.Random(seed)
    async with serving(peer, backlog=100, limit=1 << 16) as port:
        script = SCRIPT
        for name, value in {"SEED": seed + 1, "COUNT": CONNECTIONS, "STEP": STEP, "PORT": port}.items():
            script = script.replace(name, str(value))
        running = await start_app(
            script,
            files={"file.bin": FILE, "pattern.bin": PATTERN},
            manifest={
                "permissions": ["storage"],
                "sockets": {"tcp": {"connect": "*"}, "udp": {"bind": "*", "send": "*"}},
            },
        )
        udp_port = int((await running.says("port "))[2].split()[1])
        disturbing = asyncio.ensure_future(_disturb(running.app.status().pid, udp_port, chance))
        try:
            assert await running.result() == "all right"
        finally:
            disturbing.cancel()
    assert peer.wrong == []
    assert peer.came_back == CONNECTIONS * 4 // 5


async def _disturb(pid: int, port: int, chance: random.Random) -> None:
    """Datagrams, and a page's process that stops now and then."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        while True:
            for _ in range(chance.randint(1, 30)):
                place = chance.randrange(len(PATTERN))
                with contextlib.suppress(OSError):
                    sock.sendto(
                        place.to_bytes(4, "big") + pattern(place, chance.randint(0, 9000)),
                        ("127.0.0.1", port),
                    )
            await asyncio.sleep(chance.random() / 50)
            if sys.platform != "win32" and chance.random() < 0.05:
                os.kill(pid, signal.SIGSTOP)
                await asyncio.sleep(0.05)
                os.kill(pid, signal.SIGCONT)
