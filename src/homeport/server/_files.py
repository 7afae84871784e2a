"""An app's own files over HTTP, and the pages made of them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter

from homeport.appfiles import NoSuchFileError, content_type
from homeport.host import GENERATED_BACKGROUND_PAGE
from homeport.manifest import HostPermissions

from ._bundle import bundle_file
from ._headers import app_policy, sandbox_policy
from ._pages import declares_charset, generated_background_page, with_shim, with_shim_in_xhtml
from ._routes import refusal
from ._sites import Site
from ._workers import WORKER_SHIM, for_worker, with_worker_shim

__all__ = [
    "GENERATED_PATH",
    "GUEST_PREFIX",
    "SANDBOX_PREFIX",
    "app_file",
    "etag_response",
    "generated_page",
    "guest_page",
    "sandboxed_file",
]

SANDBOX_PREFIX = "/_homeport/sandbox/"
GUEST_PREFIX = "/_homeport/guest/"
#: No app has a file whose name begins so.
_SANDBOX_SHIM = "_homeport/sandbox.js"

_log = logging.getLogger("homeport.server")

#: What is made of an app's file is in memory as a whole, for as long as a browser takes to read it.
_LARGEST = 8 << 20

#: Nothing is there; the shell knows a frame by it.
MISSING_PATH = "/_homeport/missing"


async def generated_page(request: web.Request, site: Site) -> web.StreamResponse:
    """``/_generated_background_page.html``."""
    scripts = site.app.manifest.background_scripts
    if not scripts:
        return refusal(404)
    return _page(request, site, with_shim(generated_background_page(scripts)), "text/html; charset=utf-8")


async def app_file(request: web.Request, site: Site) -> web.StreamResponse:
    """Any other path: a file of the app. Sandboxed pages are elsewhere.

    Whatever the method, the file is only read: that is what Chrome does with a request for an app's own file.
    """
    try:
        path = _path(request.raw_path)
        file = await asyncio.to_thread(site.app.files.find, path)
        if request.headers["Host"] == site.sandbox_authority:
            return await _sandboxed(request, site, file)
        if path in site.app.manifest.sandbox_pages and not _as_data(request):
            return _moved(site, request.raw_path)
        return await _answer(request, site, file)
    except (NoSuchFileError, OSError):
        return _missing(request)


async def guest_page(request: web.Request, site: Site) -> web.StreamResponse:
    """A page of the app's own for a ``<webview>``: among the sandboxed ones, as it has none of the APIs."""
    if not site.app.manifest.has_permission("webview"):
        return refusal(404)
    return _moved(site, request.raw_path.removeprefix(GUEST_PREFIX.rstrip("/")))


async def sandboxed_file(request: web.Request, site: Site) -> web.StreamResponse:
    """A sandboxed page, or what it loads, in the sandbox whatever it is; the script that styles them."""
    try:
        path = _path(request.raw_path.removeprefix(f"{SANDBOX_PREFIX}{site.sandbox_token}"))
        if path == _SANDBOX_SHIM:
            script = bundle_file("sandbox.js") or b""
            headers = _sandbox_headers(site)
            return web.Response(body=script, content_type="text/javascript", headers=headers)
        file = await asyncio.to_thread(site.app.files.find, path)
        return await _sandboxed(request, site, file)
    except (NoSuchFileError, OSError):
        return refusal(404)


def _moved(site: Site, raw_path: str) -> web.Response:
    """To where the site's sandboxed pages are. A secret, so nobody keeps it."""
    if site.sandbox_authority is None:
        place = f"{SANDBOX_PREFIX}{site.sandbox_token}{raw_path}"
    else:
        place = f"http://{site.sandbox_authority}{raw_path}"
    return web.Response(
        status=302, headers={"Location": place, "Cache-Control": "no-store", "Vary": "Sec-Fetch-Dest"}
    )


async def _sandboxed(request: web.Request, site: Site, file: Path) -> web.StreamResponse:
    headers = _sandbox_headers(site)
    kind = content_type(file.name)
    if kind.split(";")[0] != "text/html" or _as_data(request):
        return _WholeFile(file, headers={"Content-Type": kind, **headers})
    page = await _read(file)
    if declares_charset(page):
        kind = "text/html"
    response = etag_response(request, with_shim(page, _sandbox_shim(site)), kind)
    response.headers.update(headers)
    return response


def _sandbox_shim(site: Site) -> str:
    return f"{site.origin}{SANDBOX_PREFIX}{site.sandbox_token}/{_SANDBOX_SHIM}"


def _sandbox_headers(site: Site) -> dict[str, str]:
    return {
        "Content-Security-Policy": sandbox_policy(site, _sandbox_shim(site)),
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "null",
        "Vary": "Sec-Fetch-Dest",
    }


def _path(raw: str) -> str:
    """The path as it was sent, decoded once and strictly."""
    raw = raw.split("?")[0].split("#")[0]
    if raw.endswith("/"):
        raise NoSuchFileError(raw)
    try:
        return unquote_to_bytes(raw[1:]).decode()
    except UnicodeDecodeError:
        raise NoSuchFileError(raw) from None


