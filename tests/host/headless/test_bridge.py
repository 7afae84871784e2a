"""The way of Windows, here: pipes and threads in place of sockets."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from typing import Any

import pytest

from homeport.host import _page
from homeport.host._runtime import start_runtime


@pytest.fixture(autouse=True)
def pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_page, "start_runtime", partial(start_runtime, pipes=True))


async def test_an_app_serves_over_pipes_too(start_app: Any) -> None:
    app = await start_app(
        """
        const { tcp, tcpServer } = chrome.sockets;
        tcpServer.onAccept.addListener(({ clientSocketId }) => tcp.setPaused(clientSocketId, false));
        tcp.onReceive.addListener(({ socketId, data }) => tcp.send(socketId, data, () => {}));
        tcpServer.create({}, ({ socketId }) => tcpServer.listen(socketId, '127.0.0.1', 0, () =>
          tcpServer.getInfo(socketId, ({ localPort }) => console.log('RESULT ' + localPort))));
        """
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", await app.result())
    data = os.urandom(3_000_000)
    writer.write(data)
    assert await asyncio.wait_for(reader.readexactly(len(data)), 30) == data
    writer.close()
    end = await app.app.stop()
    assert end.wanted


async def test_a_child_on_pipes_that_is_killed_is_noticed(start_app: Any) -> None:
    app = await start_app("console.log('here');")
    await app.hears("here")
    os.kill(app.app.status().pid, 9)
    how = "ended with status 9" if sys.platform == "win32" else "was ended by SIGKILL"
    assert str(await asyncio.wait_for(app.app.wait(), 10)) == f"its process {how}"
