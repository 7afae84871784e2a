"""A page without a browser that has stopped, and peers that flood it: what is queued is bounded."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from typing import Any

import pytest
from tests.support.serving import serving

SCRIPT = """
const {{ tcp, udp }} = chrome.sockets;
let open = 0;
udp.create({{ bufferSize: 65536 }}, (made) => udp.bind(made.socketId, "127.0.0.1", 0, () =>
  udp.getInfo(made.socketId, ({{ localPort }}) => {{
    for (let i = 0; i < 20; i++) tcp.create({{}}, ({{ socketId }}) =>
      tcp.connect(socketId, "127.0.0.1", {port}, () => ++open === 20 && console.log("RESULT " + localPort)));
  }})));
"""
SOCKETS = {"sockets": {"tcp": {"connect": "*"}, "udp": {"bind": "*", "send": "*"}}}


def in_the_system(pipe: Any) -> int:
    """Bytes of a pipe that the operating system holds, with what it needs for them."""
    import fcntl
    import termios

    count: bytes = fcntl.ioctl(pipe._writer.fileno(), termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(count, sys.byteorder)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be stopped there")
async def test_what_is_queued_for_a_page_that_stopped_is_bounded(start_app: Any) -> None:
    begun = asyncio.Event()

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await begun.wait()
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(bytes(65536))
                await writer.drain()
        writer.transport.abort()

    async with serving(flood) as port:
        running = await start_app(SCRIPT.format(port=port), manifest=SOCKETS)
        udp_port = await running.result()
        app = running.app
        session, pid = app.host._page.session, app.status().pid
        os.kill(pid, signal.SIGSTOP)
        try:
            begun.set()
            most = 0
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
                peer.connect(("127.0.0.1", udp_port))
                async with asyncio.timeout(20):
                    rounds = 0
                    while rounds < 1000 or session._engine.credit.owed < (4 << 20) - (64 << 10):
                        for size in (0, 1, 1000):
                            with contextlib.suppress(OSError):
                                peer.send(bytes(size))
                        await asyncio.sleep(0)
                        rounds += 1
                        most = max(most, session.channel.buffered() + in_the_system(session.channel))
        finally:
            os.kill(pid, signal.SIGCONT)
        assert most > 3_000_000
        assert most < 16 << 20
        await app.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be stopped there")
async def test_a_page_that_takes_nothing_of_what_waits_for_it_is_ended_all_the_same(start_app: Any) -> None:
    running = await start_app(
        """
        const { udp } = chrome.sockets;
        udp.create({}, ({ socketId }) => udp.bind(socketId, "127.0.0.1", 0, () =>
          udp.getInfo(socketId, ({ localPort }) => console.log("RESULT " + localPort))));
        """,
        manifest=SOCKETS,
    )
    udp_port = await running.result()
    app = running.app
    channel, pid = app.host._page.session.channel, app.status().pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.connect(("127.0.0.1", udp_port))
            async with asyncio.timeout(20):
                while not channel.buffered():
                    peer.send(bytes(1000))
                    await asyncio.sleep(0)
        async with asyncio.timeout(20):
            assert (await app.stop()).wanted
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
