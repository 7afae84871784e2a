"""The other end of the wire: TCP, TLS and UDP endpoints on loopback that do as a case says.

``python -m tests.conformance.peer CERTIFICATES`` prints the port of its control server, and serves until its
standard input ends. A control connection carries JSON lines, one command and one answer each; what it opened
goes with it.

    {"do": "listen", "as": "s", "host"?, "backlog"?, "tls"?: {"certificate", "min"?, "max"?, "ciphers"?,
     "curve"?, "client"?: true}}                                     -> {"port"}
    {"do": "accept", "on": "s", "as": "c"}                           -> {} once a connection is there
    {"do": "connect", "port", "as": "c", "host"?}                    -> {}
    {"do": "send", "on": "c", "text"? | "count"?: n, "plain"?: true} -> {} once it is in the kernel; past TLS
    {"do": "goodbye", "on": "c"}                                     -> {}: the end by TLS alone
    {"do": "expect", "on": "c", "count": n}                          -> the next n bytes, described
    {"do": "eof", "on": "c"}                                         -> {"end": "eof" | "reset", "count"}
    {"do": "shutdown" | "close" | "reset", "on": "c"}                -> {}
    {"do": "starttls", "on": "c", "tls": {...}}                      -> {"sni", "version"} or {"failed"}
    {"do": "handshake", "on": "s", "as": "c"}                        -> the same, of a TLS server's next
    {"do": "bind", "as": "u", "host"?}                               -> {"port"}
    {"do": "sendto", "on": "u", "port", "count" | "text", "host"?}   -> {}
    {"do": "recvfrom", "on": "u"}                                    -> a datagram, described, and {"port"}
    {"do": "web", "as": "w", "host"?}                                -> {"port"}, see web_peer.py
    {"do": "asked", "on": "w"}                                       -> {"asked"}: what it was asked since
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

from .web_peer import WebPeer

Command = dict[str, Any]

_VERSIONS = {"tls1.2": ssl.TLSVersion.TLSv1_2, "tls1.3": ssl.TLSVersion.TLSv1_3}
_SHORT = 48


def pattern(count: int) -> bytes:
    """The same bytes as the toolkit's ``bytes(count)``."""
    return (bytes(range(251)) * (count // 251 + 1))[:count]


def described(data: bytes) -> Command:
    """``data`` as the toolkit describes it: its text if it is short, else a digest."""
    if len(data) <= _SHORT and all(32 <= byte < 127 for byte in data):
        return {"count": len(data), "text": data.decode()}
    return {"count": len(data), "digest": f"adler32 {zlib.adler32(data):x}"}


def payload(command: Command) -> bytes:
    """What a command asks to send."""
    return command["text"].encode() if "text" in command else pattern(command["count"])


class Connection:
    """One TCP connection, perhaps with TLS on it. It reads only when a command asks."""

    def __init__(self, sock: socket.socket, certificates: Path) -> None:
        sock.setblocking(False)
        self.sock = sock
        self._certificates = certificates
        self._loop = asyncio.get_running_loop()
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    async def starttls(self, options: Command) -> Command:
        """Do the server's part of a handshake."""
        seen: Command = {"sni": None}
        context = self._context(options)
        context.sni_callback = lambda _tls, name, _context: seen.update(sni=name)
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        try:
            await self._drive(self._tls.do_handshake)
        except (ssl.SSLError, OSError, EOFError) as error:
            return {**seen, "failed": type(error).__name__}
        return {**seen, "version": self._tls.version()}

    async def send(self, data: bytes) -> None:
        """Send all of ``data``."""
        if self._tls is None:
            await self._loop.sock_sendall(self.sock, data)
        elif data:
            tls, view = self._tls, memoryview(data)
            while view:
                sent: int = await self._drive(lambda view=view: tls.write(view[:16384]))
                view = view[sent:]

    async def goodbye(self) -> None:
        """Say by TLS that nothing more comes."""
        assert self._tls is not None
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        await self._flush()

    async def read(self, limit: int) -> bytes:
        """At least one byte, or none at the end of the stream."""
        if self._tls is None:
            return await self._loop.sock_recv(self.sock, limit)
        tls = self._tls
        try:
            received: bytes = await self._drive(lambda: tls.read(limit))
        except (ssl.SSLZeroReturnError, EOFError):
            return b""
        return received

    async def read_exactly(self, count: int) -> bytes:
        """``count`` bytes, or fewer if the stream ends."""
        parts: list[bytes] = []
        while count > 0 and (data := await self.read(min(count, 1 << 20))):
            parts.append(data)
            count -= len(data)
        return b"".join(parts)

    def reset(self) -> None:
        """Close so that the other side gets RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    async def _drive(self, step: Any) -> Any:
        """Run a step of the TLS object, moving bytes until it has what it wants."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._loop.sock_recv(self.sock, 65536)
                if not data:
                    raise EOFError from None
                self._incoming.write(data)
            except ssl.SSLError:
                with contextlib.suppress(OSError):
                    await self._flush()
                raise
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._loop.sock_sendall(self.sock, self._outgoing.read())

    def _context(self, options: Command) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Weak keys are for the other side to refuse.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(self._certificates / f"{options['certificate']}.pem")
        context.minimum_version = _VERSIONS[options.get("min", "tls1.2")]
        context.maximum_version = _VERSIONS[options.get("max", "tls1.3")]
        if "ciphers" in options:
            context.set_ciphers(options["ciphers"] + ":@SECLEVEL=0")
        if "curve" in options:
            context.set_ecdh_curve(options["curve"])
        if options.get("client"):
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self._certificates / "ca.pem")
        return context


class Control:
    """One control connection and what was opened over it."""

    def __init__(self, certificates: Path) -> None:
        self._certificates = certificates
        self._loop = asyncio.get_running_loop()
        self._sockets: dict[str, socket.socket] = {}
        self._connections: dict[str, Connection] = {}
        self._tls: dict[str, Command] = {}
        self._webs: dict[str, WebPeer] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer commands until the connection ends."""
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                command: Command = json.loads(line)
                try:
                    verb = getattr(self, f"do_{command['do']}")
                    answer = await asyncio.wait_for(verb(command), 10) or {}
                except (OSError, KeyError, TimeoutError) as error:
                    answer = {"error": f"{type(error).__name__}: {error}"}
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        writer.close()
        for sock in (*self._sockets.values(), *(c.sock for c in self._connections.values())):
            sock.close()
        for peer in self._webs.values():
            await peer.close()

    async def do_listen(self, command: Command) -> Command:
        host = command.get("host", "127.0.0.1")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.create_server((host, 0), family=family, backlog=command.get("backlog", 16))
        sock.setblocking(False)
        self._sockets[command["as"]] = sock
        if "tls" in command:
            self._tls[command["as"]] = command["tls"]
        return {"port": sock.getsockname()[1]}

    async def do_accept(self, command: Command) -> None:
        sock, _ = await self._loop.sock_accept(self._sockets[command["on"]])
        self._connections[command["as"]] = Connection(sock, self._certificates)

    async def do_handshake(self, command: Command) -> Command:
        """Accept a connection of a TLS server and shake hands on it."""
        await self.do_accept(command)
        return await self._connections[command["as"]].starttls(self._tls[command["on"]])

    async def do_starttls(self, command: Command) -> Command:
        return await self._connections[command["on"]].starttls(command["tls"])

    async def do_connect(self, command: Command) -> None:
        host = command.get("host", "127.0.0.1")
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        sock.setblocking(False)
        await self._loop.sock_connect(sock, (host, command["port"]))
        self._connections[command["as"]] = Connection(sock, self._certificates)

    async def do_send(self, command: Command) -> None:
        connection = self._connections[command["on"]]
        if command.get("plain"):
            await self._loop.sock_sendall(connection.sock, payload(command))
        else:
            await connection.send(payload(command))

    async def do_goodbye(self, command: Command) -> None:
        await self._connections[command["on"]].goodbye()

    async def do_expect(self, command: Command) -> Command:
        return described(await self._connections[command["on"]].read_exactly(command["count"]))

    async def do_eof(self, command: Command) -> Command:
        count = 0
        try:
            while data := await self._connections[command["on"]].read(1 << 20):
                count += len(data)
        except ConnectionError:
            return {"end": "reset", "count": count}
        return {"end": "eof", "count": count}

    async def do_shutdown(self, command: Command) -> None:
        self._connections[command["on"]].sock.shutdown(socket.SHUT_WR)

    async def do_close(self, command: Command) -> None:
        self._forget(command["on"]).close()

    async def do_reset(self, command: Command) -> None:
        self._connections.pop(command["on"]).reset()

    async def do_bind(self, command: Command) -> Command:
        host = command.get("host", "127.0.0.1")
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind((host, 0))
        self._sockets[command["as"]] = sock
        return {"port": sock.getsockname()[1]}

    async def do_sendto(self, command: Command) -> None:
        where = (command.get("host", "127.0.0.1"), command["port"])
        self._sockets[command["on"]].sendto(payload(command), where)

    async def do_recvfrom(self, command: Command) -> Command:
        data, address = await self._loop.sock_recvfrom(self._sockets[command["on"]], 65536)
        return {**described(data), "port": address[1]}

    async def do_web(self, command: Command) -> Command:
        peer = self._webs[command["as"]] = WebPeer()
        return {"port": await peer.start(command.get("host", "127.0.0.1"))}

    async def do_asked(self, command: Command) -> Command:
        peer = self._webs[command["on"]]
        asked, peer.asked = peer.asked, []
        return {"asked": asked}

    def _forget(self, name: str) -> socket.socket:
        connection = self._connections.pop(name, None)
        return connection.sock if connection else self._sockets.pop(name)


async def main(certificates: Path) -> None:
    """Serve until standard input ends."""
    server = await asyncio.start_server(lambda r, w: Control(certificates).serve(r, w), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
