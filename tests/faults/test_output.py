"""An app goes on when nobody can hear it: a closed pipe, a full disk."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from typing import Any

import pytest

from homeport.engine import local_pair
from homeport.host._pipe import PipeChannel
from homeport.launch._status import StatusLine
from homeport.wire import ProtocolError, Received

SCRIPT = """
let heard = 0;
chrome.sockets.tcpServer.create({}, ({ socketId }) => {
  chrome.sockets.tcpServer.onAccept.addListener(({ clientSocketId }) => {
    console.log("accepted " + ++heard);
    const close = () => chrome.sockets.tcp.close(clientSocketId);
    chrome.sockets.tcp.send(clientSocketId, new ArrayBuffer(3), close);
  });
  chrome.sockets.tcpServer.listen(socketId, "127.0.0.1", %d, () => console.log("listening"));
});
"""


@pytest.fixture
def deaf_app(write_app, tmp_path, free_port):
    """Starts an app whose standard output is ``output``; its port, and its standard error."""

    async def start(output: int):
        app = write_app(SCRIPT % free_port)
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "HOMEPORT_"))
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "homeport", "run", str(app), "--headless"),
            stdout=output,
            stderr=asyncio.subprocess.PIPE,
            env={**kept, "HOME": str(tmp_path), "HOMEPORT_RUNTIME_DIR": str(tmp_path / "runs")},
        )
        return process, free_port

    return start


async def served(port: int) -> bytes:
    async with asyncio.timeout(30):
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.05)
                continue
            data = await reader.read()
            writer.close()
            return data


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("way", ["a full disk", "a closed pipe"])
async def test_an_app_serves_on_though_what_it_says_cannot_be_written(deaf_app, way):
    if way == "a full disk":
        output = os.open("/dev/full", os.O_WRONLY)
    else:
        reading, output = os.pipe()
        os.close(reading)
    process, port = await deaf_app(output)
    os.close(output)
    assert [await served(port) for _ in range(5)] == [bytes(3)] * 5
    process.terminate()
    async with asyncio.timeout(20):
        _, said = await process.communicate()
    why = "No space left on device" if way == "a full disk" else "Broken pipe"
    assert said.decode().count(f"what the app says cannot be written: {why}") == 1
    assert b"Traceback" not in said


def test_a_stream_that_breaks_is_told_of_once_and_the_other_goes_on(capsys):
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    status = StatusLine(sys.stderr, enabled=False)
    for _ in range(3):
        status.line("app\n", Broken())
        status.line("ours\n")
    assert capsys.readouterr().err.splitlines() == [
        "homeport: what the app says cannot be written: No space left on device",
        *["ours"] * 3,
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="its loop has no readers")
async def test_a_mistake_in_hearing_one_frame_spoils_no_other():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: mistakes.append(context["exception"]))
    mistakes: list[Exception] = []

    class User:
        def __init__(self) -> None:
            self.heard: list[Received] = []

        def wire_message(self, message: Received) -> None:
            self.heard.append(message)
            if message == "two":
                raise RuntimeError("a mistake")

        def host_message(self, message: list[Any], body: bytes) -> None: ...

        def lost(self, error: ProtocolError | None) -> None: ...

    (reader, to_channel), (writer, from_channel) = local_pair(), local_pair()
    user = User()
    channel = PipeChannel(reader, writer, user)
    frames = b"".join(bytes([0, len(t), 0, 0, 0]) + t.encode() + b"\n" for t in ("one", "two", "three"))
    to_channel.send(frames + bytes([0, 4, 0]))
    async with asyncio.timeout(5):
        while len(user.heard) < 2:  # noqa: ASYNC110 (the event loop itself is looked at)
            await asyncio.sleep(0)
    to_channel.send(bytes([0, 0]) + b"four\n")
    async with asyncio.timeout(5):
        while len(user.heard) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert user.heard == ["one", "two", "three", "four"]
    assert [str(mistake) for mistake in mistakes] == ["a mistake"]
    channel.abort()
    for end in (reader, to_channel, writer, from_channel):
        end.close()
