from __future__ import annotations

from homeport.wire import Pieces
from homeport.wire._batch import Batch
from homeport.wire._limits import CUT


def test_items_alone_are_one_text_message():
    batch = Batch()
    batch.item('["abandoned",1]')
    batch.item('["abandoned",2]')
    assert batch.take() == ['[["abandoned",1],["abandoned",2]]']
    assert not batch
    assert batch.size == 0


def test_items_between_records_keep_their_place():
    batch = Batch()
    batch.item("[1]")
    batch.data(b"head", b"data")
    batch.item("[2]")
    batch.record(b"last")
    batch.item("[3]")
    expected = b"".join(
        (b"\x05\x05\0\0\0[[1]]", b"headdata", b"\x05\x05\0\0\0[[2]]", b"last", b"\x05\x05\0\0\0[[3]]")
    )
    assert batch.take() == [expected]


def test_a_message_is_closed_once_it_holds_enough():
    batch = Batch()
    for _ in range(5):
        batch.data(b"h", bytes(CUT // 2))
    sizes = [len(message) for message in batch.take()]
    assert sizes == [CUT + 2, CUT + 2, CUT // 2 + 1]


def test_many_items_are_cut_too():
    batch = Batch()
    for _ in range(3):
        batch.item('"' + "x" * CUT + '"')
    assert len(batch.take()) == 3


def test_a_large_message_is_not_copied_and_a_crumbled_one_is_joined():
    batch = Batch()
    data = bytes(100_000)
    batch.data(b"head", data)
    (message,) = batch.take()
    assert isinstance(message, Pieces)
    assert message.pieces[1] is data
    assert bytes(message) == b"head" + data
    assert len(message) == len(bytes(message))
    for _ in range(1000):
        batch.data(b"head", bytes(100))
    assert isinstance(batch.take()[0], bytes)


def test_a_large_message_with_items_has_its_right_length():
    batch = Batch()
    batch.item("[1]")
    batch.data(b"head", bytes(100_000))
    batch.item("[2]")
    (message,) = batch.take()
    assert isinstance(message, Pieces)
    assert len(message) == len(bytes(message))
