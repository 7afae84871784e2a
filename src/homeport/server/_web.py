"""What a tab asks other servers: its browser would want their consent (CORS), so the daemon asks for it.

The shim sends a request for an address that the app's host permissions name as a POST to ``/_homeport/web``,
with the session's secret and, in ``X-Homeport-Ask``, what it is::

    {"method": "GET", "url": "http://printer.local/", "mode": "cors", "credentials": true,
     "redirect": "follow" | "manual" | "error", "tell": false}

What is too long for one header goes on in ``X-Homeport-Ask-1``, ``X-Homeport-Ask-2`` and so on. Headers
and body are the request's own. The answer has the other server's status, reason, type and body; the rest of
its head is in ``X-Homeport-Told``, since no header of a stranger's may mean anything at the app's own
origin::

    {"url": "http://printer.local/", "redirected": false, "headers": [["content-type", "text/plain"], …]}

Where nothing is answered the browser is led to an address that it refuses, which is how it comes to the same
network error. One that follows no redirect is given one of ours, or ``X-Homeport-Failed`` for no answer; so
is one that is to be told, with ``refused`` where the permissions do not name a server that another led to.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientResponse, web
from multidict import CIMultiDictProxy
from yarl import URL

from homeport.errors import HomeportError
from homeport.host import Asked, NotNamedError, WebClient, is_redirect, shown_headers, was_redirected
from homeport.manifest import HostPermissions, SocketPermissions

from ._connections import Connection
from ._routes import refusal

if TYPE_CHECKING:
    from homeport.engine import Engine

    from ._sites import Site

__all__ = ["WEB_PATH", "WebRoute", "may_ask"]

WEB_PATH = "/_homeport/web"

_ASK, _TOLD, _FAILED = "X-Homeport-Ask", "X-Homeport-Told", "X-Homeport-Failed"
#: A body of so many bytes is kept, to be sent again after a redirect that asks for it.
_KEPT = 1 << 20
#: Of all of an app's together.
_ALL_KEPT = 64 << 20
#: An app's requests under way; more wait their turn, as in a browser.
_MOST_REQUESTS = 256
#: What says how the body is to be read; it means the same here.
_OF_THE_BODY = ("Content-Type", "Content-Encoding")
#: What ends a line, or its text.
_CONTROLS = re.compile(r"[\0-\x1f\x7f]")
_ERRORS = (ClientError, HomeportError, OSError, ValueError, TimeoutError)


@dataclass(frozen=True, slots=True)
class _Ask:
    """What ``X-Homeport-Ask`` says."""

    method: str
    url: str
    mode: str
    credentials: bool
    redirect: str
    tell: bool


@dataclass(eq=False, slots=True)
class _App:
    """One app's client, and its requests under way."""

    client: WebClient
    tasks: set[asyncio.Task[web.StreamResponse]] = field(default_factory=set)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MOST_REQUESTS))
    #: Bytes of the bodies that are kept.
    kept: int = 0

    async def aclose(self) -> None:
        """End its requests, also those that are being read or wait for a connection."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.client.aclose()


class WebRoute:
    """Answers ``/_homeport/web``; each app has a client of its own, made at its first request."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._apps: dict[str, _App] = {}
        self._closed = False

    async def answer(self, request: web.Request, site: Site) -> web.StreamResponse:
        """Ask for a page whose secret was found good, until it does not wait any more."""
        ask = _read(request.headers)
        if ask is None:
            return refusal(400)
        if request.body_exists and request.content_length is None:
            return refusal(411)  # no browser asks so, and there is no saying how much comes
        if self._closed:
            return refusal(421)
        app = self._app(site)
        task = asyncio.create_task(self._answer(request, site, app, ask))
        app.tasks.add(task)
        task.add_done_callback(app.tasks.discard)
        connection = request.protocol
        assert isinstance(connection, Connection)  # noqa: S101 - made by the daemon
        with connection.telling(task.cancel):
            return await task

    async def forget(self, app_id: str) -> None:
        """End an app's requests, and forget its cookies."""
        app = self._apps.pop(app_id, None)
        if app is not None:
            await app.aclose()

    async def aclose(self) -> None:
        """End every app's, and take no more."""
        self._closed = True
        for app_id in list(self._apps):
            await self.forget(app_id)

    def _app(self, site: Site) -> _App:
        app = self._apps.get(site.app.id)
        if app is None:
            permissions = HostPermissions(site.app.manifest.permissions)

            def allows(url: URL) -> bool:
                return permissions.allows(url.scheme, url.host or "", url.port or 0)

            entries = SocketPermissions(permissions.entries)
            app = _App(WebClient(site.app, self._engine, entries, allows=allows))
            self._apps[site.app.id] = app
        return app

    async def _answer(self, request: web.Request, site: Site, app: _App, ask: _Ask) -> web.StreamResponse:
        async with app.turns:
            length = request.content_length or 0
            kept = length if length <= _KEPT and app.kept + length <= _ALL_KEPT else None
            app.kept += kept or 0
            try:
                return await self._ask(request, site, app.client, ask, length, kept is not None)
            finally:
                app.kept -= kept or 0

    async def _ask(
        self, request: web.Request, site: Site, client: WebClient, ask: _Ask, length: int, kept: bool
    ) -> web.StreamResponse:
        try:
            asked = Asked(
                ask.method,
                ask.url,
                request.headers.items(),
                (await request.content.read() or None) if kept else request.content.iter_any(),
                length=None if kept else length,
                mode=ask.mode,
                credentials=ask.credentials,
                follow=ask.redirect == "follow",
                unpack=False,
            )
            answer = await client.ask(asked)
        except _ERRORS as error:
            return _failed(site, ask, refused=isinstance(error, NotNamedError))
        async with answer:
            if is_redirect(answer):
                return _redirected(site) if ask.redirect == "manual" else _failed(site, ask)
            return await _pass_on(request, site, ask, answer)


