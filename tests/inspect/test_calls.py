"""Mistakes that show in the text of a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from homeport.inspect import Level, Report
from homeport.inspect._calls import operation_of
from homeport.manifest import Kind

Look = Callable[..., Report]


def found(report: Report) -> list[str]:
    assert all(problem.spot and problem.spot.file == "bg.js" for problem in report.problems)
    assert all(problem.level is Level.WARNING for problem in report.problems)
    return [f"{problem.message} {problem.fix}" for problem in report.problems]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            # From the public documentation.
            "sockets.tcp.setPaused(false)",
            (
                "chrome.sockets.tcp.setPaused is called without a socket id: this call throws. "
                "Write chrome.sockets.tcp.setPaused(socketId, …)."
            ),
        ),
        (
            "sockets.tcp.close()",
            (
                "chrome.sockets.tcp.close is called without a socket id: this call throws. "
                "Write chrome.sockets.tcp.close(socketId)."
            ),
        ),
        ("sockets.udp.getInfo(() => 0)", "chrome.sockets.udp.getInfo is called without a socket id"),
        ("sockets.tcp.close('1')", "The first argument of chrome.sockets.tcp.close is a socket id, a number"),
        (
            "sockets.tcp.send(id, 'text', f)",
            (
                "chrome.sockets.tcp.send takes bytes, not text: this call throws. "
                "Pass new TextEncoder().encode(text).buffer."
            ),
        ),
        (
            "sockets.tcp.connect(id, h, '80', f)",
            "chrome.sockets.tcp.connect takes peerPort as a number: this call throws. Write 80 without",
        ),
        (
            "sockets.udp.bind(id, 'localhost', 0, f)",
            (
                "chrome.sockets.udp.bind binds to addresses only: it answers -4 for 'localhost'. "
                'Write an address, such as "127.0.0.1" or "0.0.0.0".'
            ),
        ),
    ],
)
def test_a_mistake_is_told_with_what_to_write(look: Look, call: str, message: str) -> None:
    [text] = found(look(f"chrome.{call};"))
    assert text.startswith(message)


@pytest.mark.parametrize(
    "call",
    [
        "sockets.tcp.setPaused(id, false)",
        "sockets.tcp.setPaused(...args)",
        "sockets.tcp.create(f)",
        "sockets.tcp.getSockets(f)",
        "sockets.tcp.send(id, text, f)",
        "sockets.tcp.connect(3, 'h', 80, f)",
        "sockets.udp.bind(id, '::', 0, f)",
        "sockets.udp.bind(id, host, 0, f)",
    ],
)
def test_a_call_that_may_be_right_is_left_alone(look: Look, call: str) -> None:
    assert found(look(f"chrome.{call};")) == []


SOCKETS: dict[str, Any] = {
    "tcp": {"connect": ["printer.test:9100", "*:80"]},
    "tcpServer": {"listen": ":8080"},
    "udp": {"send": "*.a.test"},
}


@pytest.mark.parametrize(
    ("call", "target"),
    [
        ("sockets.tcp.connect(id, 'printer.test', 9101, f)", "printer.test:9101"),
        ("sockets.tcp.connect(id, 'other.test', 9100, f)", "other.test:9100"),
        ("sockets.tcp.connect(id, host, 81, f)", "any host:81"),
        ("sockets.tcpServer.listen(id, '0.0.0.0', 80, f)", "0.0.0.0:80"),
        ("sockets.udp.send(id, data, 'b.test', port, f)", "b.test:any port"),
    ],
)
def test_a_target_that_the_manifest_does_not_name_is_told(look: Look, call: str, target: str) -> None:
    [text] = found(look(f"chrome.{call};", sockets=SOCKETS))
    assert f"with {target}: the call is refused" in text


@pytest.mark.parametrize(
    "call",
    [
        "sockets.tcp.connect(id, 'printer.test', 9100, f)",
        "sockets.tcp.connect(id, 'PRINTER.test', port, f)",
        "sockets.tcp.connect(id, host, 80, f)",
        "sockets.tcp.connect(id, host, port, f)",
        "sockets.tcpServer.listen(id, '0.0.0.0', 8080)",
        "sockets.udp.send(id, data, 'x.a.test', 1, f)",
    ],
)
def test_a_target_that_the_manifest_may_allow_is_left_alone(look: Look, call: str) -> None:
    assert found(look(f"chrome.{call};", sockets=SOCKETS)) == []


def test_functions_know_their_operation() -> None:
    assert operation_of("sockets.udp.joinGroup") is Kind.UDP_MULTICAST_MEMBERSHIP
    assert operation_of("sockets.tcp.connect") is Kind.TCP_CONNECT
    assert operation_of("sockets.tcp.close") is None
    assert operation_of("socket.connect") is None
