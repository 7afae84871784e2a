"""Other ends of the wire for programs: they do one thing each, and always the same."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

#: TLS servers by what programs call them: the certificate, and the newest version they speak.
TLS = {
    "tls": ("good", ssl.TLSVersion.TLSv1_3),
    "tls 1.2": ("good", ssl.TLSVersion.TLSv1_2),
    "expired": ("expired", ssl.TLSVersion.TLSv1_3),
    "other name": ("wrong-name", ssl.TLSVersion.TLSv1_3),
}
#: Plain ones: "echo" sends back what it gets, "bye" some bytes and the end, "end" only that, a moment later
#: (see the row ``end-at-connect``); the last one ends after one read.
PLAIN = ("echo", "bye", "end", "ends after")


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def _bye(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"bye")


async def _end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.05)


async def _ends_after(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if await reader.read(65536):
        writer.write(b"that was it")


def _gently(serve: _Serve) -> _Serve:
    """The connection ends when ``serve`` does, without a reset: what still comes is read."""

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            await serve(reader, writer)
            if writer.can_write_eof():
                writer.write_eof()
                while await reader.read(65536):
                    pass
        writer.close()

    return connection


class Others:
    """All of them, and their ports by name."""

    def __init__(self) -> None:
        self.ports: dict[str, int] = {}
        self._servers: list[asyncio.Server] = []

    @classmethod
    async def start(cls, certificates: Path) -> Others:
        """Start them; they end with :meth:`close`."""
        others = cls()
        for name, serve in zip(PLAIN, (_echo, _bye, _end, _ends_after), strict=True):
            await others._serve(name, serve, None)
        for name, (certificate, newest) in TLS.items():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.maximum_version = newest
            context.load_cert_chain(certificates / f"{certificate}.pem")
            await others._serve(name, _echo, context)
        return others

    async def _serve(self, name: str, serve: _Serve, context: ssl.SSLContext | None) -> None:
        server = await asyncio.start_server(_gently(serve), "127.0.0.1", 0, ssl=context)
        self._servers.append(server)
        self.ports[name] = server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Accept no more."""
        for server in self._servers:
            server.close()
