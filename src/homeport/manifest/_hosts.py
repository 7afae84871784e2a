"""Host permissions: the match patterns among an app's ``permissions``, such as ``http://*.example.com/*``.

They name the servers that its pages may ask without those servers' consent. A path is part of a pattern and
means nothing here, as in Chromium; without a port every port is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ._patterns import Entry, Kind, PatternError, parse_pattern

__all__ = ["HostPattern", "HostPermissions", "parse_host_pattern"]

_PATTERN = re.compile(
    r"(?P<scheme>\*|https?|wss?)://(?P<host>\*|(?:\*\.)?[^/*:\[\]]+|\[[^/*\[\]]+\])(?::(?P<port>\*|[0-9]+))?/.*",
    re.DOTALL,
)
_ALL = "<all_urls>"
_SCHEMES = {"*": ("http", "https"), _ALL: ("http", "https", "ws", "wss")}


class HostPattern(NamedTuple):
    """One pattern: its schemes, and as an entry of ``tcp.connect`` its host and port."""

    schemes: tuple[str, ...]
    entry: Entry

    def allows(self, scheme: str, host: str, port: int) -> bool:
        """Whether an address with this scheme, host and port fits."""
        return scheme in self.schemes and self.entry.allows(host, port)


def parse_host_pattern(text: str) -> HostPattern | None:
    """Reads one pattern; ``None`` for what is none, such as the name of an API."""
    if text == _ALL:
        return HostPattern(_SCHEMES[_ALL], Entry(Kind.TCP_CONNECT))
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    try:
        entry = parse_pattern(Kind.TCP_CONNECT, f"{match['host']}:{match['port'] or '*'}")
    except PatternError:
        return None
    return HostPattern(_SCHEMES.get(match["scheme"], (match["scheme"],)), entry)


class HostPermissions:
    """The patterns among ``permissions``, which may hold anything else as well."""

    def __init__(self, permissions: Iterable[str | Mapping[str, object]]) -> None:
        texts = (each for each in permissions if isinstance(each, str))
        found = {text: pattern for text in texts if (pattern := parse_host_pattern(text)) is not None}
        #: As they are written.
        self.texts = tuple(found)
        self.patterns = tuple(found.values())

    def allows(self, scheme: str, host: str, port: int) -> bool:
        """Whether the app may ask there; ``scheme`` as ``http``, ``host`` as it is in an address."""
        return any(pattern.allows(scheme, host, port) for pattern in self.patterns)

    @property
    def entries(self) -> list[Entry]:
        """The same as entries of ``tcp.connect``, which know no scheme."""
        return [pattern.entry for pattern in self.patterns]
