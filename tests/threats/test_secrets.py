"""T5: what another user of the machine, a log or a server can read holds no ticket and no secret."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from homeport.appfiles import open_app
from homeport.engine import Engine
from homeport.server import Daemon
from homeport.storage import Storage
from homeport.wire import Hello, encode_hello

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells")


async def exchange(client, url, ticket):
    parts = urlsplit(url)
    return await client.post(
        f"http://127.0.0.1:{parts.port}/_homeport/session",
        json={"ticket": ticket},
        headers={"Host": parts.netloc, "Origin": f"http://{parts.netloc}"},
    )


def everything_readable(process: int, home: Path) -> dict[str, bytes]:
    """What ``ps``, ``/proc`` and the files show, by its place."""
    shown = {
        f"/proc/{process}/{name}": Path(f"/proc/{process}/{name}").read_bytes()
        for name in ("cmdline", "environ", "comm", "status")
    }
    return shown | {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}


@linux
async def test_a_launch_leaves_no_ticket_and_no_secret_anywhere(homeport, write_app, tmp_path):
    audit = tmp_path / "home" / "audit.jsonl"
    running = await homeport("run", write_app(), "--no-open", "--audit-log", audit)
    url = (await running.line("#ticket=")).strip()
    ticket = url.partition("#ticket=")[2]
    parts = urlsplit(url)
    assert (parts.query, parts.username) == ("", None)
    async with aiohttp.ClientSession() as client:
        async with await exchange(client, url, ticket) as answer:
            assert answer.status == 200
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answer.headers
            assert ticket not in str(answer.headers)
            secret = (await answer.json())["secret"]
        async with await exchange(client, url, ticket) as again:
            assert again.status == 403
        wire = f"http://127.0.0.1:{parts.port}/_homeport/wire"
        headers = {"Host": parts.netloc, "Origin": f"http://{parts.netloc}"}
        async with client.ws_connect(wire, headers=headers) as socket:
            await socket.send_str(encode_hello(Hello(secret)))
            welcome = json.loads((await socket.receive(timeout=10)).data)[0][1]
            assert secret not in json.dumps(welcome)
            found = everything_readable(running.process.pid, running.home)
        async with client.get(f"http://127.0.0.1:{parts.port}/", headers={"Host": parts.netloc}) as page:
            assert page.headers["Referrer-Policy"] == "no-referrer"
    assert await running.stop() == 0
    found |= {"standard error": "".join(running.errors).encode()}
    found |= {"standard output beside the address": "".join(running.out).replace(url, "").encode()}
    found |= {str(audit): audit.read_bytes()}
    for place, content in found.items():
        for word in (ticket, secret, welcome["resume"]):
            assert word.encode() not in content, place


#: What to ask comes by the environment, which nobody else can read.
THIEF = """
import http.client, json, os
port, host, ticket = os.environ["PORT"], os.environ["SITE"], os.environ["TICKET"]
headers = {"Host": host, "Origin": "http://" + host, "Content-Type": "application/json"}
upgrade = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
asked = [("POST", "/_homeport/session", json.dumps({"ticket": ticket}), headers)]
asked += [("POST", "/_homeport/session", json.dumps({"ticket": "guess"}), headers)] * 60
asked += [("GET", path, None, headers) for path in ("/", "/b.js", "/manifest.json", "/box.html")]
asked += [("GET", "/_homeport/wire", None, headers | upgrade)]
for address in ("127.0.0.1", "::ffff:127.0.0.1"):
    for request in asked:
        connection = http.client.HTTPConnection(address, int(port))
        connection.request(*request)
        print(connection.getresponse().status)
"""


@linux
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be another user")
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="a program that other users may run")
async def test_another_user_gets_nothing_not_even_with_a_ticket_seen_on_the_browsers_command_line(
    write_app, monkeypatch
):
    engine, storage = Engine(), Storage(None)
    daemon = Daemon(engine, storage)
    await daemon.start()
    app = open_app(write_app(sandbox={"pages": ["box.html"]}))
    origin = await daemon.register(app)
    ticket = (await daemon.launch_url(app.id)).partition("#ticket=")[2]
    monkeypatch.setattr("homeport.server._peer.os.geteuid", lambda: 4711)  # root's daemon serves all
    thief = await asyncio.create_subprocess_exec(
        *("/usr/bin/python3", "-c", THIEF),
        stdout=asyncio.subprocess.PIPE,
        user=1,
        env={"PORT": str(daemon.port), "SITE": origin.removeprefix("http://"), "TICKET": ticket},
    )
    assert set((await thief.communicate())[0].split()) == {b"403"}
    monkeypatch.undo()
    async with aiohttp.ClientSession() as client, await exchange(client, f"{origin}/", ticket) as answer:
        assert answer.status == 200  # it is still good, and no attempt is used up
    await daemon.aclose()
    await engine.aclose()
    await storage.aclose()


@linux
async def test_opening_a_browser_says_no_ticket_and_the_ticket_works_once(homeport, write_app, tmp_path):
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {seen}.new && mv {seen}.new {seen}\n')
    browser.chmod(0o755)
    running = await homeport("run", write_app(), "--browser", browser)
    await running.line("opened at", errors=True)
    url = seen.read_text()
    ticket = url.partition("#ticket=")[2]
    assert ticket
    for place, content in everything_readable(running.process.pid, running.home).items():
        assert ticket.encode() not in content, place
    assert ticket not in "".join(running.errors + running.out)
    async with aiohttp.ClientSession() as client:
        statuses = []
        for _ in range(2):
            async with await exchange(client, url, ticket) as answer:
                statuses.append(answer.status)
    assert statuses == [200, 403]


@linux
async def test_the_files_of_a_run_are_its_owners_alone(homeport, write_app):
    running = await homeport("run", write_app(), "--no-open")
    await running.line("#ticket=")
    async with asyncio.timeout(10):
        while not list((running.home / "runs").glob("*.json")):  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.02)
    for path in running.home.rglob("*"):
        if path.is_file():
            inside = [path, *(parent for parent in path.parents if running.home in parent.parents)]
            assert any(stat.S_IMODE(place.stat().st_mode) & 0o077 == 0 for place in inside), path
