from __future__ import annotations

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
