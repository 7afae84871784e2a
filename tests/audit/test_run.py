"""``homeport run`` with an audit log and a policy to learn, as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys

import pytest

from homeport.engine import read_policy

BACKGROUND = """
const { tcp, udp, tcpServer } = chrome.sockets;
const PORT = %(port)d, OTHER = %(other)d;
const connect = (port) => new Promise((resolve) => {
  tcp.create({}, ({ socketId }) => tcp.connect(socketId, "127.0.0.1", port, (code) => {
    void chrome.runtime.lastError;
    resolve(code);
  }));
});
const listen = () => new Promise((resolve) => {
  tcpServer.create({}, ({ socketId }) => tcpServer.listen(socketId, "127.0.0.1", 0, (code) => {
    void chrome.runtime.lastError;
    resolve(code);
  }));
});
const send = () => new Promise((resolve) => {
  udp.create({}, ({ socketId }) => udp.bind(socketId, "127.0.0.1", 0, () => {
    void chrome.runtime.lastError;
    udp.send(socketId, new Uint8Array([115, 51, 99, 114, 51, 116]).buffer, "127.0.0.1", PORT, (info) => {
      void chrome.runtime.lastError;
      resolve(info && info.resultCode);
    });
  }));
});
(async () => {
  const found = [await connect(PORT), await listen(), await send()];
  if (%(beside)s) found.push(await connect(OTHER));
  console.log("codes " + found.join(" "));
})();
"""


@pytest.fixture
def servers():
    """Ports where the system takes connections, though nobody accepts them."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        yield [one.getsockname()[1], other.getsockname()[1]]


@pytest.fixture
def run(tmp_path, servers):
    port, other = servers
    folder = tmp_path / "app"
    folder.mkdir()
    sockets = {"tcp": {"connect": "*"}, "udp": {"bind": "*", "send": "*"}, "tcpServer": {"listen": "*"}}
    manifest = {"manifest_version": 2, "name": "Used", "version": "3", "sockets": sockets}
    manifest["app"] = {"background": {"scripts": ["b.js"]}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    environment = {**os.environ, "HOME": str(tmp_path), "HOMEPORT_RUNTIME_DIR": str(tmp_path / "runs")}

    async def start(*options, beside=False):
        """Run the app until it has said its codes; these, and what was said on standard error."""
        script = BACKGROUND % {"port": port, "other": other, "beside": str(beside).lower()}
        (folder / "b.js").write_text(script)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "homeport", "run", str(folder), "--headless", *map(str, options)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            async with asyncio.timeout(60):
                while not (line := await process.stdout.readline()).startswith(b"LOG"):
                    assert line, (await process.stderr.read()).decode()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                _, errors = await process.communicate()
        assert process.returncode == 0
        return [int(code) for code in line.decode().partition("codes ")[2].split()], errors.decode()

    return start


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be asked to end")
async def test_a_learned_policy_allows_what_was_used_and_nothing_beside_it(run, tmp_path):
    learned = tmp_path / "learned.toml"
    codes, _ = await run("--learn", learned)
    assert codes == [0, 0, 0]
    policy = read_policy(learned)
    assert (policy.profile, policy.otherwise) == ("strict", "deny")
    codes, errors = await run("--policy", learned, beside=True)
    assert codes == [0, 0, 0, -138]
    assert "refused tcp.connect 127.0.0.1:" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be asked to end")
async def test_the_audit_log_tells_a_run_from_launch_to_end(run, tmp_path, lines, servers):
    path = tmp_path / "audit.jsonl"
    await run("--audit-log", path)
    found = lines(path)
    assert [line["event"] for line in found] == ["launch", "connect", "listen", "bind", "send", "end"]
    assert len({line["app"] for line in found}) == 1
    assert (found[0]["name"], found[0]["version"], found[0]["host"]) == ("Used", "3", "headless")
    assert (found[1]["host"], found[1]["port"]) == ("127.0.0.1", servers[0])
    assert found[-1]["reason"] == "it was stopped"
    assert "s3cr3t" not in path.read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
async def test_a_log_or_a_policy_that_cannot_be_written_is_said_before_the_app_runs(tmp_path, run):
    for option in ("--audit-log", "--learn"):
        with pytest.raises(AssertionError, match=f"error: {option}: .*cannot be written"):
            await run(option, tmp_path / "missing" / "file")
