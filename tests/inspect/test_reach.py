"""What an app may reach is said in plain sentences."""

from __future__ import annotations

from collections.abc import Callable

from homeport.inspect import Report

Look = Callable[..., Report]


def test_each_kind_of_operation_is_one_sentence(look: Look) -> None:
    report = look(
        sockets={
            "tcp": {"connect": ["*:23", "*:80", "a.test:443", "*.b.test", "[::1]:7"]},
            "tcpServer": {"listen": ["127.0.0.1:8080"]},
            "udp": {"bind": ":0"[:1], "send": "", "multicastMembership": ""},
        }
    )
    assert report.reach == (
        (
            "It may connect by TCP to any port of b.test and everything below it, port 23 of any computer, "
            "port 443 of a.test, port 7 of [::1] and port 80 of any computer."
        ),
        "It may accept TCP connections on port 8080 of the local address 127.0.0.1.",
        "It may send UDP packets to any port of any computer.",
        "It may receive UDP packets on any port of this computer.",
        "It may join multicast groups.",
    )
    assert report.install_warnings == ("Exchange data with any device on the local network or internet",)


def test_an_app_without_sockets_says_so(look: Look) -> None:
    assert look(sockets=...).reach == ('It has no chrome.sockets: its manifest has no "sockets" key.',)
    [sentence] = look(sockets={}).reach
    assert sentence == "It may do nothing with chrome.sockets: its manifest allows no address."


def test_the_old_permission_is_told_apart(look: Look) -> None:
    permissions = [{"socket": ["tcp-connect:a.test:80", "resolve-host", "network-state"]}]
    assert look(sockets=..., permissions=permissions).reach[1:] == (
        "It may connect by TCP to port 80 of a.test (by the old chrome.socket).",
        "It may look up host names (by the old chrome.socket).",
        "It may list the network interfaces (by the old chrome.socket).",
    )


def test_servers_that_its_pages_may_ask_are_named(look: Look) -> None:
    permissions = [
        "storage",
        "http://127.0.0.1/*",
        {"fileSystem": ["write"]},
        "https://*.a.test/*",
        "file:///*",
    ]
    assert look(sockets=..., permissions=permissions).reach[1:] == (
        "It may ask web servers by XMLHttpRequest and fetch: http://127.0.0.1/* and https://*.a.test/*.",
    )
