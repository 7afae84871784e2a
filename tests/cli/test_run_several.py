"""`homeport run` with several apps: one process has their sockets, and they share nothing else."""

from __future__ import annotations

import json
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from homeport.appfiles import open_app
from homeport.server import usual_ports

EXAMPLES = Path(__file__).parents[2] / "examples"

#: Sends back what comes, after its own id.
SERVER = """
const { tcp, tcpServer } = chrome.sockets;
tcpServer.onAccept.addListener(({ clientSocketId }) => tcp.setPaused(clientSocketId, false));
tcp.onReceive.addListener(({ socketId }) =>
  tcp.send(socketId, new TextEncoder().encode(chrome.runtime.id).buffer, () => {}));
chrome.app.runtime.onLaunched.addListener(() =>
  tcpServer.create({ persistent: true }, ({ socketId }) =>
    tcpServer.listen(socketId, '127.0.0.1', 0, () =>
      tcpServer.getInfo(socketId, ({ localPort }) => console.log('port', localPort, chrome.runtime.id)))));
"""
LISTENS = {"tcpServer": {"listen": "127.0.0.1:*"}}


@pytest.fixture
def make_app(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, script: str, *, persistent: bool = True, **manifest: object) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        background = {"scripts": ["b.js"], "persistent": persistent}
        whole = {"manifest_version": 2, "name": name, "version": "1", "app": {"background": background}}
        (folder / "manifest.json").write_text(json.dumps({**whole, **manifest}))
        (folder / "b.js").write_text(script)
        return folder

    return make


def ask(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), 30) as peer:
        peer.settimeout(30)
        peer.sendall(b"?")
        return peer.recv(100).decode()


def lines_of(process: Any, wait_for: Any, *texts: str) -> list[str]:
    """Read until each of the texts has come, in any order."""
    lines: list[str] = []
    for text in texts:
        if not any(text in line for line in lines):
            lines += wait_for(process, text)
    return lines


def test_twenty_idle_apps_are_one_process_and_an_event_wakes_the_right_one(
    start: Any, wait_for: Any, make_app: Any
) -> None:
    folders = [make_app(f"app{n}", SERVER, persistent=False, sockets=LISTENS) for n in range(20)]
    run = start("run", *folders, "--idle", "0.2")
    lines = lines_of(run, wait_for, "homeport: 20 apps run\n", *(f"app{n} " for n in range(20)))
    said = [line.split() for line in lines if " port " in line]
    ports = {label: int(port) for label, _, _, _, _, port, _ in said}
    ids = {label: app_id for label, *_, app_id in said}
    assert len(set(ports.values())) == len(set(ids.values())) == 20
    process = psutil.Process(run.pid)
    psutil.wait_procs(process.children())
    assert process.children() == []
    for name in ("app7", "app19"):
        assert ask(ports[name]) == ids[name]
        woken = wait_for(run, "is loaded again")[-1]
        assert woken == f"homeport: {name}: An event came: the app's page is loaded again.\n"
    run.send_signal(signal.SIGINT)
    wait_for(run, "homeport: stopping")
    assert run.wait(30) == 0


def test_one_that_fails_or_ends_does_not_end_the_others(start: Any, wait_for: Any, make_app: Any) -> None:
    good, bad = make_app("good", SERVER, sockets=LISTENS), make_app("bad", "console.log('here');")
    broken = make_app("broken", "", sockets={"tcp": 7})
    run = start("run", bad, broken, good, "/nowhere/at/all", good)
    lines = lines_of(run, wait_for, "homeport: 2 apps run", "bad  | LOG   b.js:1 here", "good | ")
    assert any("broken/manifest.json:" in line and "'tcp'" in line for line in lines)
    assert any("There is no /nowhere/at/all" in line for line in lines)
    assert any("is the same app as" in line for line in lines)
    [(port, app_id)] = [line.split()[5:] for line in lines if " port " in line]
    first, *_ = sorted(psutil.Process(run.pid).children(), key=lambda child: child.create_time())
    first.kill()  # that of the app that was named first
    assert wait_for(run, "SIGKILL")[-1] == "homeport: bad: its process was ended by SIGKILL\n"
    assert ask(int(port)) == app_id
    run.send_signal(signal.SIGTERM)
    wait_for(run, "homeport: stopping")
    assert run.wait(30) == 0


def test_when_all_have_ended_it_ends(start: Any, wait_for: Any, make_app: Any) -> None:
    run = start("run", make_app("one", "console.log('here');"), make_app("other", "console.log('here');"))
    lines_of(run, wait_for, "2 apps run", "one   | LOG   b.js:1 here", "other | LOG   b.js:1 here")
    for child in psutil.Process(run.pid).children():
        child.kill()
    lines_of(run, wait_for, "homeport: one: ", "homeport: other: ")
    assert run.wait(30) == 1


