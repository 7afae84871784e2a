"""What goes into the audit log, and what does not."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest

from homeport.appfiles import open_app
from homeport.audit import AuditLog, Auditor
from homeport.engine import PolicyError, parse_policy


@pytest.fixture
def auditor(tmp_path):
    return Auditor(AuditLog(tmp_path / "audit.jsonl"))


@pytest.fixture
def read(auditor, tmp_path, lines):
    def close_and_read():
        auditor.close()
        return [{k: v for k, v in line.items() if k != "time"} for line in lines(tmp_path / "audit.jsonl")]

    return close_and_read


ABOUT = {"app": "a" * 32, "session": 1}


async def test_connections_listeners_and_peers_are_noted_with_where_and_by_which_rule(run_app, auditor, read):
    app = run_app(observer=auditor)
    await app("tcp_server.create", None)
    await app("tcp_server.listen", 1, "127.0.0.1", 0, None)
    port = (await app("tcp_server.get_info", 1)).args[0].local_port
    await app("tcp.create", None)
    await app("tcp.connect", 1, "localhost", port, "ipv4")
    await asyncio.wait_for(app.sink.accepted.get(), 5)
    peer_port = (await app("tcp.get_info", 1)).args[0].local_port
    listen, connect, accept = read()
    rule = "policy: default profile"
    assert listen == {
        **ABOUT,
        "event": "listen",
        "host": "127.0.0.1",
        "port": 0,
        "addresses": ["127.0.0.1"],
        "rule": f'manifest: sockets.tcpServer.listen "*"; {rule}',
    }
    assert connect == {
        **ABOUT,
        "event": "connect",
        "host": "localhost",
        "port": port,
        "addresses": ["127.0.0.1"],
        "rule": rule,
    }
    at = {"host": "127.0.0.1", "port": port}
    assert accept == {**ABOUT, "event": "accept", "host": "127.0.0.1", "port": peer_port, "at": at}


async def test_a_destination_of_datagrams_is_noted_once_and_no_payload_ever(run_app, auditor, read):
    app = run_app(observer=auditor)
    await app("udp.create", None)
    await app("udp.bind", 1, "127.0.0.1", 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        port = peer.getsockname()[1]
        for host in ("127.0.0.1", "localhost", "127.0.0.1", "localhost"):
            assert (await app("udp.send", 1, b"pay" + b"load", host, port, "ipv4")).error is None
    found = read()
    assert [(line["event"], line["host"]) for line in found] == [
        ("bind", "127.0.0.1"),
        ("send", "127.0.0.1"),
        ("send", "localhost"),
    ]
    assert "payload" not in json.dumps(found)


async def test_denials_are_noted_with_their_rule_but_cannot_flood_the_log(run_app, tmp_path, lines):
    now = [0.0]
    auditor = Auditor(AuditLog(tmp_path / "audit.jsonl"), clock=lambda: now[0])
    app = run_app(observer=auditor)
    await app("tcp.create", None)
    for _ in range(1500):
        await app("tcp.connect", 1, "refused.test", 80, None)
    now[0] = 10.0
    await app("tcp.connect", 1, "refused.test", 81, None)
    auditor.close()
    found = lines(tmp_path / "audit.jsonl")
    assert len(found) == 1002
    assert found[0]["event"] == "denied"
    assert found[0]["operation"] == "connect"
    assert found[0]["rule"] == "manifest: nothing in sockets.tcp.connect allows refused.test:80"
    assert found[1000]["event"] == "omitted"
    assert found[1000]["denials"] == 500
    assert found[1001]["port"] == 81


async def test_a_listener_that_comes_to_nothing_is_noted_after_its_allowance(run_app, auditor, read):
    app = run_app(observer=auditor)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        await app("tcp_server.create", None)
        await app("tcp_server.listen", 1, "127.0.0.1", port, None)
    listen, failed = read()
    assert listen["event"] == "listen"
    where = {"operation": "listen", "host": "127.0.0.1", "port": port, "error": "net::ERR_ADDRESS_IN_USE"}
    assert failed == {**ABOUT, "event": "failed", **where}


async def test_a_very_long_host_is_cut(run_app, auditor, read):
    app = run_app(observer=auditor, policy=parse_policy('default = "deny"\n'))
    await app("tcp.create", None)
    await app("tcp.connect", 1, "x" * 1_000_000, 80, None)
    (line,) = read()
    assert len(json.dumps(line)) < 1000


async def test_the_apps_life_and_changes_of_the_policy_are_noted(auditor, read, tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "b.js").write_text("")
    background = {"app": {"background": {"scripts": ["b.js"]}}}
    manifest = {"manifest_version": 2, "name": "Press \x1b[2J", "version": "1.2", **background}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    app = open_app(folder)
    auditor.launched(app, pid=7, host="headless")
    auditor.policy_changed(parse_policy('profile = "strict"'))
    auditor.policy_changed(PolicyError("broken", line=3))
    auditor.ended(app, "it was stopped")
    launch, applied, broken, end = read()
    assert (launch["event"], launch["app"], launch["host"], launch["pid"]) == (
        "launch",
        app.id,
        "headless",
        7,
    )
    assert (launch["version"], launch["path"]) == ("1.2", str(app.root))
    assert (applied["event"], applied["applied"], applied["profile"]) == ("policy", True, "strict")
    assert (broken["applied"], broken["error"]) == (False, "policy:3: broken")
    assert end == {"event": "end", "app": app.id, "reason": "it was stopped"}
