"""Opening an app in Python."""

from __future__ import annotations

import json
import socket
import zipfile
from pathlib import Path
from typing import Any

import pytest

import homeport
from homeport.manifest import parse_manifest
from homeport.testing import MemoryNetwork

MANIFEST = {
    "manifest_version": 2,
    "name": "Labels",
    "version": "1.0",
    "app": {"background": {"scripts": ["main.js"]}},
    "sockets": {"tcp": {"connect": "*:9100"}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    (tmp_path / "main.js").write_text("")
    return tmp_path


async def test_an_app_is_its_folder_its_manifest_file_or_its_manifest(folder: Path) -> None:
    read = parse_manifest(json.dumps(MANIFEST))
    apps: list[Any] = [folder, str(folder), folder / "manifest.json", MANIFEST, read]
    for app in apps:
        async with homeport.open(app) as chrome:
            assert chrome.manifest.name == "Labels"
            assert len(chrome.app_id) == 32
            assert str(chrome.manifest.sockets.entries[0] if chrome.manifest.sockets else "")


async def test_an_app_may_be_in_its_package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEPORT_CACHE_DIR", str(folder / "cache"))
    with zipfile.ZipFile(folder / "app.zip", "w") as package:
        for name in "manifest.json", "main.js":
            package.write(folder / name, name)
    async with homeport.open(folder / "app.zip") as chrome:
        assert chrome.manifest.name == "Labels"
    with pytest.raises(homeport.UserError, match=r"There is no .*other\.crx\."):
        homeport.open(folder / "other.crx")


async def test_the_sockets_key_is_enough_of_a_manifest() -> None:
    async with homeport.open({"sockets": {}}) as chrome:
        assert await chrome.sockets.udp.get_sockets() == []


async def test_without_the_key_chrome_sockets_is_absent() -> None:
    async with homeport.open({"name": "n"}) as chrome:
        assert not hasattr(chrome, "sockets")
        with pytest.raises(AttributeError, match='no "sockets" key'):
            _ = chrome.sockets


def test_a_manifest_that_chromium_refuses_is_refused() -> None:
    with pytest.raises(homeport.ManifestError):
        homeport.open({"sockets": {"tcp": {"connect": "a:b:c"}}})


@pytest.mark.parametrize(
    ("sockets", "place"),
    [([], "sockets: expected"), ({"tcp": {"connect": ["*", "a:b:c"]}}, "sockets.tcp.connect[1]: Invalid")],
)
def test_a_mistake_in_a_mapping_is_told_by_its_key(sockets: object, place: str) -> None:
    """It has no lines, so none is named."""
    with pytest.raises(homeport.ManifestError) as caught:
        homeport.open({"sockets": sockets})
    assert str(caught.value).startswith(place)


def test_what_is_no_app_is_told(tmp_path: Path) -> None:
    with pytest.raises(homeport.UserError, match="nowhere"):
        homeport.open(tmp_path / "nowhere")
    with pytest.raises(homeport.UserError, match="JSON"):
        homeport.open({"sockets": {1, 2}})
    with pytest.raises(homeport.UserError, match="NAME=ADDRESS"):
        homeport.open({"sockets": {}}, map_host={"printer": "not an address"})


async def test_explaining_names_the_rule() -> None:
    async with homeport.open(MANIFEST) as chrome:
        allowed = await chrome.explain("tcp.connect", "127.0.0.1", 9100)
        refused = await chrome.explain("tcp.connect", "127.0.0.1", 80)
        with pytest.raises(ValueError, match=r"no operation 'tcp.conect'; there are dns.resolve, tcp"):
            await chrome.explain("tcp.conect", "127.0.0.1", 80)  # type: ignore[arg-type]
    assert allowed.allowed
    assert not refused.allowed
    assert "tcp.connect" in refused.rule
    assert await chrome.explain("tcp.connect", "127.0.0.1", 9100) == allowed  # closed, too


async def test_the_operators_policy_holds_too(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[[rule]]\naction = "deny"\nports = [9100]\n')
    for given in (policy, str(policy)):
        async with homeport.open(MANIFEST, policy=given) as chrome:
            tcp = chrome.sockets.tcp
            with pytest.raises(homeport.PermissionDenied):
                await tcp.connect((await tcp.create()).socket_id, "127.0.0.1", 9100)


async def test_another_network_can_be_given() -> None:
    network = MemoryNetwork(names={"printer.lan": ["192.168.1.5"]})
    printer = network.listen("192.168.1.5", 9100)
    async with homeport.open(MANIFEST, network=network) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create()).socket_id
        assert await tcp.connect(socket_id, "printer.lan", 9100) == 0
        await tcp.send(socket_id, b"^XA^XZ")
        connection = await printer.accept()
        await tcp.disconnect(socket_id)
        assert await connection.receive_all() == b"^XA^XZ"


@pytest.mark.parametrize(("strict", "code"), [(False, -101), (True, -100)])
async def test_strict_chromium_hides_why_receiving_ended(strict: bool, code: int) -> None:
    network = MemoryNetwork()
    peer = network.listen("192.168.1.5", 9100)
    async with homeport.open(MANIFEST, network=network, strict_chromium=strict) as chrome:
        tcp = chrome.sockets.tcp
        errors = aiter(tcp.on_receive_error)
        await tcp.connect((await tcp.create()).socket_id, "192.168.1.5", 9100)
        (await peer.accept()).reset()
        assert (await anext(errors)).result_code == code


async def test_an_opening_is_entered_once() -> None:
    opening = homeport.open({"sockets": {}})
    async with opening:
        with pytest.raises(RuntimeError, match="entered already"):
            await opening.__aenter__()


async def test_an_exception_inside_passes_and_everything_is_closed() -> None:
    opened: list[homeport.Chrome] = []

    async def fail() -> None:
        async with homeport.open({"sockets": {}}) as chrome:
            opened.append(chrome)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    with pytest.raises(homeport.Aborted):
        await opened[0].sockets.tcp.create()


def test_run_gives_what_the_program_gives() -> None:
    async def main() -> int:
        async with homeport.open({"sockets": {}}) as chrome:
            return (await chrome.sockets.tcp.create()).socket_id

    assert homeport.run(main()) == 1


async def test_the_interface_for_groups_and_how_many_sockets_there_may_be_can_be_chosen() -> None:
    bounds = homeport.SocketLimits(known=1)
    loopback = socket.if_indextoname(1)
    async with homeport.open({"sockets": {}}, multicast_interface=loopback, limits=bounds) as chrome:
        await chrome.sockets.tcp.create()
        with pytest.raises(homeport.NetError, match="INSUFFICIENT_RESOURCES"):
            await chrome.sockets.tcp.create()
    with pytest.raises(homeport.UserError, match=r"no interface is called 'x0'; there are \w+"):
        homeport.open({"sockets": {}}, multicast_interface="x0")
