"""HTML that is not quite the app's own: with the shim put first, or generated as Chrome does."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Sequence
from html import escape
from itertools import islice
from urllib.parse import quote

from ._own_policy import allow_site

__all__ = ["SHIM_PATH", "declares_charset", "generated_background_page", "with_shim", "with_shim_in_xhtml"]

SHIM_PATH = "/_homeport/shim.js"

_SCRIPT = '<script src="{}"{}></script>'
_XHTML_SCRIPT = f'<script xmlns="http://www.w3.org/1999/xhtml" src="{SHIM_PATH}"></script>'

#: What may stand before the first element: space, comments, processing instructions, the doctype.
_PIECE = re.compile(rb"[\t\n\f\r ]+|<!--.*?--!?>|<[?][^>]*>|<!(?!--)[^>]*>|</(?![a-zA-Z])[^>]*>", re.S)
#: So many of them; what has more of them gets the shim in their midst.
_MOST_PIECES = 1000
_COMMENT_STUB = re.compile(rb"<!---?>")
_XHTML_HEAD = re.compile(rb"<(?:html|head)(?:\s[^<>]*)?(?<!/)>", re.S)
_CHARSET = re.compile(rb"<meta[^>]+charset", re.I)

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def with_shim(page: bytes, shim: str = SHIM_PATH, *, site: Sequence[str] = ()) -> bytes:
    """An HTML page with the shim, a script, as its first element, behind whatever must stay in front.

    A doctype stays first, so that the page keeps its mode. A tag for ``html`` or ``head`` after the script
    still counts. Pages in any encoding that agrees with ASCII are taken as they are; UTF-16 has a mark.

    A policy in the page allows the sources ``site`` as well, and the shim is told what it allowed without.
    """
    mark, encoding = next(((m, e) for m, e in _MARKS if page.startswith(m)), (b"", "latin-1"))
    if encoding.startswith("utf-16"):
        text = page[len(mark) :].decode(encoding, "replace").encode("utf-8", "surrogatepass")
        return mark + _insert(text, shim, site).decode("utf-8", "surrogatepass").encode(encoding, "replace")
    return mark + _insert(page[len(mark) :], shim, site)


def _insert(page: bytes, shim: str, site: Sequence[str]) -> bytes:
    page, policies = allow_site(page, *site) if site else (page, [])
    told = f' data-connect="{escape(json.dumps(policies))}"' if policies else ""
    at = _prolog_end(page)
    return page[:at] + _SCRIPT.format(shim, told).encode() + page[at:]


def _prolog_end(page: bytes) -> int:
    at = 0
    for _ in range(_MOST_PIECES):
        if stub := _COMMENT_STUB.match(page, at):  # `<!-->` is a whole comment
            at = stub.end()
            continue
        piece = _PIECE.match(page, at)
        if piece is None or piece.end() == at:
            break
        at = piece.end()
    return at


def with_shim_in_xhtml(page: bytes) -> bytes:
    """An XHTML page with the shim as the first element of its head, or of its root."""
    found = list(islice(_XHTML_HEAD.finditer(page), 2))
    if not found:
        return page
    heads = [match for match in found if match[0].startswith(b"<head")]
    at = (heads or found)[0].end()
    return page[:at] + _XHTML_SCRIPT.encode() + page[at:]


def declares_charset(page: bytes) -> bool:
    """Whether the page says its encoding itself, as far as a browser looks for that."""
    return _CHARSET.search(page[:1024]) is not None


def generated_background_page(scripts: Sequence[str]) -> bytes:
    """The page that Chrome makes of ``background.scripts``."""
    tags = "".join(f'<script src="{escape(quote(script, safe=_SAFE))}"></script>\n' for script in scripts)
    return f"<!DOCTYPE html>\n<body>\n{tags}".encode()


#: What a path may hold as it is; the rest would mean something else in a URL.
_SAFE = "/!$&'()*+,;=:@~-._"
