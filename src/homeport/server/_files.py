"""An app's own files over HTTP, and the pages made of them."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from urllib.parse import unquote_to_bytes

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter

from homeport.appfiles import NoSuchFileError, content_type
from homeport.host import GENERATED_BACKGROUND_PAGE

from ._gate import from_sandbox
from ._headers import app_policy, sandbox_policy
from ._pages import declares_charset, generated_background_page, with_shim, with_shim_in_xhtml
from ._routes import refusal
from ._sites import Site

__all__ = ["app_file", "etag_response", "generated_page"]


async def generated_page(request: web.Request, site: Site) -> web.StreamResponse:
    """``/_generated_background_page.html``."""
    scripts = site.app.manifest.background_scripts
    if not scripts:
        return refusal(404)
    return _page(request, site, with_shim(generated_background_page(scripts)), "text/html; charset=utf-8")


async def app_file(request: web.Request, site: Site) -> web.StreamResponse:
    """Any other path: a file of the app."""
    try:
        path = _path(request)
        file = await asyncio.to_thread(site.app.files.find, path)
        return await _answer(request, site, path, file)
    except (NoSuchFileError, OSError):
        return refusal(404)


def _path(request: web.Request) -> str:
    """The path as it was sent, decoded once and strictly."""
    raw = request.raw_path.split("?")[0].split("#")[0]
    if raw.endswith("/"):
        raise NoSuchFileError(raw)
    try:
        return unquote_to_bytes(raw[1:]).decode()
    except UnicodeDecodeError:
        raise NoSuchFileError(raw) from None


async def _answer(request: web.Request, site: Site, path: str, file: Path) -> web.StreamResponse:
    kind = content_type(file.name)
    essence = kind.split(";")[0]
    if path in site.app.manifest.sandbox_pages:
        response: web.StreamResponse = _WholeFile(
            file,
            headers={
                "Content-Type": kind,
                "Content-Security-Policy": sandbox_policy(site),
                # So that what the page loads can be told from what other sites ask for.
                "Referrer-Policy": "origin",
            },
        )
    elif essence in ("text/html", "application/xhtml+xml"):
        page = await asyncio.to_thread(file.read_bytes)
        if essence == "text/html" and declares_charset(page):
            kind = essence
        shimmed = with_shim(page) if essence == "text/html" else with_shim_in_xhtml(page)
        response = _page(request, site, shimmed, kind)
    elif essence == "text/css":
        style = await asyncio.to_thread(file.read_bytes)
        response = etag_response(request, _localized(site, style), kind)
    else:
        response = _WholeFile(file, headers={"Content-Type": kind})
        if essence == "image/svg+xml":
            response.headers["Content-Security-Policy"] = app_policy(site)
    if from_sandbox(request, site):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Allow-Origin"] = "null"
    return response


def _page(request: web.Request, site: Site, page: bytes, kind: str) -> web.Response:
    response = etag_response(request, page, kind)
    response.headers["Content-Security-Policy"] = app_policy(site)
    return response


def _localized(site: Site, style: bytes) -> bytes:
    """A style sheet with its messages filled in, where it uses any."""
    if b"__MSG_" not in style:
        return style
    try:
        return site.app.manifest.messages.replace_in_css(style.decode()).encode()
    except UnicodeDecodeError:
        return style


def etag_response(request: web.Request, body: bytes, kind: str) -> web.Response:
    """Bytes that were made here, or 304 when the browser has them."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return web.Response(body=body, headers={"Content-Type": kind, "ETag": etag})


class _WholeFile(web.FileResponse):
    """A file with ranges and conditions, and never a neighbour of it that is called ``.gz`` or ``.br``."""

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        headers = request.headers.copy()
        headers.popall(hdrs.ACCEPT_ENCODING, None)
        return await super().prepare(request.clone(headers=headers))


GENERATED_PATH = "/" + GENERATED_BACKGROUND_PAGE
