"""The daemon's side of a session: reads calls, writes results and events."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, Protocol

from ._errors import ProtocolError
from ._framing import Binary
from ._holes import dig, fill
from ._json import dumps, dumps_numbers, loads_utf8
from ._limits import CUT, MAX_DATA, MAX_ID, MAX_KEPT_DATAGRAMS, MAX_MESSAGE, MAX_NAME, MAX_SEND
from ._stream import Reader, Stream, short

__all__ = ["Calls", "DaemonStream"]

Namespace = Literal["tcp", "udp"]
Data = bytes | memoryview

_RECEIVE = struct.Struct("<BII")
_DATAGRAM = struct.Struct("<BIHBI")
_SENT = struct.Struct("<BII")
_ITEM = struct.Struct("<BII")

_SEND = struct.Struct("<IiI")
_SENDTO = struct.Struct("<IiIH")
_CREDIT = struct.Struct("<BII")
_CALL = struct.Struct("<III")

#: Promised sends from so many bytes on are handed over with those behind them, at most so many together.
_WORTH_JOINING = 1 << 10
_JOINED = 256
#: What a part of a long send counts at least: so much does it cost to remember one.
_LEAST_PART = 1 << 10

_quoted = lru_cache(maxsize=256)(dumps)

_NAMESPACES: tuple[Namespace, Namespace] = ("tcp", "udp")
_DNS_TYPES = (None, "any", "ipv4", "ipv6")
_INT32 = range(-(1 << 31), 1 << 31)


class Calls(Protocol):
    """What a page asks for. Data may be a view of the message: whoever keeps it copies it.

    A method raises nothing, or :class:`ProtocolError` to end the session.
    """

    def call(self, call_id: int, name: str, args: list[object]) -> None:
        """A function of the API table, by its full name."""

    def tell(self, call_id: int, name: str, args: list[object]) -> None:
        """The same, but the page has answered it; the result may wait until something else is said."""

    def tcp_send(self, call_id: int, socket_id: int, data: Data) -> None:
        """``sockets.tcp.send``."""

    def tcp_promised(self, socket_id: int, *pieces: Data) -> None:
        """The same for one or more sends in a row that the page has answered, counting on success."""

    def udp_send(
        self, call_id: int, socket_id: int, data: Data, address: str, port: int, dns_query_type: str | None
    ) -> None:
        """``sockets.udp.send``."""

    def credit(self, namespace: Namespace, socket_id: int, count: int) -> None:
        """The page's listeners have consumed so many received bytes."""

    def leaving(self) -> None:
        """The page goes away for good."""


