"""What a page of an app holds: its scripts, what it refers to, and what an app's policy blocks."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["InlineScript", "Page", "Reference", "parse_page"]

# Elements that load something, and the attribute that says what.
_SOURCES = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "audio": "src",
    "video": "src",
    "source": "src",
    "embed": "src",
    "object": "data",
    "input": "src",
}
#: Seconds for one page. The parser takes the square of the length for what is no HTML, such as `<a <a <a`.
_PATIENCE = 5.0
#: Not ``on-click``, which is a library's.
_HANDLER = re.compile(r"on[a-z]+")
_OF_A_PAGE = frozenset(("html", "head", "body"))
_JAVASCRIPT = frozenset(("", "text/javascript", "application/javascript", "module", "text/ecmascript"))


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a page loads. ``kind`` is the element, or ``stylesheet``."""

    kind: str
    url: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class InlineScript:
    """A script that stands in the page itself; places in it begin at ``line`` and ``column``."""

    source: str
    line: int
    column: int


@dataclass(slots=True)
class Page:
    """What was found, each with its line and column."""

    references: list[Reference] = field(default_factory=list)
    inline_scripts: list[InlineScript] = field(default_factory=list)
    #: Attributes such as ``onclick``, and ``javascript:`` links.
    inline_handlers: list[tuple[str, int, int]] = field(default_factory=list)
    #: Elements that only Chrome Apps have: ``webview``, ``appview``.
    app_elements: list[tuple[str, int, int]] = field(default_factory=list)
    #: Whether it is to be put into another page, as it does not say that it is one.
    is_piece: bool = True
    #: Whether all of it was looked at.
    whole: bool = True


class _TooLongError(Exception):
    """The page takes too long."""


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._in_script = False
        self._until = time.monotonic() + _PATIENCE

    def updatepos(self, i: int, j: int) -> int:
        """At each step."""
        if time.monotonic() > self._until:
            raise _TooLongError
        return super().updatepos(i, j)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """A comment for browsers; the parser would give up."""
        return self.parse_bogus_comment(i, bool(report))

    def handle_decl(self, decl: str) -> None:
        self.page.is_piece = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, offset = self.getpos()
        place = (line, offset + 1)
        values = {name: value or "" for name, value in attrs}
        if tag in _OF_A_PAGE:
            self.page.is_piece = False
        elif tag in ("webview", "appview"):
            self.page.app_elements.append((tag, *place))
        elif tag == "link":
            if "stylesheet" in values.get("rel", "").lower().split() and values.get("href"):
                self.page.references.append(Reference("stylesheet", values["href"], *place))
        elif url := values.get(_SOURCES.get(tag, ""), "").strip():
            self.page.references.append(Reference(tag, url, *place))
        for name, value in values.items():
            is_link = name in ("href", "action", "src") and value.strip().lower().startswith("javascript:")
            if is_link or (value and _HANDLER.fullmatch(name)):
                self.page.inline_handlers.append((name, *place))
        kind = values.get("type", "").strip().lower()
        self._in_script = tag == "script" and "src" not in values and kind in _JAVASCRIPT

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            line, offset = self.getpos()
            self.page.inline_scripts.append(InlineScript(data, line, offset + 1))


def parse_page(text: str) -> Page:
    """Reads a page; any text is one."""
    parser = _Parser()
    try:
        parser.feed(text)
        parser.close()
    except _TooLongError:
        parser.page.whole = False
    return parser.page
