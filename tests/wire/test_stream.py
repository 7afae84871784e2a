"""A session outlives its transports: nothing is lost, nothing comes twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.wire import MAX_KEPT, Pieces, UnacknowledgedError

steps = st.lists(
    st.sampled_from(
        [
            "daemon says",
            "page says",
            "daemon takes",
            "page takes",
            "page gets",
            "daemon gets",
            "page acknowledges",
            "daemon acknowledges",
            "reconnect",
        ]
    ),
    max_size=80,
)


@settings(max_examples=300)
@given(steps)
def test_however_transports_drop_both_sides_hear_everything_once_and_in_order(make_pair, steps):
    pair = make_pair()
    said_by_daemon: list[int] = []
    said_by_page: list[int] = []
    for step in steps:
        match step:
            case "daemon says":
                said_by_daemon.append(len(said_by_daemon))
                pair.daemon.abandoned(said_by_daemon[-1])
            case "page says":
                said_by_page.append(len(said_by_page))
                pair.page.credit("tcp", 1, said_by_page[-1])
            case "daemon takes":
                pair.to_page += pair.daemon.take()
            case "page takes":
                pair.to_daemon += pair.page.take()
            case "page gets" if pair.to_page:
                pair.page.receive(pair.to_page.pop(0))
            case "daemon gets" if pair.to_daemon:
                pair.daemon.receive(pair.to_daemon.pop(0))
            case "page acknowledges":
                pair.page.acknowledge()
            case "daemon acknowledges":
                pair.daemon.acknowledge()
            case "reconnect":
                pair.reconnect()
    pair.reconnect()
    pair.deliver()
    assert [entry[1] for entry in pair.answers.log] == said_by_daemon
    assert [entry[3] for entry in pair.calls.log] == said_by_page


def test_32_messages_are_acknowledged_unasked(pair):
    for number in range(32):
        pair.daemon.abandoned(number)
        pair.to_page += pair.daemon.take()
    assert pair.daemon.held_bytes > 0
    pair.deliver()
    assert pair.daemon.held_bytes == 0


def test_a_page_that_acknowledges_nothing_is_cut_off_at_a_bound(pair):
    sent = 0
    try:
        while sent < 2 * MAX_KEPT:
            pair.daemon.tcp_receive(1, bytes(256 << 10))
            pair.daemon.take()
            sent += 256 << 10
    except UnacknowledgedError:
        pass
    assert sent <= MAX_KEPT


def test_on_a_pipe_nobody_keeps_or_acknowledges(make_pair):
    pair = make_pair(resumable=False)
    for _ in range(100):
        pair.daemon.tcp_receive(1, bytes(256 << 10))
        assert all(isinstance(message, (bytes, Pieces)) for message in pair.daemon.take())
        assert pair.daemon.held_bytes == 0
