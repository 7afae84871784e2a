from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from ipaddress import ip_address
from typing import Any

import pytest
from tests.support.namespaces import in_new_network
from tests.support.sinks import Nobody

from homeport.appfiles import open_app
from homeport.chrome import Dispatcher, to_api
from homeport.engine import Engine, Outcome
from homeport.host._handlers import network_interfaces, package_files, register_handlers
from homeport.storage import Storage


class Caller:
    """Calls a function, and waits for its answer."""

    def __init__(self, dispatcher: Dispatcher, told: list[tuple[str, Any]]) -> None:
        self.dispatcher = dispatcher
        self.told = told

    async def __call__(self, name: str, *args: Any) -> tuple[list[Any], str | None]:
        done: asyncio.Future[tuple[list[Any], str | None]] = asyncio.get_running_loop().create_future()

        def answer(outcome: Outcome) -> None:
            self.told.append(("answer", name))
            done.set_result((to_api(outcome.args), outcome.error))

        self.dispatcher.call(name, list(args), answer)
        return await done


@pytest.fixture
async def storage():
    storage = Storage(None)
    yield storage
    await storage.aclose()


@pytest.fixture
async def start(tmp_path, storage):
    engine = Engine()

    def start(permissions):
        manifest = {
            "manifest_version": 2,
            "name": "n",
            "version": "1",
            "app": {"background": {"scripts": ["b.js"]}},
            "permissions": permissions,
        }
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        (tmp_path / "b.js").write_text("")
        app = open_app(tmp_path)
        told: list[tuple[str, Any]] = []

        def emit(name, args):
            told.append((name, args))

        dispatcher = Dispatcher(engine.open_session(app.id, None, Nobody()))
        register_handlers(dispatcher, app, storage, emit)
        return Caller(dispatcher, told), told

    yield start
    await engine.aclose()


@pytest.mark.parametrize("begun", [True, False])
async def test_a_change_that_fails_once_its_page_has_gone_is_nobodys_concern(start, storage, begun):
    call, _ = start(["storage"])
    problems: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context))
    call.dispatcher.call("storage.managed.clear", [], lambda _: None)
    if begun:
        await asyncio.sleep(0)
    call.dispatcher.close()
    await storage.get("a", "local", None)  # done behind it
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert problems == []


async def test_reads_and_changes_are_answered_in_the_order_of_the_calls(start):
    call, told = start(["storage"])
    names = [f"storage.local.{name}" for name in ("set", "get", "remove", "get", "set", "getBytesInUse")]
    arguments = [{"a": 1}, None, "a", None, {"a": 2}, None]
    await asyncio.gather(*map(call, names, arguments))
    assert [name for what, name in told if what == "answer"] == names


async def test_what_a_page_stores_as_it_goes_is_stored(start, storage):
    call, _ = start(["storage"])
    await call("storage.local.set", {"a": 1})
    call.dispatcher.call("storage.local.set", [{"b": 2}], lambda *_: None)
    call.dispatcher.call("storage.local.remove", ["a"], lambda *_: None)
    call.dispatcher.close()
    call, _ = start(["storage"])
    assert await call("storage.local.get", None) == ([{"b": 2}], None)


async def test_what_a_change_tells_comes_behind_the_answers_to_earlier_calls(start):
    call, told = start(["storage"])
    seen = []
    done = asyncio.Event()
    for number in range(3):
        call.dispatcher.call("storage.local.set", [{"a": number}], lambda *_: seen.append(len(told)))
    call.dispatcher.call("storage.managed.set", [{"a": 1}], lambda *_: done.set())
    await done.wait()
    assert seen == [2, 4, 6]


async def test_storage_answers_as_the_api_does(start):
    call, _ = start(["storage"])
    assert await call("storage.local.set", {"b": 1, "a": [1, None]}) == ([], None)
    assert await call("storage.local.get", None) == ([{"a": [1, None], "b": 1}], None)
    assert await call("storage.local.get", ["b", "z"]) == ([{"b": 1}], None)
    assert await call("storage.local.get", {"z": 5}) == ([{"z": 5}], None)
    assert await call("storage.local.getBytesInUse", "b") == ([2], None)
    assert await call("storage.local.getKeys") == ([["a", "b"]], None)
    assert await call("storage.local.remove", "b") == ([], None)
    assert await call("storage.local.clear") == ([], None)
    assert await call("storage.sync.get", None) == ([{}], None)