def may_ask(request: web.Request, site: Site) -> web.StreamResponse:
    """What a browser is told that wants to ask at another of the site's names."""
    response = web.Response(status=204)
    response.headers.update(_readable(site))
    response.headers["Access-Control-Allow-Methods"] = "POST"
    response.headers["Access-Control-Allow-Headers"] = request.headers.get(
        "Access-Control-Request-Headers", ""
    )
    response.headers["Access-Control-Max-Age"] = "7200"
    return response


def _readable(site: Site) -> dict[str, str]:
    """What lets the app's own origin, and no other, read what comes from the site's other names."""
    return {
        "Access-Control-Allow-Origin": site.origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": f"{_TOLD}, {_FAILED}",
        "Vary": "Origin",
    }


async def _pass_on(request: web.Request, site: Site, ask: _Ask, answer: ClientResponse) -> web.StreamResponse:
    reason = _shown(answer.reason or "")
    told = {"url": str(answer.url), "redirected": was_redirected(answer), "headers": shown_headers(answer)}
    response = _alone(site, web.StreamResponse(status=answer.status, reason=reason))
    response.headers[_TOLD] = json.dumps(told, separators=(",", ":"))
    response.headers["Content-Type"] = ""  # none, which would be made up else
    for name in _OF_THE_BODY:
        if name in answer.headers:
            response.headers[name] = _shown(", ".join(answer.headers.getall(name)))
    if ask.method.upper() != "HEAD":
        response.content_length = answer.content_length
    await response.prepare(request)
    try:
        async for piece in answer.content.iter_any():
            await response.write(piece)
    except _ERRORS:
        if request.transport is not None:
            request.transport.close()  # what was promised does not come: an error for the page as well
        return response
    await response.write_eof()
    return response


def _shown(text: str) -> str:
    """A text of the other server's as a head can have it."""
    return _CONTROLS.sub("", text).encode("utf-8", "replace").decode()


def _alone(site: Site, response: web.StreamResponse) -> web.StreamResponse:
    """Nothing of it is kept, and it is no page, wherever somebody leads a browser to it."""
    response.headers.update(_readable(site))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _failed(site: Site, ask: _Ask, *, refused: bool = False) -> web.StreamResponse:
    if ask.redirect == "manual" or ask.tell:
        why = "refused" if refused else "failed"
        return _alone(site, web.Response(status=502, headers={_FAILED: why}))
    return _alone(site, web.Response(status=302, headers={"Location": "data:,"}))


def _redirected(site: Site) -> web.StreamResponse:
    return _alone(site, web.Response(status=302, headers={"Location": "/"}))


def _read(headers: CIMultiDictProxy[str]) -> _Ask | None:
    """What the headers say, if each says it once and rightly."""
    parts = headers.getall(_ASK, [])
    for number in itertools.count(1):
        if not (more := headers.getall(f"{_ASK}-{number}", [])):
            break
        parts += more
    try:
        ask: Any = json.loads("".join(parts))
    except (ValueError, RecursionError):
        return None
    match ask:
        case {
            "method": str(method),
            "url": str(url),
            "mode": str(mode),
            "credentials": bool(credentials),
            "redirect": "follow" | "manual" | "error" as redirect,
            **rest,
        } if mode in ("cors", "no-cors", "same-origin"):
            return _Ask(method, url, mode, credentials, redirect, rest.get("tell") is True)
    return None
