"""What one turn of the loop caused, gathered into as few messages as may be."""

from __future__ import annotations

import struct

from ._framing import Outgoing, Pieces
from ._limits import CUT

_ITEMS = struct.Struct("<BI")
_OP_ITEMS = 5
#: From so many bytes on, in so few pieces, joining costs more than writing the pieces.
_JOIN = 64 << 10
_FEW = 32


class Batch:
    """Keeps items and records in order, and cuts them into messages.

    Items alone become a TEXT message. As soon as a record comes between them the message is BINARY, and the
    items before it go into an ITEMS record.
    """

    def __init__(self) -> None:
        self._items: list[str] = []
        self._records: list[bytes | memoryview] = []
        #: Bytes of the message that is being gathered, and of those that are finished.
        self._open = 0
        self._closed = 0
        self._messages: list[Outgoing] = []

    def __bool__(self) -> bool:
        return bool(self._records or self._items or self._messages)

    @property
    def size(self) -> int:
        """Bytes gathered and not yet taken."""
        return self._open + self._closed

    def item(self, text: str) -> None:
        """Add one item, as JSON text in ASCII."""
        self._items.append(text)
        self._open += len(text) + 1
        if self._open >= CUT:
            self._finish()

    def record(self, head: bytes) -> None:
        """Add one record without data."""
        if self._items:
            self._seal_items()
        self._records.append(head)
        self._open += len(head)
        if self._open >= CUT:
            self._finish()

    def data(self, head: bytes, data: bytes | memoryview) -> None:
        """Add one record that ends in data."""
        if self._items:
            self._seal_items()
        self._records += (head, data)
        self._open += len(head) + len(data)
        if self._open >= CUT:
            self._finish()

    def take(self) -> list[Outgoing]:
        """All messages, finished."""
        if self._items or self._records:
            self._finish()
        messages, self._messages = self._messages, []
        self._closed = 0
        return messages

    def _finish(self) -> None:
        large = self._open >= _JOIN
        self._closed += self._open
        self._open = 0
        if not self._records:
            self._messages.append("[" + ",".join(self._items) + "]")
            self._items.clear()
            return
        if self._items:
            self._seal_items()
        if large and len(self._records) <= _FEW:
            self._messages.append(Pieces(self._records, sum(map(len, self._records))))
            self._records = []
        else:
            self._messages.append(b"".join(self._records))
            self._records.clear()

    def _seal_items(self) -> None:
        text = ("[" + ",".join(self._items) + "]").encode("ascii")
        self._items.clear()
        self._records += (_ITEMS.pack(_OP_ITEMS, len(text)), text)
