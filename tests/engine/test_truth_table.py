"""Manifest, policy and never-list together, by real connections: what is refused reaches nobody."""

from __future__ import annotations

import asyncio
import itertools
import socket
from ipaddress import ip_network
from typing import Any

import pytest
from ifaddr import get_adapters

from homeport.engine import OsNetwork, Policy
from homeport.engine._policy import Rule
from homeport.manifest._permissions import parse_sockets_key


class Names(OsNetwork):
    """The system's network, with names of the test's own."""

    names: dict[str, list[str]]

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        answers = self.names[host]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        kind = socket.AF_INET6 if ":" in answer else socket.AF_INET
        return [(int(kind), answer, 0)]


class Server:
    """A TCP and a UDP server at one port of all addresses, which count what reaches them."""

    def __init__(self) -> None:
        self.reached = 0
        self.port = 0

    async def __aenter__(self) -> Server:
        def connected(reader: object, writer: asyncio.StreamWriter) -> None:
            self.reached += 1
            writer.close()

        self._tcp = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.port = self._tcp.sockets[0].getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._udp.setblocking(False)
        return self

    async def count(self) -> int:
        """How many connections and datagrams came since the last time."""
        await asyncio.sleep(0.005)
        try:
            while True:
                self._udp.recv(100)
                self.reached += 1
        except BlockingIOError:
            pass
        found, self.reached = self.reached, 0
        return found

    async def __aexit__(self, *_: object) -> None:
        self._udp.close()
        self._tcp.close()


MANIFESTS = {
    "any": (True, lambda port: {"tcp": {"connect": "*"}, "udp": {"send": "*", "bind": "*"}}),
    "port": (True, lambda port: {"tcp": {"connect": f":{port}"}, "udp": {"send": f":{port}", "bind": "*"}}),
    "other host": (
        False,
        lambda port: {"tcp": {"connect": "b.test"}, "udp": {"send": "b.test", "bind": "*"}},
    ),
    "other port": (False, lambda port: {"tcp": {"connect": "*:1"}, "udp": {"send": "*:1", "bind": "*"}}),
    "none": (False, lambda port: {"udp": {"bind": "*"}}),
}
LOOPBACK = (ip_network("127.0.0.0/8"),)
POLICIES = {
    "default": (True, Policy.default()),
    "deny elsewhere": (True, Policy(rules=(Rule("deny", networks=(ip_network("10.0.0.0/8"),)),))),
    "deny host": (False, Policy(rules=(Rule("deny", hosts=("*.test", "127.0.0.1")),))),
    "deny network": (False, Policy(rules=(Rule("deny", networks=LOOPBACK),))),
    "deny operation": (
        False,
        Policy(rules=(Rule("deny", operations=frozenset({"tcp.connect", "udp.send"})),)),
    ),
    "strict": (False, Policy.strict()),
    "strict, named": (True, Policy.strict(Rule("allow", hosts=("a.test", "127.0.0.1")))),
    "default deny": (
        False,
        Policy(otherwise="deny", rules=(Rule("allow", operations=frozenset({"udp.bind"})),)),
    ),
}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "a.test"])
@pytest.mark.parametrize("operation", ["tcp.connect", "udp.send"])
async def test_only_what_all_three_allow_arrives(open_app, operation: str, host: str) -> None:
    network = Names()
    network.names = {"a.test": ["127.0.0.1"]}
    async with Server() as server:
        for (manifest, grants), (policy, rules), own in itertools.product(
            MANIFESTS.items(), POLICIES.items(), (False, True)
        ):
            app = open_app(parse_sockets_key(grants[1](server.port)), network=network, policy=rules[1])
            if own:
                app.session.engine.door.never.add_listener(server.port)
            allowed = grants[0] and rules[0] and not (own and operation == "tcp.connect")
            outcome = await attempt(app, operation, host, server.port)
            assert (manifest, policy, own, outcome.error is None) == (manifest, policy, own, allowed)
            assert (manifest, policy, own, await server.count()) == (manifest, policy, own, int(allowed))
            await app.session.engine.aclose()


async def attempt(app: Any, operation: str, host: str, port: int) -> Any:
    if operation == "tcp.connect":
        socket_id = (await app.tcp("create", None)).args[0].socket_id
        return await app.tcp("connect", socket_id, host, port, None)
    socket_id = (await app.udp("create", None)).args[0].socket_id
    await app.udp("bind", socket_id, "127.0.0.1", 0)
    return await app.udp("send", socket_id, b"x", host, port, None)


ANY = {"tcp": {"connect": "*"}, "udp": {"send": "*", "bind": "*"}, "tcpServer": {"listen": "*"}}
ALIASES = ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "127%2e1", "localhost"]
ALIASES += ["a.localhost", "0.0.0.0", "0", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "me.test"]


