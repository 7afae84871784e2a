"""Who listens for others is told where they reach it."""

from __future__ import annotations

import ipaddress
import os
import stat
from pathlib import Path

import pytest

from homeport.launch._addresses import firewall_hint, reachable_at


def test_a_listener_on_loopback_is_nobodys_business() -> None:
    assert reachable_at([("127.0.0.1", 80), ("::1", 80)]) == []


def test_a_listener_at_one_address_is_reached_there() -> None:
    assert reachable_at([("192.0.2.7", 80), ("192.0.2.7", 80), ("2001:db8::7", 81)]) == [
        "192.0.2.7:80",
        "[2001:db8::7]:81",
    ]


def test_a_listener_everywhere_is_reached_at_this_machines_own_addresses() -> None:
    for where in reachable_at([("0.0.0.0", 80)]):
        host = where.rpartition(":")[0].strip("[]")
        address = ipaddress.ip_address(host)
        assert not address.is_loopback
        assert not address.is_unspecified


@pytest.mark.skipif(os.name == "nt", reason="a shell script plays the firewall")
def test_an_active_firewall_is_named_with_the_command_that_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ufw = tmp_path / "ufw"
    ufw.write_text("#!/bin/sh\necho 'Status: active'\n")
    ufw.chmod(ufw.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    hint = firewall_hint([8080, 80])
    assert hint is not None
    assert hint.endswith("sudo ufw allow 80/tcp; sudo ufw allow 8080/tcp")


def test_without_a_firewall_there_is_no_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert firewall_hint([80]) is None
    assert firewall_hint([]) is None
