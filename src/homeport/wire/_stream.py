"""What both sides of an established session have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from ._batch import Batch
from ._errors import ProtocolError
from ._framing import Binary, Outgoing, Received
from ._handshake import LINK_OPS, natural
from ._json import loads, loads_utf8
from ._limits import MAX_MESSAGE
from ._link import Link

#: Reads one record of ``message``, whose fields start at ``at``; gives the place where it ends.
Reader = Callable[[Binary, memoryview, int], int]


class Stream(ABC):
    """One session's ordered stream each way, apart from any transport.

    Give :meth:`receive` each message that comes; send what :meth:`take` gives. A session whose transport is
    gone goes on to take messages, which are kept, until :meth:`resume` says what the other side lacks.
    """

    def __init__(self, *, resumable: bool) -> None:
        self.link = Link(keeping=resumable)
        self.batch = Batch()
        self._link_items: list[str] = []
        self._readers = self._make_readers()

    @abstractmethod
    def _make_readers(self) -> dict[int, Reader]:
        """The records this side understands."""

    @abstractmethod
    def _session_item(self, item: list[object]) -> None:
        """Handle one session item."""

    @abstractmethod
    def _bye(self, item: list[object]) -> None:
        """Handle ``bye``."""

    @property
    def held_bytes(self) -> int:
        """Bytes on this side that the other has not acknowledged."""
        return self.link.kept_bytes + self.batch.size

    def receive(self, message: Received) -> bool:
        """Handle one message. Whether an acknowledgement or the like should be sent now.

        Raises:
            ProtocolError: it is not one that the protocol allows. The session must end; nothing of the
                message from the offending place on had any effect.
        """
        if len(message) > MAX_MESSAGE:
            raise ProtocolError("a message is too long")
        if isinstance(message, str):
            items = _items(loads(message))
            if items[0][0] in LINK_OPS:
                for item in items:
                    self._link_item(item)
                return bool(self._link_items)
            self._count(message)
            self._session_items(items)
        else:
            self._count(message)
            self._receive_records(message)
        return bool(self._link_items)

    def take(self) -> list[Outgoing]:
        """What is to be sent now."""
        messages = self.batch.take()
        if messages and self.link.keeping:
            self.link.keep(messages)
        if self._link_items:
            messages.append("[" + ",".join(self._link_items) + "]")
            self._link_items.clear()
        return messages

    def resume(self, received: int) -> list[Outgoing]:
        """What to send first on a new transport to a peer that has received so many messages."""
        self._link_items.clear()
        self.take()
        self.acknowledge()
        return self.link.lacking(received)

    def acknowledge(self) -> None:
        """Put an acknowledgement in the next :meth:`take`."""
        if self.link.keeping:
            self._link_items.append(f'["ack",{self.link.confirm()}]')

    def ping(self, number: int) -> None:
        """Put a ping in the next :meth:`take`."""
        self._link_items.append(f'["ping",{number}]')

    def _count(self, message: Received) -> None:
        if self.link.receive(message):
            self.acknowledge()

    def _receive_records(self, message: Binary) -> None:
        view = message if type(message) is memoryview else memoryview(message)
        end = len(message)
        at = 0
        readers = self._readers
        if not end:
            raise ProtocolError("an empty message")
        while at < end:
            reader = readers.get(message[at])
            if reader is None:
                raise ProtocolError(f"unknown record: {message[at]}")
            at = reader(message, view, at + 1)

    def _read_items(self, message: Binary, view: memoryview, at: int) -> int:
        start = at + 4
        end = start + int.from_bytes(message[at:start], "little")
        if end > len(message) or start > len(message):
            raise short()
        self._session_items(_items(loads_utf8(view[start:end])))
        return end

    def _session_items(self, items: Sequence[list[object]]) -> None:
        for item in items:
            self._session_item(item)

    def _link_item(self, item: list[object]) -> None:
        match item:
            case ["ack", n]:
                self.link.acknowledged(natural(n))
            case ["ping", n]:
                self._link_items.append(f'["pong",{natural(n)}]')
            case ["pong", n]:
                natural(n)
            case ["bye", *_]:
                self._bye(item)
            case _:
                raise ProtocolError("not a link item that may stand here")


def short() -> ProtocolError:
    """The error for a record that does not end within its message."""
    return ProtocolError("a record does not end within its message")


def _items(value: object) -> list[list[object]]:
    if not isinstance(value, list) or not value:
        raise ProtocolError("not a list of items")
    for item in value:
        if not isinstance(item, list) or not item or not isinstance(item[0], str):
            raise ProtocolError("not an item")
    return value