@pytest.mark.parametrize("host", ALIASES)
@pytest.mark.parametrize("listen_at", ["127.0.0.1", "0.0.0.0", "::", "::1"])
async def test_homeports_own_server_cannot_be_dialled_in_any_spelling(
    open_app, host: str, listen_at: str
) -> None:
    network = Names()
    network.names = {"me.test": ["127.0.0.1"]}
    app = open_app(parse_sockets_key(ANY), network=network)
    own = app.session.engine.listening_socket(listen_at, 0)
    try:
        outcome = await attempt(app, "tcp.connect", host, own.getsockname()[1])
        assert outcome.args == (-138,)
        with pytest.raises(BlockingIOError):
            own.accept()
        server = (await app.server("create", None)).args[0].socket_id
        refused = await app.server("listen", server, "127.0.0.1", own.getsockname()[1], None)
        assert refused.args == (-138,)
    finally:
        own.close()


async def test_homeports_own_server_cannot_be_dialled_by_this_machines_name_or_addresses(open_app) -> None:
    app = open_app(parse_sockets_key(ANY))
    own = app.session.engine.listening_socket("0.0.0.0", 0)
    port = own.getsockname()[1]
    try:
        hosts = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), port)}
        own_ips = (str(i.ip if i.is_IPv4 else i.ip[0]) for each in get_adapters() for i in each.ips)
        hosts |= {text for text in own_ips if not text.startswith("fe80:")}  # which need a zone
        for host in [socket.gethostname(), *(text for text in hosts if "%" not in text)]:
            assert (await attempt(app, "tcp.connect", host, port)).args == (-138,)
    finally:
        own.close()


async def test_a_name_that_changes_between_the_check_and_the_connection_gains_nothing(open_app) -> None:
    """The name is asked once; the second answer, which is forbidden, is never seen."""
    network = Names()
    network.names = {"flip.test": ["127.0.0.1", "127.6.6.6"]}
    policy = Policy(rules=(Rule("deny", networks=(ip_network("127.6.0.0/16"),)),))
    app = open_app(parse_sockets_key(ANY), network=network, policy=policy)
    async with Server() as server:
        assert (await attempt(app, "tcp.connect", "flip.test", server.port)).args == (0,)
        assert await server.count() == 1
        assert network.names["flip.test"] == ["127.6.6.6"]


class Several(OsNetwork):
    """The system's network, where every name has two addresses."""

    async def lookup(self, host: str, family: int) -> list[tuple[int, str, int]]:
        return [(int(socket.AF_INET), "127.6.6.6", 0), (int(socket.AF_INET), "127.0.0.1", 0)]


@pytest.mark.parametrize("operation", ["tcp.connect", "udp.send"])
async def test_of_a_names_addresses_only_those_that_are_allowed_are_used(open_app, operation: str) -> None:
    policy = Policy(rules=(Rule("deny", networks=(ip_network("127.6.0.0/16"),)),))
    app = open_app(parse_sockets_key(ANY), network=Several(), policy=policy)
    async with Server() as server:
        kind = socket.SOCK_STREAM if operation == "tcp.connect" else socket.SOCK_DGRAM
        with socket.socket(socket.AF_INET, kind) as forbidden:
            forbidden.bind(("127.6.6.6", server.port))
            forbidden.setblocking(False)
            if operation == "tcp.connect":
                forbidden.listen()
            assert (await attempt(app, operation, "both.test", server.port)).error is None
            assert await server.count() == 1
            with pytest.raises(BlockingIOError):
                forbidden.accept() if operation == "tcp.connect" else forbidden.recv(1)


@pytest.mark.parametrize(
    "answer", ["10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fd00::1", "64:ff9b::a00:1"]
)
@pytest.mark.parametrize("operation", ["tcp.connect", "udp.send"])
async def test_under_strict_a_name_does_not_lead_to_a_private_address(
    open_app, operation: str, answer: str
) -> None:
    network = Names()
    network.names = {"evil.test": [answer]}
    app = open_app(parse_sockets_key(ANY), network=network, policy=Policy.strict())
    outcome = await attempt(app, operation, "evil.test", 80)
    assert outcome.error == "net::ERR_NETWORK_ACCESS_DENIED"


async def test_explaining_decides_alike_and_connects_to_nobody(open_app) -> None:
    network = Names()
    network.names = {"a.test": ["127.0.0.1"], "b.test": ["10.0.0.1"]}
    policy = Policy(rules=(Rule("deny", networks=(ip_network("10.0.0.0/8"),), reason="not ours"),))
    permissions = parse_sockets_key({"tcp": {"connect": ["a.test", "b.test", "127.0.0.1"]}})
    engine = open_app(permissions, network=network, policy=policy).session.engine
    async with Server() as server:
        port = server.port
        found = [await engine.explain(permissions, "tcp.connect", f"{name}.test", port) for name in "abc"]
        assert [decision.allowed for decision in found] == [True, False, False]
        assert found[0].rule == 'manifest: sockets.tcp.connect "a.test:*"; policy: default profile'
        assert found[1].rule == "policy: deny 10.0.0.0/8: not ours (b.test is 10.0.0.1)"
        assert found[2].rule == f"manifest: nothing in sockets.tcp.connect allows c.test:{port}"
        assert [address.host for address in found[0].addresses] == ["127.0.0.1"]
        literal = await engine.explain(permissions, "tcp.connect", "127.0.0.1", port)
        assert literal.rule == 'manifest: sockets.tcp.connect "127.0.0.1:*"; policy: default profile'
        assert await server.count() == 0
