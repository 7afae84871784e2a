"""The wire between a page and the daemon, sans-IO: messages in, calls and events out.

The protocol is written down in ``docs/wire.md``. :class:`DaemonStream` and :class:`PageStream` are the two
ends of one session; they know no transport, no clock and no event loop, and outlive a dropped transport.
"""

from __future__ import annotations

from ._daemon import Calls, DaemonStream
from ._errors import ByeCode, ProtocolError, UnacknowledgedError, VersionError
from ._framing import Message, Outgoing, Pieces, Received, StreamFramer, frame, frame_head
from ._handshake import (
    Busy,
    Bye,
    Hello,
    Waiting,
    Welcome,
    encode_busy,
    encode_bye,
    encode_hello,
    encode_welcome,
    parse_answer,
    parse_hello,
    parse_waiting,
)
from ._limits import (
    ACK_DELAY,
    DROP_AFTER,
    HELLO_WITHIN,
    KEPT_STEP,
    MAX_FIRST_MESSAGE,
    MAX_KEPT,
    MAX_MESSAGE,
    MAX_PROMISED,
    PING_AFTER,
    VERSION,
)
from ._page import Answers, PageStream

__all__ = [
    "ACK_DELAY",
    "DROP_AFTER",
    "HELLO_WITHIN",
    "KEPT_STEP",
    "MAX_FIRST_MESSAGE",
    "MAX_KEPT",
    "MAX_MESSAGE",
    "MAX_PROMISED",
    "PING_AFTER",
    "VERSION",
    "Answers",
    "Busy",
    "Bye",
    "ByeCode",
    "Calls",
    "DaemonStream",
    "Hello",
    "Message",
    "Outgoing",
    "PageStream",
    "Pieces",
    "ProtocolError",
    "Received",
    "StreamFramer",
    "UnacknowledgedError",
    "VersionError",
    "Waiting",
    "Welcome",
    "encode_busy",
    "encode_bye",
    "encode_hello",
    "encode_welcome",
    "frame",
    "frame_head",
    "parse_answer",
    "parse_hello",
    "parse_waiting",
]
