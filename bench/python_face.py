"""The measurements of app/measure.js, made with the Python API: the same names, the same answers.

python python_face.py PORTS-JSON CONTROL-PORT
"""

# ruff: noqa: B023 - each round waits for its own end before the next begins

from __future__ import annotations

import asyncio
import json
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

import homeport

HOST = "127.0.0.1"
MANIFEST = {
    "name": "bench",
    "version": "1",
    "sockets": {
        "tcp": {"connect": "*:*"},
        "udp": {"bind": "*:*", "send": "*:*"},
        "tcpServer": {"listen": "*:*"},
    },
}


def figures(count: int, begin: float, **more: object) -> dict[str, object]:
    """A rate: so many things since ``begin``."""
    seconds = time.perf_counter() - begin
    return {"per_s": round(count / seconds, 1), "n": count, "seconds": round(seconds, 3), **more}


def bulk(size: int, begin: float) -> dict[str, object]:
    """A rate of bytes."""
    seconds = time.perf_counter() - begin
    return {"MB_per_s": round(size / 1e6 / seconds, 2), "MiB": size / 1048576, "seconds": round(seconds, 3)}


class Bench:
    """One program with one listener for each event, and a table of handlers, as in measure.js."""

    def __init__(self, chrome: Any, ports: dict[str, int]) -> None:
        self.tcp, self.udp, self.server = chrome.sockets.tcp, chrome.sockets.udp, chrome.sockets.tcp_server
        self.ports = ports
        self.data: dict[int, Callable[[bytes], None]] = {}
        self.datagram: Callable[[], None] = lambda: None
        self.accepted: Callable[[int], None] = lambda _: None
        self.idle_sockets: list[int] = []
        self.tcp.on_receive.add_listener(self._received)
        self.udp.on_receive.add_listener(lambda info: self.datagram())
        self.server.on_accept.add_listener(lambda info: self.accepted(info.client_socket_id))

    def _received(self, info: Any) -> None:
        handler = self.data.get(info.socket_id)
        if handler is not None:
            handler(info.data)

    async def open(self, port: int, buffer_size: int | None = None) -> int:
        socket_id: int = (
            await self.tcp.create(homeport.SocketProperties(buffer_size=buffer_size or None))
        ).socket_id
        await self.tcp.connect(socket_id, HOST, port)
        return socket_id

    async def shut(self, socket_id: int) -> None:
        self.data.pop(socket_id, None)
        await self.tcp.close(socket_id)

    async def many(self, count: int, size: int, total: int) -> dict[str, object]:
        sockets = [await self.open(self.ports["echo"]) for _ in range(count)]
        data = b"x" * size
        for rounds in (2 * count, total):
            begun = done = 0
            end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

            def begin_one(socket_id: int) -> None:
                nonlocal begun
                begun += 1
                self.tcp.send(socket_id, data)

            def hear(socket_id: int) -> Callable[[bytes], None]:
                got = 0

                def heard(piece: bytes) -> None:
                    nonlocal got, done
                    got += len(piece)
                    if got < size:
                        return
                    got -= size
                    done += 1
                    if begun < rounds:
                        begin_one(socket_id)
                    elif done >= rounds and not end.done():
                        end.set_result(None)

                return heard

            started = time.perf_counter()
            for socket_id in sockets:
                self.data[socket_id] = hear(socket_id)
            for socket_id in sockets[:rounds]:
                begin_one(socket_id)
            await end
        result = figures(total, started, sockets=count)
        for socket_id in sockets:
            await self.shut(socket_id)
        return result

    async def rtt_awaited(self, size: int, total: int) -> dict[str, object]:
        """Like a round trip of ``many``, but the next request also waits for send's own result."""
        socket_id = await self.open(self.ports["echo"])
        data = b"x" * size
        for rounds in (min(200, total), total):
            begin = time.perf_counter()
            for _ in range(rounds):
                heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self.data[socket_id] = lambda _, heard=heard: heard.set_result(None)  # type: ignore[misc]
                await self.tcp.send(socket_id, data)
                await heard
        result = figures(total, begin)
        await self.shut(socket_id)
        return result

    async def chatty(self, size: int) -> dict[str, object]:
        """Receives in default pieces, pauses and asks between the reads, forwards each piece."""
        source, sink = await self.open(self.ports["source"]), await self.open(self.ports["sink"])
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.data[sink] = lambda _: None if end.done() else end.set_result(None)
        await self.tcp.send(sink, struct.pack(">Q", size))
        sends = 0
        pauses: set[asyncio.Task[None]] = set()

        async def pause() -> None:
            await self.tcp.set_paused(source, True)
            await self.tcp.get_info(source)
            await self.tcp.set_paused(source, False)

        def forward(piece: bytes) -> None:
            nonlocal sends
            sends += 1
            self.tcp.send(sink, piece)
            if sends % 8 == 0:
                task = asyncio.ensure_future(pause())
                pauses.add(task)
                task.add_done_callback(pauses.discard)

        self.data[source] = forward
        begin = time.perf_counter()
        self.tcp.send(source, struct.pack(">Q", size))
        await end
        result = bulk(size, begin)
        await self.shut(source)
        await self.shut(sink)
        return {**result, "sends": sends}

    async def recv(self, buffer_size: int, size: int) -> dict[str, object]:
        socket_id = await self.open(self.ports["source"], buffer_size)
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        got = 0

        def heard(piece: bytes) -> None:
            nonlocal got
            got += len(piece)
            if got >= size and not end.done():
                end.set_result(None)

        self.data[socket_id] = heard
        begin = time.perf_counter()
        self.tcp.send(socket_id, struct.pack(">Q", size))
        await end
        result = bulk(size, begin)
        await self.shut(socket_id)
        return result

    async def send(self, piece: int, depth: int, size: int) -> dict[str, object]:
        socket_id = await self.open(self.ports["sink"])
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.data[socket_id] = lambda _: None if end.done() else end.set_result(None)
        await self.tcp.send(socket_id, struct.pack(">Q", size))
        data, left = b"\7" * piece, size

        async def lane() -> None:
            nonlocal left
            while left > 0:
                want = min(piece, left)
                left -= want
                await self.tcp.send(socket_id, data[:want])

        begin = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(depth)))
        await end
        result = bulk(size, begin)
        await self.shut(socket_id)
        return result

    async def dgram(self, size: int, window: int, total: int) -> dict[str, object]:
        socket_id = (await self.udp.create()).socket_id
        await self.udp.bind(socket_id, HOST, 0)
        data, port = b"x" * size, self.ports["udp"]
        for rounds in (200, total):
            sent = got = 0
            end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

            def go() -> None:
                nonlocal sent
                sent += 1
                self.udp.send(socket_id, data, HOST, port)

            def heard() -> None:
                nonlocal got
                got += 1
                if got >= rounds:
                    if not end.done():
                        end.set_result(None)
                elif sent < rounds:
                    go()

            self.datagram = heard
            begin = time.perf_counter()
            for _ in range(min(window, rounds)):
                go()
            await end
        result = figures(total, begin)
        await self.udp.close(socket_id)
        return result

    async def accept(self, mode: str, parallel: int, total: int) -> dict[str, object]:
        server = (await self.server.create()).socket_id
        await self.server.listen(server, HOST, 0, 128)
        port = (await self.server.get_info(server)).local_port

        def close(client: int) -> None:
            self.tcp.close(client)

        def echo(client: int) -> None:
            self.data[client] = lambda piece: self.tcp.send(client, piece) and None
            self.tcp.set_paused(client, False)

        self.accepted = close if mode == "close" else echo
        control = await self.open(self.ports["flood"])
        line: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.data[control] = lambda piece: None if line.done() else line.set_result(piece)
        job = {"port": port, "count": total, "parallel": parallel, "mode": mode}
        await self.tcp.send(control, json.dumps(job).encode() + b"\n")
        answer = json.loads(await line)
        await self.shut(control)
        await self.server.close(server)
        return {"per_s": round(answer["ok"] / answer["seconds"], 1), **answer}

    async def connect(self, total: int) -> dict[str, object]:
        begin = time.perf_counter()
        for _ in range(total):
            await self.shut(await self.open(self.ports["echo"]))
        return figures(total, begin)

    async def call(self, total: int) -> dict[str, object]:
        socket_id = (await self.tcp.create()).socket_id
        begin = time.perf_counter()
        for _ in range(total):
            await self.tcp.get_info(socket_id)
        return figures(total, begin)

    async def idle(self, count: int) -> dict[str, object]:
        while len(self.idle_sockets) > count:
            await self.tcp.close(self.idle_sockets.pop())
        while len(self.idle_sockets) < count:
            self.idle_sockets.append(await self.open(self.ports["echo"]))
        return {"sockets": count}

    async def measure(self, name: str, scale: float) -> dict[str, object]:
        def scaled(number: int) -> int:
            return max(1, round(number * scale))

        kind, *words = name.split(":")
        match kind, [int(word) if word.isdigit() else word for word in words]:
            case "rtt", [int(size)]:
                return await self.many(1, size, scaled(5000))
            case "rttawait", [int(size)]:
                return await self.rtt_awaited(size, scaled(5000))
            case "chatty", []:
                return await self.chatty(scaled(209715200))
            case "many", [int(count), int(size)]:
                return await self.many(count, size, scaled(20000))
            case "recv", [int(buffer_size), *size]:
                return await self.recv(buffer_size, scaled(int(size[0]) if size else 1 << 28))
            case "send", [int(piece), int(depth), *size]:
                return await self.send(piece, depth, scaled(int(size[0]) if size else 1 << 28))
            case "udp", [int(size), int(window)]:
                return await self.dgram(size, window, scaled(5000))
            case "accept", [str(mode), int(parallel)]:
                return await self.accept(mode, parallel, scaled(2000))
            case "connect", []:
                return await self.connect(scaled(1000))
            case "call", []:
                return await self.call(scaled(5000))
            case "idle", [int(count)]:
                return await self.idle(count)
        raise ValueError(f"no measurement {name}")


async def main() -> None:
    """Take jobs from the control port until it closes."""
    ports, control = json.loads(sys.argv[1]), int(sys.argv[2])
    reader, writer = await asyncio.open_connection(HOST, control)
    async with homeport.open(MANIFEST) as chrome:
        bench = Bench(chrome, ports)
        writer.write(json.dumps({"hello": f"Python {sys.version.split()[0]}"}).encode() + b"\n")
        while line := await reader.readline():
            job = json.loads(line)
            try:
                answer = await bench.measure(job["name"], job["scale"])
            except Exception as error:
                answer = {"error": repr(error)}
            writer.write(json.dumps({"id": job["id"], **answer}).encode() + b"\n")


if __name__ == "__main__":
    homeport.run(main())
