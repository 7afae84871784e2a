"""Programs by chance.

They stay clear of what Homeport does otherwise on purpose (the rows of docs/compatibility.md) and of what
Chromium itself decides by chance or crashes at, so that every difference that is left is news:

- a socket is paused only before it begins to read, a server never (``strict-pause``, ``server-resume``);
- ports are in range (``ports``), sends are small (``send-after-disconnect``);
- a UDP socket's buffer size stays as it was made (``buffer-size-at-once``);
- calls made together do not touch the network.

No name is given twice.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.conformance.harness.case import Step

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


def call(name: str, *args: Any, as_: str | None = None) -> Step:
    """One step."""
    return {"call": name, "args": list(args), **({"as": as_} if as_ else {})}


def ref(name: str) -> dict[str, str]:
    """A socket as an argument."""
    return {"socket": name}


#: Where a program begins, so that it soon does something worth watching.
BEGINNINGS: dict[str, list[Step]] = {
    "nothing": [],
    "a client": [call("tcp.create", {}, as_="a")],
    "a server": [
        call("tcpServer.create", {}, as_="s"),
        call("tcpServer.listen", ref("s"), "127.0.0.1", 0),
    ],
    "a connection": [
        call("tcpServer.create", {}, as_="s"),
        call("tcpServer.listen", ref("s"), "127.0.0.1", 0),
        call("tcp.create", {}, as_="a"),
        call("tcp.connect", ref("a"), "127.0.0.1", {"port": "s"}),
    ],
    "an open connection": [
        call("tcpServer.create", {}, as_="s"),
        call("tcpServer.listen", ref("s"), "127.0.0.1", 0),
        call("tcp.create", {"bufferSize": 100}, as_="a"),
        call("tcp.connect", ref("a"), "127.0.0.1", {"port": "s"}),
        call("tcp.setPaused", ref("s.1"), False),
    ],
    "a paused client": [
        call("tcpServer.create", {}, as_="s"),
        call("tcpServer.listen", ref("s"), "127.0.0.1", 0),
        call("tcp.create", {}, as_="a"),
        call("tcp.setPaused", ref("a"), True),
        call("tcp.connect", ref("a"), "127.0.0.1", {"port": "s"}),
        call("tcp.setPaused", ref("s.1"), False),
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
_port = st.sampled_from(({"port": "s"}, {"port": "s"}, {"port": "t"}, {"port": "u"}, {"port": "v"}, 0, 65535))
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


def _one(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    return st.sampled_from(names).map(ref)


_tcp, _server, _udp = _one((*CLIENTS, *CLIENTS, *ACCEPTED)), _one(SERVERS), _one(UDP)
_client = _one(CLIENTS)


def _build(name: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.tuples(*parts).map(lambda args: call(name, *args))


def _named(name: str, names: tuple[str, ...], properties: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(lambda p, as_: call(name, p, as_=as_), properties, st.sampled_from(names))


def _with_query(name: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(lambda args, query: call(name, *args, *query), st.tuples(*parts), _query)


_TCP = st.one_of(
    _named("tcp.create", CLIENTS, _sized),
    _build("tcp.update", _tcp, _sized),
    _build("tcp.setPaused", _tcp, _flags),
    _build("tcp.setKeepAlive", _tcp, _flags, st.sampled_from((0, 1, 60, -1, 32768))),
    _build("tcp.setNoDelay", _tcp, _flags),
    _with_query("tcp.connect", _client, _address, _port),
    _build("tcp.disconnect", _tcp),
    _build("tcp.send", _tcp, _data),
    _build("tcp.send", _tcp, _data),
    _build("tcp.close", _tcp),
    _build("tcp.getInfo", _tcp),
    _build("tcp.secure", _tcp, st.just({})),
    st.just(call("tcp.getSockets")),
)
_SERVER = st.one_of(
    _named("tcpServer.create", SERVERS, _properties),
    _build("tcpServer.update", _server, _properties),
    st.builds(
        lambda s, a, p, b: call("tcpServer.listen", s, a, p, *b),
        _server,
        _address,
        st.sampled_from((0, 0, 0, {"port": "s"}, {"port": "t"})),
        st.sampled_from(((), (), (1,), (0,), (-1,))),
    ),
    _build("tcpServer.disconnect", _server),
    _build("tcpServer.close", _server),
    _build("tcpServer.getInfo", _server),
    st.just(call("tcpServer.getSockets")),
)
_UDP = st.one_of(
    _named("udp.create", UDP, _sized),
    _build("udp.update", _udp, _properties),
    _build("udp.setPaused", _udp, _flags),
    _build("udp.bind", _udp, _address, st.sampled_from((0, 0, {"port": "u"}, {"port": "v"}))),
    _with_query("udp.send", _udp, _data, _address, _port),
    _with_query(
        "udp.send", _udp, _data, st.just("127.0.0.1"), st.sampled_from(({"port": "u"}, {"port": "v"}))
    ),
    _build("udp.close", _udp),
    _build("udp.getInfo", _udp),
    _build("udp.joinGroup", _udp, st.sampled_from(_GROUPS)),
    _build("udp.leaveGroup", _udp, st.sampled_from(_GROUPS)),
    _build("udp.getJoinedGroups", _udp),
    _build("udp.setMulticastTimeToLive", _udp, st.sampled_from((-1, 0, 1, 255, 256))),
    _build("udp.setMulticastLoopbackMode", _udp, _flags),
    _build("udp.setBroadcast", _udp, _flags),
    st.just(call("udp.getSockets")),
)
_LOCAL = st.one_of(
    _build("tcp.update", _tcp, _sized),
    _build("tcp.getInfo", _tcp),
    _build("tcpServer.update", _server, _properties),
    _build("tcpServer.getInfo", _server),
    _build("udp.update", _udp, _properties),
    _build("udp.getInfo", _udp),
)
_TOGETHER = st.lists(_LOCAL, min_size=2, max_size=4).map(lambda steps: {"together": steps})
_STEP = st.one_of(_TCP, _TCP, _SERVER, _UDP, _TOGETHER)


def _allowed(steps: list[Step]) -> list[Step]:
    """Leave out the steps that are known to be otherwise, or up to chance, in Chromium."""
    reading: set[str] = set()
    named: set[str] = set()
    kept = []
    for step in steps:
        if "as" in step:
            # Two sockets of one name could not be told apart in what is seen.
            if step["as"] in named:
                continue
            named.add(step["as"])
        name, args = step.get("call", ""), step.get("args", [])
        target = args[0].get("socket") if args and isinstance(args[0], dict) else None
        if (
            name in {"tcp.setPaused", "udp.setPaused"}
            and args[1]
            and (target in reading or target in ACCEPTED)
        ):
            continue
        if name in {"tcp.connect", "udp.bind", "tcp.setPaused", "udp.setPaused"} and target:
            reading.add(target) if name != "tcp.setPaused" or not args[1] else None
        kept.append(step)
    return kept


def programs(longest: int = 10) -> st.SearchStrategy[list[Step]]:
    """A beginning, and some steps."""

    def whole(beginning: str, steps: list[Step]) -> list[Step]:
        return _allowed([*BEGINNINGS[beginning], *steps])

    return st.builds(whole, st.sampled_from(list(BEGINNINGS)), st.lists(_STEP, min_size=1, max_size=longest))
