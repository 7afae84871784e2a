"""Names and passwords that an app gives with an address, for servers that ask for them (Basic and Digest)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

import aiohttp
from yarl import URL

__all__ = ["Logins"]

#: Servers whose login is remembered; the one that was given first makes room.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class _Login:
    name: str
    password: str
    #: ``basic`` or ``digest``.
    kind: str
    says: aiohttp.ClientMiddlewareType


class Logins:
    """What an app gave and servers took, by origin. It is given again to a server that asks again."""

    def __init__(self) -> None:
        self._known: dict[URL, _Login] = {}

    def for_challenge(
        self, answer: aiohttp.ClientResponse, given: URL
    ) -> aiohttp.ClientMiddlewareType | None:
        """What says who asks, where ``answer`` wants to know and ``given``, or an earlier address, tells."""
        origin = given.origin()
        if answer.status != 401 or answer.url.origin() != origin:
            return None
        known = self._known.get(origin)
        kind = _kind(answer.headers.getall("WWW-Authenticate", []))
        name, password = given.user, given.password or ""
        if name is None and known is not None:
            name, password = known.name, known.password
        if name is None or kind is None:
            return None
        if known is None or (name, password, kind) != (known.name, known.password, known.kind):
            make = _Basic if kind == "basic" else aiohttp.DigestAuthMiddleware
            known = self._known[origin] = _Login(name, password, kind, _only_at(origin, make(name, password)))
            if len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
        return known.says

    def refused(self, url: URL) -> None:
        """A server did not take it."""
        self._known.pop(url.origin(), None)


def _kind(challenges: list[str]) -> str | None:
    """Which way is taken: Digest where it comes first, since aiohttp looks at the first only; else Basic."""
    kinds = [text.partition(" ")[0].lower() for text in challenges]
    if kinds[:1] == ["digest"]:
        return "digest"
    return "basic" if "basic" in kinds else None


class _Basic:
    def __init__(self, login: str, password: str) -> None:
        self._header = f"Basic {b64encode(f'{login}:{password}'.encode()).decode()}"

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        request.headers.setdefault("Authorization", self._header)
        return await handler(request)


def _only_at(origin: URL, login: aiohttp.ClientMiddlewareType) -> aiohttp.ClientMiddlewareType:
    """A redirect to somebody else must not carry it there."""

    async def at(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        return await (login(request, handler) if request.url.origin() == origin else handler(request))

    return at
