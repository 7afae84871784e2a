from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.server import _frames
from homeport.server._frames import BINARY, CLOSE, PING, TEXT, CloseCode, FrameError, FrameReader


def masked(opcode, payload=b"", *, final=True, mask=b"\x01\x02\x03\x04", rsv=0, size=None):
    head = bytes([(0x80 if final else 0) | rsv | opcode])
    length = len(payload)
    if size == 8 or length >= 1 << 16:
        head += bytes([0x80 | 127]) + struct.pack(">Q", length)
    elif size == 2 or length >= 126:
        head += bytes([0x80 | 126]) + struct.pack(">H", length)
    else:
        head += bytes([0x80 | length])
    data = bytearray(payload)
    _frames.slow_unmask(mask, data)
    return head + mask + bytes(data)


class Heard:
    def __init__(self, limit=1 << 20):
        self.log = []
        self.reader = FrameReader(self._message, self._control, limit)

    def _message(self, message):
        self.log.append(message if isinstance(message, str) else bytes(message))

    def _control(self, opcode, payload):
        self.log.append((opcode, bytes(payload)))

    def feed(self, stream, size):
        for at in range(0, len(stream), size):
            self.reader.feed(stream[at : at + size])
        return self.log


messages = st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.binary(max_size=300), max_size=6)


@given(messages, st.integers(1, 20), st.binary(min_size=4, max_size=4), st.integers(1, 50))
def test_messages_come_out_as_they_went_in_however_they_are_cut(sent, size, mask, fragment):
    stream = b""
    for message in sent:
        opcode, payload = (TEXT, message.encode()) if isinstance(message, str) else (BINARY, message)
        pieces = [payload[at : at + fragment] for at in range(0, len(payload), fragment)] or [b""]
        for index, piece in enumerate(pieces):
            last = index == len(pieces) - 1
            stream += masked(opcode if index == 0 else 0, piece, final=last, mask=mask)
            if not last:
                stream += masked(PING, b"?", mask=mask)
    heard = [each for each in Heard().feed(stream, size) if not isinstance(each, tuple)]
    assert heard == sent


@pytest.mark.parametrize("cut", [13, 14, 65536, 1 << 20])
def test_large_messages_come_out_as_they_went_in_among_small_ones(cut):
    sent = [
        bytes([n]) * size for n, size in enumerate((300_000, 16_384, 5, 20_000, 300_000, 16_383, 299_999), 1)
    ]
    stream = b"".join(masked(BINARY, message) for message in sent)
    assert Heard().feed(stream, cut) == sent


def test_memory_of_which_somebody_has_a_view_does_not_serve_again():
    views: list[memoryview] = []

    def keep(message: str | bytearray) -> None:
        assert isinstance(message, bytearray)
        views.append(memoryview(message)[1:])

    reader = FrameReader(keep, lambda *_: None, 1 << 20)
    sent = [bytes([n]) * 100_000 for n in range(5)]
    for message in sent:
        reader.feed(masked(BINARY, message))
    assert views == [message[1:] for message in sent]


def test_memory_that_nobody_has_serves_again():
    seen = []
    reader = FrameReader(lambda message: seen.append(id(message)), lambda *_: None, 1 << 20)
    keep = [bytearray(100_000)]  # What else would get that memory.
    for size in (100_000, 100_001, 60_000, 100_000):
        reader.feed(masked(BINARY, bytes(size)))
        keep.append(bytearray(100_000))
    assert len(set(seen)) == 1


@given(st.binary(max_size=200))
def test_any_bytes_give_the_same_whole_or_byte_by_byte(data):
    def outcome(size):
        heard = Heard(limit=100)
        try:
            heard.feed(data, size)
        except FrameError as error:
            return heard.log, error.code
        return heard.log, None

    assert outcome(max(1, len(data))) == outcome(1)


@pytest.mark.parametrize("length", [0, 125, 126, 65535, 65536, 300_000])
def test_every_way_to_write_a_length_is_read(length):
    assert Heard().feed(masked(BINARY, bytes(length)), 65536) == [bytes(length)]


