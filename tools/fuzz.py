"""Feed everything that reads what strangers write with what atheris makes up, by coverage.

    pip install atheris
    python tools/fuzz.py -max_total_time=600 [CORPUS_FOLDER]

The first byte chooses the reader, the rest is read. A reader may give a value or raise its one error;
anything else stops the run, and so does an input that takes a second. atheris is no requirement of the
project: it is run by hand, and its corpus is not kept.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["homeport"]):
    from homeport.appfiles import _package
    from homeport.appfiles._paths import NoSuchFileError, parts_of
    from homeport.engine import PolicyError, _address
    from homeport.engine._policy_file import parse_policy
    from homeport.errors import UserError
    from homeport.host._pipe import _host_message
    from homeport.manifest import Kind, PatternError, parse_json, parse_manifest, parse_pattern
    from homeport.manifest._json import JsonError
    from homeport.server._frames import FrameError, FrameReader
    from homeport.wire import DaemonStream, ProtocolError, parse_hello
    from homeport.wire._framing import StreamFramer
    from homeport.wire._handshake import parse_answer, parse_waiting

SLOW = 1.0


class Nobody:
    """Hears every call of a page, and does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


def read_records(data: bytes) -> None:
    """A page's session: each message is as long as its first byte says, and text if that is odd."""
    stream = DaemonStream(Nobody())
    at = 0
    while at < len(data):
        end = at + 1 + 4 * data[at]
        body = data[at + 1 : end]
        stream.receive(body.decode("utf-8", "replace") if data[at] & 1 else body)
        stream.take()
        at = end


def read_first_words(data: bytes) -> None:
    """What comes before a session, and what answers it."""
    text = data.decode("utf-8", "surrogateescape")
    for read in (parse_hello, parse_waiting, parse_answer):
        with contextlib.suppress(ProtocolError):
            read(text)


def read_frames(data: bytes) -> None:
    """WebSocket frames, in two pieces."""
    reader = FrameReader(lambda _: None, lambda *_: None, 1 << 16)
    middle = len(data) // 2
    reader.feed(data[:middle])
    reader.feed(data[middle:])


def read_address(data: bytes) -> None:
    """A host as an app writes it: what it means must mean itself."""
    name = _address.canonical_host(data.decode("utf-8", "surrogateescape"))
    if name is not None:
        if _address.canonical_host(name) != name:
            raise RuntimeError(f"{name!r} does not mean itself")
        literal = _address.parse_literal(name)
        if literal is not None:
            _address.spellings(_address.ip(literal.host))


READERS: list[tuple[Callable[[bytes], object], tuple[type[Exception], ...]]] = [
    (read_records, (ProtocolError,)),
    (read_first_words, (ProtocolError,)),
    (read_frames, (FrameError,)),
    (lambda data: StreamFramer(1 << 16).feed(data), (ProtocolError,)),
    (lambda data: _host_message(data[0] & 1 | 2, data[1:]) if data else None, (ProtocolError,)),
    (parse_json, (JsonError,)),
    (parse_manifest, (UserError,)),
    (lambda data: parse_pattern(Kind.TCP_CONNECT, data.decode("utf-8", "replace")), (PatternError,)),
    (lambda data: parse_policy(data.decode("utf-8", "replace")), (PolicyError,)),
    (lambda data: parts_of(data.decode("utf-8", "replace")), (NoSuchFileError,)),
    (lambda data: _package._field(data, 10000), (*_package._DAMAGED, UserError)),
    (read_address, ()),
]


def one_input(data: bytes) -> None:
    """Give one input to the reader that its first byte chooses."""
    if not data:
        return
    read, may_raise = READERS[data[0] % len(READERS)]
    begun = time.process_time()
    with contextlib.suppress(*may_raise):
        read(data[1:])
    took = time.process_time() - begun
    if took > SLOW:
        raise RuntimeError(f"{took:.1f} s for {len(data)} bytes")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
