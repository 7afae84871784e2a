"""A web server on loopback for the cases: it answers as a path says and keeps what it was asked.

==================  ===============================================================================
/echo               200 with what was asked, as JSON
/status/NNN         that status, with a body
/moved/NNN?to=URL   a redirect
/cookie             sets two cookies
/allowed            200, for every origin (``Access-Control-Allow-Origin: *``)
/packed             200, packed with gzip
/parts              200, in two parts of no said length; the second when ``/go`` was asked for
/never              no answer, as long as somebody waits for it
/cut                200, and the connection ends in the middle
/reset              no answer, the connection ends
/basic, /digest     200 for who says to be ``name`` with ``word``, in that way, else 401
/untyped            200, a small document of no type
/line?with=LINE     a status line with that, and a body
/typed?as=TYPE      200, a small document of that type
/script             a script; with ``?as=worker`` one for a worker
/events?text=TEXT   a stream of events with that text, which then ends; it goes on for who says what came
                    last, and with ``&stay``
/left               200 when every stream that went on was left
==================  ===============================================================================
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
from typing import Any
from urllib.request import parse_http_list, parse_keqv_list

from aiohttp import web

#: Headers that differ between browsers, versions or runs, and say nothing of the app.
_UNSEEN = {
    *("host", "user-agent", "accept-encoding", "accept-language", "connection", "priority", "te"),
    *("sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-storage-access"),
}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class WebPeer:
    """One server; ``close`` it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self._go = asyncio.Event()
        self._closed = asyncio.Event()
        self._streams = 0

    async def start(self, host: str) -> int:
        """Listen; the port."""
        app = web.Application(client_max_size=64 << 20)
        add = app.router.add_route
        for path, answer in {
            "/echo": self._echo,
            "/status/{status}": self._status,
            "/moved/{status}": self._moved,
            "/cookie": self._cookie,
            "/allowed": self._allowed,
            "/packed": self._packed,
            "/parts": self._parts,
            "/go": self._gone,
            "/never": self._never,
            "/cut": self._cut,
            "/reset": self._reset,
            "/basic": self._basic,
            "/digest": self._digest,
            "/typed": self._typed,
            "/untyped": self._untyped,
            "/line": self._line,
            "/script": self._script,
            "/events": self._events,
            "/left": self._left,
        }.items():
            add("*", path, answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, 0)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def close(self) -> None:
        """Listen no longer."""
        self._go.set()
        self._closed.set()
        await self._runner.cleanup()

    async def _heard(self, request: web.Request) -> dict[str, Any]:
        body = await request.read()
        heard = {
            "method": request.method,
            "path": request.path_qs,
            "headers": sorted(
                [name.lower(), value]
                for name, value in request.headers.items()
                if name.lower() not in _UNSEEN
            ),
            "count": len(body),
            "body": body.decode("utf-8", "replace") if len(body) <= 64 else None,
        }
        self.asked.append(heard)
        return heard

    async def _echo(self, request: web.Request) -> web.StreamResponse:
        heard = await self._heard(request)
        headers = {"X-Theirs": "yes", "ETag": '"one"', "Set-Cookie": "hidden=1", "Cache-Control": "no-store"}
        return web.json_response(heard, headers=headers)

    async def _status(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        status = int(request.match_info["status"])
        body = None if status in (204, 205, 304) else b"a body"
        return web.Response(status=status, body=body)

    async def _moved(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        where = request.query.get("to", "/echo")
        return web.Response(status=int(request.match_info["status"]), headers={"Location": where})

    async def _cookie(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        response = web.Response(text="set")
        response.set_cookie("plain", "1")
        response.set_cookie("other", "2", samesite="Lax", httponly=True)
        return response

    async def _allowed(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        return web.Response(text="all may read", headers={"Access-Control-Allow-Origin": "*"})

    async def _packed(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        body = gzip.compress(b"x" * 1000, mtime=0)
        return web.Response(body=body, content_type="text/plain", headers={"Content-Encoding": "gzip"})

    async def _parts(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        await response.write(b"first" * 1000)  # a browser waits for as much as tells it the kind
        await self._go.wait()
        self._go.clear()
        with contextlib.suppress(ConnectionError):
            await response.write(b"second")
        return response

    async def _never(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        await self._closed.wait()
        return web.Response()

    async def _gone(self, request: web.Request) -> web.StreamResponse:
        self._go.set()
        return web.Response()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        last = request.headers.get("Last-Event-ID")
        response = web.StreamResponse(headers={"Content-Type": request.query.get("as", "text/event-stream")})
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
        text = request.query.get("text", "") if last is None else f"data: after {last}\n\n"
        with contextlib.suppress(ConnectionError):
            await response.write(text.encode())
        if last is not None or "stay" in request.query:
            self._streams += 1
            with contextlib.suppress(ConnectionError):
                while not self._closed.is_set():
                    await response.write(b":\n")  # nothing else tells that somebody has left
                    await asyncio.sleep(0.02)
            self._streams -= 1
        return response

    async def _left(self, _: web.Request) -> web.StreamResponse:
        while self._streams:  # noqa: ASYNC110 - they look at this interval themselves
            await asyncio.sleep(0.02)
        return web.Response(headers={"Access-Control-Allow-Origin": "*"})

    async def _script(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        text = 'postMessage("it runs")' if "as" in request.query else "globalThis.brought = 1;"
        return web.Response(text=text, content_type="text/javascript")

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"x" * 10)
        self._end(request)
        return response

    async def _reset(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        self._end(request)
        return web.Response()

    async def _basic(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        if request.headers.get("Authorization") == "Basic bmFtZTp3b3Jk":
            return web.Response(text="welcome")
        return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="basic"'})

    async def _digest(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        kind, _, rest = request.headers.get("Authorization", "").partition(" ")
        said = parse_keqv_list(parse_http_list(rest)) if kind == "Digest" else {}
        keys = ("nonce", "nc", "cnonce", "qop")
        first = _md5("name:digest:word")
        second = _md5(f"{request.method}:{request.path_qs}")
        if said.get("response") == _md5(":".join([first, *(said.get(key, "") for key in keys), second])):
            return web.Response(text="welcome")
        challenge = 'Digest realm="digest", nonce="nonce", qop="auth", algorithm=MD5'
        return web.Response(status=401, headers={"WWW-Authenticate": challenge})

    async def _untyped(self, request: web.Request) -> web.StreamResponse:
        return self._raw(request, b"HTTP/1.1 200 OK\r\n", b"<mark/>")

    async def _line(self, request: web.Request) -> web.StreamResponse:
        line = request.query["with"].encode("latin-1")
        return self._raw(request, b"HTTP/1.1 " + line + b"\r\n", b"body")

    def _raw(self, request: web.Request, line: bytes, body: bytes) -> web.StreamResponse:
        assert request.transport is not None
        length = f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        request.transport.write(line + length.encode() + body)
        request.transport.close()
        return web.Response()

    async def _typed(self, request: web.Request) -> web.StreamResponse:
        await self._heard(request)
        body = request.query.get("body", "<p>a</p>").encode("latin-1")
        return web.Response(body=body, headers={"Content-Type": request.query["as"]})

    @staticmethod
    def _end(request: web.Request) -> None:
        assert request.transport is not None
        request.transport.close()
