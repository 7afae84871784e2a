"""Who may ask for what. Every request passes here before anything else looks at it.

========  ========================================================================================
SHELL     the app's own origin, the address bar, and links: a page at top level, never in a frame
OWN       the app's own origin, and the address bar
FILE      likewise; by any method, if a browser says that a script of the app's own origin asks. By the site's
          secret name for that: its sandboxed pages, which have no origin, and whatever these load
SANDBOX   the same where a browser does not know that name: the token is in the path
EXCHANGE  a script of the app's own origin, with JSON
WIRE      a script of the app's own origin, with a WebSocket
WEB       a script of the app's own origin, with a secret in a header; by the site's other names, too, where
          its browser asks before whether it may
========  ========================================================================================

First of all, for every request: the connection is this user's own, where the system tells, and the ``Host``
header names, exactly, an app that is registered at the port that the request came to. What a request says
about itself is believed only where a browser says it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from homeport.errors import HomeportError

if TYPE_CHECKING:
    from aiohttp import web

    from ._sites import Site, Sites

__all__ = ["SECRET_HEADER", "Access", "RefusedError", "admit", "find_site"]

#: Where a request for the web has the session's secret.
SECRET_HEADER = "X-Homeport-Secret"  # noqa: S105 - its name


class Access(Enum):
    """Who may call a route; see the module's text."""

    SHELL = "shell"
    OWN = "own"
    FILE = "file"
    SANDBOX = "sandbox"
    EXCHANGE = "exchange"
    WIRE = "wire"
    WEB = "web"


class RefusedError(HomeportError):
    """A request is refused. The reason goes to the log, not to whoever asked."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def find_site(request: web.BaseRequest, sites: Sites) -> Site:
    """The site that the request is for."""
    hosts = request.headers.getall("Host", [])
    if len(hosts) != 1:
        raise RefusedError(400, "not exactly one Host header")
    if not request.raw_path.startswith("/"):
        raise RefusedError(400, "not a path")
    site = sites.by_authority(hosts[0]) or sites.by_shard(hosts[0]) or sites.by_sandbox(hosts[0])
    if site is None:
        raise RefusedError(421, "a Host that is none of ours")
    transport = request.transport
    local = None if transport is None else transport.get_extra_info("sockname")
    if local is None or local[1] != site.port:
        raise RefusedError(421, "a Host that is at another port")
    return site


def admit(request: web.Request, site: Site, access: Access) -> None:
    """Let the request through, or raise :class:`RefusedError`."""
    host = request.headers["Host"]
    if host == site.sandbox_authority and access is Access.FILE:
        _read_only(request)
        return
    if host == site.sandbox_authority or (access is not Access.WEB and host != site.authority):
        raise RefusedError(421, "a Host that is for another purpose")
    _CHECKS[access](request, site)


_READING = ("GET", "HEAD")


def _shell(request: web.BaseRequest, site: Site) -> None:
    _read_only(request)
    if _fetch_site(request) in _OWN:
        return
    headers = request.headers
    if headers.get("Sec-Fetch-Mode") != "navigate" or headers.get("Sec-Fetch-Dest") != "document":
        raise RefusedError(403, "another site asks")


def _own(request: web.BaseRequest, site: Site) -> None:
    _read_only(request)
    if _fetch_site(request) not in _OWN:
        raise RefusedError(403, "another site asks")


def _file(request: web.BaseRequest, site: Site) -> None:
    if request.method in _READING:
        _own(request, site)
    elif request.headers.getall("Sec-Fetch-Dest", []) != ["empty"] or _fetch_site(request) is None:
        raise RefusedError(405, "not a GET")
    else:
        _same_origin(request, site)


def _sandbox(request: web.Request, site: Site) -> None:
    _read_only(request)
    token = request.match_info["token"].encode("utf-8", "replace")
    if not hmac.compare_digest(token, site.sandbox_token.encode()):
        raise RefusedError(403, "not the sandbox token")


def _exchange(request: web.BaseRequest, site: Site) -> None:
    if request.method != "POST":
        raise RefusedError(405, "not a POST")
    _same_origin(request, site)
    if request.headers.getall("Content-Type", []) != ["application/json"]:
        raise RefusedError(415, "not JSON")


def _wire(request: web.BaseRequest, site: Site) -> None:
    _read_only(request)
    _same_origin(request, site)


def _web(request: web.BaseRequest, site: Site) -> None:
    shard = request.headers["Host"] != site.authority
    asks_first = shard and request.method == "OPTIONS"
    if request.method != "POST" and not asks_first:
        raise RefusedError(405, "not a POST")
    _same_origin(request, site, _SHARDS if shard else _HERE)
    if not asks_first and len(request.headers.getall(SECRET_HEADER, [])) != 1:
        raise RefusedError(403, "not exactly one secret")


_HERE = ("same-origin", None)
_SHARDS = ("same-site", None)


def _same_origin(request: web.BaseRequest, site: Site, from_where: tuple[str | None, ...] = _HERE) -> None:
    if request.headers.getall("Origin", []) != [site.origin]:
        raise RefusedError(403, "not the app's own origin")
    if _fetch_site(request) not in from_where:
        raise RefusedError(403, "another site asks")


def _read_only(request: web.BaseRequest) -> None:
    if request.method not in _READING:
        raise RefusedError(405, "not a GET")


def _fetch_site(request: web.BaseRequest) -> str | None:
    values = request.headers.getall("Sec-Fetch-Site", [])
    if len(values) > 1:
        raise RefusedError(400, "two Sec-Fetch-Site headers")
    return values[0] if values else None


#: ``None``: not a browser, or one so old that the other checks must do.
_OWN = ("same-origin", "none", None)

_CHECKS: dict[Access, Callable[[web.Request, Site], None]] = {
    Access.SHELL: _shell,
    Access.OWN: _own,
    Access.FILE: _file,
    Access.SANDBOX: _sandbox,
    Access.EXCHANGE: _exchange,
    Access.WIRE: _wire,
    Access.WEB: _web,
}
