"""The least server for a page with bare WebSockets: what such a page reaches is the ceiling of a tab.

    python bare_server.py CONTROL-PORT WEBSOCKIFY-JSON

aiohttp on uvloop. Prints its address, then serves until it is ended: the page, ``/echo``,
``/source/SIZE`` (the page sends 8 bytes, a big-endian count; that many bytes come in messages of SIZE),
and ``/control``, which hands lines on between the page and the bench's control port.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from pathlib import Path

import uvloop
from aiohttp import WSMsgType, web

HERE = Path(__file__).resolve().parent
WEBSOCKIFY = web.AppKey("websockify", dict)
CONTROL = web.AppKey("control", int)


async def _open(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(max_msg_size=0, compress=False)
    await socket.prepare(request)
    return socket


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Send each message back."""
    socket = await _open(request)
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            await socket.send_bytes(message.data)
    return socket


async def source(request: web.Request) -> web.WebSocketResponse:
    """Send as many bytes as are asked for, in messages of one size."""
    socket = await _open(request)
    piece = bytes(int(request.match_info["size"]))
    async for message in socket:
        (left,) = struct.unpack(">Q", message.data)
        while left > 0:
            await socket.send_bytes(piece[: min(left, len(piece))])
            left -= len(piece)
    return socket


async def control(request: web.Request) -> web.WebSocketResponse:
    """Hand on what the control port says to the page, and the other way round."""
    socket = await _open(request)
    reader, writer = await asyncio.open_connection("127.0.0.1", request.app[CONTROL])

    async def down() -> None:
        while line := await reader.readline():
            await socket.send_str(line.decode())
        await socket.close()

    handing = asyncio.create_task(down())
    async for message in socket:
        writer.write(message.data.encode())
    writer.close()
    await handing
    return socket


async def config(request: web.Request) -> web.Response:
    """Where websockify is."""
    return web.json_response({"websockify": request.app[WEBSOCKIFY]})


async def page(request: web.Request) -> web.FileResponse:
    """The page itself."""
    return web.FileResponse(HERE / "bare" / "index.html")


async def main() -> None:
    """Serve until ended."""
    app = web.Application()
    app[CONTROL], app[WEBSOCKIFY] = int(sys.argv[1]), json.loads(sys.argv[2])
    app.router.add_get("/echo", echo)
    app.router.add_get(r"/source/{size:\d+}", source)
    app.router.add_get("/control", control)
    app.router.add_get("/config.json", config)
    app.router.add_get("/", page)
    app.router.add_static("/", HERE / "bare")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