async def test_errors_are_chromiums(start):
    call, _ = start(["storage"])
    assert await call("storage.managed.set", {"a": 1}) == ([], "This is a read-only store.")
    text = "Resource::kQuotaBytesPerItem quota exceeded"
    assert await call("storage.sync.set", {"a": "x" * 9000}) == ([], text)
    assert "Error in invocation of storage.set" in (await call("storage.local.set", 5))[1]


async def test_a_change_is_told_before_its_call_is_answered(start):
    call, told = start(["storage"])
    await call("storage.local.set", {"a": 1})
    await call("storage.local.set", {"a": 1})
    await call("storage.sync.remove", "nope")
    assert told == [
        ("storage.local.onChanged", [{"a": {"newValue": 1}}]),
        ("storage.onChanged", [{"a": {"newValue": 1}}, "local"]),
        ("answer", "storage.local.set"),
        ("answer", "storage.local.set"),
        ("answer", "storage.sync.remove"),
    ]


async def test_what_the_manifest_does_not_ask_for_is_not_there(start):
    call, _ = start([])
    for name in "storage.local.get", "system.network.getNetworkInterfaces":
        assert await call(name) == ([], f"{name} is not available.")


async def test_no_page_reaches_what_is_kept_beside_its_values(start, storage):
    call, _ = start(["storage"])
    assert (await call("storage.homeport.get", None))[1] == "storage.homeport.get is not available."


async def test_unlimited_storage_is_unlimited(start):
    call, _ = start(["storage", "unlimitedStorage"])
    assert await call("storage.local.set", {"a": "x" * 10_485_760}) == ([], None)


async def test_interfaces_are_this_machines_without_the_loopback(start):
    call, _ = start(["system.network"])
    (found,), error = await call("system.network.getNetworkInterfaces")
    assert error is None
    assert found == network_interfaces()
    for interface in found:
        assert set(interface) == {"name", "address", "prefixLength"}
        assert not ip_address(interface["address"]).is_loopback
        assert "%" not in interface["address"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs network namespaces")
def test_interfaces_are_those_that_chromium_lists_in_its_order():
    """Those that are up and connected, IPv4 first, then by value: as Chromium 156 did in the same network."""
    found = in_new_network(
        "ip link set lo up; ip addr add 10.50.0.1/8 dev lo; "
        "ip link add b0 type veth peer name b1; ip addr add 10.200.0.1/16 dev b0; "
        "ip link add a0 type veth peer name a1; ip addr add 10.9.0.1/24 dev a0; "
        "ip addr add 9.9.9.9/32 dev a0; "
        "ip link add off type veth peer name off1; ip addr add 10.7.7.7/24 dev off; "
        "ip link add loose type veth peer name loose1; ip addr add 10.8.8.8/24 dev loose; "
        "for name in a0 a1 b0 b1 loose; do ip link set $name addrgenmode none; ip link set $name up; done; "
        "ip addr add fd00::5/64 dev a0 nodad; ip addr add fd00::1/64 dev b0 nodad",
        network_interfaces,
    )
    assert [tuple(interface.values()) for interface in found] == [
        ("a0", "9.9.9.9", 32),
        ("a0", "10.9.0.1", 24),
        ("b0", "10.200.0.1", 16),
        ("b0", "fd00::1", 64),
        ("a0", "fd00::5", 64),
    ]


async def test_the_package_is_listed_with_folders_and_without_links(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "js" / "main.js").write_text("12345")
    os.symlink("/etc/passwd", tmp_path / "link")
    os.symlink("/etc", tmp_path / "folder")
    listed: list[list[Any]] = package_files(tmp_path)
    assert [row[0] for row in listed] == ["/", "empty/", "js/", "js/main.js"]
    assert listed[0][1] == tmp_path.stat().st_size
    assert listed[3][1] == 5
    assert all(row[2] > 1_600_000_000_000 for row in listed)
