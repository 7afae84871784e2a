"""The same as ``relay.c``, in Python on uvloop: what any daemon in Python costs at the least.

relay_uvloop.py PORT N
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

import uvloop

FRAME = struct.Struct("<BI")
RECORD = struct.Struct("<BII")


async def main(port: int, count: int) -> None:
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()
    page = socket.socket(fileno=0)
    page.setblocking(False)
    memory = bytearray(1 << 20)
    view = memoryview(memory)
    connections: list[socket.socket] = []
    pieces: list[bytes] = []
    held = 0

    def flush() -> None:
        data = b"".join(pieces)
        pieces.clear()
        try:
            page.send(FRAME.pack(1, len(data)) + data)
        except OSError:
            end()

    def readable(which: int, connection: socket.socket) -> None:
        data = connection.recv(16384)
        if not pieces:
            loop.call_soon(flush)
        pieces.append(RECORD.pack(1, which, len(data)))
        pieces.append(data)

    def take() -> None:
        nonlocal held
        try:
            got = page.recv_into(view[held:])
        except OSError:
            got = 0
        if not got:
            end()
            return
        held += got
        at = 0
        while held - at >= FRAME.size:
            length = FRAME.unpack_from(memory, at)[1]
            if held - at < FRAME.size + length + 1:
                break
            record = at + FRAME.size
            at = record + length
            while record < at:
                _, which, size = RECORD.unpack_from(memory, record)
                record += RECORD.size
                connections[which].send(view[record : record + size])
                record += size
            at += 1
        view[: held - at] = bytes(view[at:held])
        held -= at

    def end() -> None:
        for each in (page, *connections):
            loop.remove_reader(each)
        if not over.done():
            over.set_result(None)

    for which in range(count):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        connections.append(connection)
        loop.add_reader(connection, readable, which, connection)
    loop.add_reader(page, take)
    await over
    for each in connections:
        each.close()


uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
