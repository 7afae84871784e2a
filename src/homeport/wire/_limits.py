"""The numbers of section 1 and section 6 of ``docs/wire.md``."""

from __future__ import annotations

VERSION = 1

MAX_MESSAGE = 16 << 20
MAX_FIRST_MESSAGE = 4 << 10
MAX_DATA = 256 << 10
MAX_SEND = 200 << 20
#: Bytes of one socket that a page may have promised to be sent and the daemon not yet got rid of.
MAX_PROMISED = 512 << 10
#: The daemon tells of kept promises in steps of so many bytes.
KEPT_STEP = 128 << 10
MAX_NAME = 128
MAX_HOLES = 16
MAX_PATH = 8
MAX_ID = (1 << 32) - 1

#: A sender closes a message once it holds this much.
CUT = 256 << 10

#: What a receiver acknowledges at the latest: messages, bytes, seconds.
ACK_MESSAGES = 32
ACK_BYTES = 1 << 20
ACK_DELAY = 1.0

#: What a sender keeps for a peer that acknowledges nothing, and where it starts to drop datagrams.
MAX_KEPT = 16 << 20
MAX_KEPT_DATAGRAMS = 8 << 20

#: Seconds: silence before a ping, silence after it, and the wait for the first message.
PING_AFTER = 20.0
DROP_AFTER = 20.0
HELLO_WITHIN = 5.0
