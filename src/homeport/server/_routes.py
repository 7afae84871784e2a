"""Routes that cannot be without an answer to: who may call this?"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from ._connections import Connection, Strangers
from ._gate import Access, RefusedError, admit, find_site
from ._sites import Site, Sites

__all__ = ["Handler", "Routes"]

_log = logging.getLogger("homeport.server")

#: Answers a request that was let through to a site.
Handler = Callable[[web.Request, Site], Awaitable[web.StreamResponse]]


class Routes:
    """The server's routes, and the one middleware that guards them."""

    def __init__(self, sites: Sites, strangers: Strangers) -> None:
        self._sites = sites
        self._strangers = strangers
        self._access: dict[object, Access] = {}
        self.application = web.Application(middlewares=[self._guard], client_max_size=4096)

    def add(self, path: str, access: Access, handler: Handler) -> None:
        """Serve ``path``. There is no default for ``access``, which says the methods too."""
        if not isinstance(access, Access):
            raise TypeError(f"{path} does not say who may call it")

        async def answer(request: web.Request) -> web.StreamResponse:
            return await handler(request, request[_SITE])

        self._access[answer] = access
        self.application.router.add_route("*", path, answer)

    def access_of(self, handler: object) -> Access | None:
        """Who may call a handler that the router knows."""
        return self._access.get(handler)

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        connection = request.protocol
        try:
            if isinstance(connection, Connection):
                self._strangers.asked(connection)
                if connection.is_other_users:
                    raise RefusedError(403, "another user of this machine asks")
            if not _is_text(request.headers):
                raise RefusedError(400, "a header that is no text")
            site = find_site(request, self._sites)
            access = self.access_of(request.match_info.handler)
            if access is None:
                raise RefusedError(404, "no such route")
            admit(request, site, access)
        except RefusedError as error:
            _log.info("refused %s from %s: %s", request.method, request.remote, error)
            return refusal(error.status)
        request[_SITE] = site
        return await handler(request)


def _is_text(headers: Mapping[str, str]) -> bool:
    """Whether every header was UTF-8; what was not holds lone surrogates, on which others stumble."""
    try:
        "".join(headers.values()).encode()
    except UnicodeEncodeError:
        return False
    return True


_SITE: web.RequestKey[Site] = web.RequestKey("site", Site)

_PHRASES = {
    400: "Bad request",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    411: "Length required",
    415: "Unsupported media type",
    421: "Misdirected request",
    429: "Too many requests",
}


def refusal(status: int) -> web.Response:
    """A plain answer that tells nothing but its status. The connection is closed."""
    response = web.Response(status=status, text=_PHRASES.get(status, "Error") + "\n")
    response.force_close()
    return response
