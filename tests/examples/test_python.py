"""The Python examples do what they say, with real peers."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.support.serving import serving

import homeport

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def free_port() -> int:
    """A port that nobody has, for TCP and for UDP."""
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind(("127.0.0.1", 0))
        port: int = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", port))
        return port


class UdpPeer(asyncio.DatagramProtocol):
    """Answers each datagram with itself, backwards."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.heard.put_nowait(data)
        self.transport.sendto(data[::-1], addr)


@pytest.fixture
async def udp_peer() -> Any:
    loop = asyncio.get_running_loop()
    transport, peer = await loop.create_datagram_endpoint(UdpPeer, local_addr=("127.0.0.1", 0))
    yield peer
    transport.close()


async def connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect as soon as somebody listens."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)


async def test_the_tcp_client_connects_sends_receives_and_disconnects(capsys: Any) -> None:
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readexactly(5)).upper())
        assert await reader.read() == b""
        writer.close()
        ended.set()

    async with serving(serve) as port:
        await load("tcp_client").main("127.0.0.1", port)
        await ended.wait()
    assert capsys.readouterr().out == "sent 5\nb'HELLO'\n"


async def test_the_tcp_client_says_why_it_cannot_connect(capsys: Any, free_port: int) -> None:
    await load("tcp_client").main("127.0.0.1", free_port)
    assert capsys.readouterr().out == "Error connecting: net::ERR_CONNECTION_REFUSED\n"


async def test_the_udp_sender_sends(capsys: Any, udp_peer: UdpPeer) -> None:
    port = udp_peer.transport.get_extra_info("sockname")[1]
    await load("udp_send").main("127.0.0.1", port)
    assert await udp_peer.heard.get() == b"hello"
    assert capsys.readouterr().out == "sent 5\n"


async def test_the_udp_receiver_receives_the_answer(capsys: Any, udp_peer: UdpPeer) -> None:
    port = udp_peer.transport.get_extra_info("sockname")[1]
    await load("udp_receive").main("127.0.0.1", port)
    assert capsys.readouterr().out == "sent 5\nb'olleh'\n"


async def test_the_tcp_server_accepts_welcomes_and_listens(capsys: Any, free_port: int) -> None:
    program = asyncio.ensure_future(load("tcp_server").main("127.0.0.1", free_port))
    reader, writer = await connect(free_port)
    assert await reader.readexactly(7) == b"welcome"
    writer.write(b"thanks")
    await program
    writer.close()
    assert capsys.readouterr().out == "Data sent to new TCP client connection.\nb'thanks'\n"


async def test_the_tcp_server_says_why_it_cannot_listen(capsys: Any, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        await load("tcp_server").main("127.0.0.1", free_port)
    assert capsys.readouterr().out == "Error listening: net::ERR_ADDRESS_IN_USE\n"


async def test_a_server_that_stopped_accepting_still_talks_to_whom_it_has(free_port: int) -> None:
    program = asyncio.ensure_future(load("stop_accepting").main("127.0.0.1", free_port))
    reader, writer = await connect(free_port)
    assert await reader.read() == b"you are the last"
    writer.close()
    await program


async def test_ten_lines_serve_talk_and_are_refused(capsys: Any, free_port: int, tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("device.test").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"secured")
        await reader.read()
        writer.close()

    async with serving(greet, ssl=context) as tls_port:
        with pytest.raises(homeport.PermissionDenied, match=r"sockets\.tcp\.connect: Does not have"):
            await load("ten_lines").main(free_port, tls_port, str(tmp_path / "ca.pem"))
    assert capsys.readouterr().out == "[b'served', b'secured', b'a datagram']\n"


def test_ten_lines_are_ten() -> None:
    source = (EXAMPLES / "ten_lines.py").read_text(encoding="utf-8")
    body = source.partition("async def talk")[2].partition("\n")[2].partition("\n\n\n")[0]
    assert len(body.splitlines()) == 10
