"""The other end of the wire for the measurements: loopback TCP and UDP servers.

One process for all faces, so that each meets the same peer.

Prints one JSON line with its ports, then serves until its stdin closes:
  echo    TCP: sends back whatever arrives
  source  TCP: the client sends 8 bytes (big-endian count); that many bytes come back, then EOF
  sink    TCP: the client sends 8 bytes (big-endian count), then that many bytes;
          the server answers 1 byte once all have arrived
  udp     UDP: sends back each datagram
  flood   TCP control: the client sends one JSON line {"port":P,"count":N,"parallel":K,"mode":M};
          the server makes N short connections to 127.0.0.1:P and answers one JSON line.
          mode "close": connect, then wait for the peer's EOF;
          mode "echo":  connect, send 1 byte, wait for 1 byte, close.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
import sys
from collections.abc import Callable, Coroutine
from typing import Any, cast

from bench.visits import visit

run: Callable[[Coroutine[Any, Any, None]], None] = asyncio.run
with contextlib.suppress(ImportError):
    import uvloop

    run = uvloop.run

CHUNK = bytes(range(256)) * 4096  # 1 MiB


class Echo(asyncio.Protocol):
    tr: asyncio.WriteTransport

    def connection_made(self, tr: asyncio.BaseTransport) -> None:
        self.tr = cast("asyncio.WriteTransport", tr)  # Small pieces go at once, with either loop.

    def data_received(self, data: bytes) -> None:
        self.tr.write(data)


class UdpEcho(asyncio.DatagramProtocol):
    tr: asyncio.DatagramTransport

    def connection_made(self, tr: asyncio.BaseTransport) -> None:
        self.tr = cast("asyncio.DatagramTransport", tr)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.tr.sendto(data, addr)


async def source(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        left = struct.unpack(">Q", await reader.readexactly(8))[0]
        while left > 0:
            piece = CHUNK if left >= len(CHUNK) else CHUNK[:left]
            writer.write(piece)
            await writer.drain()
            left -= len(piece)
        writer.write_eof()
        await reader.read(1)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


class Sink(asyncio.Protocol):
    tr: asyncio.WriteTransport
    head = b""
    left: int | None = None

    def connection_made(self, tr: asyncio.BaseTransport) -> None:
        self.tr = cast("asyncio.WriteTransport", tr)

    def data_received(self, data: bytes) -> None:
        if self.left is None:
            self.head += data
            if len(self.head) < 8:
                return
            self.left = struct.unpack(">Q", self.head[:8])[0]
            data = self.head[8:]
        self.left -= len(data)
        if self.left <= 0:
            self.tr.write(b"k")


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        job = json.loads(await reader.readline())
        out = await asyncio.to_thread(visit, job["port"], job["count"], job["parallel"], job["mode"])
        writer.write(json.dumps(vars(out)).encode() + b"\n")
        await writer.drain()
    finally:
        writer.close()


async def main() -> None:
    loop = asyncio.get_running_loop()
    host, ports = "127.0.0.1", {}
    keep = []
    for name, proto in (("echo", Echo), ("sink", Sink)):
        s = await loop.create_server(proto, host, 0)
        keep.append(s)
        ports[name] = s.sockets[0].getsockname()[1]
    for name, fn in (("source", source), ("flood", flood)):
        s = await asyncio.start_server(fn, host, 0)
        keep.append(s)
        ports[name] = s.sockets[0].getsockname()[1]
    tr, _ = await loop.create_datagram_endpoint(UdpEcho, local_addr=(host, 0))
    ports["udp"] = tr.get_extra_info("sockname")[1]
    print(
        json.dumps({"ports": ports, "loop": type(loop).__module__, "python": sys.version.split()[0]}),
        flush=True,
    )
    await loop.run_in_executor(None, sys.stdin.read)


run(main())
