"""Scripts by chance: what is done in callbacks, timers, microtasks and listeners, in which order (script.js).

They stay clear of what depends on the time:

- while datagrams are on their way, listeners come and go only at once, or in a listener;
- what a timer asks for concerns no socket that something else changes;
- of sockets that the network has to do with nothing is closed.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.conformance.harness.case import Step

from .steps import call, one, ref, shortened, spoiled

_EVENTS = ("udp.onReceive", "udp.onReceive", "udp.onReceiveError", "tcpServer.onAccept")
_HOWS = (
    "callback",
    "callback",
    "callback",
    "async",
    "later",
    "promise",
    "bare",
    "generator",
    "proxy",
    "bound",
    "class",
)
_CALLBACKS = ("callback", "callback", "async", "later")

_Actions = st.SearchStrategy[list[Step]]


def _call(step: Step, how: str, then: list[Step], page: str = "") -> Step:
    return {**step, "how": how, "then": then, **_in(page)}


def _in(page: str) -> Step:
    return {"in": page} if page else {}


def _plainly(*steps: Step) -> Step:
    """Actions one after another, each once the one before is answered."""
    then: list[Step] = []
    for step in reversed(steps):
        then = [_call(step, "callback", then)]
    return {"do": "at once", "then": then}


#: Sockets of each kind, one that stays as it is ("f"), and two that are bound.
BEGINNING: list[Step] = [
    _plainly(
        call("tcp.create", {"name": "a"}, as_="a"),
        call("tcp.create", {"name": "f"}, as_="f"),
        call("tcpServer.create", {"name": "s"}, as_="s"),
        call("udp.create", {"name": "w"}, as_="w"),
        call("udp.create", {}, as_="u"),
        call("udp.bind", ref("u"), "127.0.0.1", 0),
        call("udp.create", {}, as_="v"),
        call("udp.bind", ref("v"), "127.0.0.1", 0),
    )
]

_properties = st.sampled_from(({}, {"name": "n"}, {"name": "m", "persistent": True}))
_flags = st.booleans()
_page = st.sampled_from(("", "", "", "one"))


def _of(name: str, socket: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(lambda s, args: call(name, s, *args), one((socket, socket, "none")), st.tuples(*parts))


_CHANGES = st.one_of(
    *(
        _of(f"{space}.{verb}", s)
        for space, s in (("tcp", "a"), ("tcpServer", "s"), ("udp", "w"))
        for verb in ("getInfo", "close")
    ),
    *(_of(f"{space}.getInfo", s) for space, s in (("tcp", "a"), ("tcpServer", "s"), ("udp", "w"))),
    *(
        _of(f"{space}.update", s, _properties)
        for space, s in (("tcp", "a"), ("tcpServer", "s"), ("udp", "w"))
    ),
    *(_of(f"{space}.setPaused", s, _flags) for space, s in (("tcp", "a"), ("tcpServer", "s"), ("udp", "w"))),
    *(st.just(call(f"{space}.getSockets")) for space in ("tcp", "udp", "tcpServer")),
    _of("udp.getJoinedGroups", "w"),
    st.just(call("tcp.create", {})),
    st.just(call("udp.create")),
)
_LOOKS = st.one_of(
    _of("tcp.getInfo", "f"),
    *(st.just(call(f"{space}.getSockets")) for space in ("tcp", "udp", "tcpServer")),
    *(
        st.just(call(f"{space}.{verb}", ref("none")))
        for space in ("tcp", "udp")
        for verb in ("getInfo", "close")
    ),
)
#: What the network has to do with, or would: it has a callback.
_SLOW = st.sampled_from(
    (
        call("tcp.send", ref("none"), {"bytes": 1}),
        call("tcp.connect", ref("none"), "127.0.0.1", 1),
        call("tcp.setNoDelay", ref("none"), True),
        call("tcp.disconnect", ref("f")),
        call("tcp.secure", ref("f")),
        call("udp.send", ref("none"), {"bytes": 1}, "127.0.0.1", 1),
        call("udp.joinGroup", ref("none"), "237.1.2.3"),
        call("tcpServer.listen", ref("none"), "127.0.0.1", 0),
        call("tcpServer.disconnect", ref("none")),
    )
)
_SEND = st.just(call("udp.send", ref("v"), {"bytes": 3}, "127.0.0.1", {"port": "u"}))


def _do(what: str, then: _Actions) -> st.SearchStrategy[Step]:
    return st.builds(lambda actions: {"do": what, "then": actions}, then)


def _ask(calls: st.SearchStrategy[Step], hows: tuple[str, ...], then: _Actions) -> st.SearchStrategy[Step]:
    return st.builds(_call, calls, st.sampled_from(hows), then, _page)


_ERROR: st.SearchStrategy[Step] = _page.map(lambda page: {"do": "lastError", **_in(page)})
_THROW: st.SearchStrategy[Step] = st.just({"do": "throw"})
_NOTHING: _Actions = st.just([])


def _some(*actions: st.SearchStrategy[Step]) -> _Actions:
    return st.lists(st.one_of(*actions), max_size=3)


def _wrong(calls: st.SearchStrategy[Step], hows: tuple[str, ...], then: _Actions) -> st.SearchStrategy[Step]:
    return st.one_of(_ask(spoiled(calls), hows, then), _ask(shortened(calls), hows, then))


def _timed(depth: int) -> _Actions:
    """What a timer does."""
    if not depth:
        return _some(_ERROR, _THROW)
    then = _timed(depth - 1)
    return _some(
        *(_ERROR, _THROW, _do("timer", then), _do("microtask", then)),
        *(_ask(_LOOKS, _HOWS, then), _wrong(_LOOKS, _HOWS, then)),
    )


def _asked(depth: int) -> _Actions:
    """What is done at once, and in callbacks."""
    if not depth:
        return _some(_ERROR, _THROW)
    then = _asked(depth - 1)
    return _some(
        *(_ERROR, _ERROR, _THROW, _do("microtask", then), _do("timer", _timed(depth - 1))),
        *(_ask(_CHANGES, _HOWS, then), _ask(_CHANGES, _HOWS, then), _wrong(_CHANGES, _HOWS, then)),
        _ask(_SLOW, _CALLBACKS, _timed(depth - 1)),
    )


def _listening(what: str, then: _Actions) -> st.SearchStrategy[Step]:
    return st.builds(
        lambda on, name, actions, page: {
            "do": what,
            "on": on,
            "listener": name,
            "then": actions,
            **_in(page),
        },
        *(st.sampled_from(_EVENTS), st.sampled_from(("f", "g", "h")), then, _page),
    )


def _heard(depth: int) -> _Actions:
    """What a listener does."""
    then = _heard(depth - 1) if depth else _NOTHING
    return _some(
        *(_ERROR, _THROW, _do("microtask", then), _ask(_LOOKS, _HOWS, _timed(1))),
        *(_listening(what, then) for what in ("listen", "unlisten", "has")),
    )


_SENDING = st.lists(
    st.one_of(
        *(_ask(_SEND, _CALLBACKS, _some(_ERROR, _THROW, _ask(_LOOKS, _HOWS, _NOTHING))) for _ in range(3)),
        *(_listening(what, _heard(2)) for what in ("listen", "listen", "listen", "unlisten", "has")),
        _do("microtask", _some(*(_listening(what, _heard(1)) for what in ("listen", "unlisten", "has")))),
    ),
    min_size=1,
    max_size=6,
)


def programs(longest: int = 10) -> st.SearchStrategy[list[Step]]:
    """The beginning, and some steps."""
    step = st.one_of(_asked(3), _asked(3), _SENDING).map(lambda actions: {"do": "at once", "then": actions})
    return st.lists(step, min_size=1, max_size=max(1, longest // 3)).map(lambda steps: [*BEGINNING, *steps])
