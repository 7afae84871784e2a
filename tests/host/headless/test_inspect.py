"""Chrome DevTools on a page without a browser."""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Any

import aiohttp


async def test_devtools_see_the_apps_scripts_its_console_and_its_values(start_app: Any) -> None:
    app = await start_app(
        "const secret = 41;\nsetInterval(() => console.log('tick', { a: 1 }), 50);", inspect="127.0.0.1:0"
    )
    await app.says("tick")
    [line] = [note for note in app.notes if "ws://" in note]
    found = re.search(r"ws://\S+", line)
    assert found is not None
    scripts: list[str] = []
    async with aiohttp.ClientSession() as client, client.ws_connect(found[0]) as devtools:
        for number, method in enumerate(("Runtime.enable", "Debugger.enable"), 1):
            await devtools.send_json({"id": number, "method": method})
        await devtools.send_json(
            {"id": 3, "method": "Runtime.evaluate", "params": {"expression": "secret + 1"}}
        )
        value = heard = None
        async with asyncio.timeout(20):
            while value is None or heard is None:
                message = await devtools.receive_json()
                if message.get("id") == 3:
                    value = message["result"]["result"]["value"]
                elif message.get("method") == "Debugger.scriptParsed":
                    scripts.append(message["params"]["url"])
                elif message.get("method") == "Runtime.consoleAPICalled":
                    heard = message["params"]["args"][0]["value"]
    assert (value, heard) == (42, "tick")
    assert f"chrome-extension://{app.app.app.id}/background.js" in scripts


async def test_an_app_that_is_stopped_while_it_prints_leaves_no_stack_of_the_runtimes(start_app: Any) -> None:
    app = await start_app(
        "setInterval(() => { for (let i = 0; i < 200; i++) console.log('line ' + 'x'.repeat(2000)); }, 0);",
        inspect="127.0.0.1:0",
    )
    await app.says("line")
    await app.app.stop()
    assert [note for note in app.notes if "error" in note or "    at " in note] == []


async def test_an_app_does_not_reach_its_own_debugger(start_app: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    app = await start_app(
        f"""
        const {{ tcp }} = chrome.sockets;
        tcp.create(({{ socketId }}) => tcp.connect(socketId, "127.0.0.1", {port},
          () => console.log('RESULT ' + JSON.stringify(chrome.runtime.lastError?.message ?? "connected"))));
        """,
        inspect=f"127.0.0.1:{port}",
    )
    assert await app.result() == "net::ERR_NETWORK_ACCESS_DENIED"
    await app.app.stop()
    assert not app.app.engine.door.never.concerns(port)