async def _answer(request: web.Request, site: Site, file: Path) -> web.StreamResponse:
    kind = content_type(file.name)
    essence = kind.split(";")[0]
    if _as_data(request) or essence == "text/javascript":
        # Scripts may pass it on, as in Chrome. A browser keeps one copy of a script, whoever asked for it;
        # without a charset it is read in that of its page.
        kind = essence
    if not _as_data(request) and essence in ("text/html", "application/xhtml+xml"):
        page = await _read(file)
        if essence == "text/html" and declares_charset(page):
            kind = essence
        shimmed = (
            with_shim(page, site=site.own_sources) if essence == "text/html" else with_shim_in_xhtml(page)
        )
        return _page(request, site, shimmed, kind)
    if essence == "text/javascript" and _is_led_worker(request, site):
        script = await _read(file)
        return _page(request, site, await asyncio.to_thread(_worker_script, script), kind)
    if essence == "text/css" and not _is_large(file):
        return etag_response(request, _localized(site, await _read(file)), kind)
    # Whatever a browser makes of it, such as a page of some XML, is under the app's policy.
    headers = {"Content-Type": kind, "Content-Security-Policy": app_policy(site), "Vary": "Sec-Fetch-Dest"}
    return _WholeFile(file, headers=headers)


async def _read(file: Path) -> bytes:
    """The bytes of a file of which something is made."""
    if _is_large(file):
        _log.warning("%s is not served: as a page or a worker it is too large", file)
        raise NoSuchFileError(file.name)
    return await asyncio.to_thread(file.read_bytes)


def _is_large(file: Path) -> bool:
    return file.stat().st_size > _LARGEST


def _as_data(request: web.Request) -> bool:
    """Whether a script reads the file: it gets what is in the package, to the byte."""
    return request.headers.get("Sec-Fetch-Dest") == "empty"


def _is_led_worker(request: web.Request, site: Site) -> bool:
    """Whether it is the script of a worker that may ask other servers."""
    if not for_worker(request.headers.get("Sec-Fetch-Dest")):
        return False
    return bool(HostPermissions(site.app.manifest.permissions).entries)


def _worker_script(script: bytes) -> bytes:
    return with_worker_shim(script, bundle_file(WORKER_SHIM) or b"")


#: Where a comment is nothing: the type, by what a browser wants the file for.
_COMMENTED: dict[str | None, str] = {"style": "text/css", "script": "text/javascript"}


def _missing(request: web.Request) -> web.Response:
    """What the package lacks.

    A script's request fails for it, as in Chrome: HTTP has no status for that, but following this redirect is
    a network error (Fetch, HTTP-redirect fetch). A frame shows by its address that its page is not there. For
    a style sheet or a script the browser would complain of the type instead, if it were another.
    """
    if _as_data(request):
        return _redirect("about:blank#file-not-found")
    wanted = request.headers.get("Sec-Fetch-Dest")
    if wanted == "iframe":
        return _redirect(MISSING_PATH)
    answer = refusal(404)
    if kind := _COMMENTED.get(wanted):
        answer.text = "/* Not found */\n"
        answer.content_type = kind
    return answer


def _redirect(address: str) -> web.Response:
    return web.Response(status=302, text="Not found\n", headers={"Location": address})


def _page(request: web.Request, site: Site, page: bytes, kind: str) -> web.Response:
    response = etag_response(request, page, kind)
    response.headers["Vary"] = "Sec-Fetch-Dest"
    response.headers["Content-Security-Policy"] = app_policy(site)
    return response


def _localized(site: Site, style: bytes) -> bytes:
    """A style sheet with its messages filled in, and with the app's own addresses as they are here."""
    style = site.app.manifest.messages.replace_in_css_file(style)
    return style.replace(f"chrome-extension://{site.app.id}/".encode(), b"/")


def etag_response(request: web.Request, body: bytes, kind: str) -> web.Response:
    """Bytes that were made here, or 304 when the browser has them."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return web.Response(body=body, headers={"Content-Type": kind, "ETag": etag})


class _WholeFile(web.FileResponse):
    """A file with ranges and conditions, and never a neighbour of it that is called ``.gz`` or ``.br``.

    One that is cut while it is sent never comes to its end: the connection does, so that nobody waits for it.
    """

    def __init__(self, file: Path, *, headers: Mapping[str, str]) -> None:
        super().__init__(file, headers=headers)
        self._file = file

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        headers = request.headers.copy()
        headers.popall(hdrs.ACCEPT_ENCODING, None)
        asked = request.clone(headers=headers)
        try:
            _ = asked.if_modified_since, asked.if_unmodified_since, asked.if_range
        except (OverflowError, ValueError):  # what is no date sets no condition; aiohttp stumbles over some
            for name in (hdrs.IF_MODIFIED_SINCE, hdrs.IF_UNMODIFIED_SINCE, hdrs.IF_RANGE):
                headers.popall(name, None)
            asked = request.clone(headers=headers)
        size = self._size()
        try:
            return await super().prepare(asked)
        finally:
            if self._size() < size:
                self.force_close()

    def _size(self) -> int:
        try:
            return self._file.stat().st_size
        except OSError:
            return 0


GENERATED_PATH = "/" + GENERATED_BACKGROUND_PAGE
