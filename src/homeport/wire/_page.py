"""A page's side of a session, in Python: for tests, benchmarks and other hosts."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Literal, Protocol

from ._errors import ProtocolError
from ._framing import Binary
from ._handshake import Bye
from ._holes import dig, fill
from ._json import dumps, loads_utf8
from ._limits import MAX_DATA, MAX_ID
from ._stream import Reader, Stream, short

__all__ = ["Answers", "PageStream"]

_PAIR = struct.Struct("<II")
_DATAGRAM = struct.Struct("<IHBI")
_SEND = struct.Struct("<BIiI")
_SENDTO = struct.Struct("<BIiIH")
_CREDIT = struct.Struct("<BBII")
_CALL = struct.Struct("<BIII")


class Answers(Protocol):
    """What a daemon tells a page, in the order in which it happened."""

    def result(self, call_id: int, args: list[object], error: str | None) -> None:
        """A call's callback."""

    def abandoned(self, call_id: int) -> None:
        """A call whose callback Chromium never calls."""

    def event(self, name: str, args: list[object]) -> None:
        """An event."""

    def tcp_receive(self, socket_id: int, data: bytes) -> None:
        """``sockets.tcp.onReceive``, not yet sliced."""

    def udp_receive(self, socket_id: int, data: bytes, address: str, port: int) -> None:
        """``sockets.udp.onReceive``."""

    def kept(self, socket_id: int, count: int) -> None:
        """So many promised bytes of a socket are sent."""

    def broken(self, socket_id: int) -> None:
        """Promised bytes of a socket were not sent."""

    def bye(self, bye: Bye) -> None:
        """The session is over."""


class PageStream(Stream):
    """A page's end of a session."""

    def __init__(self, answers: Answers, *, resumable: bool = True) -> None:
        self._answers = answers
        self._call_id = 0
        super().__init__(resumable=resumable)

    # Writing.

    def call(self, name: str, args: Sequence[object]) -> int:
        """Call a function with all its arguments in place; give the call's id."""
        call_id = self._next_id()
        try:
            self.batch.item(dumps(["call", call_id, name, args]))
        except TypeError:
            value, holes, pieces = dig(args)
            head = dumps([name, value, holes]).encode("ascii")
            data = b"".join(pieces)
            self.batch.data(_CALL.pack(8, call_id, len(head), len(data)) + head, data)
        return call_id

    def tell(self, name: str, args: Sequence[object]) -> int:
        """Call a function whose result may come late; give the call's id. No bytes among the arguments."""
        call_id = self._next_id()
        self.batch.item(dumps(["tell", call_id, name, args]))
        return call_id

    def promise(self, socket_id: int, data: bytes | memoryview) -> None:
        """``sockets.tcp.send`` of up to ``MAX_DATA`` bytes, which this side has answered itself."""
        self.batch.data(_SEND.pack(3, 0, socket_id, len(data)), data)

    def tcp_send(self, socket_id: int, data: bytes | memoryview) -> int:
        """``sockets.tcp.send``."""
        call_id = self._next_id()
        at = 0
        while len(data) - at > MAX_DATA:
            self.batch.data(_SEND.pack(10, call_id, socket_id, MAX_DATA), data[at : at + MAX_DATA])
            at += MAX_DATA
        last = data[at:] if at else data
        self.batch.data(_SEND.pack(3, call_id, socket_id, len(last)), last)
        return call_id

    def udp_send(
        self,
        socket_id: int,
        data: bytes | memoryview,
        address: str,
        port: int,
        dns_query_type: str | None = None,
    ) -> int:
        """``sockets.udp.send``."""
        call_id = self._next_id()
        to = dumps([address, port, dns_query_type]).encode("ascii")
        self.batch.data(_SENDTO.pack(4, call_id, socket_id, len(data), len(to)) + to, data)
        return call_id

    def credit(self, namespace: Literal["tcp", "udp"], socket_id: int, count: int) -> None:
        """So many received bytes are consumed."""
        self.batch.record(_CREDIT.pack(7, namespace == "udp", socket_id, count))

    def leave(self) -> None:
        """Say that the page goes away for good."""
        self._link_items.append('["bye"]')

    def _next_id(self) -> int:
        self._call_id = self._call_id + 1 if self._call_id < MAX_ID else 1
        return self._call_id

    # Reading.

    def _make_readers(self) -> dict[int, Reader]:
        return {
            1: self._read_receive,
            2: self._read_datagram,
            5: self._read_items,
            6: self._read_sent,
            9: self._read_item,
            11: self._read_kept,
        }

    def _bye(self, item: list[object]) -> None:
        match item:
            case ["bye", str(code), str(reason)]:
                self._answers.bye(Bye(code, reason))
            case _:
                raise ProtocolError("not a bye")

    def _session_item(self, item: list[object]) -> None:
        match item:
            case ["result", int(call_id), list(args), (None | str()) as error]:
                self._answers.result(call_id, args, error)
            case ["abandoned", int(call_id)]:
                self._answers.abandoned(call_id)
            case ["broken", int(socket_id)]:
                self._answers.broken(socket_id)
            case ["event", str(name), list(args)]:
                self._answers.event(name, args)
            case _:
                raise ProtocolError("not an item of a daemon")

    def _read_receive(self, message: Binary, view: memoryview, at: int) -> int:
        try:
            socket_id, length = _PAIR.unpack_from(message, at)
        except struct.error:
            raise short() from None
        start = at + _PAIR.size
        end: int = start + length
        if not 0 < length <= MAX_DATA or end > len(message):
            raise short()
        self._answers.tcp_receive(socket_id, bytes(message[start:end]))
        return end

    def _read_datagram(self, message: Binary, view: memoryview, at: int) -> int:
        try:
            socket_id, port, address_length, length = _DATAGRAM.unpack_from(message, at)
        except struct.error:
            raise short() from None
        middle = at + _DATAGRAM.size
        start = middle + address_length
        end: int = start + length
        if length > MAX_DATA or end > len(message):
            raise short()
        try:
            address = str(message[middle:start], "ascii")
        except UnicodeDecodeError:
            raise ProtocolError("an address is not ASCII") from None
        self._answers.udp_receive(socket_id, bytes(message[start:end]), address, port)
        return end

    def _read_sent(self, message: Binary, view: memoryview, at: int) -> int:
        try:
            call_id, count = _PAIR.unpack_from(message, at)
        except struct.error:
            raise short() from None
        self._answers.result(call_id, [{"resultCode": 0, "bytesSent": count}], None)
        return at + _PAIR.size

    def _read_kept(self, message: Binary, view: memoryview, at: int) -> int:
        try:
            socket_id, count = _PAIR.unpack_from(message, at)
        except struct.error:
            raise short() from None
        self._answers.kept(socket_id, count)
        return at + _PAIR.size

    def _read_item(self, message: Binary, view: memoryview, at: int) -> int:
        try:
            head_length, length = _PAIR.unpack_from(message, at)
        except struct.error:
            raise short() from None
        start = at + _PAIR.size
        middle = start + head_length
        end: int = middle + length
        if end > len(message):
            raise short()
        match loads_utf8(view[start:middle]):
            case [list(item), holes]:
                fill(item, holes, view[middle:end])
                self._session_item(item)
            case _:
                raise ProtocolError("not an item with bytes")
        return end