def test_each_is_listed_and_can_be_stopped(start: Any, homeport: Any, wait_for: Any, make_app: Any) -> None:
    names = ("one", "two", "three")
    run = start("run", *(make_app(name, SERVER, sockets=LISTENS) for name in names))
    lines = lines_of(run, wait_for, "3 apps run", *(f"{name:5} | " for name in names))
    ports = {line.split()[0]: int(line.split()[5]) for line in lines if " port " in line}
    listed = {run["name"]: run for run in json.loads(homeport("ps", "--json").stdout)}
    assert set(listed) == set(names)
    assert {one["pid"] for one in listed.values()} == {run.pid}
    assert homeport("stop", "two").stdout == f"Stopped two (process {run.pid}).\n"
    wait_for(run, "homeport: two: it was stopped")
    with pytest.raises(ConnectionRefusedError):
        ask(ports["two"])
    assert ask(ports["one"]) == listed["one"]["app_id"]
    assert homeport("stop", str(run.pid)).returncode == 0
    assert run.wait(30) == 0


def test_each_has_its_own_permissions_storage_and_origin(start: Any, wait_for: Any, make_app: Any) -> None:
    script = """
    const own = chrome.runtime.getManifest().name;
    globalThis['mark of ' + own] = true;
    const { tcp } = chrome.sockets, { local } = chrome.storage;
    local.set({ [own]: 1 }, () => local.get(null, (all) => tcp.create({}, ({ socketId }) =>
      tcp.connect(socketId, '127.0.0.1', PORT, () => console.log(JSON.stringify([
        chrome.runtime.lastError ? 'refused' : 'connected',
        Object.keys(all),
        Object.keys(globalThis).filter((key) => key.startsWith('mark of')),
        location.origin === 'chrome-extension://' + chrome.runtime.id,
      ]))))));
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = script.replace("PORT", str(port))
        allowed = {"tcp": {"connect": f"127.0.0.1:{port}"}}
        more: dict[str, object] = {"permissions": ["storage"]}
        run = start(
            "run",
            make_app("may", script, sockets=allowed, **more),
            make_app("may-not", script, sockets={"tcp": {"connect": "127.0.0.1:1"}}, **more),
        )
        lines = lines_of(run, wait_for, "may     | ", "may-not | ", "homeport: may-not: refused tcp.connect")
    said = {line.split()[0]: json.loads(line.split(maxsplit=4)[4]) for line in lines if " | " in line}
    assert said == {
        "may": ["connected", ["may"], ["mark of may"], True],
        "may-not": ["refused", ["may-not"], ["mark of may-not"], True],
    }


def test_those_with_windows_have_the_origins_that_they_have_alone(start: Any, wait_for: Any) -> None:
    run = start("run", EXAMPLES / "line-printer", EXAMPLES / "websocket-chat", "--no-open")
    lines = wait_for(run, "2 apps run")
    opened = [line.split(" | ")[1] for line in lines if "#ticket=" in line]
    hosts = {address.removeprefix("http://").partition("/")[0] for address in opened}
    apps = [open_app(EXAMPLES / name).id for name in ("line-printer", "websocket-chat")]
    assert hosts == {f"{app}.localhost:{usual_ports(app)[0]}" for app in apps}
    run.send_signal(signal.SIGTERM)
    assert run.wait(30) == 0


@pytest.mark.parametrize("option", [["--inspect", "9229"], ["--chrome-test"]])
def test_what_only_one_can_have_is_refused(homeport: Any, option: list[str]) -> None:
    done = homeport("run", EXAMPLES / "udp-echo", EXAMPLES / "file-server", *option)
    assert done.returncode == 2
    assert f"{option[0]} is for one APP; you named 2." in done.stderr


def test_when_none_can_be_opened_that_is_an_error(homeport: Any) -> None:
    done = homeport("run", "/nowhere/a", "/nowhere/b")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "error: None of the apps can be run."


@pytest.mark.skipif(sys.platform == "win32", reason="it has no service manager of that kind")
def test_a_service_manager_is_told_when_all_run(
    environment: dict[str, str], start: Any, wait_for: Any, make_app: Any, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        environment["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        busy = make_app(
            "busy", "const end = Date.now() + 1500; while (Date.now() < end); console.log('done');"
        )
        run = start("run", make_app("one", "console.log('there');"), busy)
        heard: list[bytes] = []
        while not heard or not heard[-1].startswith(b"READY=1"):
            heard.append(manager.recv(1000))
        assert heard == [b"EXTEND_TIMEOUT_USEC=60000000"] * 2 + [b"READY=1\nSTATUS=2 apps run"]
        assert "busy | LOG   b.js:1 done\n" in wait_for(run, "2 apps run")
        run.terminate()
        assert run.wait(30) == 0
