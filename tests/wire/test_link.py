from __future__ import annotations

import pytest

from homeport.wire import MAX_KEPT, ProtocolError, UnacknowledgedError
from homeport.wire._link import Link


def test_what_was_sent_is_kept_until_it_is_acknowledged():
    link = Link(keeping=True)
    link.keep([b"one", b"two", b"three"])
    link.acknowledged(1)
    assert link.lacking(2) == [b"three"]
    link.acknowledged(3)
    assert link.kept_bytes == 0


def test_an_older_acknowledgement_is_ignored_and_one_from_the_future_refused():
    link = Link(keeping=True)
    link.keep([b"one", b"two"])
    link.acknowledged(2)
    link.acknowledged(1)
    with pytest.raises(ProtocolError, match="never sent"):
        link.acknowledged(3)


def test_a_peer_cannot_go_back_behind_what_it_acknowledged():
    link = Link(keeping=True)
    link.keep([b"one", b"two"])
    link.acknowledged(2)
    with pytest.raises(ProtocolError, match="acknowledged"):
        link.lacking(1)


def test_an_acknowledgement_is_due_after_32_messages_or_a_mebibyte():
    link = Link(keeping=True)
    assert [link.receive("x") for _ in range(32)] == [False] * 31 + [True]
    assert link.confirm() == 32
    assert link.unconfirmed == 0
    assert not link.receive(bytes((1 << 20) - 1))
    assert link.receive(b"1")


def test_what_is_kept_is_bounded():
    link = Link(keeping=True)
    link.keep([bytes(MAX_KEPT - 1000)])
    with pytest.raises(UnacknowledgedError):
        link.keep([bytes(1000)])


def test_a_session_that_cannot_be_resumed_keeps_nothing():
    link = Link(keeping=False)
    for _ in range(20):
        link.keep([bytes(1 << 20)])
    assert link.kept_bytes == 0
    assert not any(link.receive(bytes(1 << 20)) for _ in range(40))
