"""Each of the three that decide is asked, and tells its own reason."""

from __future__ import annotations

import json

import pytest

from homeport.engine import Engine, parse_host_map, parse_policy
from homeport.manifest import SocketPermissions, parse_manifest


def permissions(**sockets) -> SocketPermissions | None:
    manifest = {"manifest_version": 2, "name": "x", "version": "1", "sockets": sockets}
    manifest["app"] = {"background": {"scripts": ["b.js"]}}
    return parse_manifest(json.dumps(manifest)).sockets


CONNECT = {"tcp": {"connect": ["*.plant.test:9100", "127.0.0.1"]}}


@pytest.fixture
async def ask():
    engines = []

    async def reasons(host, port, *, operation="tcp.connect", policy="", sockets=CONNECT, hosts=()):
        engine = Engine(policy=parse_policy(policy) if policy else None, host_map=parse_host_map(hosts))
        engines.append(engine)
        return await engine.reasons(permissions(**sockets), operation, host, port)

    yield reasons
    for engine in engines:
        await engine.aclose()


async def test_an_allowance_names_entry_policy_and_address(ask):
    found = await ask("printer.plant.test", 9100, hosts=["printer.plant.test=192.0.2.7"])
    assert found.decision.allowed
    assert found.entry == "*.plant.test:9100"
    assert found.never is None
    assert found.policy == "policy: default profile"
    assert [(a.host, a.allowed) for a in found.addresses] == [("192.0.2.7", True)]


async def test_without_an_entry_nothing_is_looked_up_but_the_others_speak(ask):
    found = await ask("elsewhere.test", 80, policy='[[rule]]\naction = "deny"\nports = [80]\n')
    assert not found.decision.allowed
    assert (found.entry, found.addresses) == (None, ())
    assert found.policy == "policy: deny :80 (line 1)"


async def test_the_never_list_speaks_for_itself(ask):
    found = await ask("169.254.169.254", 80, sockets={"tcp": {"connect": "*"}})
    assert not found.decision.allowed
    assert found.entry == "*:*"
    assert found.never == "never: 169.254.169.254 hands out the machine's own credentials"


async def test_the_never_list_speaks_of_an_address_that_no_entry_allows(ask):
    """It had nothing against it, as nobody had looked."""
    found = await ask("0xa9fea9fe", 80)
    assert (found.decision.allowed, found.entry) == (False, None)
    assert found.never == "never: 169.254.169.254 hands out the machine's own credentials"


async def test_the_policy_says_which_line(ask):
    policy = '[[rule]]\naction = "deny"\nnetworks = ["192.0.2.0/24"]\n'
    found = await ask("printer.plant.test", 9100, policy=policy, hosts=["printer.plant.test=192.0.2.7"])
    assert not found.decision.allowed
    assert found.policy == "policy: deny 192.0.2.0/24 (line 1)"
    assert not found.addresses[0].allowed


async def test_a_name_that_means_nothing_is_told(ask):
    found = await ask("nothing.plant.test", 9100)
    assert found.unresolved == "net::ERR_NAME_NOT_RESOLVED"


async def test_listening_needs_no_name(ask):
    sockets = {"tcpServer": {"listen": "*:7"}}
    found = await ask("0.0.0.0", 7, operation="tcpServer.listen", sockets=sockets)
    assert found.decision.allowed
    assert [a.host for a in found.addresses] == ["0.0.0.0"]
