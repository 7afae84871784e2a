"""What asks the web for an app: through the engine, and with what Chromium sends for a Chrome App.

A Chrome App's pages ask the servers that its permissions name as if those were their own: no consent of the
server's is needed, cookies are kept and sent, and a request that may change something says whose it is.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from homeport.manifest import SocketPermissions

from ._web_cookies import Cookies
from ._web_login import Logins
from ._web_transport import EngineConnector, NotNamedError, RefusedError, WebSink

if TYPE_CHECKING:
    from homeport.appfiles import App
    from homeport.engine import Engine

__all__ = ["Asked", "NotNamedError", "WebClient", "is_redirect", "shown_headers", "was_redirected"]

#: Chromium gives up after so many.
_MAX_REDIRECTS = 20
_REDIRECTS = (301, 302, 303, 307, 308)
#: Of a line or a field of an answer's head, which is bounded as a whole, too.
_MAX_FIELD = 65536
_MAX_FIELDS = 4096
#: Connections for requests to one server.
_MOST_TO_ONE = 64
#: A body of so many bytes is written at once.
_AT_ONCE = 65536
#: What the client, or this module, sets by itself, or browsers let no page set.
_OURS = re.compile(
    r"host|connection|content-length|transfer-encoding|upgrade|expect|te|trailer|keep-alive|origin|referer|cookie"
    r"|priority|dnt|upgrade-insecure-requests|(?:sec|proxy|x-homeport)-.*",
    re.IGNORECASE,
)
#: An address as a page's ``URL`` writes it; anything else could end the line of a request that it is in.
_ADDRESS = re.compile(r"[!-~]+")
#: What stays as it is where a server leads elsewhere; the rest is escaped, as browsers do.
_IN_ADDRESSES = "!#$%&'()*+,-./:;=?@[\\]^_`{|}~"
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_METHODS = {"CONNECT", "TRACE", "TRACK"}
#: Ports of services that are not the web, the Fetch standard's "bad ports": what an app says there could be
#: taken for another protocol.
# fmt: off
_BAD_PORTS = frozenset((
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
))
# fmt: on
#: Headers that are sent as the browser, or nobody, gave them.
_NOT_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a page. ``credentials``: cookies are sent and kept; ``follow``: redirects are."""

    method: str
    url: str
    headers: Iterable[tuple[str, str]] = ()
    body: bytes | AsyncIterable[bytes] | None = None
    #: Bytes of the body, where it is not at hand.
    length: int | None = None
    mode: str = "cors"
    credentials: bool = True
    follow: bool = True
    #: Whether to unpack what comes packed.
    unpack: bool = True


def shown_headers(answer: aiohttp.ClientResponse) -> list[tuple[str, str]]:
    """What a page may see of an answer's headers: all but its cookies."""
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers)
    return [(name, value) for name, value in pairs if name.lower() not in ("set-cookie", "set-cookie2")]


def was_redirected(answer: aiohttp.ClientResponse) -> bool:
    """Whether it came after a redirect. One that leads nowhere is in its own history, but none."""
    return any(earlier is not answer for earlier in answer.history)


def is_redirect(answer: aiohttp.ClientResponse) -> bool:
    """Whether an answer leads elsewhere, and nobody followed."""
    return answer.status in _REDIRECTS and "Location" in answer.headers


