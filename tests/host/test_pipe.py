"""Frames over real sockets, in whatever pieces they come."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from typing import Any

import pytest

from homeport.engine import local_pair
from homeport.host._pipe import PipeChannel
from homeport.wire import Pieces, ProtocolError, Received


class Recorder:
    """Hears everything."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.end: asyncio.Future[ProtocolError | None] = asyncio.get_running_loop().create_future()
        self.more = asyncio.Event()

    def wire_message(self, message: Received) -> None:
        self.heard.append(bytes(message) if isinstance(message, memoryview) else message)
        self.more.set()

    def host_message(self, message: list[Any], body: bytes) -> None:
        self.heard.append((message, body))
        self.more.set()

    def lost(self, error: ProtocolError | None) -> None:
        self.end.set_result(error)

    async def count(self, number: int) -> list[Any]:
        async with asyncio.timeout(10):
            while len(self.heard) < number:
                self.more.clear()
                await self.more.wait()
        return self.heard


class Ends:
    """A channel and the other ends of its two sockets."""

    def __init__(self) -> None:
        self.reader, self.to_channel = local_pair()
        self.writer, self.from_channel = local_pair()
        self.recorder = Recorder()
        self.channel = PipeChannel(self.reader, self.writer, self.recorder)

    def close(self) -> None:
        self.channel.abort()
        for end in (self.reader, self.to_channel, self.writer, self.from_channel):
            end.close()


@pytest.fixture
async def ends() -> Any:
    made = Ends()
    yield made
    made.close()


def framed(kind: int, payload: bytes) -> bytes:
    """As the channel sends it."""
    return struct.pack("<BI", kind, len(payload)) + payload


def said(kind: int, payload: bytes) -> bytes:
    """As the other side sends it."""
    return framed(kind, payload) + b"\n"


FRAMES = (
    said(0, b'[["ping",1]]'),
    said(1, bytes(range(256)) * 3),
    said(2, b'["ready"]'),
    said(3, struct.pack("<I", 7) + b'["ws"]\n' + b"body"),
    said(1, b""),
)
HEARD = ['[["ping",1]]', bytes(range(256)) * 3, (["ready"], b""), (["ws"], b"body"), b""]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 4096])
async def test_pieces_of_any_size_make_the_same_messages(ends: Ends, size: int) -> None:
    stream = b"".join(FRAMES)
    for at in range(0, len(stream), size):
        ends.to_channel.send(stream[at : at + size])
        await asyncio.sleep(0)
    assert await ends.recorder.count(len(HEARD)) == HEARD


@pytest.mark.parametrize("length", [4091, 4096, 100_000, 524_282, 524_283, 600_000, 3_000_000])
async def test_large_messages_arrive_whole_among_small_ones(ends: Ends, length: int) -> None:
    large = bytes(range(256)) * (length // 256) + bytes(length % 256)
    heard: list[bytes | str] = [large, b"a", large, large, "[1]", large]
    stream = b"".join(said(isinstance(m, bytes), m if isinstance(m, bytes) else m.encode()) for m in heard)
    ends.to_channel.setblocking(False)
    sent = 0
    async with asyncio.timeout(10):
        while sent < len(stream):
            with contextlib.suppress(BlockingIOError):
                sent += ends.to_channel.send(stream[sent:])
            await asyncio.sleep(0)
    assert await ends.recorder.count(len(heard)) == heard


@pytest.mark.parametrize(
    "stream",
    [
        said(4, b""),
        struct.pack("<BI", 1, 0xFFFFFFFF),
        framed(1, b"no line feed") + framed(1, b""),
        said(0, b"\xff"),
        said(2, b"{}"),
        said(2, b"[1]"),
        said(2, b"["),
        said(2, b"[" * 100_000),
        said(3, b"\x01"),
    ],
)
async def test_what_is_no_frame_ends_the_channel(ends: Ends, stream: bytes) -> None:
    ends.to_channel.setblocking(True)
    ends.to_channel.send(stream)
    assert isinstance(await asyncio.wait_for(ends.recorder.end, 10), ProtocolError)
    assert not ends.recorder.heard


async def test_what_is_sent_arrives_whole_and_in_order_however_slow_the_reader(ends: Ends) -> None:
    big = bytes(range(256)) * 32768
    pieces = Pieces([b"a" * 5000, memoryview(b"b" * 6000), b"c"], 11_001)
    ends.channel.send("text")
    ends.channel.send(big)
    ends.channel.send(pieces)
    ends.channel.tell("answer", 1, "é", body=b"bytes")
    assert ends.channel.buffered() > 0
    expected = framed(0, b"text") + framed(1, big) + framed(1, bytes(pieces))
    head = json.dumps(["answer", 1, "é"], ensure_ascii=False, separators=(",", ":")).encode()
    expected += framed(3, struct.pack("<I", len(head)) + head + b"bytes")
    ends.channel.close()
    got = b""
    ends.from_channel.setblocking(False)
    while len(got) < len(expected):
        try:
            got += ends.from_channel.recv(65536)
        except BlockingIOError:
            await asyncio.sleep(0)
    assert got == expected
    assert await asyncio.wait_for(ends.recorder.end, 10) is None


async def test_the_end_of_the_other_side_is_told_once(ends: Ends) -> None:
    ends.to_channel.close()
    assert await asyncio.wait_for(ends.recorder.end, 10) is None
    ends.channel.send("dropped")
    ends.channel.abort()


def connection() -> tuple[socket.socket, socket.socket]:
    """As a pair of sockets is where there are none of the system's own, such as on Windows."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        ours.setblocking(False)
        return ours, server.accept()[0]


async def test_an_end_by_a_reset_is_told_as_well() -> None:
    (reader, to_channel), (writer, from_channel) = connection(), connection()
    recorder = Recorder()
    PipeChannel(reader, writer, recorder)
    for end in (to_channel, from_channel):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.close()
    async with asyncio.timeout(5):
        assert await recorder.end is None
    reader.close()
    writer.close()


async def test_who_can_wait_waits_until_the_other_side_has_read(ends: Ends) -> None:
    await ends.channel.room()
    ends.channel.send(bytes(8 << 20))
    waiting = asyncio.create_task(ends.channel.room())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    ends.from_channel.setblocking(False)
    async with asyncio.timeout(10):
        while not waiting.done():
            with contextlib.suppress(BlockingIOError):
                ends.from_channel.recv(1 << 20)
            await asyncio.sleep(0)
    assert ends.channel.buffered() <= 4 << 20


async def test_one_that_asks_and_never_reads_is_given_up(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homeport.host._pipe._MOST_UNSENT", 1 << 20)
    for _ in range(100):
        ends.channel.tell("answer", 1, 200, {}, body=bytes(100_000))
    waiting = asyncio.create_task(ends.channel.room())
    end = await asyncio.wait_for(ends.recorder.end, 10)
    assert str(end) == "it does not read what it asked for"
    await asyncio.wait_for(waiting, 10)
