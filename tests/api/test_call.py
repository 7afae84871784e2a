"""Calls: at once, awaited or not, cancelled or not."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

import pytest

import homeport
from homeport.testing import MemoryNetwork


async def test_a_function_acts_when_it_is_called(chrome: homeport.Chrome) -> None:
    chrome.sockets.tcp.create()
    assert len(await chrome.sockets.tcp.get_sockets()) == 1


async def test_a_call_that_is_done_does_not_suspend(connected: Any, chrome: homeport.Chrome) -> None:
    socket_id = await connected()
    turns = 0

    def count() -> None:
        nonlocal turns
        turns += 1
        asyncio.get_running_loop().call_soon(count)

    asyncio.get_running_loop().call_soon(count)
    for _ in range(20):
        assert (await chrome.sockets.tcp.send(socket_id, b"x" * 10)).bytes_sent == 10
    assert turns == 0


async def test_a_call_can_be_awaited_again(chrome: homeport.Chrome) -> None:
    call = chrome.sockets.tcp.create()
    assert call.done
    assert await call == await call == homeport.CreateInfo(1)


async def test_two_tasks_cannot_wait_for_one_call(chrome: homeport.Chrome) -> None:
    socket_id = (await chrome.sockets.tcp.create()).socket_id
    call = chrome.sockets.tcp.connect(socket_id, "127.0.0.1", 1)
    first = asyncio.ensure_future(call)
    await asyncio.sleep(0)
    if not call.done:
        with pytest.raises(RuntimeError, match="awaited already"):
            await call
    with pytest.raises(homeport.NetError):
        await first


async def test_gather_takes_calls(chrome: homeport.Chrome) -> None:
    tcp = chrome.sockets.tcp
    first, second = await asyncio.gather(tcp.create(), tcp.create())
    assert (first.socket_id, second.socket_id) == (1, 2)


async def test_wrong_arguments_raise_in_the_call_itself(chrome: homeport.Chrome) -> None:
    tcp: Any = chrome.sockets.tcp
    with pytest.raises(homeport.InvocationError, match=r"sockets\.tcp\.send\(integer socketId, binary data"):
        tcp.send("1", b"x")
    with pytest.raises(homeport.InvocationError, match=r"Value must be one of any, ipv4, ipv6\."):
        tcp.connect(1, "h", 80, "ipv5")
    with pytest.raises(homeport.InvocationError, match=r"found string\."):
        tcp.create(homeport.SocketProperties(buffer_size="big"))  # type: ignore[arg-type]
    with pytest.raises(homeport.InvocationError, match=r"Unexpected property: 'bufferSize'\."):
        chrome.sockets.tcp_server.create(homeport.SocketProperties(buffer_size=1))
    assert await tcp.get_sockets() == []


async def test_an_error_that_nobody_awaits_is_logged(
    chrome: homeport.Chrome, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "homeport.api"):
        chrome.sockets.tcp.close(77)
        gc.collect()
    assert caplog.messages == ["Unchecked error: sockets.tcp.close: Socket not found"]


async def test_an_error_that_is_awaited_is_not_logged(
    chrome: homeport.Chrome, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(homeport.SocketNotFound):
        await chrome.sockets.tcp.close(77)
    gc.collect()
    assert caplog.messages == []


async def test_cancelling_a_connect_leaves_the_socket_disconnected(
    chrome: homeport.Chrome, echo_port: int
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    task = asyncio.ensure_future(tcp.connect(socket_id, "localhost", echo_port))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not (await tcp.get_info(socket_id)).connected
    assert await tcp.connect(socket_id, "127.0.0.1", echo_port) == 0


class SlowNames(MemoryNetwork):
    """A network whose names resolve when it is told."""

    def __init__(self) -> None:
        super().__init__(names={"slow.test": ["192.0.2.9"]})
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        self.asked.set()
        await self.go_on.wait()
        return await super().lookup(host, family)


async def test_cancelling_a_connect_while_its_name_is_looked_up_makes_no_connection() -> None:
    network = SlowNames()
    listener = network.listen("192.0.2.9", 80)
    async with homeport.open({"sockets": {"tcp": {"connect": "*"}}}, network=network) as chrome:
        tcp = chrome.sockets.tcp
        first, second = [(await tcp.create()).socket_id for _ in range(2)]
        connecting = asyncio.ensure_future(tcp.connect(first, "slow.test", 80))
        await network.asked.wait()
        connecting.cancel()
        await asyncio.wait([connecting])
        again = tcp.connect(first, "slow.test", 80)
        network.go_on.set()
        assert await again == 0
        await listener.accept()
        connecting = asyncio.ensure_future(tcp.connect(second, "slow.test", 80))
        await asyncio.sleep(0)
        connecting.cancel()
        await asyncio.wait([connecting])
        await tcp.connect((await tcp.create()).socket_id, "slow.test", 80)
        assert [info.connected for info in await tcp.get_sockets()] == [True, False, True]


async def test_a_call_is_awaited_again_after_its_task_was_cancelled() -> None:
    network = MemoryNetwork()
    listener = network.listen("192.0.2.9", 80)
    async with homeport.open({"sockets": {"tcp": {"connect": "*"}}}, network=network) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create()).socket_id
        await tcp.connect(socket_id, "192.0.2.9", 80)
        connection = await listener.accept()
        size = 1 << 20
        send = tcp.send(socket_id, bytes(size))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(send, 0.01)
        received, info = await asyncio.gather(connection.receive_exactly(size), send)
        assert (len(received), info.bytes_sent) == (size, size)


async def test_a_call_that_is_awaited_when_everything_is_closed_is_aborted() -> None:
    network = SlowNames()
    async with homeport.open({"sockets": {"tcp": {"connect": "*"}}}, network=network) as chrome:
        socket_id = (await chrome.sockets.tcp.create()).socket_id
        call = chrome.sockets.tcp.connect(socket_id, "slow.test", 80)
    for late in (call, chrome.sockets.tcp.create()):
        with pytest.raises(homeport.Aborted, match=r"everything is closed, as homeport\.open\(…\) was left"):
            await late


async def test_what_is_no_object_of_properties_is_refused_as_in_a_page(chrome: homeport.Chrome) -> None:
    tcp: Any = chrome.sockets.tcp
    for wrong in (True, 1.5, "name", [], object()):
        for call in (
            lambda value: tcp.create(value),
            lambda value: tcp.update(1, value),
            lambda value: tcp.secure(1, value),
        ):
            with pytest.raises(homeport.InvocationError, match=r"No matching signature\."):
                call(wrong)
    with pytest.raises(
        homeport.InvocationError, match=r"'tlsVersion': Invalid type: expected .*, found string"
    ):
        tcp.secure(1, homeport.SecureOptions("tls1.2"))  # type: ignore[arg-type]
    info = await tcp.create({"bufferSize": 7})
    assert (await tcp.get_info(info.socket_id)).buffer_size == 7
    assert (await tcp.create(memoryview(bytes(12)).cast("I"))).socket_id == 2


async def test_a_released_view_is_refused(connected: Any, chrome: homeport.Chrome) -> None:
    socket_id = await connected()
    view = memoryview(b"gone")
    view.release()
    with pytest.raises(
        homeport.InvocationError, match=r"Error at parameter 'data': Value is unserializable\."
    ):
        chrome.sockets.tcp.send(socket_id, view)


async def test_cancelling_a_connect_that_has_just_succeeded_disconnects_it_too(
    chrome: homeport.Chrome, echo_port: int
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    call = tcp.connect(socket_id, "127.0.0.1", echo_port)
    task = asyncio.ensure_future(call)
    loop = asyncio.get_running_loop()

    def watch() -> None:
        if call.done:
            task.cancel()
        else:
            loop.call_soon(watch)

    loop.call_soon(watch)
    await asyncio.wait([task])
    connected = (await tcp.get_info(socket_id)).connected
    assert connected is not task.cancelled()


async def test_cancelling_a_secure_closes_the_socket_and_ends_its_stream(
    chrome: homeport.Chrome, peer: Any
) -> None:
    silent = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()

    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    await tcp.set_paused(socket_id, True)
    await tcp.connect(socket_id, "127.0.0.1", await peer(serve))
    stream = tcp.on_receive.for_socket(socket_id)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(tcp.secure(socket_id), 0.05)
    silent.set()
    async with asyncio.timeout(5):
        assert [info async for info in stream] == []
    with pytest.raises(homeport.SocketNotFound):
        await tcp.get_info(socket_id)


async def test_a_cancelled_send_is_sent(chrome: homeport.Chrome, peer: Any) -> None:
    arrived = asyncio.get_running_loop().create_future()
    begin = asyncio.Event()
    size = 16 << 20

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await begin.wait()
        arrived.set_result(len(await reader.readexactly(size + 1)))

    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    await tcp.connect(socket_id, "127.0.0.1", await peer(serve))
    task = asyncio.ensure_future(tcp.send(socket_id, bytes(size)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    begin.set()
    await tcp.send(socket_id, b"!")
    assert await arrived == size + 1


async def test_a_call_whose_socket_is_closed_under_it_is_aborted(chrome: homeport.Chrome, peer: Any) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    await tcp.connect(socket_id, "127.0.0.1", await peer(serve))
    send = asyncio.ensure_future(tcp.send(socket_id, bytes(16 << 20)))
    await asyncio.sleep(0)
    tcp.close(socket_id)
    with pytest.raises(homeport.Aborted) as caught:
        await send
    assert caught.value.code == homeport.NetErrorCode.ABORTED


async def test_a_call_shows_its_state(chrome: homeport.Chrome) -> None:
    assert repr(chrome.sockets.tcp.create()) == "<sockets.tcp.create: done>"
    failed = chrome.sockets.tcp.close(9)
    assert repr(failed) == "<sockets.tcp.close: Socket not found>"
    with pytest.raises(homeport.SocketNotFound):
        await failed


async def test_a_task_can_be_made_of_a_call(chrome: homeport.Chrome, connected: Any) -> None:
    socket_id = await connected()
    tcp, loop = chrome.sockets.tcp, asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        sent = group.create_task(tcp.send(socket_id, b"x" * 10))
        looked = loop.create_task(chrome.sockets.tcp.get_info(socket_id))
    assert sent.result().bytes_sent == 10
    assert looked.result().connected
    assert "sockets.tcp.getInfo" in repr(looked)
    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.TaskGroup() as group:
            group.create_task(tcp.get_info(77))
    assert isinstance(caught.value.exceptions[0], homeport.SocketNotFound)
    call = tcp.create()
    assert await asyncio.create_task(call) == await asyncio.create_task(call)


async def test_a_task_of_a_call_that_is_under_way_is_cancelled_like_any() -> None:
    network = MemoryNetwork(delay=3600)
    network.listen("10.0.0.9", 80)
    async with homeport.open({"sockets": {"tcp": {"connect": "*"}}}, network=network) as chrome:
        tcp = chrome.sockets.tcp
        socket_id = (await tcp.create()).socket_id
        call = tcp.connect(socket_id, "10.0.0.9", 80)
        task, other = asyncio.create_task(call), asyncio.create_task(call)
        with pytest.raises(RuntimeError, match="awaited already"):
            await other
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(homeport.Aborted):
            await call
        assert not (await tcp.get_info(socket_id)).connected


async def test_a_task_of_a_call_that_is_cancelled_before_it_runs_leaves_no_connection(
    chrome: homeport.Chrome, echo_port: int
) -> None:
    tcp = chrome.sockets.tcp
    socket_id = (await tcp.create()).socket_id
    task = asyncio.create_task(call := tcp.connect(socket_id, "127.0.0.1", echo_port))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(homeport.Aborted):
        await call
    assert not (await tcp.get_info(socket_id)).connected
