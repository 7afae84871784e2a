"""The cookies of an app's servers: kept until the app ends.

A cookie may say by ``Domain`` that it is for all servers below a name, but for no name of one word, such as
``local``, as in browsers: whoever has one server there would speak into what others are told. Browsers know
longer names of that kind too (``co.uk``), by a list that grows every week; here it would be as old as the
release, and what it keeps apart are servers that one and the same app names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from yarl import URL

__all__ = ["Cookies"]

#: Bytes of a name and its value; browsers keep no longer ones either.
_LONGEST = 4096
_DOMAIN = re.compile(r";\s*domain\s*=([^;]*)", re.IGNORECASE)


class Cookies(aiohttp.CookieJar):
    """What servers set; addresses without a name have cookies as well."""

    def __init__(self) -> None:
        super().__init__(unsafe=True)

    def update_cookies_from_headers(self, headers: Sequence[str], response_url: URL) -> None:
        """Keep what the server at ``response_url`` set."""
        host = (response_url.raw_host or "").lower()
        checked = (_checked(header, host) for header in headers)
        super().update_cookies_from_headers([header for header in checked if header], response_url)


def _checked(header: str, host: str) -> str:
    """The header if it is for nobody whom it must not be for, and not too long; else an empty one."""
    pair, _, _ = header.partition(";")
    if len(pair.strip().encode("utf-8", "surrogateescape")) > _LONGEST + 1:  # the sign between them
        return ""
    domains = _DOMAIN.findall(header)
    domain = domains[-1].strip().lstrip(".").lower() if domains else ""
    if not domain or "." in domain:
        return header
    # One of one word may be the server's own, and is for that one alone.
    return _DOMAIN.sub("", header) if domain == host else ""
