"""What goes through the sockets of an app is counted, whatever becomes of its sessions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from homeport.engine import Engine, Outcome, new_event_loop
from homeport.launch._terminal import Terminal, Voice
from homeport.launch._traffic import Traffic, TrafficByApp, totals
from homeport.manifest import SocketPermissions, parse_sockets_key


class Heard:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []
        self.came = asyncio.Event()

    def _note(self, *event: object) -> None:
        self.events.append(event)
        self.came.set()

    def tcp_receive(self, *event: object) -> None:
        self._note("tcp_receive", *event)

    def tcp_receive_error(self, *event: object) -> None:
        self._note("tcp_receive_error", *event)

    def udp_receive(self, *event: object) -> None:
        self._note("udp_receive", *event)

    def udp_receive_error(self, *event: object) -> None:
        self._note("udp_receive_error", *event)

    def accept(self, *event: object) -> None:
        self._note("accept", *event)

    def accept_error(self, *event: object) -> None:
        self._note("accept_error", *event)


async def result(call: Callable[..., object], *arguments: object) -> Outcome:
    answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    call(*arguments, answer.set_result)
    return await asyncio.wait_for(answer, 10)


def everything() -> SocketPermissions:
    sockets = {"udp": {"bind": "*", "send": "127.0.0.1"}, "tcpServer": {"listen": "*"}, "tcp": {}}
    return parse_sockets_key(json.loads(json.dumps(sockets)))


def test_bytes_sockets_listeners_and_denials_are_counted() -> None:
    async def use() -> None:
        traffic = Traffic()
        engine = Engine(observer=traffic)
        sink = Heard()
        session = engine.open_session("a" * 32, everything(), sink)
        await result(session.udp.create, None)
        await result(session.udp.bind, 1, "127.0.0.1", 0)
        port = session.udp.sockets[1].info().local_port
        await result(session.udp.send, 1, b"12345", "127.0.0.1", port, None)
        await asyncio.wait_for(sink.came.wait(), 10)
        assert (traffic.sent, traffic.received, traffic.sockets) == (5, 5, 1)
        await result(session.tcp_server.create, None)
        await result(session.tcp_server.listen, 1, "127.0.0.1", 0, None)
        [(host, listening)] = traffic.listening()
        assert (host, listening > 0) == ("127.0.0.1", True)
        await result(session.tcp.create, None)
        await result(session.tcp.connect, 1, "192.0.2.1", 80, None)
        assert traffic.denials == 1
        assert traffic.last_denial.startswith("tcp.connect 192.0.2.1:80 (")
        Voice(Terminal(status=False)).refresh(traffic)
        session.close()
        engine.open_session("a" * 32, None, Heard())
        assert (traffic.sent, traffic.received, traffic.sockets) == (5, 5, 0)
        await engine.aclose()

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(use())


def test_each_apps_traffic_is_its_own() -> None:
    async def use() -> None:
        traffic = TrafficByApp()
        engine = Engine(observer=traffic)
        one, other = (engine.open_session(name * 32, everything(), Heard()) for name in "ab")
        await result(one.udp.create, None)
        await result(other.tcp.create, None)
        await result(other.tcp.connect, 1, "192.0.2.1", 80, None)
        await result(other.tcp_server.create, None)
        seen, seen_other = traffic.of("a" * 32), traffic.of("b" * 32)
        assert (seen.sockets, seen.denials) == (1, 0)
        assert (seen_other.sockets, seen_other.denials) == (2, 1)
        one.received, other.received = 3, 4
        assert totals([seen, seen_other]) == (3, 7, seen.sent + seen_other.sent)
        await engine.aclose()

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(use())
