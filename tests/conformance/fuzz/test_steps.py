"""Steps by chance are about sockets that are there, and spoilt in every place."""

from __future__ import annotations

from tests.conformance.fuzz.steps import call, ref, sensible, spoil

_GROUPS = (("a", "b", "s", "s.1"), ("u", "v"))


def test_a_step_is_spoilt_in_any_place_and_behind_its_arguments() -> None:
    step = call("tcp.getInfo", ref("a"))
    assert spoil(step, None, 0)["args"] == [None]
    assert spoil(step, None, 1)["args"] == [ref("a"), None]
    assert spoil(step, 1.5, 2)["args"] == [1.5]


def test_a_step_names_a_socket_that_is_there_and_of_its_group() -> None:
    made = [call("create", "tcp", as_="a"), call("create", "udp", as_="u")]
    both = {"together": [call("read", ref("b")), call("recvFrom", ref("v"))]}
    meant = {"together": [call("read", ref("a")), call("recvFrom", ref("u"))]}
    assert sensible([*made, both], _GROUPS) == [*made, meant]
    assert sensible([made[0], call("recvFrom", ref("v"))], _GROUPS) == [made[0], call("recvFrom", ref("a"))]


def test_a_step_may_name_what_is_never_there() -> None:
    steps = [call("create", "tcp", as_="a"), call("read", ref("none"))]
    assert sensible(steps, _GROUPS) == steps


def test_what_a_server_accepted_is_there() -> None:
    server = call("create", "tcp", as_="s")
    for comes in (call("accept", ref("s")), call("tcp.connect", ref("s"), "127.0.0.1", {"port": "s"})):
        assert sensible([server, comes, call("read", ref("s.1"))], _GROUPS)[2] == call("read", ref("s.1"))


def test_a_program_gives_no_name_twice() -> None:
    first = call("create", "tcp", as_="a")
    assert sensible([first, call("create", "udp", as_="a")], _GROUPS) == [first]
