"""What is measured, and which face makes which of it."""

from __future__ import annotations

#: Work of an app on its sockets; ``app/measure.js`` says what a name means.
APP = (
    "call",
    "rtt:1",
    "rtt:64",
    "rtt:4096",
    "rttawait:64",
    "recv:0",
    "recv:65536",
    "recv:1048576",
    "send:4096:1",
    "send:65536:1",
    "send:65536:8",
    "send:1048576:1",
    "udp:64:1",
    "udp:64:16",
    "udp:1400:16",
    "connect",
    "accept:close:1",
    "accept:close:16",
    "accept:echo:1",
    "accept:echo:16",
    "many:100:64",
    "chatty",
)
#: What a tab's WebSocket can do at all; ``bare/measure.js`` says what a name means.
BARE = (
    "bare:rtt:64:1",
    "bare:rtt:64:1:worker",
    "bare:rtt:64:16",
    "bare:recv:4096",
    "bare:recv:65536",
    "bare:recv:65536:worker",
    "bare:recv:131072",
    "bare:recv:261120",
)
#: The same peer behind the bridge that people use today.
BRIDGE = ("websockify:rtt:64:1", "websockify:recv")
ALL = APP + BARE + BRIDGE

_GROUPS = (("call", "rtt", "rttawait"), ("recv", "send"), ("udp", "connect", "accept", "many", "chatty"))


def kind(name: str) -> str:
    """The first word."""
    return name.partition(":")[0]


def is_bare(name: str) -> bool:
    """Whether a page with bare WebSockets makes it, and no app."""
    return kind(name) in ("bare", "websockify")


def groups(names: list[str]) -> list[list[str]]:
    """The names in the groups in which faces take turns; what is compared is in one group."""

    def group(name: str) -> int:
        word = name.split(":")[1] if is_bare(name) else kind(name)
        return next(index for index, words in enumerate(_GROUPS) if word in words)

    made: list[list[str]] = [[] for _ in _GROUPS]
    for name in names:
        made[group(name)].append(name)
    return [each for each in made if each]
