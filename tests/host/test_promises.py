"""Sends that a page has answered itself: they go out, and the page hears little of them."""

from __future__ import annotations

import pytest

from homeport.engine import ABANDONED, Outcome
from homeport.host._promises import Promises
from homeport.wire import KEPT_STEP, MAX_PROMISED, ProtocolError


class Told:
    """What the page is told."""

    def __init__(self):
        self.log = []

    def kept(self, socket_id, count):
        self.log.append(("kept", socket_id, count))

    def broken(self, socket_id):
        self.log.append(("broken", socket_id))


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def promises(told):
    return Promises(told)


GOOD = Outcome(("sent",))
BAD = Outcome((), "net::ERR_FAILED")


def test_the_page_is_told_in_large_steps_and_of_every_byte(promises, told):
    for _ in range(1000):
        promises.make(3, 1000)
        promises.settle(3, 1000, GOOD, {3})
    assert {kind for kind, *_ in told.log} == {"kept"}
    assert len(told.log) == 1_000_000 // (-(-KEPT_STEP // 1000) * 1000)
    assert 0 <= 1_000_000 - sum(count for *_, count in told.log) < KEPT_STEP


def test_the_page_hears_that_one_could_not_be_kept(promises, told):
    promises.make(3, 10)
    assert promises.settle(3, 10, BAD, {3})
    assert told.log == [("broken", 3)]


def test_of_a_closed_socket_nothing_is_told(promises, told):
    promises.make(3, KEPT_STEP)
    assert not promises.settle(3, KEPT_STEP, ABANDONED, {3})
    assert told.log == []


def test_more_than_a_page_may_promise_is_an_error(promises):
    promises.make(3, MAX_PROMISED)
    promises.make(4, MAX_PROMISED)
    with pytest.raises(ProtocolError, match="more than it may"):
        promises.make(3, 1)


def test_what_is_sent_may_be_promised_again(promises):
    for _ in range(10):
        promises.make(3, MAX_PROMISED)
        promises.settle(3, MAX_PROMISED, GOOD, {3})


def test_sockets_that_are_gone_are_not_remembered(promises):
    for socket_id in range(10_000):
        promises.make(socket_id, 1)
        promises.settle(socket_id, 1, GOOD, {socket_id})
    assert len(promises) < 200


def test_what_went_out_at_once_is_told_like_the_rest(promises, told):
    assert not promises.keep(3, KEPT_STEP - 1, {3})
    promises.make(3, 10)
    assert promises.settle(3, 10, GOOD, {3})
    assert told.log == [("kept", 3, KEPT_STEP + 9)]
    for socket_id in range(10_000):
        promises.keep(socket_id, 1, {socket_id})
    assert len(promises) < 200
