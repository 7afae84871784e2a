from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.wire import ProtocolError, StreamFramer, frame

messages = st.lists(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.binary()))


@given(messages, st.integers(1, 9))
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(sent, size):
    stream = b"".join(frame(message) for message in sent)
    framer = StreamFramer()
    got = [message for at in range(0, len(stream), size) for message in framer.feed(stream[at : at + size])]
    assert got == sent


@given(st.binary(max_size=200))
def test_any_bytes_give_messages_or_a_protocol_error_and_the_same_byte_by_byte(data):
    def outcome(pieces):
        framer = StreamFramer(limit=64)
        got = []
        try:
            for piece in pieces:
                got += framer.feed(piece)
        except ProtocolError as error:
            return error.reason
        return got

    assert outcome([data]) == outcome([data[at : at + 1] for at in range(len(data))])


def test_a_frame_over_the_limit_is_refused_before_its_payload_came():
    framer = StreamFramer(limit=4096)
    with pytest.raises(ProtocolError, match="too long"):
        framer.feed(b"\x01\x01\x10\x00\x00")


def test_text_that_is_not_utf8_is_refused():
    with pytest.raises(ProtocolError, match="UTF-8"):
        StreamFramer().feed(b"\x00\x01\x00\x00\x00\xff")