class WebClient:
    """One app's way to the web; nothing is opened before the first use.

    Args:
        app: whose requests they are.
        engine: makes the connections.
        permissions: where they may go.
        allows: asked for every address, redirects too, beside ``permissions``.
        headers: what every request has.
    """

    def __init__(
        self,
        app: App,
        engine: Engine,
        permissions: SocketPermissions,
        *,
        allows: Callable[[URL], bool] = lambda _: True,
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._origin = f"chrome-extension://{app.id}"
        self._allows = allows
        self._logins = Logins()
        self._sink = WebSink()
        self._session = engine.open_session(app.id, permissions, self._sink, credit=None)
        cookies = Cookies()
        self._with_cookies = self._client(cookies, headers, _MOST_TO_ONE)
        self._without = self._client(aiohttp.DummyCookieJar(), headers, _MOST_TO_ONE)
        # Apart, since they stay: requests would wait until they have gone.
        self._sockets = self._client(cookies, headers, 0)

    def _client(
        self, jar: aiohttp.abc.AbstractCookieJar, headers: Iterable[tuple[str, str]], most_to_one: int
    ) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=EngineConnector(self._session, self._sink, most_to_one),
            cookie_jar=jar,
            headers=list(headers),
            timeout=aiohttp.ClientTimeout(total=None),  # for as long as the page waits
            skip_auto_headers=_NOT_ADDED,
            requote_redirect_url=False,
            max_line_size=_MAX_FIELD,
            max_field_size=_MAX_FIELD,
            max_headers=_MAX_FIELDS,
        )

    async def ask(self, asked: Asked) -> aiohttp.ClientResponse:
        """The answer, of which only the head was read.

        Raises ``ValueError`` for what is no request, and errors of aiohttp and the engine where none is made.
        """
        if not _METHOD.fullmatch(asked.method) or asked.method.upper() in _NO_METHODS:
            raise ValueError("no method for a page")
        url = URL(asked.url if _ADDRESS.fullmatch(asked.url) else "", encoded=True)
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise ValueError("net::ERR_UNKNOWN_URL_SCHEME")
        headers = CIMultiDict((n, v) for n, v in asked.headers if not _OURS.fullmatch(n))
        if asked.length is not None:
            headers["Content-Length"] = str(asked.length)
        headers["Sec-Fetch-Mode"] = asked.mode
        bare = url.with_user(None)
        answer = await self._request(asked, bare, headers)
        login = self._logins.for_challenge(answer, url) if asked.credentials else None
        if login is not None and not isinstance(asked.body, AsyncIterable):
            answer.release()
            answer = await self._request(asked, bare, headers, login)
            if answer.status == 401:
                self._logins.refused(url)
        if answer.status < 200:  # it goes on in another protocol, or is none
            answer.close()
            raise RefusedError("net::ERR_INVALID_RESPONSE")
        return answer

    async def _request(
        self, asked: Asked, url: URL, headers: CIMultiDict[str], *logins: aiohttp.ClientMiddlewareType
    ) -> aiohttp.ClientResponse:
        client = self._with_cookies if asked.credentials else self._without
        body: bytes | io.BytesIO | AsyncIterable[bytes] | None = asked.body
        if isinstance(body, bytes) and len(body) > _AT_ONCE:
            body = io.BytesIO(body)  # sent in pieces

        async def as_an_app(
            request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
        ) -> aiohttp.ClientResponse:
            if request.method != asked.method:  # a redirect made a GET of it
                request.headers.pop("Content-Type", None)
            self._sign(request)
            return await handler(request)

        return await client.request(
            asked.method,
            url,
            headers=headers,
            data=body,
            allow_redirects=asked.follow,
            max_redirects=_MAX_REDIRECTS + 1,
            auto_decompress=asked.unpack,
            middlewares=(*logins, as_an_app),
        )

    async def connect(
        self, url: str, protocols: tuple[str, ...], largest: int
    ) -> aiohttp.ClientWebSocketResponse:
        """A WebSocket."""
        if URL(url).port in _BAD_PORTS:
            raise RefusedError("net::ERR_UNSAFE_PORT")
        return await self._sockets.ws_connect(
            url, protocols=protocols, origin=self._origin, max_msg_size=largest, autoping=True
        )

    def _sign(self, request: aiohttp.ClientRequest) -> None:
        """Of each request of a chain of redirects: may it go there, and what says whose it is."""
        if not _ADDRESS.fullmatch(str(request.url)):
            text = quote(str(request.url), safe=_IN_ADDRESSES, errors="surrogateescape")
            request.url = request.original_url = URL(text, encoded=True)
        if request.url.port in _BAD_PORTS:
            raise RefusedError("net::ERR_UNSAFE_PORT")
        if not self._allows(request.url):
            raise NotNamedError("the app's permissions do not name it")
        headers = request.headers
        headers["Sec-Fetch-Site"] = "none"
        headers["Sec-Fetch-Dest"] = "empty"
        if request.method not in ("GET", "HEAD"):
            headers["Origin"] = self._origin
        if request.method not in ("POST", "PUT") and headers.get("Content-Length") == "0":
            del headers["Content-Length"]

    async def aclose(self) -> None:
        """End every connection."""
        await asyncio.gather(*(each.close() for each in (self._with_cookies, self._without, self._sockets)))
        self._session.close()