class DaemonStream(Stream):
    """The daemon's end of a session."""

    def __init__(self, calls: Calls, *, resumable: bool = True) -> None:
        self._calls = calls
        self._parts: dict[int, tuple[int, list[Data]]] = {}
        self._parts_bytes = 0
        #: Datagrams dropped because the page was too slow.
        self.dropped_datagrams = 0
        super().__init__(resumable=resumable)

    # Writing.

    def result(self, call_id: int, args: Sequence[object], error: str | None = None) -> None:
        """A call's callback arguments, with ``lastError`` if there is one."""
        if error is None and len(args) <= 1:
            text = dumps_numbers(args[0]) if args else ""
            if text is not None:
                self.batch.item(f'["result",{call_id},[{text}],null]')
                return
        self._item(["result", call_id, args, error])

    def code(self, call_id: int, code: int, error: str | None = None) -> None:
        """The result of a call that answers one whole number; the same as :meth:`result`, cheaper."""
        if error is None:
            self.batch.item(f'["result",{call_id},[{code}],null]')
        else:
            self._item(["result", call_id, [code], error])

    def abandoned(self, call_id: int) -> None:
        """A call that Chromium never answers."""
        self.batch.item(f'["abandoned",{call_id}]')

    def sent(self, call_id: int, count: int) -> None:
        """The result of a send that went through."""
        self.batch.record(_SENT.pack(6, call_id, count))

    def kept(self, socket_id: int, count: int) -> None:
        """So many bytes that the page had promised are sent."""
        self.batch.record(_SENT.pack(11, socket_id, count))

    def broken(self, socket_id: int) -> None:
        """What the page had promised of a socket was not sent."""
        self.batch.item(f'["broken",{socket_id}]')

    def event(self, name: str, args: Sequence[object]) -> None:
        """An event, by its full name."""
        if len(args) == 1 and (text := dumps_numbers(args[0])) is not None:
            self.batch.item(f'["event",{_quoted(name)},[{text}]]')
        else:
            self._item(["event", name, args])

    def tcp_receive(self, socket_id: int, data: Data) -> None:
        """Received bytes of a TCP socket."""
        size = len(data)
        if size <= MAX_DATA:
            self.batch.data(_RECEIVE.pack(1, socket_id, size), data)
            return
        for at in range(0, size, MAX_DATA):
            piece = data[at : at + MAX_DATA]
            self.batch.data(_RECEIVE.pack(1, socket_id, len(piece)), piece)

    def udp_receive(self, socket_id: int, data: Data, address: str, port: int, waiting: int = 0) -> bool:
        """A datagram; ``False`` if it was dropped because the page does not keep up.

        ``waiting``: bytes that the transport has not got rid of.
        """
        if self.held_bytes + waiting > MAX_KEPT_DATAGRAMS:
            self.dropped_datagrams += 1
            return False
        name = address.encode("ascii", "replace")[:255]
        self.batch.data(_DATAGRAM.pack(2, socket_id, port, len(name), len(data)) + name, data)
        return True

    def _item(self, item: list[object]) -> None:
        try:
            text = dumps(item)
        except TypeError:
            self._item_with_bytes(item)
            return
        if len(text) > MAX_MESSAGE - CUT:
            raise ValueError("a result is larger than a message may be")
        self.batch.item(text)

    def _item_with_bytes(self, item: list[object]) -> None:
        value, holes, pieces = dig(item)
        data = b"".join(pieces)
        head = dumps([value, holes]).encode("ascii")
        if len(head) + len(data) > MAX_MESSAGE - CUT:
            raise ValueError("a result is larger than a message may be")
        self.batch.data(_ITEM.pack(9, len(head), len(data)) + head, data)

    # Reading.

    def _make_readers(self) -> dict[int, Reader]:
        return {
            3: self._read_send,
            4: self._read_sendto,
            5: self._read_items,
            7: self._read_credit,
            8: self._read_call,
            10: self._read_sendpart,
        }

    def _bye(self, item: list[object]) -> None:
        if len(item) != 1:
            raise ProtocolError("bye has no members")
        self._calls.leaving()

    def _session_item(self, item: list[object]) -> None:
        # By hand, as calls by name are many, and a pattern takes several times as long.
        if len(item) == 4:
            op, call_id, name, args = item
            if type(name) is str and type(args) is list:
                if op == "call":
                    self._calls.call(_id(call_id), _name(name), args)
                    return
                if op == "tell":
                    self._calls.tell(_id(call_id), _name(name), args)
                    return
        match item:
            case ["credit", "tcp" | "udp" as namespace, socket_id, count]:
                self._calls.credit(namespace, _id(socket_id), _id(count))
            case _:
                raise ProtocolError("not an item of a page")

    def _read_send(self, message: Binary, view: memoryview, at: int) -> int:
        # As `_send_fields`, by hand, as these are most of all records.
        try:
            call_id, socket_id, length = _SEND.unpack_from(message, at)
        except struct.error:
            raise short() from None
        start = at + 12
        end: int = start + length
        if length > MAX_DATA or end > len(message):
            raise short()
        data: Data = view[start:end]
        if self._parts and call_id in self._parts:
            data = self._join(call_id, socket_id, data)
        if call_id:
            self._calls.tcp_send(call_id, socket_id, data)
        elif length < _WORTH_JOINING or end == len(message):
            self._calls.tcp_promised(socket_id, data)
        else:
            return self._read_more_promised(message, view, at, socket_id, [data], end)
        return end

    def _read_more_promised(
        self, message: Binary, view: memoryview, at: int, socket_id: int, pieces: list[Data], end: int
    ) -> int:
        """Promised sends of the same socket that follow at once, so that they go to the kernel together."""
        head = message[at - 1 : at + 8]
        while message[end : end + 9] == head and len(pieces) < _JOINED:
            _, _, start, end = _send_fields(message, end + 1)
            pieces.append(view[start:end])
        self._calls.tcp_promised(socket_id, *pieces)
        return end

    def _read_sendpart(self, message: Binary, view: memoryview, at: int) -> int:
        call_id, socket_id, start, end = _send_fields(message, at)
        data: Data = view[start:end]
        # A small part must not keep all of a large message.
        may_be_kept = isinstance(message, bytes) and 2 * len(data) > len(message)
        self._gather(call_id, socket_id, data if may_be_kept else bytes(data))
        return end

    def _gather(self, call_id: int, socket_id: int, data: Data) -> None:
        if not data:
            raise ProtocolError("an empty part of a send")
        self._parts_bytes += max(_LEAST_PART, len(data))
        if self._parts_bytes > MAX_SEND:
            raise ProtocolError("a send is too long")
        first, pieces = self._parts.setdefault(call_id, (socket_id, []))
        if first != socket_id:
            raise ProtocolError("a send changes its socket")
        pieces.append(data)

    def _join(self, call_id: int, socket_id: int, last: Data) -> bytes:
        if last:
            self._gather(call_id, socket_id, last)
        first, pieces = self._parts.pop(call_id)
        if first != socket_id:
            raise ProtocolError("a send changes its socket")
        self._parts_bytes -= sum(max(_LEAST_PART, len(piece)) for piece in pieces)
        return b"".join(pieces)

    def _read_sendto(self, message: Binary, view: memoryview, at: int) -> int:
        try:
            call_id, socket_id, length, json_length = _SENDTO.unpack_from(message, at)
        except struct.error:
            raise short() from None
        start = at + _SENDTO.size + json_length
        end: int = start + length
        if length > MAX_DATA or end > len(message):
            raise short()
        where = loads_utf8(view[at + _SENDTO.size : start])
        if type(where) is not list or len(where) != 3:
            raise ProtocolError("not the destination of a datagram")
        address, port, dns_type = where
        if (
            type(address) is not str
            or type(port) is not int
            or port not in _INT32
            or dns_type not in _DNS_TYPES
        ):
            raise ProtocolError("not the destination of a datagram")
        self._calls.udp_send(call_id, socket_id, view[start:end], address, port, dns_type)
        return end

    def _read_credit(self, message: Binary, view: memoryview, at: int) -> int:
        try:
            namespace, socket_id, count = _CREDIT.unpack_from(message, at)
        except struct.error:
            raise short() from None
        if namespace > 1:
            raise ProtocolError("credit for an unknown namespace")
        self._calls.credit(_NAMESPACES[namespace], socket_id, count)
        return at + _CREDIT.size

    def _read_call(self, message: Binary, view: memoryview, at: int) -> int:
        try:
            call_id, head_length, length = _CALL.unpack_from(message, at)
        except struct.error:
            raise short() from None
        start = at + _CALL.size
        middle = start + head_length
        end: int = middle + length
        if end > len(message):
            raise short()
        match loads_utf8(view[start:middle]):
            case [str(name), list(args), holes]:
                _name(name)
                fill(args, holes, view[middle:end])
                self._calls.call(call_id, name, args)
            case _:
                raise ProtocolError("not a call")
        return end


def _send_fields(message: Binary, at: int) -> tuple[int, int, int, int]:
    """A send's call and socket, and where its data begins and ends."""
    try:
        call_id, socket_id, length = _SEND.unpack_from(message, at)
    except struct.error:
        raise short() from None
    start = at + _SEND.size
    end = start + length
    if length > MAX_DATA or end > len(message):
        raise short()
    return call_id, socket_id, start, end


def _id(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_ID:
        raise ProtocolError("not an id")
    return value


def _name(name: str) -> str:
    if len(name) > MAX_NAME or not name.isascii():
        raise ProtocolError("not a name")
    return name
