"""Programs of ``chrome.socket`` by chance, the API before ``chrome.sockets``; see old_program.js.

They stay clear of what Homeport does otherwise on purpose, and of what Chromium itself decides by chance:

- what was secured is neither connected nor bound (``secured-old``);
- of calls made together none is answered at once behind one that the network has to do with;
- ``listen`` gets ports in range (``ports``); the other functions look at theirs in Chromium too.

No name is given twice. Other ends of the wire are in others.py.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.conformance.harness.case import Step

from .others import PLAIN
from .steps import build, call, one, ref, sensible, shortened, spoiled

TCP = ("a", "b", "s", "t")
ACCEPTED = ("s.1", "t.1")
UDP = ("u", "v", "w")
#: No socket has this name.
NOBODY = "none"
_GROUPED = ((*TCP, *ACCEPTED), UDP)

_GROUPS = ("237.1.2.3", "237.1.2.4", "127.0.0.1", "nonsense", "ff02::1")
_SERVER = (call("create", "tcp", {}, as_="s"), call("listen", ref("s"), "127.0.0.1", 0))
_CLIENT = (call("create", "tcp", {}, as_="a"), call("connect", ref("a"), "127.0.0.1", {"port": "s"}))
_DATAGRAMS = (
    call("create", "udp", {}, as_="u"),
    call("bind", ref("u"), "127.0.0.1", 0),
    call("create", "udp", {}, as_="v"),
)

#: Where a program begins, so that it soon does something worth watching.
BEGINNINGS: dict[str, tuple[Step, ...]] = {
    "nothing": (),
    "a client": (call("create", "tcp", {}, as_="a"),),
    "a server": _SERVER,
    "a connection that waits": (*_SERVER, *_CLIENT),
    "a connection": (*_SERVER, *_CLIENT, call("accept", ref("s"))),
    "a server that waits": (*_SERVER, call("accept", ref("s")), *_CLIENT),
    "a read that waits": (*_SERVER, *_CLIENT, call("accept", ref("s")), call("read", ref("a"))),
    **{
        f"a client of {name}": (
            call("create", "tcp", {}, as_="a"),
            call("connect", ref("a"), "127.0.0.1", {"port": name}),
        )
        for name in (*PLAIN, "tls", "tls 1.2", "expired")
    },
    **{
        f"a client that speaks {name} with {host}": (
            call("create", "tcp", {}, as_="a"),
            call("connect", ref("a"), host, {"port": name}),
            call("secure", ref("a"), {}),
        )
        for name, host in (("tls", "127.0.0.1"), ("tls 1.2", "localhost"))
    },
    "a client that waits for its echo": (
        call("create", "tcp", {}, as_="a"),
        call("connect", ref("a"), "127.0.0.1", {"port": "tls"}),
        call("secure", ref("a"), {}),
        call("write", ref("a"), {"bytes": 63}),
    ),
    "a socket of each kind": (call("create", "udp", {}, as_="u"), call("create", "tcp", {}, as_="a")),
    "datagrams": _DATAGRAMS,
    "datagrams of two": (*_DATAGRAMS, call("bind", ref("v"), "127.0.0.1", 0)),
    "a datagram that is waited for": (*_DATAGRAMS, call("recvFrom", ref("u"))),
    "datagrams with one peer": (*_DATAGRAMS, call("connect", ref("v"), "127.0.0.1", {"port": "u"})),
    "a group": (
        call("create", "udp", {}, as_="u"),
        call("bind", ref("u"), "0.0.0.0", 0),
        call("joinGroup", ref("u"), "237.1.2.3"),
    ),
}

_flags = st.booleans()
_address = st.sampled_from(
    (*("127.0.0.1",) * 6, "::1", "localhost", "127.0.0.2", "127.1", "", "0.0.0.0", "[::1]", "nonsense")
)
_data = st.builds(lambda n: {"bytes": n}, st.sampled_from((0, 1, 5, 63, 4096, 4097, 9000)))
_size = st.sampled_from(((), (), (), (5,), (4096,), (70000,), (1,), (0,), (-1,), (None,)))
_target = st.sampled_from(
    (*({"port": n} for n in ("s", "s", "s", "t", "u", "u", "v", "w", *PLAIN)), 0, 65535, -1, 65536)
)
_local = st.sampled_from((0, 0, 0, 0, {"port": "s"}, {"port": "u"}))
_versions = st.sampled_from(("tls1.2", "tls1.3", "tls1", "ssl3", ""))
_secure: st.SearchStrategy[Any] = st.sampled_from(({}, None, {"tlsVersion": {}})) | st.builds(
    lambda versions: {"tlsVersion": versions},
    st.fixed_dictionaries({}, optional={"min": _versions, "max": _versions}),
)
_tcp, _udp = one((*TCP, *TCP, *ACCEPTED)), one(UDP)
_any = one((*TCP, *ACCEPTED, *UDP, NOBODY))
_of_tcp, _of_udp = _tcp | _tcp | _tcp | _any, _udp | _udp | _udp | _any


def _sized(name: str, sockets: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(lambda socket, size: call(name, socket, *size), sockets, _size)


def _made(kind: str, names: tuple[str, ...]) -> st.SearchStrategy[Step]:
    options = st.sampled_from(((), ({},), ({"x": 1},), (None,)))
    return st.builds(
        lambda name, rest: call("create", kind, *rest, as_=name), st.sampled_from(names), options
    )


_EITHER = st.one_of(
    build("getInfo", _any),
    build("disconnect", _any),
    build("destroy", _any),
)
_STREAMS = st.one_of(
    _made("tcp", TCP),
    build("connect", _of_tcp, _address, _target),
    build("connect", _of_tcp, st.just("127.0.0.1"), st.just({"port": "s"})),
    st.builds(
        lambda s, a, p, b: call("listen", s, a, p, *b),
        *(_of_tcp, _address, _local, st.sampled_from(((), (), (1,), (0,), (-1,), (None,)))),
    ),
    build("accept", _of_tcp),
    build("accept", one(("s", "t"))),
    build("write", _of_tcp, _data),
    build("write", _of_tcp, _data),
    _sized("read", _of_tcp),
    _sized("read", _of_tcp),
    build("setKeepAlive", _of_tcp, _flags, st.sampled_from((0, 1, 60, -1, 32768))),
    build("setNoDelay", _of_tcp, _flags),
    build("secure", _of_tcp, _secure),
    _EITHER,
    _EITHER,
)
_PACKETS = st.one_of(
    _made("udp", UDP),
    build("bind", _of_udp, _address, _local | st.sampled_from((0, -1, 65536))),
    build("bind", _of_udp, st.just("0.0.0.0"), st.just(0)),
    build("connect", _of_udp, _address, _target),
    build("connect", _of_udp, st.just("127.0.0.1"), st.just({"port": "u"})),
    build("sendTo", _of_udp, _data, _address, _target),
    build("sendTo", _of_udp, _data, st.just("127.0.0.1"), st.sampled_from(({"port": "u"}, {"port": "v"}))),
    build("write", _of_udp, _data),
    _sized("recvFrom", _of_udp),
    _sized("recvFrom", _of_udp),
    _sized("read", _of_udp),
    build("joinGroup", _of_udp, st.sampled_from(_GROUPS)),
    build("leaveGroup", _of_udp, st.sampled_from(_GROUPS)),
    build("getJoinedGroups", _of_udp),
    build("setMulticastTimeToLive", _of_udp, st.sampled_from((-1, 0, 1, 255, 256))),
    build("setMulticastLoopbackMode", _of_udp, _flags),
    _EITHER,
    _EITHER,
)
_KNOWN = st.one_of(_STREAMS, _STREAMS, _PACKETS)
_BARE = st.one_of(_made("tcp", TCP), _made("udp", UDP), _EITHER, _EITHER, _EITHER, _KNOWN).map(
    lambda step: {**step, "bare": True}
)
#: Several of these may be under way at once.
_WAITING = st.one_of(
    _sized("read", _any),
    _sized("recvFrom", _any),
    build("accept", _any),
    build("getInfo", _any),
)


def _race(sockets: st.SearchStrategy[Any], *calls: Step) -> st.SearchStrategy[Step]:
    """Several calls of one socket, which is put in here."""
    return st.builds(
        lambda socket, steps: {"together": [{**step, "args": [socket, *step["args"]]} for step in steps]},
        sockets,
        st.lists(st.sampled_from(calls), min_size=2, max_size=3),
    )


_ENDS = (call("disconnect"), call("destroy"), call("getInfo"))
_TOGETHER = st.one_of(
    st.lists(_WAITING, min_size=2, max_size=3).map(lambda steps: {"together": steps}),
    _race(_tcp, call("read"), call("read", 5), *_ENDS),
    _race(_tcp, call("write", {"bytes": 5}), call("write", {"bytes": 4096}), call("read")),
    _race(_tcp, call("accept"), *_ENDS),
    _race(_udp, call("recvFrom"), call("read"), *_ENDS),
    _race(_udp, call("setMulticastTimeToLive", 2), call("setMulticastLoopbackMode", True), *_ENDS),
)
_STEP = st.one_of(_KNOWN, _KNOWN, _KNOWN, _KNOWN, _TOGETHER, _BARE, spoiled(_KNOWN), shortened(_KNOWN))


def _allowed(steps: list[Step]) -> list[Step]:
    """Leave out what crashes Chromium."""
    secured: list[Any] = []
    allowed = []
    for step in steps:
        name, args = step.get("call"), step.get("args")
        if name in {"connect", "bind"} and args and args[0] in secured:
            continue
        if name == "secure" and args:
            secured.append(args[0])
        allowed.append(step)
    return allowed


def programs(longest: int = 10) -> st.SearchStrategy[list[Step]]:
    """A beginning, and some steps."""
    return st.builds(
        lambda beginning, steps: _allowed(sensible([*BEGINNINGS[beginning], *steps], _GROUPED)),
        st.sampled_from(list(BEGINNINGS)),
        st.lists(_STEP, min_size=1, max_size=longest),
    )