@pytest.mark.parametrize("size", [2, 8])
def test_a_length_may_be_written_longer_than_it_needs_to_be(size):
    assert Heard().feed(masked(BINARY, b"hi", size=size), 100) == [b"hi"]


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (b"\x82\x02hi", CloseCode.PROTOCOL_ERROR),  # not masked
        (masked(BINARY, b"hi", rsv=0x40), CloseCode.PROTOCOL_ERROR),  # compressed
        (masked(3, b"hi"), CloseCode.PROTOCOL_ERROR),
        (masked(11, b"hi"), CloseCode.PROTOCOL_ERROR),
        (masked(0, b"hi"), CloseCode.PROTOCOL_ERROR),  # continues nothing
        (masked(BINARY, b"a", final=False) + masked(BINARY, b"b"), CloseCode.PROTOCOL_ERROR),
        (masked(PING, b"a", final=False), CloseCode.PROTOCOL_ERROR),
        (masked(PING, bytes(126)), CloseCode.PROTOCOL_ERROR),
        (masked(TEXT, b"\xff"), CloseCode.NOT_TEXT),
        (masked(TEXT, b"\xed\xa0\x80"), CloseCode.NOT_TEXT),
        (masked(BINARY, bytes(4097)), CloseCode.TOO_BIG),
        (masked(BINARY, bytes(4096), final=False) + masked(0, b"x"), CloseCode.TOO_BIG),
        (b"\x82\xff" + struct.pack(">Q", 1 << 63) + b"mask", CloseCode.TOO_BIG),
        (b"\x82\xff" + struct.pack(">Q", (1 << 64) - 1) + b"mask", CloseCode.TOO_BIG),
    ],
)
def test_what_is_no_frame_or_too_long_is_refused(stream, code):
    with pytest.raises(FrameError) as caught:
        Heard(limit=4096).feed(stream, len(stream))
    assert caught.value.code == code


def test_too_long_is_said_before_the_payload_came():
    heard = Heard(limit=4096)
    with pytest.raises(FrameError):
        heard.reader.feed(masked(BINARY, bytes(5000))[:8])


def test_the_limit_may_be_raised_later():
    heard = Heard(limit=4)
    heard.reader.feed(masked(BINARY, b"1234"))
    heard.reader.limit = 5
    heard.reader.feed(masked(BINARY, b"12345"))
    assert heard.log == [b"1234", b"12345"]


def test_a_limit_raised_by_a_message_counts_for_the_next_frame_of_the_same_read():
    log = []

    def on_message(message):
        log.append(bytes(message))
        reader.limit = 100

    reader = FrameReader(on_message, lambda *args: None, 4)
    reader.feed(masked(BINARY, b"1234") + masked(BINARY, bytes(100)))
    assert log == [b"1234", bytes(100)]


def test_control_frames_come_between_fragments():
    stream = masked(TEXT, b"a", final=False) + masked(CLOSE, b"\x03\xe8") + masked(0, b"b")
    assert Heard().feed(stream, 100) == [(CLOSE, b"\x03\xe8"), "ab"]


@pytest.mark.parametrize(
    ("length", "head"),
    [(0, b"\x82\0"), (125, b"\x82\x7d"), (126, b"\x82\x7e\0\x7e"), (65536, b"\x82\x7f\0\0\0\0\0\1\0\0")],
)
def test_frames_are_written_with_the_shortest_length(length, head):
    assert _frames.frame_head(BINARY, length) == head


@given(st.binary(max_size=100), st.binary(min_size=4, max_size=4))
def test_both_ways_to_unmask_agree(data, mask):
    fast, slow = bytearray(data), bytearray(data)
    _frames.unmask(mask, fast)
    _frames.slow_unmask(mask, slow)
    assert fast == slow == bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))


def test_without_aiohttps_own_there_is_still_a_way(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "aiohttp._websocket.helpers", None)
    assert _frames._fastest_unmask() is _frames.slow_unmask


@given(st.binary())
def test_any_bytes_are_frames_or_an_error(data):
    with contextlib.suppress(FrameError):
        Heard().reader.feed(data)
