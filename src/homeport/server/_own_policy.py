"""A policy that a page has of its own, in a ``meta`` element: what Homeport needs it to allow besides.

In Chromium such a policy says which servers the page may connect to, and the app's own files it may always
read. Here those files, and what the daemon asks other servers for, come from this site. So this site is added
to what may be connected to, and what was there before is for the shim, which leads nothing to the daemon that
the policy does not allow.
"""

from __future__ import annotations

import re
from html import escape, unescape

__all__ = ["allow_site"]

#: A policy is in the page's head, and whoever has it elsewhere has none.
_HEAD = 32 << 10
_ATTRIBUTE = rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')"
#: What does not end takes the rest with it, as in a browser, and nothing is looked at twice.
_PIECE = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|title|template)\b.*?(?:</\1|\Z)"
    rb"|(<meta(?=[\s/])" + _ATTRIBUTE + rb"*+>)|<meta(?=[\s/]).*",
    re.S | re.I,
)
_IS_POLICY = re.compile(rb"\bhttp-equiv\s*+=\s*+[\"']?\s*+content-security-policy\b(?!-)", re.I)
_CONTENT = re.compile(rb"(?<![-\w])content\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.I)


def allow_site(page: bytes, *sources: str) -> tuple[bytes, list[list[str]]]:
    """The page with ``sources`` in its policies, and what each policy said may be connected to."""
    said: list[list[str]] = []
    head, rest = page[:_HEAD], page[_HEAD:]
    if b"content-security-policy" not in head.lower():
        return page, said

    def widened(content: re.Match[bytes]) -> bytes:
        text = unescape(next(filter(None, content.groups()), b"").decode("utf-8", "surrogateescape"))
        policies = ",".join(_widened(policy, sources, said) for policy in text.split(","))
        return b'content="' + escape(policies).encode("utf-8", "surrogateescape") + b'"'

    def replaced(piece: re.Match[bytes]) -> bytes:
        meta = piece[2]
        if meta is None or _IS_POLICY.search(meta) is None:
            return piece[0]
        return _CONTENT.sub(widened, meta, count=1)

    return _PIECE.sub(replaced, head) + rest, said


def _widened(policy: str, sources: tuple[str, ...], said: list[list[str]]) -> str:
    directives: dict[str, list[str]] = {}
    for directive in policy.split(";"):
        words = directive.split()
        if words:
            directives.setdefault(words[0].lower(), words[1:])
    before = directives.get("connect-src", directives.get("default-src"))
    if before is None:
        return policy
    said.append(before)
    kept = [source for source in before if source.lower() != "'none'"]
    directives["connect-src"] = [*kept, *sources]
    return "; ".join(" ".join([name, *words]) for name, words in directives.items())
