"""A page of an app that asks another server through the daemon, and that server."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import aiohttp
from aiohttp import web
from aiohttp.client import _RequestContextManager as Answer
from tests.support.serving import serving

from homeport.appfiles import App

MEBIBYTE = 1 << 20


def answering(*pieces: bytes) -> AbstractAsyncContextManager[int]:
    """A server that answers with these very bytes, and closes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
        await writer.drain()
        writer.close()

    return serving(answer)


class Peer:
    """Another server, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.sent = 0
        self.came = asyncio.Event()
        self.left = asyncio.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.came.set()
        self.bodies.append(await request.read())
        answer: web.StreamResponse = await getattr(self, request.path.strip("/") or "plain")(request)
        return answer

    async def plain(self, _request: web.Request) -> web.Response:
        return web.Response(status=201, reason="Made", text="hello", headers={"X-Theirs": "yes"})

    async def hostile(self, _request: web.Request) -> web.Response:
        return web.Response(
            headers={
                "Set-Cookie": "a=b",
                "Clear-Site-Data": '"*"',
                "Refresh": "0; url=http://evil.test/",
                "Location": "http://evil.test/",
                "Service-Worker-Allowed": "/",
                "Access-Control-Allow-Origin": "*",
                "Content-Security-Policy": "default-src *",
                "Strict-Transport-Security": "max-age=1",
                "Link": "<http://evil.test/>; rel=preload",
                "X-Homeport-Failed": "1",
                "Content-Type": "text/html",
            },
            text="<script>alert(1)</script>",
        )

    async def moved(self, request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": request.query["to"]})

    async def endless(self, request: web.Request) -> None:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(65536))
                self.sent += 65536
        finally:
            self.left.set()

    async def never(self, _request: web.Request) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()

    async def silent(self, request: web.Request) -> None:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()


class Page(Protocol):
    """What is needed of a page that asks."""

    @property
    def app(self) -> App: ...

    @property
    def secret(self) -> str | None: ...

    @property
    def origin(self) -> str: ...

    @property
    def authority(self) -> str: ...

    @property
    def address(self) -> str: ...


class Asking:
    """A page that asks."""

    def __init__(self, page: Page, client: aiohttp.ClientSession) -> None:
        self.page = page
        self.client = client

    def __call__(
        self,
        url: str,
        body: bytes | io.BytesIO | AsyncIterable[bytes] | None = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        http_method: str = "POST",
        **ask: object,
    ) -> Answer:
        told = {"method": "GET", "url": url, "mode": "cors", "credentials": True, "redirect": "follow"} | ask
        given = {
            "Host": self.page.authority,
            "Origin": self.page.origin,
            "X-Homeport-Secret": self.page.secret,
            "X-Homeport-Ask": json.dumps(told),
        } | dict(headers or {})
        return self.client.request(
            http_method,
            f"{self.page.address}/_homeport/web",
            data=body,
            headers={name: value for name, value in given.items() if value is not None},
            allow_redirects=False,
        )


async def ended(request: Answer) -> int | None:
    """The status of an answer that was read, or ``None`` if none came."""
    try:
        async with request as answer:
            await answer.read()
            return answer.status
    except aiohttp.ClientError:
        return None
