"""The ``sockets`` key and the old ``socket`` permission: what an app may do on the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ._errors import FieldError
from ._patterns import Entry, Kind, PatternError, parse_pattern

__all__ = [
    "SocketPermissions",
    "json_type",
    "parse_socket_permission",
    "parse_sockets_key",
    "unknown_in_sockets",
]

# In the order in which Chromium looks at them: all types first, then all patterns.
_SLOTS = (
    ("udp", ("bind", "send", "multicastMembership")),
    ("tcp", ("connect",)),
    ("tcpServer", ("listen",)),
)

_OLD_NAMES = {
    "tcp-connect": Kind.TCP_CONNECT,
    "tcp-listen": Kind.TCP_LISTEN,
    "udp-bind": Kind.UDP_BIND,
    "udp-send-to": Kind.UDP_SEND,
    "udp-multicast-membership": Kind.UDP_MULTICAST_MEMBERSHIP,
    "resolve-host": Kind.RESOLVE_HOST,
    "resolve-proxy": Kind.RESOLVE_PROXY,
    "network-state": Kind.NETWORK_STATE,
}

_ANY_HOST = "Exchange data with any device on the local network or internet"


@dataclass(frozen=True, slots=True, init=False)
class SocketPermissions:
    """What an app may do on the network: a set of entries; one of them suffices, none can take away.

    Equal permissions are equal objects. ``|``, ``&`` and ``-`` work on entries as they are written: ``*``
    does not swallow ``a.com:80``.
    """

    entries: tuple[Entry, ...]

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        object.__setattr__(self, "entries", tuple(sorted(set(entries))))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __or__(self, other: SocketPermissions) -> SocketPermissions:
        return SocketPermissions((*self.entries, *other.entries))

    def __and__(self, other: SocketPermissions) -> SocketPermissions:
        return SocketPermissions(entry for entry in self.entries if entry in other.entries)

    def __sub__(self, other: SocketPermissions) -> SocketPermissions:
        return SocketPermissions(entry for entry in self.entries if entry not in other.entries)

    def check(self, kind: str, host: str = "", port: int = 0) -> Entry | None:
        """The first entry that lets the app do ``kind`` with ``host`` and ``port``; None if no entry does.

        ``host`` is compared as it was given to the API, before any name is resolved. ``port`` is not reduced
        modulo 65536, as Chromium does: ports out of range are for the caller to refuse.
        """
        for entry in self.entries:
            if entry.kind == kind and entry.allows(host, port):
                return entry
        return None

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """The entries of one kind."""
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def warnings(self) -> tuple[str, ...]:
        """The sentences that Chromium shows when the app is installed."""
        entries = [entry for entry in self.entries if entry.kind.has_address]
        if any(not entry.host for entry in entries):
            return (_ANY_HOST,)
        domains = sorted({entry.host for entry in entries if entry.subdomains})
        hosts = sorted({entry.host_text for entry in entries if not entry.subdomains})
        return (
            *_sentence("Exchange data with any device in the domain", " ", "s: ", domains),
            *_sentence("Exchange data with the device", " named ", "s named: ", hosts),
        )

    def to_manifest(self) -> dict[str, dict[str, list[str]]]:
        """The canonical value of a ``sockets`` key with exactly these entries."""
        result: dict[str, dict[str, list[str]]] = {}
        for group, slots in _SLOTS:
            for slot in slots:
                if texts := [str(entry) for entry in self.of_kind(f"{group}.{slot}")]:
                    result.setdefault(group, {})[slot] = texts
        return result


def _sentence(start: str, one: str, several: str, names: list[str]) -> tuple[str, ...]:
    if not names:
        return ()
    return (f"{start}{one if len(names) == 1 else several}{' '.join(names)}",)


def json_type(value: object) -> str:
    """Chromium's word for the type of a JSON value."""
    if isinstance(value, bool):
        return "boolean"
    names = {int: "integer", float: "double", str: "string", dict: "dictionary", list: "list"}
    return names.get(type(value), "null")


def parse_sockets_key(value: object) -> SocketPermissions:
    """Reads the value of the ``sockets`` key; raises :class:`FieldError` with Chromium's text."""
    if not isinstance(value, dict):
        raise FieldError(f"expected dictionary, got {json_type(value)}", "sockets")
    slots = [slot for group, names in _SLOTS for slot in _read_group(value, group, names)]
    return SocketPermissions(_parse(kind, text, where) for kind, texts in slots for where, text in texts)


def unknown_in_sockets(value: object) -> Iterator[tuple[tuple[str, ...], frozenset[str]]]:
    """What the ``sockets`` key has that means nothing, each with what could stand there."""
    groups = dict(_SLOTS)
    for group, slots in value.items() if isinstance(value, dict) else ():
        if group not in groups:
            yield ("sockets", group), frozenset(groups)
        else:
            names = frozenset(groups[group])
            yield from ((("sockets", group, name), names) for name in slots if name not in names)


_Texts = list[tuple[tuple[str | int, ...], str]]


def _read_group(
    sockets: Mapping[str, object], group: str, names: tuple[str, ...]
) -> Iterator[tuple[Kind, _Texts]]:
    if group not in sockets:
        return
    value = sockets[group]
    if not isinstance(value, dict):
        raise FieldError(f"'{group}': expected dictionary, got {json_type(value)}", "sockets", group)
    for name in names:
        if name in value:
            yield Kind(f"{group}.{name}"), _read_slot(value[name], ("sockets", group, name))


def _read_slot(value: object, where: tuple[str | int, ...]) -> _Texts:
    if isinstance(value, str):
        return [(where, value)]
    if not isinstance(value, list):
        raise FieldError(
            f"expected string or strings, got {json_type(value)}",
            *where,
            hint='Write a pattern such as "*:80", or a list of them.',
        )
    for index, item in enumerate(value):
        if not isinstance(item, str):
            text = f"Parsing array failed at index {index}: expected string, got {json_type(item)}"
            raise FieldError(f"Error at key 'strings': {text}", *where, index)
    return [((*where, index), item) for index, item in enumerate(value)]


def _parse(kind: Kind, text: str, where: tuple[str | int, ...]) -> Entry:
    try:
        return parse_pattern(kind, text)
    except PatternError as error:
        raise FieldError(str(error), *where, hint=error.hint) from None


def parse_socket_permission(items: list[object]) -> tuple[SocketPermissions, list[int]]:
    """Reads the list of the old ``socket`` permission, ``["tcp-connect:*:80", …]``.

    Gives what it allows, and the indexes of the items that mean nothing; Chromium passes over those.
    """
    entries: list[Entry] = []
    unknown: list[int] = []
    for index, item in enumerate(items):
        entry = _parse_old(item) if isinstance(item, str) else None
        if entry is None:
            unknown.append(index)
        else:
            entries.append(entry)
    return SocketPermissions(entries), unknown


def _parse_old(text: str) -> Entry | None:
    name, colon, pattern = text.partition(":")
    kind = _OLD_NAMES.get(name)
    if kind is None or (colon and not kind.has_address):
        return None
    try:
        return parse_pattern(kind, pattern)
    except PatternError:
        return None
