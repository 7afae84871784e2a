"""What is known of each API, and that Homeport has what is said to be there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from homeport.chrome import TABLE
from homeport.inspect import Status, find_api, supported_names
from homeport.inspect._apis import known_members

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("path", "name", "status"),
    [
        ("sockets.tcp.connect", "sockets.tcp.connect", Status.SUPPORTED),
        ("sockets.tcp.onReceive.addListener", "sockets.tcp.onReceive", Status.SUPPORTED),
        ("sockets.tcp", "sockets.tcp", Status.SUPPORTED),
        ("sockets.tcp.DnsQueryType.IPV4", "sockets.tcp.DnsQueryType", Status.SUPPORTED),
        ("sockets.tcp.bind", "sockets.tcp.bind", Status.UNKNOWN),
        ("sockets.sctp.send", "sockets.sctp", Status.UNKNOWN),
        ("runtime.lastError.message", "runtime.lastError", Status.SUPPORTED),
        ("runtime.id", "runtime.id", Status.SUPPORTED),
        ("runtime.sendNativeMessage", "runtime.sendNativeMessage", Status.ABSENT),
        ("storage.sync.set", "storage.sync.set", Status.PARTIAL),
        ("storage.sync.get", "storage.sync.get", Status.SUPPORTED),
        ("bluetooth.getDevices", "bluetooth.getDevices", Status.ABSENT),
        ("bluetooth", "bluetooth", Status.ABSENT),
        ("browser.openTab", "browser.openTab", Status.ABSENT),
        ("tabs.query", "tabs.query", Status.EXTENSION),
        ("foo.bar.baz", "foo.bar", Status.UNKNOWN),
    ],
)
def test_a_chain_of_names_leads_to_an_api(path: str, name: str, status: Status) -> None:
    api = find_api(path.split("."))
    assert api is not None
    assert (api.name, api.status) == (name, status)


@pytest.mark.parametrize("path", ["", "app", "sockets", "system", "csi", "loadTimes"])
def test_some_chains_say_nothing(path: str) -> None:
    assert find_api(path.split(".") if path else []) is None


def test_what_is_absent_says_what_to_do_instead() -> None:
    for path in (
        "bluetooth",
        "browser.openTab",
        "bluetooth.getDevices",
        "gcm.register",
        "tts.speak",
    ):
        api = find_api(path.split("."))
        assert api is not None
        assert api.note.endswith(".")


def test_an_api_says_what_it_needs() -> None:
    storage, tcp, old = (
        find_api(path.split(".")) for path in ("storage.local.get", "sockets.tcp", "socket.read")
    )
    assert storage is not None
    assert tcp is not None
    assert old is not None
    assert (storage.permission, tcp.key, old.permission) == ("storage", "sockets", "socket")
    assert "chrome.sockets" in old.old


def test_every_function_that_the_daemon_answers_is_supported() -> None:
    declared = {
        f"{space.name}.{name}"
        for space in TABLE.values()
        if space.name.startswith(("socket", "storage", "system"))
        for name in (*space.functions, *space.events)
    }
    assert declared <= supported_names()


def test_every_member_that_chromium_has_of_the_sockets_is_supported() -> None:
    for space in (
        "sockets.tcp",
        "sockets.udp",
        "sockets.tcpServer",
        "socket",
        "app.runtime",
        "storage.local",
    ):
        members = {f"{space}.{name}" for name in known_members(space)} - {"storage.local.setAccessLevel"}
        assert members
        assert members <= supported_names()


@pytest.mark.slow
def test_the_list_is_what_a_running_app_finds() -> None:
    check = [sys.executable, "-m", "tools.generate_supported", "--check"]
    assert subprocess.run(check, check=False, cwd=ROOT).returncode == 0, f"run {check[2]}"
