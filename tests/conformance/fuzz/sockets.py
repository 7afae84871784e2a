"""Programs of ``chrome.sockets`` by chance.

They stay clear of what Homeport does otherwise on purpose (the rows of docs/compatibility.md) and of what
Chromium itself decides by chance or crashes at, so that every difference that is left is news:

- a socket is paused only before it begins to read, a server only before it listens, and then for good
  (``strict-pause``, ``server-resume``);
- ports are in range (``ports``), sends are small (``send-after-disconnect``);
- a UDP socket's buffer size stays as it was made (``buffer-size-at-once``);
- of calls made together only the first may touch the network, and no send is among them
  (``send-then-close``, ``send-zero-behind``), no listen, and nothing that minds an address behind a bind
  (``listen-at-once``); nothing that ends a connection, as a handshake can, follows a connect
  (``close-at-connect``), and nothing that minds groups follows a change of them (``groups-at-once``);
- an accepted socket is not connected (``connect-accepted``).

No name is given twice. Other ends of the wire are in others.py.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.conformance.harness.case import Step

from .others import PLAIN, TLS
from .steps import build, call, one, ref, sensible, shortened, spoiled

CLIENTS = ("a", "b")
SERVERS = ("s", "t")
ACCEPTED = ("s.1", "s.2", "t.1")
UDP = ("u", "v")

_ADDRESSES = ("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1", "::1", "localhost", "127.0.0.2", "127.1")
_ODD_ADDRESSES = (
    "",
    "0.0.0.0",
    "::",
    "[::1]",
    "nonsense",
    "1.2.3.4.5",
    "127.0.0.1:80",
    " 127.0.0.1",
    "::ffff:127.0.0.1",
)
_GROUPS = ("237.1.2.3", "237.1.2.4", "127.0.0.1", "nonsense", "ff02::1", "0.0.0.0")


_SERVING: list[Step] = [
    call("tcpServer.create", {}, as_="s"),
    call("tcpServer.listen", ref("s"), "127.0.0.1", 0),
]
#: Where a program begins, so that it soon does something worth watching.
BEGINNINGS: dict[str, list[Step]] = {
    "nothing": [],
    "a client": [call("tcp.create", {}, as_="a")],
    "a server": _SERVING,
    "a connection": [
        *_SERVING,
        call("tcp.create", {}, as_="a"),
        call("tcp.connect", ref("a"), "127.0.0.1", {"port": "s"}),
    ],
    "an open connection": [
        *_SERVING,
        call("tcp.create", {"bufferSize": 100}, as_="a"),
        call("tcp.connect", ref("a"), "127.0.0.1", {"port": "s"}),
        call("tcp.setPaused", ref("s.1"), False),
    ],
    "a connection by IPv6": [
        call("tcpServer.create", {}, as_="s"),
        call("tcpServer.listen", ref("s"), "::", 0),
        call("tcp.create", {}, as_="a"),
        call("tcp.connect", ref("a"), "::1", {"port": "s"}),
    ],
    "a paused client": [
        *_SERVING,
        call("tcp.create", {}, as_="a"),
        call("tcp.setPaused", ref("a"), True),
        call("tcp.connect", ref("a"), "127.0.0.1", {"port": "s"}),
        call("tcp.setPaused", ref("s.1"), False),
    ],
    **{
        f"a paused client of {name}": [
            call("tcp.create", {}, as_="a"),
            call("tcp.setPaused", ref("a"), True),
            call("tcp.connect", ref("a"), host, {"port": name}),
        ]
        for name, host in [*((n, "127.0.0.1") for n in (*PLAIN, *TLS, "tls")), ("tls", "localhost")]
    },
    "a client that speaks TLS": [
        call("tcp.create", {"name": "n", "bufferSize": 10}, as_="a"),
        call("tcp.setPaused", ref("a"), True),
        call("tcp.connect", ref("a"), "127.0.0.1", {"port": "tls"}),
        call("tcp.secure", ref("a")),
        call("tcp.setPaused", ref("a"), False),
    ],
    "a server that is paused": [
        call("tcpServer.create", {}, as_="s"),
        call("tcpServer.setPaused", ref("s"), True),
        call("tcpServer.listen", ref("s"), "127.0.0.1", 0, 1),
        call("tcp.create", {}, as_="a"),
    ],
    "a group": [
        call("udp.create", {}, as_="u"),
        call("udp.bind", ref("u"), "0.0.0.0", 0),
        call("udp.joinGroup", ref("u"), "237.1.2.3"),
        call("udp.create", {}, as_="v"),
    ],
    "datagrams": [
        call("udp.create", {"bufferSize": 64}, as_="u"),
        call("udp.bind", ref("u"), "127.0.0.1", 0),
        call("udp.create", {}, as_="v"),
        call("udp.bind", ref("v"), "127.0.0.1", 0),
    ],
}

_flags = st.booleans()
_sizes = st.sampled_from((0, 1, 5, 63, 64, 65, 4096, 4097, 9000))
_data = st.builds(lambda n: {"bytes": n}, _sizes)
_address = st.sampled_from(_ADDRESSES) | st.sampled_from(_ODD_ADDRESSES)
_OPEN_PORTS = tuple({"port": name} for name in ("s", "s", "s", "t", "u", "v", *PLAIN, *TLS))
_port = st.sampled_from((*_OPEN_PORTS, 0, 65535))
_versions = st.sampled_from(("tls1.2", "tls1.3", "tls1", "ssl3", ""))
_secure_options: st.SearchStrategy[Any] = st.sampled_from(({}, None, {"tlsVersion": {}})) | st.builds(
    lambda versions: {"tlsVersion": versions},
    st.fixed_dictionaries({}, optional={"min": _versions, "max": _versions}),
)
_query: st.SearchStrategy[tuple[str, ...]] = st.sampled_from(((), (), (), ("any",), ("ipv4",), ("ipv6",)))
_properties = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(("", "n", "\u00e9\u2603")), "persistent": _flags}
)
_sized = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(("", "n")),
        "persistent": _flags,
        "bufferSize": st.sampled_from((-1, 0, 1, 64, 4096, 70000)),
    },
)


_tcp, _server, _udp = one((*CLIENTS, *CLIENTS, *ACCEPTED)), one(SERVERS), one(UDP)
_client = one(CLIENTS)


def _named(name: str, names: tuple[str, ...], properties: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(lambda p, as_: call(name, p, as_=as_), properties, st.sampled_from(names))


def _with_query(name: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(lambda args, query: call(name, *args, *query), st.tuples(*parts), _query)


_TCP = st.one_of(
    _named("tcp.create", CLIENTS, _sized),
    build("tcp.update", _tcp, _sized),
    build("tcp.setPaused", _tcp, _flags),
    build("tcp.setKeepAlive", _tcp, _flags, st.sampled_from((0, 1, 60, -1, 32768))),
    build("tcp.setNoDelay", _tcp, _flags),
    _with_query("tcp.connect", _client, _address, _port),
    build("tcp.disconnect", _tcp),
    build("tcp.send", _tcp, _data),
    build("tcp.send", _tcp, _data),
    build("tcp.close", _tcp),
    build("tcp.getInfo", _tcp),
    build("tcp.secure", _client, _secure_options),
    build("tcp.secure", _tcp),
    st.just(call("tcp.getSockets")),
)
_SERVER = st.one_of(
    _named("tcpServer.create", SERVERS, _properties),
    build("tcpServer.update", _server, _properties),
    st.builds(
        lambda s, a, p, b: call("tcpServer.listen", s, a, p, *b),
        _server,
        _address,
        st.sampled_from((0, 0, 0, {"port": "s"}, {"port": "t"})),
        st.sampled_from(((), (), (1,), (0,), (-1,))),
    ),
    build("tcpServer.setPaused", _server, _flags),
    build("tcpServer.disconnect", _server),
    build("tcpServer.close", _server),
    build("tcpServer.getInfo", _server),
    st.just(call("tcpServer.getSockets")),
)
_UDP = st.one_of(
    _named("udp.create", UDP, _sized),
    build("udp.update", _udp, _properties),
    build("udp.setPaused", _udp, _flags),
    build("udp.bind", _udp, _address, st.sampled_from((0, 0, {"port": "u"}, {"port": "v"}))),
    _with_query("udp.send", _udp, _data, _address, _port),
    _with_query(
        "udp.send", _udp, _data, st.just("127.0.0.1"), st.sampled_from(({"port": "u"}, {"port": "v"}))
    ),
    build("udp.close", _udp),
    build("udp.getInfo", _udp),
    build("udp.bind", _udp, st.just("0.0.0.0"), st.just(0)),
    _with_query("udp.send", _udp, _data, st.sampled_from(_GROUPS[:2]), st.just({"port": "u"})),
    build("udp.joinGroup", _udp, st.sampled_from(_GROUPS)),
    build("udp.leaveGroup", _udp, st.sampled_from(_GROUPS)),
    build("udp.getJoinedGroups", _udp),
    build("udp.setMulticastTimeToLive", _udp, st.sampled_from((-1, 0, 1, 255, 256))),
    build("udp.setMulticastLoopbackMode", _udp, _flags),
    build("udp.setBroadcast", _udp, _flags),
    st.just(call("udp.getSockets")),
)
_LOCAL = st.one_of(
    build("tcp.update", _tcp, _sized),
    build("tcp.getInfo", _tcp),
    build("tcpServer.update", _server, _properties),
    build("tcpServer.getInfo", _server),
    build("udp.update", _udp, _properties),
    build("udp.getInfo", _udp),
)


def _race(names: tuple[str, ...], first: tuple[Step, ...], then: tuple[Step, ...]) -> st.SearchStrategy[Step]:
    """One call, and others of the same socket before it is answered. Their first argument is put in here."""

    def together(name: str, begun: Step, others: list[Step]) -> Step:
        steps = [{**step, "args": [ref(name), *step["args"]]} for step in (begun, *others)]
        return {"together": steps}

    return st.builds(
        together,
        st.sampled_from(names),
        st.sampled_from(first),
        st.lists(st.sampled_from(then), min_size=1, max_size=2),
    )


def _plain(space: str, *names: str) -> tuple[Step, ...]:
    return tuple(call(f"{space}.{name}") for name in names)


_UPDATES: tuple[Step, ...] = ({"name": "m"}, {"persistent": True}, {})
_SETTINGS: tuple[Step, ...] = (
    *(call("tcp.update", properties) for properties in _UPDATES),
    call("tcp.setNoDelay", True),
)
_UDP_SETTINGS: tuple[Step, ...] = (
    call("udp.getInfo"),
    call("udp.setMulticastTimeToLive", 2),
    call("udp.setBroadcast", True),
    call("udp.update", {"name": "m"}),
)
_TOGETHER = st.one_of(
    st.lists(_LOCAL, min_size=2, max_size=4).map(lambda steps: {"together": steps}),
    _race(
        CLIENTS,
        (call("tcp.secure"), *_plain("tcp", "disconnect", "close", "getInfo")),
        (*_plain("tcp", "getInfo", "close", "disconnect", "secure"), *_SETTINGS),
    ),
    _race(
        CLIENTS,
        (
            call("tcp.connect", "127.0.0.1", {"port": "s"}),
            call("tcp.connect", "127.0.0.1", {"port": "end"}),
            call("tcp.connect", "nonsense", 1),
        ),
        (call("tcp.getInfo"), *_SETTINGS),
    ),
    _race(
        SERVERS,
        _plain("tcpServer", "disconnect", "close", "getInfo"),
        (*_plain("tcpServer", "getInfo", "close", "disconnect"), call("tcpServer.update", {"name": "m"})),
    ),
    _race(
        UDP,
        (call("udp.bind", "nonsense", 0), *_plain("udp", "close", "getInfo")),
        (*_plain("udp", "close", "getJoinedGroups"), *_UDP_SETTINGS),
    ),
    _race(
        UDP,
        (call("udp.bind", "127.0.0.1", 0),),
        (call("udp.setMulticastTimeToLive", 2), call("udp.update", {"name": "m"})),
    ),
    _race(UDP, (call("udp.joinGroup", "237.1.2.3"), call("udp.leaveGroup", "237.1.2.3")), _UDP_SETTINGS),
)
_KNOWN = st.one_of(_TCP, _TCP, _SERVER, _UDP)

_STEP = st.one_of(_KNOWN, _KNOWN, _KNOWN, _TOGETHER, spoiled(_KNOWN), shortened(_KNOWN))


def _allowed(steps: list[Step]) -> list[Step]:
    """Leave out the steps that are known to be otherwise, or up to chance, in Chromium."""
    rules = _Rules()
    return [step for step in steps if rules.allow_all(step.get("together", [step]))]


class _Rules:
    """What a program did so far, as far as it decides what it may still do."""

    def __init__(self) -> None:
        self._named: set[str] = set()
        #: Sockets that read, or may; servers that listen, or are paused.
        self._reading: set[str] = set(ACCEPTED)
        self._listening: set[str] = set()
        self._stopped: set[str] = set()
        #: Clients that sent something, at which a server that speaks TLS ends the connection.
        self._sent: set[str] = set()

    def allow_all(self, steps: list[Step]) -> bool:
        """Whether these calls may be made at once."""
        if len(steps) > 1:  # of a connection that has ended, secure is answered among them by chance
            secured = [step["args"][0] for step in steps if step["call"] == "tcp.secure" and step["args"]]
            if any(isinstance(one, dict) and one.get("socket") in self._sent for one in secured):
                return False
        return all(map(self.allow, steps))

    def allow(self, step: Step) -> bool:
        """Whether the step may be there; if so it counts as made."""
        if "as" in step:
            # Two sockets of one name could not be told apart in what is seen.
            if step["as"] in self._named:
                return False
            self._named.add(step["as"])
        name, args = step["call"], step["args"]
        target = args[0].get("socket") if args and isinstance(args[0], dict) else None
        if target is None:
            return True
        paused = len(args) > 1 and bool(args[1])
        if name == "tcpServer.setPaused":
            return self._allow_server(target, paused)
        if name in {"tcp.setPaused", "udp.setPaused"}:
            if paused and target in self._reading:
                return False
            if not paused:
                self._reading.add(target)
        elif name in {"tcp.connect", "udp.bind"}:
            self._reading.add(target)
        elif name == "tcpServer.listen":
            self._listening.add(target)
        elif name == "tcp.send":
            self._sent.add(target)
        return True

    def _allow_server(self, target: str, paused: bool) -> bool:
        if paused and target not in self._listening:
            self._stopped.add(target)
            return True
        return not paused and target not in self._stopped


def programs(longest: int = 10) -> st.SearchStrategy[list[Step]]:
    """A beginning, and some steps."""

    def whole(beginning: str, steps: list[Step]) -> list[Step]:
        groups = ((*CLIENTS, *ACCEPTED), SERVERS, UDP)
        return _allowed(sensible([*BEGINNINGS[beginning], *steps], groups))

    return st.builds(whole, st.sampled_from(list(BEGINNINGS)), st.lists(_STEP, min_size=1, max_size=longest))
