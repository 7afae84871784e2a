"""Hosts that are not ASCII, as Chromium maps them: UTS 46, with its checks of joiners and direction."""

from __future__ import annotations

from itertools import chain
from typing import Final
from unicodedata import bidirectional

import idna

_PREFIX: Final = "xn--"
_JOINERS: Final = frozenset("\u200c\u200d")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


def to_ascii(host: str) -> str:
    """The host in ASCII, which need not be one that can be.

    Raises:
        UnicodeError: there is none.
    """
    mapped = idna.uts46_remap(host, std3_rules=False)
    labels = [_decoded(label) for label in mapped.split(".")]
    to_the_left = any(bidirectional(character) in _RIGHT_TO_LEFT for character in chain(*labels))
    for label in filter(None, labels):
        _check(label, to_the_left)
    return ".".join(map(_encoded, labels))


def _decoded(label: str) -> str:
    if not label.startswith(_PREFIX):
        return label
    decoded = label.removeprefix(_PREFIX).encode("ascii").decode("punycode")
    if decoded.isascii() or idna.uts46_remap(decoded, std3_rules=False) != decoded:
        raise idna.IDNAError("nothing is written like this")
    return decoded


def _encoded(label: str) -> str:
    return label if label.isascii() else _PREFIX + label.encode("punycode").decode()


def _check(label: str, to_the_left: bool) -> None:
    idna.check_initial_combiner(label)
    if to_the_left:
        idna.check_bidi(label, check_ltr=True)
    for place, character in enumerate(label):
        if character in _JOINERS and not idna.valid_contextj(label, place):
            raise idna.IDNAError("a joiner that joins nothing")
