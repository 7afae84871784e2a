"""A port can be bound, or it cannot."""

from __future__ import annotations

import socket
import sys

import pytest

from homeport.engine._probe import can_bind, is_connected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say")
def test_the_loopback_leads_nowhere_and_of_the_unknown_nothing_is_said() -> None:
    assert not is_connected("lo" if sys.platform == "linux" else "lo0")
    assert is_connected("no such interface")


def test_a_free_port_of_loopback_can_be_bound() -> None:
    assert can_bind("127.0.0.1")


def test_a_taken_port_and_a_foreign_address_cannot() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not can_bind("127.0.0.1", taken.getsockname()[1])
    assert not can_bind("192.0.2.1")
