"""Calls by name, through the real engine and real sockets."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import Any

import pytest

from homeport.chrome import TABLE, ApiError, Failure, engine_routes
from homeport.engine import ABANDONED, Outcome

SOCKETS = [space for space in TABLE.values() if space.requires == "sockets"]
FUNCTIONS = {f"{space.name}.{f.name}": f for space in SOCKETS for f in space.functions.values()}
ASKING = [name for name, f in FUNCTIONS.items() if f.permission.operation]


async def test_a_call_is_answered_with_plain_objects(page: Any) -> None:
    chrome = page("*")
    assert await chrome("sockets.tcp.create", {"name": "n", "bufferSize": 7}) == ([{"socketId": 1}], None)
    info = {
        "socketId": 1,
        "persistent": False,
        "name": "n",
        "bufferSize": 7,
        "paused": False,
        "connected": False,
    }
    assert await chrome("sockets.tcp.getInfo", 1) == ([info], None)
    assert await chrome("sockets.tcp.getSockets") == ([[info]], None)
    assert await chrome("sockets.tcp.close", 1, None) == ([], None)


async def test_a_client_and_a_server_talk(page: Any) -> None:
    chrome = page("*")
    await chrome("sockets.tcpServer.create")
    assert await chrome("sockets.tcpServer.listen", 1, "127.0.0.1", 0) == ([0], None)
    [server], _ = await chrome("sockets.tcpServer.getInfo", 1)
    await chrome("sockets.tcp.create")
    assert await chrome("sockets.tcp.connect", 1, "127.0.0.1", server["localPort"]) == ([0], None)
    [(_, _, accepted)] = await chrome.heard.until("accept")
    await chrome("sockets.tcp.setPaused", accepted, False)
    sent = [{"resultCode": 0, "bytesSent": 5}]
    assert await chrome("sockets.tcp.send", 1, b"hello") == (sent, None)
    assert await chrome.heard.until("tcp_receive") == [("tcp_receive", accepted, b"hello")]


async def test_a_failure_has_chromiums_text_and_arguments(page: Any) -> None:
    chrome = page("*")
    await chrome("sockets.tcp.create")
    not_connected = ([{"resultCode": -15}], "net::ERR_SOCKET_NOT_CONNECTED")
    assert await chrome("sockets.tcp.send", 1, b"x") == not_connected
    assert await chrome("sockets.tcp.setNoDelay", 9, True) == ([-2], "Socket not found")
    assert await chrome("sockets.tcp.getInfo", 9) == ([], "Socket not found")


async def test_wrong_arguments_are_answered_with_the_text_of_the_bindings(page: Any) -> None:
    result, error = await page("*")("sockets.tcp.close", "1")
    assert result == []
    assert error == (
        "Error in invocation of sockets.tcp.close(integer socketId, optional function callback): "
        "No matching signature."
    )


async def test_a_call_whose_socket_is_closed_under_it_is_abandoned(page: Any) -> None:
    chrome = page("*")
    await chrome("sockets.tcpServer.create")
    await chrome("sockets.tcpServer.listen", 1, "127.0.0.1", 0)
    [server], _ = await chrome("sockets.tcpServer.getInfo", 1)
    await chrome("sockets.tcp.create")
    await chrome("sockets.tcp.connect", 1, "127.0.0.1", server["localPort"])
    answer = asyncio.get_running_loop().create_future()
    chrome.dispatcher.call("sockets.tcp.send", [1, bytes(64 << 20)], answer.set_result)
    await chrome("sockets.tcp.close", 1)
    assert await answer is ABANDONED


async def test_without_the_manifests_key_there_is_no_function(page: Any) -> None:
    chrome = page(sockets=False)
    assert await chrome("sockets.tcp.create") == ([], "sockets.tcp.create is not available.")
    assert await chrome("nonsense") == ([], "nonsense is not available.")


@pytest.mark.parametrize("name", FUNCTIONS)
async def test_the_engine_has_a_method_for_each_function_with_its_parameters(page: Any, name: str) -> None:
    route = engine_routes(page("*").session)[name]
    wanted = [p.name for p in FUNCTIONS[name].params]
    assert len(inspect.signature(route.method).parameters) == len(wanted) + 1


def sample_args(name: str) -> list[Any]:
    good = {"integer": 1, "string": "127.0.0.1", "binary": b"x", "boolean": True}
    return [None if p.optional else good.get(p.type.kind, {}) for p in FUNCTIONS[name].params]


@pytest.mark.parametrize("name", ASKING)
async def test_each_permission_decision_holds_in_the_engine(page: Any, name: str) -> None:
    function = FUNCTIONS[name]
    refusals = [f for f in function.errors if "does not allow" in f.when]
    assert [f.text for f in refusals], "the table says what a refusal looks like"
    operation = function.permission.operation
    others = {FUNCTIONS[asking].permission.operation for asking in ASKING} - {operation}
    chrome = page(*others)
    namespace = name.rpartition(".")[0]
    await chrome(f"{namespace}.create")
    assert await chrome(name, *sample_args(name)) == ([], refusals[0].text)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - set(ASKING)))
async def test_what_needs_no_permission_works_without_any(page: Any, name: str) -> None:
    chrome = page()
    namespace = name.rpartition(".")[0]
    await chrome(f"{namespace}.create")
    _, error = await chrome(name, *sample_args(name))
    assert error is None or "permission" not in error


@pytest.mark.parametrize("name", FUNCTIONS)
async def test_a_missing_socket_is_told_as_the_table_says(page: Any, name: str) -> None:
    function = FUNCTIONS[name]
    if not function.params or function.params[0].name != "socketId":
        return
    [missing] = [f for f in function.errors if f.text == "Socket not found"]
    result, error = await page("*")(name, *sample_args(name))
    assert (result, error) == (codes(missing), "Socket not found")


def codes(failure: Failure) -> list[int]:
    return [] if failure.code is None else [failure.code]


async def test_a_handler_answers_by_its_value(page: Any) -> None:
    chrome = page()
    chrome.dispatcher.register("storage.local.get", lambda keys: {"keys": keys})
    chrome.dispatcher.register("storage.local.clear", lambda: "ignored: the callback has no parameter")
    assert await chrome("storage.local.get", ["a"]) == ([{"keys": ["a"]}], None)
    assert await chrome("storage.local.clear") == ([], None)


async def test_a_handlers_arguments_are_checked(page: Any) -> None:
    chrome = page()
    chrome.dispatcher.register("storage.local.get", lambda keys: {"keys": keys})
    _, error = await chrome("storage.local.get", 5)
    assert error.startswith("Error in invocation of storage.get(")


async def test_a_handler_may_be_a_coroutine_and_give_a_whole_outcome(page: Any) -> None:
    chrome = page()

    async def answer(*args: Any) -> Outcome:
        await asyncio.sleep(0)
        return Outcome((1, 2), "both")

    chrome.dispatcher.register("runtime.anything", answer)
    assert await chrome("runtime.anything", "x") == ([1, 2], "both")


async def test_a_handlers_error_is_last_error_but_a_bug_stays_in_the_log(
    page: Any, caplog: pytest.LogCaptureFixture
) -> None:
    chrome = page()

    def refuse() -> None:
        raise ApiError("This is a read-only store.")

    async def broken() -> None:
        raise ZeroDivisionError("secret")

    chrome.dispatcher.register("storage.managed.clear", refuse)
    chrome.dispatcher.register("storage.sync.clear", broken)
    assert await chrome("storage.managed.clear") == ([], "This is a read-only store.")
    with caplog.at_level(logging.ERROR):
        assert await chrome("storage.sync.clear") == ([], "Unknown error.")
    assert "storage.sync.clear" in caplog.text


async def test_closing_cancels_the_handlers_that_still_run(page: Any) -> None:
    chrome = page()
    ended = asyncio.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    chrome.dispatcher.register("storage.local.clear", forever)
    chrome.dispatcher.call("storage.local.clear", [], lambda *reply: pytest.fail("answered"))
    await asyncio.sleep(0)
    chrome.dispatcher.close()
    await ended.wait()


async def test_a_mistake_of_the_engines_is_answered_and_stays_in_the_log(
    page: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("private")

    monkeypatch.setattr("homeport.engine._tcp.Tcp.get_info", fail)
    assert await page("*")("sockets.tcp.getInfo", 1) == ([], "Unknown error.")
    assert "private" in caplog.text


async def test_no_text_for_a_host_is_beyond_an_answer(page: Any) -> None:
    chrome = page("*")
    await chrome("sockets.tcp.create")
    for host in ("\ud800", "\ud800%41", "%ff", "\0", "xn--\udfff", ""):
        codes, error = await chrome("sockets.tcp.connect", 1, host, 80)
        assert (codes, error) == ([-105], "net::ERR_NAME_NOT_RESOLVED"), ascii(host)
