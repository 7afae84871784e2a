from hypothesis import given
from hypothesis import strategies as st

from homeport.engine import Credit
from homeport.engine._credit import CreditAccount


class Holder:
    def __init__(self) -> None:
        self.owed = 0
        self.called = 0

    def credit_back(self) -> None:
        self.called += 1


def test_a_socket_may_read_what_its_own_and_the_sessions_credit_allow():
    account = CreditAccount(Credit(session=1000, socket=600))
    one, other = Holder(), Holder()
    assert account.room(one) == 600
    account.charge(one, 500)
    assert account.room(other) == 500


def test_a_socket_without_room_hears_when_there_is_room_again():
    account = CreditAccount(Credit(session=1000, socket=400))
    holder = Holder()
    account.charge(holder, 400)
    assert account.room(holder) == 0
    account.repay(holder, 50)
    assert holder.called == 0  # Too little to be worth a read.
    account.repay(holder, 50)
    assert holder.called == 1
    assert account.room(holder) == 100


def test_a_socket_that_used_up_a_large_credit_waits_until_a_large_read_is_worth_it():
    account = CreditAccount(Credit(session=4 << 20, socket=2 << 20))
    holder = Holder()
    account.charge(holder, 2 << 20)
    assert account.room(holder) == 0
    account.repay(holder, (512 << 10) - 1)
    assert holder.called == 0
    account.repay(holder, 1)
    assert holder.called == 1
    assert account.room(holder) == 512 << 10, "alone in line it gets all that there is"


def test_sockets_get_their_turns_in_the_order_in_which_they_asked():
    account = CreditAccount(Credit(session=400, socket=400))
    hog, first, second = Holder(), Holder(), Holder()
    account.charge(hog, 400)
    assert account.room(first) == account.room(second) == 0
    account.repay(hog, 100)
    assert (first.called, second.called) == (1, 0)
    account.repay(hog, 100)
    assert (first.called, second.called) == (1, 1)


def test_a_busy_socket_cannot_take_what_another_was_given():
    account = CreditAccount(Credit(session=400, socket=400))
    busy, quiet = Holder(), Holder()
    account.charge(busy, 400)
    assert account.room(quiet) == 0
    account.repay(busy, 100)
    assert account.room(busy) == 0
    assert account.room(quiet) == 100
    account.charge(quiet, 100)
    account.repay(busy, 100)
    assert busy.called == 1
    assert account.room(busy) == 100


def test_a_socket_that_finds_room_in_line_reads_at_once():
    """It would stop reading right after it was told to read, and never be told again."""
    account = CreditAccount(Credit(session=400, socket=400))
    hog, quiet, busy = Holder(), Holder(), Holder()
    account.charge(hog, 400)
    assert account.room(quiet) == 0
    account.repay(hog, 200)
    assert quiet.called == 1
    assert account.room(busy) == 100
    account.charge(busy, 100)
    assert account.room(busy) == 0
    heard = busy.called
    account.repay(hog, 100)
    assert busy.called == heard + 1


def test_a_turn_that_is_not_used_is_the_next_ones():
    account = CreditAccount(Credit(session=400, socket=400))
    hog, first, second = Holder(), Holder(), Holder()
    account.charge(hog, 400)
    account.room(first)
    account.room(second)
    account.repay(hog, 100)
    account.unpark(first)
    assert second.called == 1


def test_a_socket_that_used_up_its_own_credit_is_in_nobodys_way():
    account = CreditAccount(Credit(session=1000, socket=400))
    full, other = Holder(), Holder()
    account.charge(full, 400)
    assert account.room(full) == 0
    assert account.room(other) == 400


def test_repaying_more_than_is_owed_gives_no_credit():
    account = CreditAccount(Credit(session=1000, socket=1000))
    holder = Holder()
    account.charge(holder, 100)
    account.repay(holder, 1_000_000)
    account.repay(holder, -5)
    assert (account.owed, holder.owed) == (0, 0)


def test_bytes_of_a_closed_socket_count_until_they_come_back():
    account = CreditAccount(Credit(session=1000, socket=1000))
    holder, other = Holder(), Holder()
    account.charge(holder, 1000)
    account.close("tcp", 7, holder)
    assert account.room(other) == 0
    account.repay_closed("udp", 7, 1000)
    assert account.owed == 1000
    account.repay_closed("tcp", 7, 600)
    account.repay_closed("tcp", 7, 600)
    assert account.owed == 0
    assert other.called == 1


def test_a_new_face_begins_with_all_of_its_credit():
    account = CreditAccount(Credit(session=1000, socket=1000))
    holder = Holder()
    account.charge(holder, 1000)
    account.close("tcp", 1, Holder())
    account.reset([holder])
    assert (account.owed, account.room(holder)) == (0, 1000)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 500)), max_size=200))
def test_nothing_ever_exceeds_the_bound_and_nobody_starves(steps):
    account = CreditAccount(Credit(session=1000, socket=400))
    holders = [Holder() for _ in range(4)]
    for index, size in steps:
        holder = holders[index]
        if size % 3:
            before, room = holder.called, account.room(holder)
            assert room > 0 or holder.called == before  # told to read, and then to stop
            account.charge(holder, min(size, room))
        else:
            account.repay(holder, size)
        assert account.owed == sum(h.owed for h in holders) <= 1000
        assert all(h.owed <= 400 for h in holders)
    heard = [h.called for h in holders]
    waits = [account.room(h) == 0 for h in holders]
    for holder in holders:
        account.repay(holder, 1000)
    for holder, before, waiting in zip(holders, heard, waits, strict=True):
        while waiting and holder.called == before:
            turn = next(h for h, called in zip(holders, heard, strict=True) if h.called > called)
            heard[holders.index(turn)] = turn.called
            assert account.room(turn) > 0


def test_a_turn_that_was_not_used_is_passed_on():
    account = CreditAccount(Credit(session=400, socket=400))
    hog, first, second = Holder(), Holder(), Holder()
    account.charge(hog, 400)
    assert account.room(first) == account.room(second) == 0
    account.repay(hog, 100)
    assert account.room(first) > 0  # and finds nothing to read
    assert second.called == 0
    account.pass_on()
    assert second.called == 1
